package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// A Robot is a person at a browser without script: it keeps cookies, follows links and fills in forms.
type Robot struct {
	Name   string
	client *http.Client
	home   *url.URL
}

// NewRobot returns a person who begins at home, the address of a site.
func NewRobot(name, home string) (*Robot, error) {
	u, err := url.Parse(home)
	if err != nil {
		return nil, fmt.Errorf("robot %s: %w", name, err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("robot %s: %w", name, err)
	}
	return &Robot{Name: name, home: u, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}, nil
}

// Cookies returns what the robot's home has it send, for a browser that is to go on as the same person.
func (r *Robot) Cookies() []*http.Cookie { return r.client.Jar.Cookies(r.home) }

// A Page is what a site answered.
type Page struct {
	URL    *url.URL // after redirects
	Status int
	Body   []byte
	root   *html.Node
}

// Get opens an address, which may be relative to the robot's home.
func (r *Robot) Get(ctx context.Context, address string) (*Page, error) {
	return r.do(ctx, http.MethodGet, address, nil, "")
}

// PostJSON sends a program's request, as the page's script would.
func (r *Robot) PostJSON(ctx context.Context, address string, body []byte) (*Page, error) {
	return r.do(ctx, http.MethodPost, address, bytes.NewReader(body), "application/json")
}

func (r *Robot) do(ctx context.Context, method, address string, body io.Reader, contentType string) (*Page, error) {
	to, err := r.home.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, address, err)
	}
	req, err := http.NewRequestWithContext(ctx, method, to.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, address, err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, err)
	}
	defer res.Body.Close()
	p := &Page{URL: res.Request.URL, Status: res.StatusCode}
	if p.Body, err = io.ReadAll(io.LimitReader(res.Body, 8<<20)); err != nil {
		return nil, fmt.Errorf("%s: read %s: %w", r.Name, to, err)
	}
	if p.root, err = html.Parse(bytes.NewReader(p.Body)); err != nil {
		return nil, fmt.Errorf("%s: read %s: %w", r.Name, to, err)
	}
	return p, nil
}

// Data returns the value of the first data-<name> attribute on the page, or "".
func (p *Page) Data(name string) string {
	for n := range p.root.Descendants() {
		if v, ok := attribute(n, "data-"+name); ok {
			return v
		}
	}
	return ""
}

// All returns the values of every data-<name> attribute on the page.
func (p *Page) All(name string) []string {
	var all []string
	for n := range p.root.Descendants() {
		if v, ok := attribute(n, "data-"+name); ok {
			all = append(all, v)
		}
	}
	return all
}

// Link returns the address of the first link whose text or address contains what, or "".
func (p *Page) Link(what string) string {
	for n := range p.root.Descendants() {
		if href, ok := attribute(n, "href"); ok && n.Data == "a" && (strings.Contains(href, what) || strings.Contains(text(n), what)) {
			return href
		}
	}
	return ""
}

// Says reports whether the page's text contains what.
func (p *Page) Says(what string) bool { return strings.Contains(p.Text(), what) }

// Text returns what one reads on the page, white space folded.
func (p *Page) Text() string { return text(p.root) }

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "style" && d.Parent.Data != "script" {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// ErrNoForm says that a page does not have the form that somebody wants to fill in.
var ErrNoForm = errors.New("there is no such form")

// Submit fills in the first form whose action contains action and sends it. Fields that are not given keep what the
// page has in them. A status of 400 and above is an error that says what the page says.
func (r *Robot) Submit(ctx context.Context, p *Page, action string, fields map[string]string) (*Page, error) {
	for n := range p.root.Descendants() {
		to, ok := leadsTo(n, action)
		if !ok {
			continue
		}
		values := filled(n, fields)
		for name := range fields {
			if !values.Has(name) {
				return nil, fmt.Errorf("%s: form %s on %s has no field %s: %w", r.Name, action, p.URL.Path, name, ErrNoForm)
			}
		}
		return r.send(ctx, p, n, to, values)
	}
	return nil, fmt.Errorf("%s: form %s on %s (which says: %.300s): %w", r.Name, action, p.URL.Path, p.Text(), ErrNoForm)
}

// leadsTo returns where the form, or one of its buttons, sends what is filled in, if that contains action.
func leadsTo(form *html.Node, action string) (string, bool) {
	if form.Type != html.ElementNode || form.Data != "form" {
		return "", false
	}
	to, _ := attribute(form, "action")
	if strings.Contains(to, action) {
		return to, true
	}
	for n := range form.Descendants() {
		if to, ok := attribute(n, "formaction"); ok && n.Data == "button" && strings.Contains(to, action) {
			return to, true
		}
	}
	return "", false
}

func (r *Robot) send(ctx context.Context, p *Page, form *html.Node, action string, values url.Values) (*Page, error) {
	to, err := p.URL.Parse(action)
	if err != nil {
		return nil, fmt.Errorf("%s: form on %s: %w", r.Name, p.URL.Path, err)
	}
	var answer *Page
	if method, _ := attribute(form, "method"); strings.EqualFold(method, "post") {
		answer, err = r.do(ctx, http.MethodPost, to.String(), strings.NewReader(values.Encode()), "application/x-www-form-urlencoded")
	} else {
		to.RawQuery = values.Encode()
		answer, err = r.Get(ctx, to.String())
	}
	if err == nil && answer.Status >= 400 {
		return answer, fmt.Errorf("%s: %s answered %d: %.300s", r.Name, to.Path, answer.Status, answer.Text())
	}
	return answer, err
}

// filled returns the form's fields as a browser would send them.
func filled(form *html.Node, fields map[string]string) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name, ok := attribute(n, "name")
		if !ok || n.Type != html.ElementNode || !slices.Contains([]string{"input", "textarea", "select", "button"}, n.Data) {
			continue
		}
		value, _ := attribute(n, "value")
		kind, _ := attribute(n, "type")
		if given, ok := fields[name]; ok {
			value = given
		} else if n.Data == "button" || kind == "submit" || (kind == "checkbox" || kind == "radio") && !has(n, "checked") {
			continue
		}
		values.Set(name, value)
	}
	return values
}

func has(n *html.Node, name string) bool { _, ok := attribute(n, name); return ok }

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Await opens address again and again until ready says yes, and returns that page. When ctx ends first, the error tells
// what the page said last.
func (r *Robot) Await(ctx context.Context, address, what string, ready func(*Page) bool) (*Page, error) {
	for last := ""; ; {
		p, err := r.Get(ctx, address)
		if err == nil && ready(p) {
			return p, nil
		}
		if err == nil {
			last = fmt.Sprintf("%d %.400s", p.Status, p.Text())
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, fmt.Errorf("%s: %s did not come to be: %s said last: %s", r.Name, what, address, last)
		}
	}
}
