package e2e

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// A gallery is a market in which enough has happened for every page to have something on it.
type gallery struct {
	buyer, rival, poor            Person // poor has no card
	auction, direct               string // paths of lots; the buyer is outbid in the auction
	haggled, named                string // paths of lots: one that hears offers, one whose buyers name the price
	payable, delivering, captured string // paths of the buyer's orders
	till, cardPage                string // addresses of the payment provider's pages
	entry                         string // path of a blacklist entry
}

// newGallery opens two stalls, has people bid and buy, and a moderator write an entry that holds a listing.
func newGallery(t *testing.T, w *world) *gallery {
	t.Helper()
	mina := w.robot(t, w.console)
	door, err := mina.Get(within(t), "/")
	if err == nil {
		_, err = mina.Submit(within(t), door, "/sign-in", map[string]string{"name": moderator, "token": token})
	}
	s := &story{moderator: mina}
	if err == nil {
		err = s.addEntry(within(t), "Velvet Causeway", "Salt")
	}
	if err != nil {
		t.Fatal(err)
	}
	w.stall(t, "Ina Sørensen", paintings)
	w.stall(t, "Archive Nine", records)

	g := &gallery{
		buyer: w.person(t, "Dana"), rival: w.person(t, "Emil"), poor: w.person(t, "Petra"),
		auction: w.lot(t, "Harbour at dawn, 61 megapixels"), direct: w.lot(t, "Rain on a tin roof"),
		haggled: w.lot(t, "Typeface study: Lindau Grotesk"), named: w.lot(t, "Letters 1911–1914"),
	}
	for _, b := range []struct {
		who Person
		max string
	}{{g.rival, "32"}, {g.buyer, "45"}, {g.rival, "60"}, {g.buyer, "71"}, {g.rival, "84"}} {
		if _, err := b.who.Bid(within(t), g.auction, b.max); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.rival.Bid(within(t), w.lot(t, "Night train, super 8 scan"), "25"); err != nil {
		t.Fatal(err)
	}
	if asked, err := g.poor.Get(within(t), "/card"); err != nil {
		t.Fatal(err)
	} else if open, err := g.poor.Submit(within(t), asked, "/card", nil); err != nil {
		t.Fatal(err)
	} else {
		g.cardPage = open.Data("card-url")
	}
	g.buyThree(t, w)
	page, err := g.buyer.Get(within(t), g.auction)
	if err == nil {
		_, err = g.buyer.Submit(within(t), page, "/watching", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	entries, err := mina.Get(within(t), "/entries")
	if err != nil {
		t.Fatal(err)
	}
	g.entry = entries.Link("/entries/")
	if _, err := mina.Await(within(t), "/queue", "a held listing", func(p *Page) bool { return p.Says("Causeway") }); err != nil {
		t.Fatal(err)
	}
	return g
}

// buyThree makes three orders of the buyer: one to pay, one to fetch, and one that is done.
func (g *gallery) buyThree(t *testing.T, w *world) {
	t.Helper()
	var err error
	for title, order := range map[string]*string{"Rain on a tin roof": &g.payable, "Letters 1911–1914": &g.delivering, "River levels, 1950 to 2020": &g.captured} {
		if *order, err = g.buyer.Buy(within(t), w.lot(t, title)); err != nil {
			t.Fatal(err)
		}
	}
	for _, order := range []string{g.delivering, g.captured} {
		if _, err := g.buyer.Pay(within(t), order, GoodCard); err != nil {
			t.Fatal(err)
		}
		if _, err := g.buyer.AwaitOrder(within(t), order, "delivering"); err != nil {
			t.Fatal(err)
		}
	}
	done, err := g.buyer.Get(within(t), g.captured)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(w.program, "fetch", done.Data("link"), "--out", filepath.Join(t.TempDir(), "levels")).CombinedOutput(); err != nil {
		t.Fatalf("fetch: %v\n%s", err, out)
	}
	if _, err := g.buyer.AwaitOrder(within(t), g.captured, "captured"); err != nil {
		t.Fatal(err)
	}
	open, err := g.buyer.Await(within(t), g.payable, "the payment page", func(p *Page) bool { return p.Data("pay-url") != "" })
	if err != nil {
		t.Fatal(err)
	}
	g.till = open.Data("pay-url")
}

// What the gallery's sellers offer.
var (
	paintings = map[string]string{
		"harbour-dawn.png": pixels(41),
		"harbour-dawn.png.listing.yaml": "title: Harbour at dawn, 61 megapixels\ntags: [harbour, dawn, photograph]\n" +
			"description: |\n  The first light over the breakwater, from a tripod on the ice.\n\n  Sixteen bits a channel, as the camera wrote them. One copy will ever be sold.\n" +
			"auction:\n  start: \"20.00\"\n  reserve: \"50.00\"\n  duration: 26h\n  soft_close: 2m\n",
		"night-train.mp4": "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + noise(90_000, 42),
		"night-train.mp4.listing.yaml": "title: Night train, super 8 scan\ndescription: Three minutes between two stations, scanned frame by frame.\n" +
			"auction:\n  start: \"18.00\"\n  duration: 3h\n",
		"lindau.pdf":              "%PDF-1.4\n" + noise(60_000, 43),
		"lindau.pdf.listing.yaml": "title: \"Typeface study: Lindau Grotesk\"\nprice: \"14.00\"\nedition: 50\noffers: yes\ncodes: [{code: lindau, off: 25%}]\n",
		"봄날.wav":                  wave(44),
		"봄날.wav.listing.yaml":     "title: 봄날의 노래 (WAV, 24 bit)\nprice: \"4500\"\ncurrency: KRW\n",
	}
	records = map[string]string{
		"rain.wav":                 wave(51),
		"rain.wav.listing.yaml":    "title: Rain on a tin roof\ndescription: A field recording, made in one take.\nprice: \"2.50\"\n",
		"letters.txt":              "My dear sister,\nthe harbour froze on Sunday.\n",
		"letters.txt.listing.yaml": "title: Letters 1911–1914, transcribed\nprice: \"6.00\"\nleast: \"2.00\"\n",
		"levels.csv":               "day,cm\n1950-01-01,312\n1950-01-02,318\n",
		"levels.csv.listing.yaml":  "title: River levels, 1950 to 2020\nprice: \"9.00\"\n",
		"stems.zip":                "PK\x03\x04" + noise(400_000, 54),
		"stems.zip.listing.yaml":   "title: Stems of an unreleased harbour song\nauction:\n  start: \"35.00\"\n  duration: 80h\n",
		"cover.txt":                "Velvet Causeway – Salt, the lyrics\n",
		"cover.txt.listing.yaml":   "title: Velvet Causeway – Salt (lyrics)\nprice: \"1.00\"\n",
	}
)
