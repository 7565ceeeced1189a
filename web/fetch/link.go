package fetch

import (
	"fmt"
	"net/url"
	"strings"

	"lightshare/events"
)

// A Link is what a buyer pastes from the order page. Its token is a secret: it stands in the fragment, which browsers do
// not send, and is never printed.
type Link struct {
	Market string // URL of the market, without a slash at the end
	Order  events.OrderID
	Token  string
}

// ParseLink reads <market>/orders/<id>#<token>. Its error wraps [ErrLink] and does not repeat the link.
func ParseLink(s string) (Link, error) {
	bad := func(what string) (Link, error) {
		return Link{}, fmt.Errorf("link %s: %w", what, ErrLink)
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return bad("unreadable")
	}
	market, order, ok := strings.Cut(u.Path, "/orders/")
	switch {
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return bad("without http:// or https:// and a host")
	case !ok || order == "" || strings.ContainsAny(order, "/\\") || u.RawQuery != "":
		return bad("without /orders/ and an order")
	case u.Fragment == "":
		return bad("without the token after #")
	}
	base := url.URL{Scheme: u.Scheme, Host: u.Host, Path: market}
	return Link{Market: base.String(), Order: events.OrderID(order), Token: u.Fragment}, nil
}
