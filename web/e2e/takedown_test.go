package e2e

import (
	"testing"
	"time"
)

// takedown: a moderator puts a work on the blacklist, and whoever looks at it on the market sees it go.
func takedown(t *testing.T, w *world) {
	seller := w.stall(t, "Second Hand", map[string]string{
		"Copper Swallows - Low Water.mp3":              noise(5000, 21),
		"Copper Swallows - Low Water.mp3.listing.yaml": "title: Copper Swallows – Low Water\nauction:\n  start: \"5.00\"\n  duration: 30m\n",
	})
	bidder := w.tab(t, w.market)
	bidder.as(w.bidder(t, "Cleo", GoodCard))
	bidder.open(w.lot(t, "Low Water"))
	bid(bidder, "9.00")
	bidder.reads("#you", "You lead")
	bidder.mark()
	value[bool](bidder, `new MutationObserver(() => {
		if (document.getElementById("state").dataset.state === "refused") window.seen ??= Date.now();
	}).observe(document.body, { subtree: true, childList: true, attributes: true }) ?? true`)

	mina := w.tab(t, w.console)
	enter(mina)
	mina.open("/entries")
	mina.fill("#artist", "Copper Swallows")
	mina.fill("#title", "Low Water")
	mina.fill("#reason", "the label asked")
	began := time.Now()
	mina.click(`form[action="/entries"] button:not(.quiet)`)

	bidder.reads("#state", "Taken down")
	bidder.reads("#state", "Bids on it are void, and nobody is charged.")
	if took := value[int64](bidder, `window.seen`) - began.UnixMilli(); took > 1000 {
		t.Errorf("the bidder's page showed the takedown %d ms after the moderator's click, want at most 1000", took)
	} else {
		t.Logf("the bidder's page showed the takedown %d ms after the moderator's click", took)
	}
	bidder.sees("that nobody can bid", `!document.querySelector("#act form")`)
	if !bidder.unmoved() {
		t.Error("the takedown showed only on a page that was loaded anew")
	}
	bidder.open("/notices")
	bidder.reads("main", "Low Water")
	if _, err := seller.Await(within(t), "the takedown", func(e agentEvent) bool { return e.Event == "fate" && e.State == "refused" }); err != nil {
		t.Error(err)
	}
	mina.open("/log")
	mina.reads("main", "the label asked")
	mina.reads("main", moderator)
}

// enter signs the moderator in.
func enter(b *tab) {
	b.t.Helper()
	b.open("/sign-in")
	b.fill("#name", moderator)
	b.fill("#token", token)
	b.click("main form button")
	b.reads("h1", "Queue")
}
