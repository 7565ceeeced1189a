package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// startBrowser starts Chromium without a window.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "chromium")
	}
	alloc, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))...)
	t.Cleanup(end)
	ctx, closeAll := chromedp.NewContext(alloc)
	t.Cleanup(closeAll)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// A tab is a page in a browser profile of its own: one visitor.
type tab struct {
	t      *testing.T
	ctx    context.Context
	home   string
	folder string // where downloads go

	mu       sync.Mutex
	problems []string // guarded by mu; what the browser complained about
}

// tab opens an empty page for a new visitor of home. At the end of the test nothing may have offended the page's content
// security policy, and no script may have failed.
func (w *world) tab(t *testing.T, home string) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(w.browser, chromedp.WithNewBrowserContext())
	b := &tab{t: t, ctx: ctx, home: home, folder: t.TempDir()}
	t.Cleanup(func() {
		end()
		for _, problem := range b.complaints() {
			t.Errorf("the browser complained: %s", problem)
		}
	})
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(1280, 800))
	_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: "allow", DownloadPath: b.folder, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// hear notes what a browser says about a page that is wrong. That a request failed is a page's to deal with.
func (b *tab) hear(event any) {
	problem := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Source != "network" && (e.Entry.Level == "error" || e.Entry.Source == "security") {
			problem = string(e.Entry.Source) + ": " + e.Entry.Text + " " + e.Entry.URL
		}
	case *runtime.EventExceptionThrown:
		problem = "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			problem += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "assert" {
			args, _ := json.Marshal(e.Args)
			problem = "console: " + string(args)
		}
	}
	if problem != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.problems = append(b.problems, problem)
	}
}

func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.problems
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\n%s", err, b.text())
	}
}

// open goes to an address, which may be relative to the tab's home.
func (b *tab) open(address string) {
	b.t.Helper()
	home, err := url.Parse(b.home)
	if err != nil {
		b.t.Fatal(err)
	}
	to, err := home.Parse(address)
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.Navigate(to.String()))
}

// opens opens an address again and again until what the selector finds there says the text.
func (b *tab) opens(address, selector, text string) {
	b.t.Helper()
	at, err := url.Parse(b.home + address)
	if err != nil {
		b.t.Fatal(err)
	}
	b.persist("open "+address+" and see "+text, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := chromedp.Navigate(at.String())(ctx, t); err != nil {
			return chromedp.Void{}, err
		}
		return holds(says(selector, text))(ctx, t)
	})
}

// as gives the tab the session of somebody who has signed in without it.
func (b *tab) as(p Person) {
	b.t.Helper()
	for _, c := range p.client.Jar.Cookies(p.home) {
		if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: p.home.String()}); err != nil {
			b.t.Fatal(err)
		}
	}
}

// withoutScript turns the pages' scripts off.
func (b *tab) withoutScript() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.t.Fatal(err)
	}
}

// click clicks on what the selector finds, once it is there, can be seen and is of use.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.sees("that "+selector+" can be clicked", `(e => e && !e.disabled && e.checkVisibility())(document.querySelector(`+strconv.Quote(selector)+`))`)
	b.persist("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// fill types a text into a field in place of what is there.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	field := chromedp.CSS(selector)
	b.persist("fill in "+selector, chromedp.Steps(chromedp.Clear(field), chromedp.SendKeys(field, text)))
}

// sees waits until the expression, which may look at the page only, is true.
func (b *tab) sees(what, expression string) {
	b.t.Helper()
	b.persist("see "+what, holds(expression))
}

// holds fails unless the expression is true.
func holds(expression string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		yes, err := chromedp.Evaluate[bool](`!!(`+expression+`)`)(ctx, t)
		if err == nil && !yes {
			err = errNot
		}
		return chromedp.Void{}, err
	}
}

// says is the expression that something the selector finds can be seen and says the text.
func says(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.checkVisibility() && e.innerText.includes(%q))`, selector, text)
}

// persist tries until it can be done: the page may just be replaced by the next, or a part of it by a newer one.
func (b *tab) persist(what string, do chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		err := chromedp.Do(ctx, do)
		if err == nil {
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			b.t.Fatalf("one cannot %s: %v\n%s", what, err, b.text())
		}
	}
}

// reads waits until what the selector finds says the text.
func (b *tab) reads(selector, text string) {
	b.t.Helper()
	b.sees(fmt.Sprintf("%q in %s", text, selector), says(selector, text))
}

// value evaluates an expression.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// text is what one reads on the page now, for a test that failed.
func (b *tab) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// mark marks the page as it was loaded; unmoved reports whether it is still the same.
func (b *tab) mark() { b.t.Helper(); value[bool](b, `window.unmoved = true`) }

func (b *tab) unmoved() bool { b.t.Helper(); return value[bool](b, `window.unmoved === true`) }

// received waits for a finished download of that name and size, in bytes, and returns it.
func (b *tab) received(name string, size int) []byte {
	b.t.Helper()
	ctx := within(b.t)
	for {
		got, err := os.ReadFile(filepath.Join(b.folder, name))
		if err == nil && len(got) >= size {
			return got
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			b.t.Fatalf("%s was not saved: %v, %d bytes", name, err, len(got))
		}
	}
}

// signIn signs in by the link in the letter, as everybody does.
func (b *tab) signIn(address string) {
	b.t.Helper()
	b.open("/")
	b.click(`header a[href^="/sign-in"]`)
	b.sees("the sign-in form", `document.getElementById("email")`)
	b.fill("#email", address)
	b.click(`main form button`)
	b.reads("main", "A link is on its way")
	b.click(`main a[href="/dev/mail"]`)
	b.click(`[data-mail-to="` + address + `"] a`)
	b.reads("main", "You are about to sign in as "+address)
	b.click("#sign-in")
	b.sees("that one is signed in", `document.querySelector("header .account")`)
}
