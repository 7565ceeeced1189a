package storefront

import (
	"bytes"
	"cmp"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"lightshare/events/peer"
	"lightshare/events/sealed"
)

// nowhere is an address at which nothing listens.
const nowhere = "http://127.0.0.1:1"

// overWebRTC makes the agent reachable through the market alone, from now on.
func (a *fakeAgent) overWebRTC(t *tab) *peer.Host {
	t.Helper()
	host, err := peer.NewHost(a.Config.Handler, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(host.Close)
	t.desk.at(nowhere)
	t.desk.mu.Lock()
	t.desk.peers = host
	t.desk.mu.Unlock()
	return host
}

func TestDownloadOverWebRTC(t *testing.T) {
	a := newFakeAgent(t, 3*peer.Window+123) // more than is ever under way
	tab := bought(t, a)
	a.overWebRTC(tab)
	tab.click("save")
	tab.says("that it comes directly", `document.getElementById("fetch").dataset.way === "direct" && document.getElementById("fetch").dataset.over === "line"`)
	tab.transfer("done")
	if got := tab.downloaded("봄 song.wav"); !bytes.Equal(got, a.file.Plain) {
		t.Errorf("the saved file has %d bytes and differs from the seller's of %d", len(got), len(a.file.Plain))
	}
	openReceipt(t, tab.desk)
}

// An agent that goes away in the middle and comes back as another process is asked for what is missing, and no more; also
// by a page that was loaded anew meanwhile.
func TestDownloadOverWebRTCGoesOn(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	a.cutAt = 25*sealed.SealedRecordSize + 77
	tab := bought(t, a)
	first := a.overWebRTC(tab)
	broken := make(chan struct{})
	a.mu.Lock()
	a.onBreak = func() {
		tab.says("that 25 of 41 records are checked", `document.getElementById("checked").value > 0.6`)
		tab.desk.setAway(true)
		go func() { first.Close(); close(broken) }()
	}
	a.mu.Unlock()
	tab.click("save")
	tab.transfer("waiting")
	<-broken
	tab.do(chromedp.Reload())
	tab.click("save")
	tab.transfer("waiting")
	a.overWebRTC(tab)
	tab.desk.setAway(false)
	tab.transfer("done")
	if got := tab.downloaded("봄 song.wav"); !bytes.Equal(got, a.file.Plain) {
		t.Error("the file that arrived in two parts differs from the seller's")
	}
	if asked := a.asked(); len(asked) != 2 || asked[1] != "bytes=1638400-" {
		t.Errorf("the agent was asked for %q, want all and then from record 25 on", asked)
	}
}

// What a record holds is looked at whichever way it came.
func TestDownloadOfSomethingElseOverWebRTC(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	a.spoil = 30*sealed.SealedRecordSize + 5
	tab := bought(t, a)
	a.overWebRTC(tab)
	tab.click("save")
	tab.transfer("failed")
	tab.says("which record", `document.getElementById("transfer").textContent.startsWith("Record 31 ")`)
	tab.desk.mu.Lock()
	defer tab.desk.mu.Unlock()
	if len(tab.desk.receipts) != 0 {
		t.Error("a receipt was signed for a file that is not what was offered")
	}
}

// An address that takes the request and says nothing holds nobody up.
func TestDownloadPastAnAddressThatIsSilent(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	tab := bought(t, a)
	a.overWebRTC(tab)
	asked := make(chan struct{}, 10)
	silent := newSilent(t, asked)
	tab.desk.at(silent)
	tab.click("save")
	<-asked
	tab.transfer("done")
	if got := tab.downloaded("봄 song.wav"); !bytes.Equal(got, a.file.Plain) {
		t.Error("the saved file differs from the seller's")
	}
}

// newSilent returns the address of a server that never answers while the test runs.
func newSilent(t *testing.T, asked chan<- struct{}) string {
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-over
	}))
	t.Cleanup(func() { close(over); s.Close() })
	return s.URL
}

// Where an address answers, nothing is relayed or squeezed through a data channel.
func TestAddressIsPreferred(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	tab := bought(t, a)
	a.overWebRTC(tab)
	tab.desk.at(a.URL)
	tab.click("save")
	tab.transfer("done")
	tab.says("that the address was used", `document.getElementById("fetch").dataset.over === "address" && document.getElementById("fetch").dataset.way === "direct"`)
}

// manyRecords are enough for two connections at once.
const manyRecords = 33 << 20

// countPeers has a page count the connections that it opens.
const countPeers = `{
	window.connections = 0;
	const Connection = RTCPeerConnection;
	window.RTCPeerConnection = function (...args) { connections++; return new Connection(...args); };
}`

// A large file comes over several connections at once, each of its bytes over one of them; and when the agent goes away in the
// middle, what was checked by then is not asked for again, in whichever order it came.
func TestDownloadOverSeveralConnections(t *testing.T) {
	a := newFakeAgent(t, manyRecords)
	tab := bought(t, a)
	if _, err := chromedp.Run(tab.ctx, chromedp.Evaluate[bool](countPeers+`true`)); err != nil {
		t.Fatal(err)
	}
	first := a.overWebRTC(tab)
	a.mu.Lock()
	a.most = 4 // a part of the file, however fast it comes
	a.mu.Unlock()
	tab.click("save")
	tab.says("that a part is checked, over two connections", `connections > 1 && document.getElementById("checked").value > 0.2`)
	tab.desk.setAway(true)
	first.Close()
	tab.transfer("waiting")
	before := a.asked()
	kept, err := chromedp.Run(tab.ctx, chromedp.Evaluate[float64](`document.getElementById("checked").value`))
	if err != nil {
		t.Fatal(err)
	}
	a.mu.Lock()
	a.most = 0
	a.mu.Unlock()
	a.overWebRTC(tab)
	tab.desk.setAway(false)
	tab.transfer("done")
	if got := tab.downloaded("봄 song.wav"); !bytes.Equal(got, a.file.Plain) {
		t.Error("the saved file differs from the seller's")
	}
	size := int64(len(a.file.Sealed))
	again := spansOf(t, a.asked()[len(before):], size)
	var sum int64
	for i, s := range again {
		if sum += s[1] - s[0]; i > 0 && s[0] < again[i-1][1] {
			t.Errorf("bytes %d to %d were asked for twice: %v", s[0], again[i-1][1], again)
		}
	}
	if want := size - int64(math.Round(kept*float64(size))); sum != want || kept == 0 || kept == 1 {
		t.Errorf("asked for %d bytes of %d when %d were missing", sum, size, want)
	}
	if len(before) < 2 {
		t.Errorf("asked for %q, want several pieces at once", before)
	}
	openReceipt(t, tab.desk)
}

// spansOf returns where each range begins and ends, in order.
func spansOf(t *testing.T, ranges []string, size int64) [][2]int64 {
	t.Helper()
	var all [][2]int64
	for _, r := range ranges {
		from, to := int64(0), size-1
		if n, _ := fmt.Sscanf(r, "bytes=%d-%d", &from, &to); n == 0 {
			t.Fatalf("asked for %q", r)
		}
		all = append(all, [2]int64{from, to + 1})
	}
	slices.SortFunc(all, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	return all
}
