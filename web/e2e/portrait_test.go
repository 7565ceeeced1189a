package e2e

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "take testdata/storefront.png, the README's picture, anew")

// portrait is the picture of the storefront that the README shows: a lot in the middle of its auction.
func (g *gallery) portrait(t *testing.T, w *world) {
	t.Helper()
	b := w.tab(t, w.market)
	b.as(g.rival)
	b.dress("light")
	b.do(chromedp.EmulateViewport(1280, 800, chromedp.EmulateMobile)) // without the gutter of a scroll bar
	b.open(g.auction)
	b.reads("#you", "You lead")
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if size, err := png.DecodeConfig(bytes.NewReader(shot)); err != nil || size.Width != 1280 || size.Height != 800 {
		t.Errorf("the picture of the storefront is %d by %d (%v), want 1280 by 800", size.Width, size.Height, err)
	}
	if *update {
		if err := os.WriteFile("testdata/storefront.png", shot, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
