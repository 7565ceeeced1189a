package storefront

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"testing"

	"lightshare/web/view"
)

// Budgets of a first view, in bytes as sent (gzip).
const (
	htmlBudget = 14 << 10
	cssBudget  = 12 << 10
	jsBudget   = 20 << 10
)

func zipped(b []byte) int {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Len()
}

func TestPagesAreLight(t *testing.T) {
	w := newWorld(t)
	for i := range pageLength {
		o := w.auctionOffer()
		o.Listing = seller.Listing(fmt.Sprintf("n%02d", i))
		o.Lot, o.Title, o.Root = o.Listing.Lot(), fmt.Sprintf("A title of the usual length, take %02d", i), fmt.Sprintf("%064x", i)
		o.Standing.Lot = o.Lot
		o.Type = []string{"image/png", "audio/wav", "application/zip", "text/plain", "video/mp4", "application/pdf"}[i%6]
		w.publish(o)
	}
	v := w.open().visitor()
	for _, at := range []string{"/", "/browse", "/search", "/search?lang=ko&q=take", "/lots/" + string(seller) + "-n00"} {
		n := zipped([]byte(v.get(at).body))
		t.Logf("GET %s: %d bytes of HTML, compressed", at, n)
		if n > htmlBudget {
			t.Errorf("GET %s weighs %d bytes, want at most %d", at, n, htmlBudget)
		}
	}
	n := zipped([]byte(v.get(view.Asset("style.css")).body))
	t.Logf("the style sheet: %d bytes", n)
	if n > cssBudget || n < 1000 {
		t.Errorf("the style sheet weighs %d bytes, want 1000 to %d", n, cssBudget)
	}
}

// The modules are weighed as they are sent, all of them, though no page loads all.
func TestModulesAreLight(t *testing.T) {
	var all []byte
	for dir, served := range map[string]struct {
		handler http.Handler
		path    func(string) string
	}{"assets": {client, client.Path}, "../view/assets": {view.Assets(), view.Asset}} {
		entries, err := fs.ReadDir(os.DirFS(dir), ".")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if path.Ext(e.Name()) != ".js" {
				continue
			}
			w := httptest.NewRecorder()
			served.handler.ServeHTTP(w, httptest.NewRequest("GET", served.path(e.Name()), nil))
			module := w.Body.Bytes()
			if w.Code != http.StatusOK || len(module) == 0 {
				t.Fatalf("GET %s = %d, %d bytes", served.path(e.Name()), w.Code, len(module))
			}
			if strings.Contains(string(module), "http://") || strings.Contains(string(module), "https://") {
				t.Errorf("%s/%s names another site", dir, e.Name())
			}
			all = append(all, module...)
		}
	}
	n := zipped(all)
	t.Logf("all modules: %d bytes", n)
	if n > jsBudget || n < 1000 {
		t.Errorf("all modules weigh %d bytes, want 1000 to %d", n, jsBudget)
	}
}
