package ui

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"lightshare/events"
	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

// screens is where pictures of every page go, if they are wanted.
var screens = flag.String("screens", "", "folder for pictures of the pages")

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// missing skips a test for which something is not installed; not where everything must be.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; run: make setup", what)
	}
	t.Skipf("%s is missing; run: make setup", what)
}

// A tab is the page in a real browser.
type tab struct {
	t    *testing.T
	ctx  context.Context
	home string

	mu       sync.Mutex
	problems []string // guarded by mu; what the browser complained about
}

// browser starts Chromium without a window.
func browser(t *testing.T) context.Context {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "chromium")
	}
	alloc, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.UserDataDir(t.TempDir()))...)
	t.Cleanup(end)
	ctx, closeAll := chromedp.NewContext(alloc)
	t.Cleanup(closeAll)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// tab lets the browser in by a link, in one more tab. At the end nothing may have gone against the pages' own policy.
func (v *visit) tab(t *testing.T, browser context.Context) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(browser)
	b := &tab{t: t, ctx: ctx, home: v.http.URL}
	t.Cleanup(func() {
		end()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, problem := range b.problems {
			t.Errorf("the browser complained: %s", problem)
		}
	})
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(v.http.URL+"/open?once="+v.desk.gate.code()))
	b.sees("the overview", `location.pathname === "/" && document.getElementById("connection")`)
	return b
}

func (b *tab) hear(event any) {
	problem := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Source != "network" && (e.Entry.Level == "error" || e.Entry.Source == "security") {
			problem = e.Entry.Text + " " + e.Entry.URL
		}
	case *runtime.EventExceptionThrown:
		problem = "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			problem += " " + x.Description
		}
	}
	if problem != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.problems = append(b.problems, problem)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.home + path)) }

// sees waits until the expression is true.
func (b *tab) sees(what, expression string) {
	b.t.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`!!(`+expression+`)`))
		if err == nil && ok {
			return
		}
		if time.Since(began) > patience {
			b.t.Fatalf("one does not see %s: %v\n%s", what, err, value[string](b, `location.href + "\n" + document.body.innerText`))
		}
	}
}

func (b *tab) reads(text string) {
	b.t.Helper()
	b.sees(text, fmt.Sprintf(`document.body.innerText.includes(%q)`, text))
}

func (b *tab) keys(keys string) { b.t.Helper(); b.do(chromedp.KeyEvent(keys)) }

func value[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// dress sets the colour scheme, and lets nothing move.
func (b *tab) dress(scheme string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}); err != nil {
		b.t.Fatal(err)
	}
}

// busy is an agent in the middle of everything.
func busy() *stand {
	s := newStand()
	for i := range 120 {
		s.add("/home/ann/Pictures/for sale", fmt.Sprintf("2026/harbour/IMG_%04d.jpg", i), events.OfferListed, "")
	}
	s.add("/home/ann/Pictures/for sale", "2026/cover.jpg", events.OfferRefused, "This is the title “Salt” of a song by Velvet Causeway that is on the copyright blacklist. It cannot be offered here.")
	s.add("/home/ann/Pictures/for sale", "2026/held.jpg", events.OfferHeld, "It says more than can be compared. A moderator looks at it before it is offered.")
	s.add("/home/ann/Pictures/for sale", "2026/new.jpg", "", "")
	now := time.Now()
	s.settings.Folders = []string{"/home/ann/Pictures/for sale", "/media/disk/Masters"}
	s.settings.Limits = uplink.Limits{Rate: 2_000_000, Buyers: 4, Quiet: uplink.Quiet{From: 22 * 60, To: 6 * 60}}
	price := events.Money{Amount: 1250, Currency: events.USD}
	s.moves = []uplink.Transfer{
		{Order: "order-run", Title: "Harbour at dawn", Size: 80_000_000, Sent: 30_000_000, Rate: 1_200_000, State: uplink.Running, Began: now, Touched: now},
		{Order: "order-wait", Title: "Night train", Size: 9_000_000, State: uplink.Waiting, Began: now, Touched: now},
		{Order: "order-broken", Title: "Rain", Size: 9_000_000, Sent: 4_000_000, State: uplink.Broken, Began: now, Touched: now},
		{Order: "order-sent", Title: "Letters", Size: 9_000_000, Sent: 9_000_000, State: uplink.Sent, Began: now, Touched: now},
	}
	s.sales = []agent.Sale{
		{Order: "order-run", Listing: "abcdefghijklmnop-f1", Title: "Harbour at dawn", Money: &price, Kind: "paid", Text: "Sold", At: now, Size: 80_000_000, Sent: 30_000_000, SentAt: now,
			Steps: []agent.Step{{Kind: "paid", Text: "Sold: the buyer's payment is held. Keep this computer connected so that the file can be fetched.", At: now}}},
		{Order: "order-sent", Title: "Letters", Money: &price, Kind: "captured", Text: "The buyer's card was charged.", At: now},
		{Order: "order-no", Title: "Rain", Kind: "released", At: now},
	}
	s.findings = []agent.Finding{
		{What: "Market", Grade: agent.Well, Says: "It answers."}, {What: "Clock", Grade: agent.Ill, Says: "It is an hour ahead.", Do: "Set it."},
		{What: "Watching", Grade: agent.Strain, Says: "The system's limit is reached.", Do: "Raise it: echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/40-lightshare.conf"},
	}
	s.events = []agent.Event{{Event: agent.Online, At: now}, {Event: agent.Listed, Path: "a.jpg", Title: "a", At: now}}
	s.overview = agent.Overview{
		Seller: "abcdefghijklmnop", Name: "Ann", Market: "http://market.example", Online: true, Since: now, Offered: 4812, Waiting: 12,
		Folders: []share.Status{
			{Dir: "/home/ann/Pictures/for sale", Files: 5001, Offered: 4812, Bytes: 61_000_000_000, Progress: share.Progress{Busy: true}},
			{Dir: "/media/disk/Masters", Away: true},
		},
		Reading: agent.Reading{
			Progress: share.Progress{Busy: true, Files: 3000, Bytes: 30e9, LeftFiles: 2001, LeftBytes: 21e9, Current: "2026/harbour/IMG_3001.jpg"},
			LeftTime: 7 * time.Minute, FilesPer: 31, BytesPer: 310e6,
		},
		Delivery: agent.Delivery{Rate: 1_200_000, Limits: s.settings.Limits}, Transfer: s.moves[:2],
		Troubles: []agent.Trouble{{Folder: "/media/disk/Masters", Path: ".", Text: "the shared folder is away"}, {Folder: "/home/ann", Path: "a.jpg.listing.yaml", Text: `line 3: "prise" is not known here`}},
		Auctions: []agent.Auction{{Listing: "abcdefghijklmnop-f1", Title: "Harbour at dawn", Price: price, Bids: 7, Ends: now.Add(3 * time.Hour)}},
		Today:    agent.Today{Sold: 2, Money: []events.Money{price}},
	}
	return s
}

// off is a new seller whose market is away.
func off() *stand {
	s := newStand()
	s.overview.Online, s.overview.Why = false, "enrol: the market cannot be reached"
	s.overview.Reading.Paused = time.Now().Add(time.Hour)
	s.overview.Delivery.Paused = time.Now().Add(200 * 365 * 24 * time.Hour)
	return s
}

// TestPagesAreFitForEverybody looks at every page, with much on it and with nothing, in each dress: axe-core finds nothing
// wrong, nothing scrolls sideways on a narrow phone, and a first view is light.
func TestPagesAreFitForEverybody(t *testing.T) {
	axe, err := os.ReadFile("../../.test/axe.min.js")
	if err != nil {
		missing(t, "axe-core")
	}
	chromium := browser(t)
	full, empty := newVisit(t, busy()), newVisit(t, off())
	answer, _ := full.ask("POST", "/files/bulk", map[string][]string{"scope": {"all"}, "q": {"harbour"}, "price": {"7.50"}})
	plan := answer.Header.Get("Location")
	file := "/files/abcdefghijklmnop-f120"
	for _, p := range []struct {
		name  string
		visit *visit
		paths []string
	}{
		{"full", full, []string{"/", "/files", "/files?q=nothing", file, plan, "/transfers", "/sales", "/sales/order-run", "/settings", "/doctor", "/nowhere"}},
		{"empty", empty, []string{"/", "/files", "/transfers", "/sales", "/settings", "/doctor"}},
	} {
		b := p.visit.tab(t, chromium)
		for _, at := range p.paths {
			b.open(at)
			value[bool](b, string(axe)+`;true`)
			for _, scheme := range []string{"light", "dark"} {
				b.dress(scheme)
				for _, width := range []int64{1280, 390} {
					b.do(chromedp.EmulateViewport(width, 800))
					for _, fault := range b.faults() {
						t.Errorf("%s %s, %s, %d px wide: %s", p.name, at, scheme, width, fault)
					}
					b.picture(fmt.Sprintf("%s%s-%s-%d.png", p.name, strings.NewReplacer("/", "-", "?", "-").Replace(at), scheme, width))
				}
			}
			b.do(chromedp.EmulateViewport(320, 640))
			if width := value[int](b, `document.documentElement.scrollWidth`); width > 320 {
				t.Errorf("%s %s scrolls sideways on a phone 320 px wide: it takes %d", p.name, at, width)
			}
			b.do(chromedp.EmulateViewport(1280, 800))
			b.weigh(p.visit, at)
		}
		b.open("/?lang=ko")
		b.dress("light")
		for _, at := range p.paths {
			b.open(at)
			for _, width := range []int64{1280, 390, 320} {
				b.do(chromedp.EmulateViewport(width, 800))
				b.picture(fmt.Sprintf("%s%s-ko-%d.png", p.name, strings.NewReplacer("/", "-", "?", "-").Replace(at), width))
			}
			if width := value[int](b, `document.documentElement.scrollWidth`); width > 320 {
				t.Errorf("%s %s in Korean scrolls sideways on a phone 320 px wide: it takes %d", p.name, at, width)
			}
			b.do(chromedp.EmulateViewport(1280, 800))
		}
	}
}

// faults returns what axe-core finds wrong, in words.
func (b *tab) faults() (faults []string) {
	b.t.Helper()
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]byte](`axe.run(document, { resultTypes: ["violations"] }).then(r => r.violations)`, chromedp.EvalAwaitPromise))
	var violations []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	if err == nil {
		err = json.Unmarshal(found, &violations)
	}
	if err != nil {
		b.t.Fatalf("axe: %v", err)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			faults = append(faults, fmt.Sprintf("%s (%s): %s\n%s", v.ID, v.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " ")))
		}
	}
	return faults
}

// budgets are the most bytes, compressed, that a first view may send of each kind.
var budgets = map[string]int{"": 14 << 10, ".css": 12 << 10, ".js": 20 << 10, ".svg": 6 << 10, "all": 60 << 10}

const mostRequests = 8

// weigh adds up what the browser loaded for the page.
func (b *tab) weigh(v *visit, at string) {
	b.t.Helper()
	loaded := value[[]string](b, `performance.getEntriesByType("resource").filter(e => !new URL(e.name).pathname.endsWith("/live")).map(e => new URL(e.name).pathname)`)
	sums := map[string]int{}
	for _, address := range append(loaded, at) {
		_, text := v.ask("GET", address, nil)
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		io.WriteString(z, text)
		z.Close()
		kind := path.Ext(strings.SplitN(address, "?", 2)[0])
		sums[kind] += out.Len()
		sums["all"] += out.Len()
	}
	b.t.Logf("%s: %d requests, compressed bytes %v", at, len(loaded)+1, sums)
	if len(loaded)+1 > mostRequests {
		b.t.Errorf("%s leads to %d requests, want at most %d: %v", at, len(loaded)+1, mostRequests, loaded)
	}
	for kind, most := range budgets {
		if sums[kind] > most {
			b.t.Errorf("%s loads %d bytes of %q, want at most %d", at, sums[kind], kind, most)
		}
	}
}

// picture saves what the page looks like, if pictures are wanted.
func (b *tab) picture(name string) {
	b.t.Helper()
	if *screens == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(*screens, name), png, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// TestListingIsEditedByKeys: from the overview to a saved title, without a pointer.
func TestListingIsEditedByKeys(t *testing.T) {
	s := newStand()
	id := s.add("/pics", "a.jpg", events.OfferListed, "")
	b := newVisit(t, s).tab(t, browser(t))
	tabTo := func(what, selector string) {
		t.Helper()
		for range 60 {
			b.keys("\t")
			if value[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
				if !value[bool](b, `getComputedStyle(document.activeElement).outlineStyle !== "none" || document.activeElement.matches("input[type=radio], input[type=checkbox]")`) {
					t.Errorf("one does not see that %s has the focus", what)
				}
				return
			}
		}
		t.Fatalf("%s is not reached by the tab key", what)
	}
	tabTo("the files", `nav a[href="/files"]`)
	b.keys("\r")
	b.reads("1 to 1 of 1 file")
	tabTo("the file", `a[href="/files/`+string(id)+`"]`)
	b.keys("\r")
	b.sees("the form", `document.getElementById("draft")`)
	tabTo("the title", "#title")
	value[bool](b, `document.activeElement.select() || true`)
	b.keys("Dawn\r")
	b.reads("Saved.")
	if got := s.Find(agent.Query{}).Files[0].Listing.Title; got != "Dawn" {
		t.Errorf("title = %q, want Dawn", got)
	}
}

// TestTabsShareOneStream: eight tabs have one stream between them, all are kept up to date, and another one takes over
// when the one that has it is closed.
func TestTabsShareOneStream(t *testing.T) {
	s := newStand()
	v := newVisit(t, s)
	var mu sync.Mutex
	open := 0 // guarded by mu; streams
	inner := v.http.Config.Handler
	v.http.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/live" {
			mu.Lock()
			open++
			mu.Unlock()
			defer func() { mu.Lock(); open--; mu.Unlock() }()
		}
		inner.ServeHTTP(w, r)
	})
	chromium := browser(t)
	var tabs []*tab
	for range 8 {
		tabs = append(tabs, v.tab(t, chromium))
	}
	shows := func(name string, online bool) {
		s.mu.Lock()
		s.overview.Online, s.overview.Why = online, name
		s.mu.Unlock()
		for _, b := range tabs {
			b.sees("the news "+name, fmt.Sprintf(`document.getElementById("connection").innerText.includes(%q)`, name))
		}
		mu.Lock()
		defer mu.Unlock()
		if open != 1 {
			t.Errorf("%d streams are open for %d tabs, want 1", open, len(tabs))
		}
	}
	shows("Away for the first time", false)
	tabs[0].open("/nowhere") // a page of the same browser, which asks anew
	tabs[0].do(chromedp.Navigate("about:blank"))
	tabs = tabs[1:]
	shows("Away for the second time", false)
}

// TestListFollowsTheDisk: a new file appears on an open list without being asked for, but not under somebody's hands.
func TestListFollowsTheDisk(t *testing.T) {
	s := newStand()
	s.add("/pics", "a.jpg", events.OfferListed, "")
	s.overview.Folders = []share.Status{{Dir: "/pics", Version: 1}}
	b := newVisit(t, s).tab(t, browser(t))
	b.open("/files")
	b.reads("1 to 1 of 1 file")
	grow := func(name string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.add("/pics", name, events.OfferListed, "")
		s.overview.Folders = []share.Status{{Dir: "/pics", Version: s.overview.Folders[0].Version + 1}}
	}
	time.Sleep(3 * glance) // the first frame says where the page stands
	grow("b.jpg")
	b.reads("1 to 2 of 2 files")
	value[bool](b, `document.querySelector("input[name=id]").click() || true`)
	grow("c.jpg")
	time.Sleep(3 * glance)
	if !value[bool](b, `document.querySelector("input[name=id]").checked && document.body.innerText.includes("of 2 files")`) {
		t.Error("the list changed under the hands of somebody who was choosing")
	}
}
