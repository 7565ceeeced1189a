package e2e

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"path"
	"testing"
)

// budgets are the most bytes, compressed, that a first view may send of each kind.
var budgets = map[string]int{".html": 14 << 10, ".css": 12 << 10, ".js": 20 << 10, ".svg": 6 << 10, "all": 60 << 10}

const mostRequests = 8 // of a first view

// weights: what a browser really loads for a first view stays light.
func weights(t *testing.T, w *world) {
	w.stall(t, "Light House", map[string]string{
		"Lamp.png":              pixels(61),
		"Lamp.png.listing.yaml": "title: Lamp room\nauction:\n  start: \"3.00\"\n  duration: 5h\n",
	})
	visitor := w.robot(t, w.market)
	for _, at := range []string{"/", w.lot(t, "Lamp room")} {
		b := w.tab(t, w.market)
		b.open(at)
		loaded := value[[]string](b, `performance.getEntriesByType("resource").filter(e => !new URL(e.name).pathname.endsWith("/live")).map(e => e.name)`)
		sums := map[string]int{}
		for _, address := range append(loaded, w.market+at) {
			page, err := visitor.Get(within(t), address)
			if err != nil {
				t.Fatal(err)
			}
			n := compressed(page.Body)
			sums[kind(t, address)] += n
			sums["all"] += n
		}
		t.Logf("%s: %d requests, compressed bytes %v", at, len(loaded)+1, sums)
		if len(loaded)+1 > mostRequests {
			t.Errorf("GET %s leads to %d requests, want at most %d: %v", at, len(loaded)+1, mostRequests, loaded)
		}
		for what, most := range budgets {
			if sums[what] > most || sums[what] == 0 && what != ".svg" {
				t.Errorf("GET %s loads %d bytes of %s, want 1 to %d", at, sums[what], what, most)
			}
		}
	}
}

// kind is the ending that an address has or stands for.
func kind(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if ending := path.Ext(u.Path); ending != "" {
		return ending
	}
	return ".html"
}

func compressed(b []byte) int {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b) // a buffer takes everything
	z.Close()
	return out.Len()
}
