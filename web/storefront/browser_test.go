package storefront

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
	"lightshare/web/checkout"
)

// A tab is a page in a real browser, signed in as a visitor.
type tab struct {
	*world
	ctx    context.Context
	folder string      // where downloads go
	saved  chan string // the path of each download that the browser says it has finished
}

func (v *visitor) tab() *tab {
	v.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(v)), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.UserDataDir(v.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	v.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(alloc)
	v.Cleanup(closeTab)
	t := &tab{v.world, ctx, v.TempDir(), make(chan string, 8)}
	t.do(chromedp.Navigate("about:blank"))
	home, _ := url.Parse(v.server.URL)
	for _, c := range v.Jar.Cookies(home) {
		if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, Domain: home.Hostname(), Path: "/"}); err != nil {
			v.Fatal(err)
		}
	}
	if _, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: t.folder, EventsEnabled: new(true)}); err != nil {
		v.Fatal(err)
	}
	err := chromedp.ListenBrowser(ctx, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok && e.State == browser.DownloadProgressStateCompleted {
			t.saved <- e.FilePath
		}
	})
	if err != nil {
		v.Fatal(err)
	}
	return t
}

func (t *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(t.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// says waits until the expression is true in the page.
func (t *tab) says(what, expression string) {
	t.Helper()
	end := time.Now().Add(3 * patience)
	for {
		ok, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		if time.Now().After(end) {
			text, _ := chromedp.Run(t.ctx, chromedp.Evaluate[string](`document.body.innerText`))
			t.Fatalf("the page does not come to say %s (%v):\n%s", what, err, text)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (t *tab) transfer(state string) {
	t.Helper()
	t.says("that the transfer is "+state, `document.getElementById("transfer")?.dataset.transfer === "`+state+`"`)
}

// click waits for the button to be of use.
func (t *tab) click(id string) {
	t.Helper()
	t.says("that "+id+" can be clicked", `(b => b && !b.disabled && !b.hidden)(document.getElementById("`+id+`"))`)
	if _, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool](`document.getElementById("`+id+`").click(), true`)); err != nil {
		t.Fatal(err)
	}
}

// downloaded returns the file of that name once the browser says that it is finished. Its name alone says nothing: the
// browser puts an empty file there first, to keep the name, and writes beside it.
func (t *tab) downloaded(name string) []byte {
	t.Helper()
	path := filepath.Join(t.folder, name)
	select {
	case got := <-t.saved:
		if got != path {
			t.Fatalf("the browser saved %s, want %s", got, path)
		}
	case <-time.After(patience):
		t.Fatalf("waited %s for the browser to save %s", patience, name)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// bought opens the page of an order for the agent's file.
func bought(t *testing.T, a *fakeAgent) *tab {
	w := newWorld(t)
	v := w.open().visitor()
	o := anOrder(v.signIn("ann@example.com"), checkout.Delivering)
	o.Root, o.SealedRoot, o.Size, o.FileName = a.file.Root(), a.file.SealedRoot(), int64(len(a.file.Plain)), "봄 song.wav"
	w.desk.file = a.file
	w.desk.set(o)
	w.desk.at(a.URL)
	tab := v.tab()
	tab.do(chromedp.Navigate(w.server.URL + "/orders/order-1"))
	return tab
}

const someRecords = 40*sealed.RecordSize + 123

func TestDownloadInThePage(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	tab := bought(t, a)
	tab.click("save")
	tab.transfer("done")
	if got := tab.downloaded("봄 song.wav"); !bytes.Equal(got, a.file.Plain) {
		t.Errorf("the saved file has %d bytes and differs from the seller's of %d", len(got), len(a.file.Plain))
	}
	r := openReceipt(t, tab.desk)
	if r.Order != "order-1" || r.Root != a.file.SealedRoot() || r.Bytes != int64(len(a.file.Sealed)) {
		t.Errorf("receipt = %+v, want one for order-1, %s and %d bytes", r, a.file.SealedRoot(), len(a.file.Sealed))
	}
	tab.says("that all is saved", `document.getElementById("saved").value === 1 && document.getElementById("checked").value === 1`)
}

// The file opens once it is paid for, and not before; who comes back then needs neither the seller nor the bytes again.
func TestOpensOnceItIsPaid(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	tab := bought(t, a)
	tab.desk.mu.Lock()
	tab.desk.unpaid = 1_000_000
	tab.desk.mu.Unlock()
	tab.click("save")
	tab.transfer("paying")
	if names, err := os.ReadDir(tab.folder); err != nil || len(names) != 0 {
		t.Errorf("saved before it was paid for: %v, %v", names, err)
	}
	tab.do(chromedp.Reload())
	a.Close()
	tab.desk.mu.Lock()
	tab.desk.unpaid = 3
	tab.desk.mu.Unlock()
	tab.click("save")
	tab.transfer("done")
	if got := tab.downloaded("봄 song.wav"); !bytes.Equal(got, a.file.Plain) {
		t.Error("the file that was opened later differs from the seller's")
	}
	if asked := a.asked(); len(asked) != 1 {
		t.Errorf("the agent was asked for %q, want everything once", asked)
	}
}

// What opens to something else than was offered is not saved, and the page proves it.
func TestOpensToSomethingElse(t *testing.T) {
	promised := make([]byte, someRecords)
	other := bytes.Clone(promised)
	other[17*sealed.RecordSize] = 1
	honest := sealedtest.Seal(promised)
	lie := slices.Clone(honest.Leaves)
	lie[3][3] ^= 1
	wrongKey := honest
	wrongKey.Key = sealed.NewKey()
	for name, file := range map[string]sealedtest.File{
		"one byte": sealedtest.Fraud(promised, other, honest.Leaves), "its leaves": sealedtest.Fraud(promised, promised, lie), "another key": wrongKey,
	} {
		tab := bought(t, newAgentOf(t, file))
		tab.click("save")
		tab.transfer("failed")
		tab.says("what becomes of the money", `document.getElementById("transfer").textContent.includes("your money is given back")`)
		tab.desk.mu.Lock()
		if tab.desk.proofs != 1 {
			t.Errorf("%s: %d proofs that hold, want one", name, tab.desk.proofs)
		}
		tab.desk.mu.Unlock()
		if names, err := os.ReadDir(tab.folder); err != nil || len(names) != 0 {
			t.Errorf("%s: saved %v, %v", name, names, err)
		}
	}
}

// A seller who goes away in the middle costs at most a record, and nobody has to click.
func TestDownloadGoesOn(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	a.cutAt = 25*sealed.SealedRecordSize + 77
	tab := bought(t, a)
	a.mu.Lock()
	a.onBreak = func() {
		tab.says("that 25 of 41 records are checked", `document.getElementById("checked").value > 0.6`)
		tab.desk.setAway(true)
	}
	a.mu.Unlock()
	tab.click("save")
	tab.transfer("waiting")
	tab.do(chromedp.Reload()) // even a closed page forgets nothing
	tab.click("save")
	tab.transfer("waiting")
	tab.desk.setAway(false)
	tab.transfer("done")
	if got := tab.downloaded("봄 song.wav"); !bytes.Equal(got, a.file.Plain) {
		t.Error("the file that arrived in two parts differs from the seller's")
	}
	if asked := a.asked(); len(asked) != 2 || asked[1] != "bytes=1638400-" {
		t.Errorf("the agent was asked for %q, want all and then from record 25 on", asked)
	}
	openReceipt(t, tab.desk)
}

// A record that is not what was offered is not kept, and nothing is signed.
func TestDownloadOfSomethingElse(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	a.spoil = 30*sealed.SealedRecordSize + 5
	tab := bought(t, a)
	tab.click("save")
	tab.transfer("failed")
	tab.says("which record", `document.getElementById("transfer").textContent.startsWith("Record 31 ")`)
	tab.desk.mu.Lock()
	defer tab.desk.mu.Unlock()
	if len(tab.desk.receipts) != 0 {
		t.Error("a receipt was signed for a file that is not what was offered")
	}
	if asked := a.asked(); len(asked) != badTries {
		t.Errorf("the agent was asked %d times, want %d", len(asked), badTries)
	}
}

// badTries is how often download.js asks for a record that does not check out.
const badTries = 3

func TestPauseAndContinue(t *testing.T) {
	a := newFakeAgent(t, someRecords)
	tab := bought(t, a)
	tab.desk.setAway(true)
	tab.click("save")
	tab.transfer("waiting")
	tab.click("pause")
	tab.transfer("paused")
	tab.desk.setAway(false)
	tab.click("resume")
	tab.transfer("done")
}

func TestEmptyFile(t *testing.T) {
	a := newFakeAgent(t, 0)
	tab := bought(t, a)
	tab.click("save")
	tab.transfer("done")
	if r := openReceipt(t, tab.desk); r.Bytes != 0 || r.Root != a.file.SealedRoot() {
		t.Errorf("receipt = %+v, want one for nothing", r)
	}
}

// What is typed survives what others do meanwhile, and being outbid shows without a reload.
func TestOutbidInThePage(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	s := o.Standing
	s.Version, s.Price, s.Bids, s.Next, s.Leader = 2, 500, 1, 550, me
	w.stand(s)
	tab := v.tab()
	tab.do(chromedp.Navigate(w.server.URL + "/lots/" + picture))
	tab.says("that she leads", `document.getElementById("you").dataset.part === "leading"`)
	if _, err := chromedp.Run(tab.ctx, chromedp.Evaluate[bool](`(e => { e.focus(); e.value = "77"; return true })(document.getElementById("max"))`)); err != nil {
		t.Fatal(err)
	}
	s.Version, s.Price, s.Bids, s.Next, s.Leader, s.Outbid, s.BuyNow = 3, 900, 2, 950, "ben", me, 0
	w.stand(s)
	tab.says("that she is outbid", `document.getElementById("you").dataset.part === "outbid" && document.title.startsWith("Outbid! ")`)
	tab.says("the new least bid", `document.getElementById("least").textContent === "Bid $9.50 or more"`)
	tab.says("what she typed", `document.getElementById("max").value === "77" && document.activeElement.id === "max"`)

	o.Version, o.Title = 4, `Harbour <at> "noon"`
	o.Standing = s
	w.publish(o)
	tab.says("the new title", `document.querySelector("h1").textContent === 'Harbour <at> "noon"'`)
}

// The page that a stranger fills keeps to its own policy: nothing is refused by it, and nothing foreign runs.
func TestPolicyHolds(t *testing.T) {
	w := newWorld(t)
	o := w.saleOffer()
	o.Title = `<img src=x onerror="document.title='owned'">`
	w.publish(o)
	v := w.open().visitor()
	tab := v.tab()
	for _, path := range []string{"/", "/lots/" + song, "/search?q=" + url.QueryEscape(o.Title), "/sign-in"} {
		tab.do(chromedp.Navigate(w.server.URL + path))
		title, err := chromedp.Run(tab.ctx, chromedp.Evaluate[string](`document.title`))
		if err != nil || strings.HasPrefix(title, "owned") {
			t.Errorf("title of %s = %q (%v)", path, title, err)
		}
		tab.says("its style", `getComputedStyle(document.body).display === "flex"`)
	}
}
