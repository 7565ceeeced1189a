package sealed

import (
	"cmp"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lightshare/events"
)

const (
	ticketDomain = "lightshare ticket 1\n"
	maxTicket    = 4 << 10 // bytes of a token; one of ours has about 600
)

var wire = base64.RawURLEncoding.Strict()

// decode reads base64url without padding and, with line breaks refused too, knows only one text for the same bytes.
func decode(s string) ([]byte, error) {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return nil, base64.CorruptInputError(i)
	}
	return wire.DecodeString(s)
}

// A Ticket is the market's word that an order's buyer may have a file from an agent.
type Ticket struct {
	ID      string           `json:"id"` // one per ticket issued
	Order   events.OrderID   `json:"order"`
	Listing events.ListingID `json:"listing"`
	Agent   events.SellerID  `json:"agent"`   // only this seller's agent honours it
	Root    string           `json:"root"`    // of the file that was sold, which may be another by now
	Size    int64            `json:"size"`    // bytes
	Sealed  string           `json:"sealed"`  // root over the sealed records, which is what the agent hands out; "" where the file goes as it is
	Client  []byte           `json:"client"`  // the buyer's session key, Ed25519 public
	Expires time.Time        `json:"expires"` // UTC; not valid from then on
}

// Sign returns t as a token for the Authorization header, signed with the market's key.
func (t Ticket) Sign(key ed25519.PrivateKey) string {
	t.Expires = t.Expires.UTC()
	body, err := json.Marshal(t)
	if err != nil {
		panic("sealed: ticket with an impossible date: " + err.Error()) // only a year beyond 9999 has no JSON
	}
	payload := wire.EncodeToString(body)
	return payload + "." + wire.EncodeToString(ed25519.Sign(key, []byte(ticketDomain+payload)))
}

// OpenTicket returns what the market with the given public key promised in token, if it holds at now. Any error wraps
// [events.NoTicket] and says what is wrong. Whether the ticket is for this agent, listing and root is the caller's to
// check.
func OpenTicket(token string, market ed25519.PublicKey, now time.Time) (Ticket, error) {
	bad := func(what string) (Ticket, error) {
		return Ticket{}, fmt.Errorf("ticket %s: %w", what, events.NoTicket)
	}
	payload, encoded, ok := strings.Cut(token, ".")
	switch {
	case token == "":
		return bad("missing")
	case len(token) > maxTicket:
		return bad("too long")
	case !ok:
		return bad("without signature")
	}
	signature, err := decode(encoded)
	if err != nil || len(market) != ed25519.PublicKeySize ||
		!ed25519.Verify(market, []byte(ticketDomain+payload), signature) {
		return bad("forged")
	}
	body, err := decode(payload)
	if err != nil {
		return bad("unreadable")
	}
	var t Ticket
	if err := json.Unmarshal(body, &t); err != nil {
		return bad("unreadable")
	}
	if field := t.flaw(); field != "" {
		return bad("with a wrong " + field)
	}
	if !now.Before(t.Expires) {
		return bad("expired at " + t.Expires.UTC().Format(time.RFC3339))
	}
	return t, nil
}

// flaw returns the name of a field that no ticket may carry so, or "".
func (t Ticket) flaw() string {
	switch {
	case t.ID == "":
		return "id"
	case t.Order == "":
		return "order"
	case t.Agent == "" || t.Listing.Seller() != t.Agent:
		return "agent"
	case t.Size < 0 || t.Size > events.MaxSize:
		return "size"
	case len(t.Client) != ed25519.PublicKeySize:
		return "client key"
	}
	if _, err := ParseHash(t.Root); err != nil {
		return "root"
	}
	if _, err := ParseHash(cmp.Or(t.Sealed, t.Root)); err != nil {
		return "sealed root"
	}
	return ""
}
