package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
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

// A tab is the console in a real browser, where a moderator has signed in.
type tab struct {
	t    *testing.T
	ctx  context.Context
	home string

	mu       sync.Mutex
	problems []string // guarded by mu; what the browser complained about
}

// browse starts Chromium without a window and opens the console as the site's moderator. At the end of the test nothing
// may have gone against the pages' own policy.
func (s *site) browse() *tab {
	s.t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		missing(s.t, "chromium")
	}
	alloc, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.UserDataDir(s.t.TempDir()))...)
	s.t.Cleanup(end)
	ctx, closeAll := chromedp.NewContext(alloc)
	s.t.Cleanup(closeAll)
	b := &tab{t: s.t, ctx: ctx, home: s.url}
	s.t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, problem := range b.problems {
			s.t.Errorf("the browser complained: %s", problem)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		s.t.Fatalf("start chromium: %v", err)
	}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		s.t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(1280, 900))
	b.dress("light")
	return b
}

// enter gives the browser the session that the site's client has.
func (b *tab) enter(s *site) {
	b.t.Helper()
	s.signIn()
	for _, c := range s.client.Jar.Cookies(s.home()) {
		if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: s.url}); err != nil {
			b.t.Fatal(err)
		}
	}
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
		b.t.Fatalf("%v\n%s", err, b.text())
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.home + path)) }

// sees waits until the expression is true.
func (b *tab) sees(what, expression string) {
	b.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`!!(`+expression+`)`))
		if err == nil && ok {
			return
		}
		if time.Since(began) > patience {
			b.t.Fatalf("one does not see %s: %v\n%s", what, err, b.text())
		}
	}
}

// reads waits until what the selector finds says the text, on a page that is there as a whole, its script too.
func (b *tab) reads(selector, text string) {
	b.t.Helper()
	b.sees(fmt.Sprintf("%q in %s", text, selector), fmt.Sprintf(`document.readyState === "complete" && [...document.querySelectorAll(%q)].some(e => e.innerText.includes(%q))`, selector, text))
}

// types presses keys, one after the other.
func (b *tab) types(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

func value[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// text is what one reads on the page now, for a test that failed.
func (b *tab) text() string {
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// dress sets the colour scheme, and lets nothing move.
func (b *tab) dress(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		b.t.Fatal(err)
	}
}

// check looks at the page in light and dark, wide and narrow: axe-core finds no fault, and nothing scrolls sideways.
func (b *tab) check(name string) {
	b.t.Helper()
	axe, err := os.ReadFile("../../.test/axe.min.js")
	if errors.Is(err, fs.ErrNotExist) {
		missing(b.t, "axe-core")
	} else if err != nil {
		b.t.Fatal(err)
	}
	value[bool](b, string(axe)+`;true`)
	for _, scheme := range []string{"light", "dark"} {
		b.dress(scheme)
		for _, width := range []int64{1280, 390} {
			b.do(chromedp.EmulateViewport(width, 900))
			for _, fault := range b.faults() {
				b.t.Errorf("%s, %s, %d px wide: %s", name, scheme, width, fault)
			}
			b.picture(fmt.Sprintf("%s-%s-%d.png", name, scheme, width))
		}
	}
	b.fits(name)
}

// fits looks whether nothing of the page lies beyond the edge of a narrow phone.
func (b *tab) fits(name string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(320, 640))
	if width := value[int](b, `document.documentElement.scrollWidth`); width > 320 {
		b.t.Errorf("%s scrolls sideways on a phone 320 px wide: it takes %d", name, width)
	}
	b.do(chromedp.EmulateViewport(1280, 900))
	b.dress("light")
	b.picture(name + "-light-1280.png")
	b.do(chromedp.EmulateViewport(390, 900))
	b.picture(name + "-light-390.png")
	b.do(chromedp.EmulateViewport(1280, 900))
}

// faults returns what axe-core finds wrong, in words.
func (b *tab) faults() []string {
	b.t.Helper()
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]byte](`axe.run(document, { resultTypes: ["violations"] }).then(r => r.violations)`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("axe: %v", err)
	}
	var violations []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	if err := json.Unmarshal(found, &violations); err != nil {
		b.t.Fatalf("axe: %v", err)
	}
	var faults []string
	for _, v := range violations {
		for _, n := range v.Nodes {
			faults = append(faults, fmt.Sprintf("%s (%s): %s\n%s", v.ID, v.Help, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", " ")))
		}
	}
	return faults
}

// picture saves what the page looks like, if pictures are wanted.
func (b *tab) picture(name string) {
	b.t.Helper()
	if *screens == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screens, name), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
