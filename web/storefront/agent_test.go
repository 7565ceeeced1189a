package storefront

import (
	"bytes"
	"crypto/ed25519"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
)

// A fakeAgent delivers one file as sellers' agents do, and misbehaves as the test wishes.
type fakeAgent struct {
	*httptest.Server
	file sealedtest.File

	mu      sync.Mutex
	cutAt   int      // guarded by mu; the connection breaks once this offset of the file is reached, if above zero
	spoil   int      // guarded by mu; the byte at this offset is wrong, if above zero
	ranges  []string // guarded by mu; what was asked for
	onBreak func()   // guarded by mu; called when the connection broke
	most    int      // guarded by mu; requests after so many get no answer while they last, if above zero
}

func newFakeAgent(t testing.TB, size int) *fakeAgent {
	plain := make([]byte, size)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(plain)
	return newAgentOf(t, sealedtest.Seal(plain))
}

func newAgentOf(t testing.TB, file sealedtest.File) *fakeAgent {
	a := &fakeAgent{file: file}
	mux := http.NewServeMux()
	mux.HandleFunc("OPTIONS /", func(w http.ResponseWriter, r *http.Request) { a.allow(w) })
	mux.HandleFunc("GET /v1/files/{listing}/tree", func(w http.ResponseWriter, r *http.Request) {
		a.allow(w)
		w.Write(sealed.Bytes(a.file.Records))
	})
	mux.HandleFunc("GET /v1/files/{listing}", a.deliver)
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func (a *fakeAgent) allow(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, Range")
}

func (a *fakeAgent) deliver(w http.ResponseWriter, r *http.Request) {
	a.allow(w)
	a.mu.Lock()
	a.ranges = append(a.ranges, r.Header.Get("Range"))
	body, onBreak := bytes.Clone(a.file.Sealed), a.onBreak
	if a.spoil > 0 {
		body[a.spoil] ^= 1
	}
	cut, held := a.cutAt, a.most > 0 && len(a.ranges) > a.most
	a.cutAt = 0
	a.mu.Unlock()
	if held {
		<-r.Context().Done()
		return
	}
	if cut > 0 {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.WriteHeader(http.StatusPartialContent)
		w.Write(body[:cut])
		http.NewResponseController(w).Flush()
		onBreak()
		panic(http.ErrAbortHandler)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func (a *fakeAgent) asked() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.ranges...)
}

// openReceipt returns what the browser signed with the key it was given a ticket for.
func openReceipt(t testing.TB, d *fakeDesk) sealed.Receipt {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.receipts) != 1 {
		t.Fatalf("%d receipts, want one", len(d.receipts))
	}
	r, err := sealed.OpenReceipt(d.receipts[0], ed25519.PublicKey(d.key))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// chromium returns the browser to test with.
func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("chromium is not installed")
	}
	t.Skip("chromium is not installed: the download in the page is not tested")
	return ""
}
