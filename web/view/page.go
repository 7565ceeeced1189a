package view

import (
	"net/url"
	"time"

	"lightshare/web/view/words"
)

// Page is what the layout needs to know of a page.
type Page struct {
	Title   string   // of the document; the product's name is appended
	Product string   // name of the product in the header; empty takes "Lightshare"
	Purpose string   // what the foot of the page says of the product; empty takes what buyers read
	Home    string   // path of the product's first page; empty takes "/"
	Nav     []Link   // main navigation
	Footer  []Link   // what stands at the foot, before the product's name
	Search  string   // path that takes ?q=; empty leaves the search field out
	Suggest string   // path that takes ?q= and says, as JSON, how it may go on; for suggest.js; empty for none
	Query   string   // what was searched for
	User    string   // as whom the visitor is signed in; empty for nobody
	SignIn  string   // path of the sign-in page; empty leaves the sign-in state out
	SignOut string   // path that takes the POST of signing out
	Account string   // path of the visitor's own page; empty for none
	Scripts []string // paths of ES modules
	Live    string   // path of the page's event stream, for live.js; empty for none
	Now     time.Time
	Flash   string // a sentence about what the visitor just did
	Here    string // path and query of this page, to be read in another language; empty for a page in English only
	Wide    bool   // for tables: uses the whole width
}

// Link leads to a page.
type Link struct {
	Href, Text string
	Current    bool // it is the page that is shown
}

func (p Page) product() string { return or(p.Product, "Lightshare") }
func (p Page) home() string    { return or(p.Home, "/") }

// in is the address of this page in another language.
func (p Page) in(l words.Language) string {
	u, err := url.Parse(p.Here)
	if err != nil {
		return p.Here
	}
	q := u.Query()
	q.Set("lang", l.Tag())
	u.RawQuery = q.Encode()
	return u.String()
}

func (p Page) documentTitle() string {
	if p.Title == "" {
		return p.product()
	}
	return p.Title + " – " + p.product()
}

// now is the server's clock in Unix milliseconds, for countdowns.
func (p Page) now() int64 {
	if p.Now.IsZero() {
		return time.Now().UnixMilli()
	}
	return p.Now.UnixMilli()
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
