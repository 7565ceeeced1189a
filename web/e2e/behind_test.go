package e2e

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"lightshare/events/sealed"
)

const reelSize = 24 << 20 // bytes

// sentLine is what an agent logs of a request that it answered to the end.
var sentLine = regexp.MustCompile(`msg="file sent" .* from=(\d+) bytes=(\d+) complete=true`)

// behind: nothing gets through to the seller's computer from outside, and it loses its power in the middle; the buyer's
// browser receives the file all the same, and no record twice.
func behind(t *testing.T, w *world) {
	reel := noise(reelSize, 31)
	seller := w.stall(t, "Attic Film Club", map[string]string{
		"Attic reel.mov":              reel,
		"Attic reel.mov.listing.yaml": "title: Attic reel\nprice: \"7.00\"\n",
	}, "--http", "off", "--https", "off")
	if said, ok := seller.types(t, "limits", "--rate", "6"); !ok {
		t.Fatal(said)
	}
	buyer := w.person(t, "Noor")
	order, err := buyer.Buy(within(t), w.lot(t, "Attic reel"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := buyer.Pay(within(t), order, GoodCard); err != nil {
		t.Fatal(err)
	}
	b := w.tab(t, w.market)
	b.as(buyer)
	b.open(order)
	b.click("#save")
	b.reads("#transfer", "Downloading, direct")
	b.sees("a third of it", `document.getElementById("checked").value > 0.33`)
	seller.Kill()
	killed := time.Now()
	b.reads("#transfer", "The seller’s computer does not answer. The download goes on by itself")
	t.Logf("the page noticed after %.1f s that the agent was killed", time.Since(killed).Seconds())
	size := sealed.SealedSize(reelSize)
	kept := int64(math.Round(value[float64](b, `document.getElementById("checked").value`) * float64(size)))
	if err := seller.Start(within(t)); err != nil {
		t.Fatal(err)
	}
	b.sees("the end of the download", `document.getElementById("transfer").dataset.transfer === "done"`)
	if got := b.received("Attic reel.mov", reelSize); !bytes.Equal(got, []byte(reel)) {
		t.Error("the file on the buyer's disk differs from the seller's")
	}
	sent := sentLine.FindAllStringSubmatch(seller.said.String(), -1)
	if want := []string{fmt.Sprint(kept), fmt.Sprint(size - kept)}; len(sent) != 1 || sent[0][1] != want[0] || sent[0][2] != want[1] || kept%sealed.SealedRecordSize != 0 {
		t.Errorf("the agent that came back sent %q, want the bytes from %s on, %s of them", sent, want[0], want[1])
	}
}

// relayOnly has a page's connections take no way but the relay, as if both routers let nothing through.
const relayOnly = `{
	const Direct = RTCPeerConnection;
	window.RTCPeerConnection = function (config) { return new Direct({ ...config, iceTransportPolicy: "relay" }); };
}`

// relayed: where no direct way leads from the buyer to the seller, the market's relay carries the file, and the page says so.
func relayed(t *testing.T, w *world) {
	tape := noise(6<<20, 32)
	w.stall(t, "Cellar Tapes", map[string]string{
		"Cellar tape.wav": tape, "Cellar tape.wav.listing.yaml": "title: Cellar tape\nprice: \"3.00\"\n",
	}, "--http", "off", "--https", "off")
	buyer := w.person(t, "Ilse")
	order, err := buyer.Buy(within(t), w.lot(t, "Cellar tape"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := buyer.Pay(within(t), order, GoodCard); err != nil {
		t.Fatal(err)
	}
	b := w.tab(t, w.market)
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: relayOnly}); err != nil {
		t.Fatal(err)
	}
	b.as(buyer)
	b.open(order)
	b.click("#save")
	b.sees("that it is relayed", `document.getElementById("fetch").dataset.way === "relayed"`)
	if got := b.received("Cellar tape.wav", len(tape)); !bytes.Equal(got, []byte(tape)) {
		t.Error("the file on the buyer's disk differs from the seller's")
	}
}
