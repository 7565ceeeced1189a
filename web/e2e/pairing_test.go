package e2e

import (
	"strings"
	"testing"
)

// pairing: somebody who buys and sells says so with a code from his account's page, and cannot bid on his own lot.
func pairing(t *testing.T, w *world) {
	karl := w.tab(t, w.market)
	karl.as(w.bidder(t, "Karl", GoodCard))
	shop := w.stall(t, "Karl’s attic", map[string]string{
		"Attic.png":              pixels(14),
		"Attic.png.listing.yaml": "title: View from the attic\nauction:\n  start: \"4.00\"\n  duration: 48h\n",
	})
	lot := w.lot(t, "View from the attic")
	karl.open(lot)
	bid(karl, "5.00") // nobody knows yet
	karl.reads("#you", "You lead")

	karl.open("/account")
	karl.click(`form[action="/account/pair"] button`)
	karl.reads("main", "Type this on the computer that you sell from")
	code := value[string](karl, `document.getElementById("code").textContent`)
	if out, ok := shop.types(t, "pair", code); !ok || !strings.Contains(out, "k***@example.com") {
		t.Fatalf("pair %s = %t %s", code, ok, out)
	}
	if out, ok := shop.types(t, "pair", code); ok || !strings.Contains(out, "was used already") {
		t.Errorf("pair %s again = %t %s", code, ok, out)
	}
	karl.opens("/account", "main", "You cannot bid on or buy what these sell")
	karl.opens(lot, "#act", "This is your own lot")
	karl.reads("#about", "The seller voided the bids of")
	karl.reads("#history", "Nobody has bid yet")
	karl.sees("no form", `!document.querySelector("#act form")`)
}
