package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// word: a seller does things to his lot from the command line, and a bidder who has its page open sees each of them.
func word(t *testing.T, w *world) {
	ann := w.tab(t, w.market)
	ann.as(w.bidder(t, "Astrid", GoodCard))
	pier := w.stall(t, "South Pier Studio", map[string]string{
		"Ice on the pier.png":              pixels(12),
		"Ice on the pier.png.listing.yaml": "title: Ice on the pier\nauction:\n  start: \"10.00\"\n  reserve: \"90.00\"\n  duration: 48h\n",
	})
	other := w.stall(t, "West Pier Studio", nil)
	lot := w.lot(t, "Ice on the pier")
	say := func(want string, args ...string) {
		t.Helper()
		if out, ok := pier.types(t, append([]string{"lot"}, args...)...); !ok || !strings.Contains(out, want) {
			t.Fatalf("lot %q = %t\n%s\nwant %q", args, ok, out, want)
		}
	}
	rival := w.person(t, "Rasmus")
	if _, err := rival.Bid(within(t), lot, "20.00"); err != nil {
		t.Fatal(err)
	}
	ann.open(lot)
	rivals := value[string](ann, `document.querySelector("#history tbody td").textContent`)
	bid(ann, "31.00")
	ann.reads("#you", "The reserve is not met yet")
	ann.mark()

	say("dated", "add", w.market+lot, "The print is signed.")
	ann.reads("#about", "The print is signed.")
	say("lower", "reserve", w.market+lot, "30")
	ann.reads("#deal", "Reserve met")
	say("void", "cancel-bidder", w.market+lot, rivals, "--reason", "Resells them.", "--yes")
	ann.sees("the voided bids gone", fmt.Sprintf(`!document.getElementById("history").textContent.includes(%q)`, rivals))
	ann.reads("#about", "The seller voided the bids of "+rivals)
	if out, ok := other.types(t, "lot", "end", w.market+lot, "--yes"); ok || !strings.Contains(out, "Only the seller") {
		t.Errorf("another seller ends the lot: %t %s", ok, out)
	}
	say("sold to the leader", "end", w.market+lot, "--sell", "--yes")
	ann.reads("#you", "You won")
	ann.reads("#about", "The seller ended the auction early and sold to the highest bidder.")
	if !ann.unmoved() {
		t.Error("what the seller did showed only on a page that was loaded anew")
	}
	says, err := rival.Await(within(t), "/notices", "the reason", func(p *Page) bool { return p.Says("Resells them.") })
	if err != nil {
		t.Fatalf("%v: %v", says, err)
	}
}
