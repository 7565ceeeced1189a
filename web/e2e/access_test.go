package e2e

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var screens = flag.String("screens", "", "folder for a picture of every page, in light and dark, wide and narrow")

// access: every page in every dress is without a fault that axe-core finds, and fits a narrow phone.
func access(t *testing.T, w *world) {
	axe, err := os.ReadFile("../../.test/axe.min.js")
	if errors.Is(err, fs.ErrNotExist) {
		missing(t, "axe-core")
	} else if err != nil {
		t.Fatal(err)
	}
	g := newGallery(t, w)
	visitor, buyer, mina := w.tab(t, w.market), w.tab(t, w.market), w.tab(t, w.console)
	buyer.as(g.buyer)
	poor := w.tab(t, w.market)
	poor.as(g.poor)
	g.portrait(t, w)
	enter(mina)
	for _, p := range []struct {
		name string
		tab  *tab
		at   string
	}{
		{"home", visitor, "/"},
		{"search", visitor, "/search?q=harbour"},
		{"search-nothing", visitor, "/search?q=xylophone"},
		{"lot-auction", visitor, g.auction},
		{"lot-direct", visitor, g.direct},
		{"lot-offers", visitor, g.haggled},
		{"lot-code", visitor, g.haggled + "?code=lindau"},
		{"lot-no-code", visitor, g.haggled + "?code=helvetica"},
		{"lot-own-price", visitor, g.named},
		{"confirm-offer", buyer, g.haggled + "/propose?price=9"},
		{"sign-in", visitor, "/sign-in"},
		{"mail", visitor, "/dev/mail"},
		{"lost", visitor, "/nothing/here"},
		{"lot-outbid", buyer, g.auction},
		{"confirm-bid", buyer, g.auction + "/bid?max=90"},
		{"card", buyer, "/card"},
		{"card-wanted", poor, g.auction + "/bid?max=90"},
		{"card-page", poor, g.cardPage},
		{"order-payable", buyer, g.payable},
		{"order-delivering", buyer, g.delivering},
		{"order-captured", buyer, g.captured},
		{"orders", buyer, "/orders"},
		{"account", buyer, "/account"},
		{"bids", buyer, "/bids"},
		{"watching", buyer, "/watching"},
		{"library", buyer, "/library"},
		{"library-nothing", buyer, "/library?name=zzz"},
		{"notices", buyer, "/notices"},
		{"payment", buyer, g.till},
		{"console-queue", mina, "/queue"},
		{"console-entries", mina, "/entries"},
		{"console-entry", mina, g.entry},
		{"console-batches", mina, "/batches"},
		{"console-log", mina, "/log"},
		{"console-notices", mina, "/notices"},
		{"console-objections", mina, "/objections"},
		{"console-statistics", mina, "/statistics"},
	} {
		t.Run(p.name, func(t *testing.T) {
			p.tab.t = t
			p.tab.open(p.at)
			p.tab.check(p.name, string(axe))
			if !strings.HasPrefix(p.at, "/") || p.tab.home != w.market {
				return // the payment provider's, or the console's: in English only
			}
			p.tab.open(inKorean(p.at))
			p.tab.sees("Korean", `document.documentElement.lang === "ko"`)
			p.tab.check(p.name+"-ko", string(axe))
			p.tab.open("/?lang=en")
		})
	}
}

// inKorean is the address of the same page in Korean.
func inKorean(at string) string {
	if strings.Contains(at, "?") {
		return at + "&lang=ko"
	}
	return at + "?lang=ko"
}

// check looks at the page in light and dark, wide and narrow.
func (b *tab) check(name, axe string) {
	b.t.Helper()
	value[bool](b, axe+`;true`)
	for _, scheme := range []string{"light", "dark"} {
		b.dress(scheme)
		for _, width := range []int64{1280, 390} {
			b.do(chromedp.EmulateViewport(width, 800))
			for _, fault := range b.faults() {
				b.t.Errorf("%s, %s, %d px wide: %s", name, scheme, width, fault)
			}
			b.picture(fmt.Sprintf("%s-%s-%d.png", name, scheme, width))
		}
	}
	b.do(chromedp.EmulateViewport(320, 640))
	if width := value[int](b, `document.documentElement.scrollWidth`); width > 320 {
		b.t.Errorf("%s scrolls sideways on a phone 320 px wide: it takes %d", name, width)
	}
	b.do(chromedp.EmulateViewport(1280, 800))
}

// dress sets the colour scheme, and lets nothing move: a colour on its way to another would be measured in between.
func (b *tab) dress(scheme string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		b.t.Fatal(err)
	}
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
		Nodes    []struct {
			HTML           string
			FailureSummary string
		}
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
