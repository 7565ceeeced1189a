package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A benchBrowser is a Chromium without a window, with a profile and a folder for downloads of its own.
type benchBrowser struct {
	ctx    context.Context
	folder string
	close  func()
}

// newBenchBrowser starts Chromium on folders below dir.
func newBenchBrowser(ctx context.Context, dir string) (*benchBrowser, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(dir, "downloads")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, err
	}
	alloc, end := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(filepath.Join(dir, "profile")))...)
	tab, closeTab := chromedp.NewContext(alloc)
	b := &benchBrowser{tab, folder, func() { closeTab(); end() }}
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		b.close()
		return nil, fmt.Errorf("start chromium: %w", err)
	}
	if _, err := chromedp.CallBrowser(tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: folder}); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// as gives the browser the cookies of somebody who has signed in without it.
func (b *benchBrowser) as(home *url.URL, cookies []*http.Cookie) error {
	for _, c := range cookies {
		if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: home.String()}); err != nil {
			return err
		}
	}
	return nil
}

func (b *benchBrowser) open(address string) error {
	return chromedp.Do(b.ctx, chromedp.Navigate(address))
}

// await waits until the expression is true in the page.
func (b *benchBrowser) await(what, expression string) error {
	late := time.Now().Add(5 * time.Minute)
	for {
		yes, err := evaluate[bool](b, "!!("+expression+")")
		if err == nil && yes {
			return nil
		}
		if time.Now().After(late) || b.ctx.Err() != nil {
			text, _ := evaluate[string](b, "document.body.innerText")
			return fmt.Errorf("the page does not come to %s (%v): %.500s", what, err, text)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func evaluate[T any](b *benchBrowser, expression string) (T, error) {
	return chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
}
