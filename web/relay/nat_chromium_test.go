package relay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// natPage connects as the storefront's page does, with the same module, and fetches the file.
const natPage = `<!doctype html><title>buyer</title><script type="module">
import { Peer } from "/client/peer.js";
const text = async (response) => { if (!response.ok) throw new Error(await response.text()); return response.text(); };
async function play() {
	const exchange = async (sdp) => text(await fetch("/exchange", { method: "POST", body: sdp }));
	const peer = await Peer.connect(await (await fetch("/servers")).json(), exchange);
	const { port1, port2 } = new MessageChannel();
	const whole = new Promise((resolve, reject) => {
		let bytes = 0;
		port1.onmessage = ({ data }) => {
			if (data.bytes) bytes += data.bytes.byteLength;
			else if (data.text && JSON.parse(data.text).end) resolve(bytes);
			else if (data.end) reject(new Error("it ended early"));
		};
	});
	peer.carry({ path: "/", header: {} }, port2);
	const bytes = await whole;
	return { bytes, way: await peer.relayed() ? "relayed" : "direct" };
}
play().then((end) => { window.end = end; }, (e) => { window.end = { way: String(e) }; });
</script>`

// playChromium does in Chromium what playClient does without.
func playChromium(t *testing.T) {
	s := newStage()
	mux := http.NewServeMux()
	mux.Handle("GET /client/", http.StripPrefix("/client/", http.FileServer(http.Dir("../storefront/assets"))))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, natPage)
	})
	mux.HandleFunc("GET /servers", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(servers()) })
	mux.HandleFunc("POST /exchange", func(w http.ResponseWriter, r *http.Request) {
		offer, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.Encode(string(offer))
		answer, _ := s.hears()
		io.WriteString(w, answer)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	alloc, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))...)
	defer stop()
	tab, closeTab := chromedp.NewContext(alloc)
	defer closeTab()
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	s.Encode("up")
	s.hears()
	s.Encode(browse(tab, server.URL))
}

// browse opens the page, and returns the way that it found when it has the file.
func browse(tab context.Context, address string) string {
	if err := chromedp.Do(tab, chromedp.Navigate(address)); err != nil {
		return err.Error()
	}
	type end struct {
		Bytes int
		Way   string
	}
	for {
		got, err := chromedp.Run(tab, chromedp.Evaluate[*end](`window.end ?? null`))
		switch {
		case err != nil:
			return err.Error()
		case got == nil:
			time.Sleep(20 * time.Millisecond)
		case got.Bytes != natFile:
			return fmt.Sprintf("%s, %d bytes", got.Way, got.Bytes)
		default:
			return got.Way
		}
	}
}
