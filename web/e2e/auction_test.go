package e2e

import (
	"fmt"
	"testing"
)

// fight: two bidders on one lot, each at a page that is never loaded anew, through a late bid to the end.
func fight(t *testing.T, w *world) {
	ann, ben := w.tab(t, w.market), w.tab(t, w.market)
	ann.as(w.bidder(t, "Annika", GoodCard))
	ben.as(w.bidder(t, "Benno", GoodCard))
	w.stall(t, "North Pier Studio", map[string]string{
		"Fog over the pier.png":              pixels(11),
		"Fog over the pier.png.listing.yaml": "title: Fog over the pier\nauction:\n  start: \"10.00\"\n  duration: 12s\n  soft_close: 5s\n",
	})
	lot := w.lot(t, "Fog over the pier")

	ann.open(lot)
	ann.reads("#deal", "$10.00")
	running := value[string](ann, `document.querySelector("#deal .countdown").textContent`)
	bid(ann, "15.00")
	ann.reads("#you", "You lead: yours is the highest bid")
	ann.reads("#least", "Raise your maximum")
	ann.mark()

	ben.open(lot)
	bid(ben, "20.00")
	ben.reads("#you", "You lead: yours is the highest bid")
	ben.mark()
	ann.reads("#you", "You have been outbid")
	ann.sees("it in the title", `document.title.startsWith("Outbid! Fog over the pier")`)
	ann.sees("it said aloud", `document.getElementById("alert").textContent.includes("outbid")`)
	ann.reads("#deal .big", "$15.50")
	ann.reads("#least", "Bid $16.00 or more")
	ann.reads("#history tbody tr:first-child", "$15.50")
	ann.sees("the time run", fmt.Sprintf(`document.querySelector("#deal .countdown").textContent !== %q`, running))

	ann.sees("the last seconds", closes+` - Date.now() < 4000`)
	before := value[int64](ben, closes)
	if !ann.unmoved() {
		t.Error("being outbid showed only on a page that was loaded anew")
	}
	bid(ann, "31.00")
	ben.reads("#you", "You have been outbid")
	ben.reads("#deal", "Extended by a late bid")
	ben.sees("the later end", fmt.Sprintf("%s > %d", closes, before))
	ann.reads("#you", "You lead")
	ann.mark()

	ann.reads("#you", "You won")
	ben.reads("#you", "You did not win")
	ben.reads("#you", "It went for $20.50. You are not charged.")
	ben.reads("#state", "Sold")
	ben.sees("that the forms are gone", `!document.querySelector("#act form")`)
	if !ann.unmoved() || !ben.unmoved() {
		t.Error("the end of the auction showed only on a page that was loaded anew")
	}
	ann.click(`#you a[href^="/orders/"]`)
	ann.reads("#order", "Ready to download")
	ann.reads("#order", "$20.50 is held on your card.")
}

// closes is when the lot ends as the page knows it, in Unix milliseconds.
const closes = `Number(document.querySelector("#deal time[data-ends]").dataset.ends)`

// bid bids up to max, and confirms it.
func bid(b *tab, max string) {
	b.t.Helper()
	b.fill("#max", max)
	b.click(`form[action$="/bid"] button`)
	b.reads("h1", "Confirm your bid")
	b.reads("main", "A bid is binding")
	b.reads("main", "at most $"+max)
	b.click("#confirm")
}
