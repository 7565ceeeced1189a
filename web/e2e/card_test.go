package e2e

import "testing"

// absent: the bank of a saved card wants its owner to confirm what he has won. He pays on the payment page, where the
// bank asks.
func absent(t *testing.T, w *world) {
	who := w.bidder(t, "Carla", AskingCard)
	w.stall(t, "Night Desk", map[string]string{
		"Owls.png":              pixels(61),
		"Owls.png.listing.yaml": "title: Owls at the lamp\nauction:\n  start: \"7.00\"\n  duration: 6s\n  soft_close: 1s\n",
	})
	lot := w.lot(t, "Owls at the lamp")
	b := w.tab(t, w.market)
	b.as(who)
	b.open(lot)
	if _, err := who.Bid(within(t), lot, "9.00"); err != nil {
		t.Fatal(err)
	}
	b.reads("#you", "You won")
	b.click(`#you a[href^="/orders/"]`)
	b.reads("#order", "Your bank wants you to confirm this payment yourself.")
	b.reads("#order", "Nothing was charged.")
	b.click("#pay")
	putCard(b, AskingCard)
	b.reads("#bank", "Your bank asks")
	b.click(`button[value="deny"]`)
	b.reads(`[role="alert"]`, "unable to authenticate")
	putCard(b, AskingCard)
	b.click(`button[value="confirm"]`)
	b.reads("#order", "Ready to download")
}
