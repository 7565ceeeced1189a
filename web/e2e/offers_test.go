package e2e

import (
	"strings"
	"testing"
)

// haggle: a buyer offers less for a file, the seller names another price, they agree and it is paid for; another names
// his own price, and a third knows a code.
func haggle(t *testing.T, w *world) {
	lena := w.tab(t, w.market)
	lena.as(w.person(t, "Lena"))
	shop := w.stall(t, "Market Hall Sound", map[string]string{
		"bells.wav":              wave(21),
		"bells.wav.listing.yaml": "title: Bells of the market hall\nprice: \"5.00\"\nedition: 1\noffers: yes\n",
		"organ.wav":              wave(22),
		"organ.wav.listing.yaml": "title: Barrel organ\nprice: \"4.00\"\nleast: \"1.50\"\n",
		"crowd.wav":              wave(23),
		"crowd.wav.listing.yaml": "title: Crowd at noon\nprice: \"3.00\"\ncodes: [{code: noon, off: 50%, once: yes}]\n",
	})
	lot := w.lot(t, "Bells of the market hall")
	lena.open(lot)
	lena.click("#propose-form summary")
	lena.fill("#price", "6")
	lena.click("#propose-form button")
	lena.reads("#price-wrong", "Offer less than the price")
	lena.fill("#price", "3")
	lena.click("#propose-form button")
	lena.reads("main", "An offer is binding")
	lena.click("#confirm")
	lena.reads("#you", "Your offer is with the seller")
	lena.mark()

	out, _ := shop.types(t, "lot", "show", w.market+lot)
	_, rest, _ := strings.Cut(out, "offer     ")
	name, _, _ := strings.Cut(rest, " ")
	if out, ok := shop.types(t, "lot", "counter", w.market+lot, name, "4.20"); !ok {
		t.Fatalf("counter to %q: %s\nafter %s", name, out, rest)
	}
	lena.reads("#you", "The seller would take $4.20")
	if !lena.unmoved() {
		t.Error("the seller's answer showed only on a page that was loaded anew")
	}
	lena.click(`#you button[value="accept"]`)
	lena.reads("#order", "$4.20")
	lena.opens(lot, "#you", "You and the seller agree")
	lena.reads("#state", "Sold out")

	lena.opens(w.lot(t, "Barrel organ"), "#act", "$1.50 or more; the seller suggests $4.00")
	lena.fill("#amount", "1.49")
	lena.click("#act form button")
	lena.reads("#amount-wrong", "The least is $1.50")
	lena.fill("#amount", "7")
	lena.click("#act form button")
	lena.reads("#order", "$7.00")

	lena.open(w.lot(t, "Crowd at noon"))
	lena.click("#code-form summary")
	lena.fill("#code", "noon")
	lena.click("#code-form button")
	lena.reads("#act", "Buy now for $1.50")
	lena.click(`#act form[action$="/buy"] button`)
	lena.reads("#order", "$1.50")
	order := value[string](lena, `location.pathname`)
	lena.opens(order, "#pay", "Pay $1.50")
	payTwice(lena)
	lena.opens(order, "#order", "Ready to download")
	lena.open(w.lot(t, "Crowd at noon") + "?code=noon")
	lena.click(`#act form[action$="/buy"] button`)
	lena.reads("#code-wrong", "does not count any more")
}
