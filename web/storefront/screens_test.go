package storefront

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"lightshare/events"
	"lightshare/web/checkout"
)

var screens = flag.String("screens", "", "folder for pictures of every page in every state")

// A dress is how somebody looks at a page.
type dress struct {
	language, scheme string
	width            int64
}

// dresses have every two of language, scheme and width together.
var dresses = []dress{{"en", "light", 1280}, {"en", "dark", 390}, {"ko", "light", 390}, {"ko", "dark", 1280}}

// Every page in every state is without a fault that axe-core finds, fits a phone and twice the size of letters, in both
// languages.
func TestScreens(t *testing.T) {
	axe, err := os.ReadFile("../../.test/axe.min.js")
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Skip("axe-core is not installed: make setup")
	} else if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	states := w.inEveryState()
	for _, o := range states {
		w.publish(o)
		w.stand(o.Standing)
	}
	v := w.open().visitor()
	stranger := v.tab()
	look := func(b *tab, name, path string) {
		t.Run(name, func(t *testing.T) {
			for _, d := range dresses {
				b.look(t, name, path, string(axe), d)
			}
		})
	}
	for name, path := range map[string]string{"home": "/", "browse": "/browse", "search": "/search?q=상품&sort=low", "search-narrow": "/search?q=상품&kind=picture&price=2", "search-nothing": "/search?q=zebra",
		"search-too-narrow": "/search?q=상품&kind=film", "sign-in": "/sign-in", "link-used-up": "/sign-in/none", "nothing": "/nothing"} {
		look(stranger, name, path)
	}
	for _, state := range slices.Sorted(maps.Keys(states)) {
		look(stranger, "lot-"+state, "/lots/"+string(states[state].Lot))
	}
	me := v.signIn("ann@example.com")
	member := v.tab()
	for name, path := range map[string]string{"bids-none": "/bids", "watching-none": "/watching", "library-none": "/library", "orders-none": "/orders", "notices-none": "/notices", "account": "/account", "account-delete": "/account/delete", "card": "/card",
		"bid-confirm": "/lots/" + string(states["open"].Lot) + "/bid?max=20", "bid-too-low": "/lots/" + string(states["open"].Lot) + "/bid?max=1", "offer-confirm": "/lots/" + string(states["sale"].Lot) + "/propose?price=50",
		"retract": "/lots/" + string(states["open"].Lot) + "/retract", "code-wrong": "/lots/" + string(states["sale"].Lot) + "?code=NONE"} {
		look(member, name, path)
	}
	v.standings(t, me, states["open"], func(what string, p page) {
		look(member, strings.ReplaceAll(what, " ", "-"), p.at.RequestURI())
	})
	v.inEveryOrderState(me, func(what string, p page) {
		if p.at.Path == "/orders/order-1" {
			look(member, strings.ReplaceAll(what, " ", "-"), p.at.RequestURI())
		}
	})
	v.notices(me, func(what string, p page) { look(member, what, p.at.RequestURI()) })
}

// look looks at a page in one dress.
func (b *tab) look(t *testing.T, name, path, axe string, d dress) {
	t.Helper()
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: d.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err == nil {
		err = chromedp.Do(b.ctx, chromedp.EmulateViewport(d.width, 800), chromedp.Navigate(b.server.URL+path+joint+"lang="+d.language))
	}
	if err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]byte](axe+`;axe.run(document, { resultTypes: ["violations"] }).then(r => r.violations)`, chromedp.EvalAwaitPromise))
	var violations []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	if err == nil {
		err = json.Unmarshal(found, &violations)
	}
	if err != nil {
		t.Fatalf("axe: %v", err)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			t.Errorf("%s %v: %s (%s): %s\n%s", name, d, v.ID, v.Help, n.HTML, n.FailureSummary)
		}
	}
	if *screens != "" {
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(*screens, fmt.Sprintf("state-%s-%s-%s-%d.png", name, d.language, d.scheme, d.width)), png, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b.fits(t, name, d)
}

// fits: nothing is cut off on a phone 320 px wide, nor with letters of twice the size, and nothing moves for those who do
// not want that.
func (b *tab) fits(t *testing.T, name string, d dress) {
	t.Helper()
	for what, width := range map[string]int64{"100%": 320, "200%": 1280} {
		script := fmt.Sprintf(`document.documentElement.style.fontSize = %q; document.documentElement.scrollWidth`, what)
		if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, 640)); err != nil {
			t.Fatal(err)
		}
		if got, err := chromedp.Run(b.ctx, chromedp.Evaluate[int64](script)); err != nil || got > width {
			t.Errorf("%s in %s with letters of %s takes %d px of %d (%v)", name, d.language, what, got, width, err)
		}
	}
	moving := `[...document.querySelectorAll("*")].filter(e => { const s = getComputedStyle(e); return parseFloat(s.transitionDuration) > 0 || s.animationName !== "none" }).length`
	if n, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](moving)); err != nil || n > 0 {
		t.Errorf("%s moves %d things for somebody who wants nothing to move (%v)", name, n, err)
	}
}

// inEveryOrderState shows an order's page, and those that list it, in each of its states.
func (v *visitor) inEveryOrderState(me events.UserID, show func(string, page)) {
	for _, state := range []checkout.State{
		checkout.Charging, checkout.Created, checkout.Payable, checkout.Authorised, checkout.Delivering, checkout.Delivered,
		checkout.Releasing, checkout.Refunding, checkout.Captured, checkout.Refunded, checkout.Released, checkout.Abandoned,
	} {
		o := checkout.Order{CreateOrder: events.CreateOrder{Price: events.Money{Amount: 12000, Currency: events.KRW}}, State: state, Reason: "The file did not arrive in time.", Decline: "expired_card"}
		o.Paid, o.Refund.Amount = o.Price, o.Price
		o.PayURL, o.PayBy, o.DeliverBy = "http://pay.example/1", v.clock.Now().Add(time.Hour), v.clock.Now().Add(50*time.Hour)
		words, shown := o.View(), anOrder(me, state)
		shown.Headline, shown.Text, shown.Warning = words.Headline, words.Text, words.Warning
		shown.PayURL, shown.PayBy, shown.DeliverBy, shown.FileName = words.PayURL, words.PayBy, words.DeliverBy, "봄.wav"
		shown.CreatedAt = v.clock.Now()
		v.desk.set(shown)
		show("order "+string(state), v.get("/orders/order-1"))
		show("orders with one "+string(state), v.get("/orders"))
		show("library with one "+string(state), v.get("/library"))
	}
}
