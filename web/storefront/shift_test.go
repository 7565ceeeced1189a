package storefront

import (
	"testing"

	"github.com/chromedp/chromedp"

	"lightshare/web/checkout"
)

// mostShift is how much of what is read may move while a page loads (https://web.dev/articles/cls), all shifts together.
const mostShift = 0.02

// shifts adds up what the browser noted until now. Notes are handed over in a task of their own, which the timer is behind.
const shifts = `new Promise(done => {
	let sum = 0;
	const add = notes => { for (const n of notes) if (!n.hadRecentInput) sum += n.value; };
	const observer = new PerformanceObserver(list => add(list.getEntries()));
	observer.observe({ type: "layout-shift", buffered: true });
	setTimeout(() => { add(observer.takeRecords()); done(sum); }, 100);
})`

// Nothing that is being read moves while a page loads: on a phone and on a desk, with the live stream open.
func TestPagesStandStill(t *testing.T) {
	w := newWorld(t)
	states := w.inEveryState()
	for _, o := range states {
		w.publish(o)
		w.stand(o.Standing)
	}
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	w.desk.set(anOrder(me, checkout.Delivering))
	b := v.tab()
	lot := func(state string) string { return "/lots/" + string(states[state].Lot) }
	for _, at := range []string{"/", "/browse", "/search?q=상품", "/sign-in/none", lot("open"), lot("sale"), lot("sold"), "/bids", "/watching", "/library", "/orders", "/orders/order-1", "/notices", "/account", "/card"} {
		for _, width := range []int64{390, 1280} {
			if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(b.server.URL+at)); err != nil {
				t.Fatal(err)
			}
			moved, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](shifts, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, %d px wide: layout shift %.3f", at, width, moved)
			if moved > mostShift {
				t.Errorf("GET %s, %d px wide, moves what is read by %.3f, want at most %.2f", at, width, moved, mostShift)
			}
		}
	}
}
