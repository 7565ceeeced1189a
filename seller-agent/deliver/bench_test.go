package deliver

import (
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkDeliver sends a file of 64 MiB, beside Go's own file server under the same listeners as the baseline.
func BenchmarkDeliver(b *testing.B) {
	s := newStand(b, make([]byte, 64<<20))
	certificate, err := Certificate(filepath.Join(b.TempDir(), "agent.pem"), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	plain, err := Listen(Addresses{HTTP: "127.0.0.1:0", HTTPS: "127.0.0.1:0"}, certificate,
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, s.path) }), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer plain.Close(b.Context())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	for i, scheme := range []string{"http", "https"} {
		for name, url := range map[string]string{"agent": s.server.URLs("")[i] + file, "baseline": plain.URLs("")[i]} {
			b.Run(scheme+"/"+name, func(b *testing.B) {
				b.SetBytes(s.listing.Size) // the plain ones
				r, err := http.NewRequest("GET", url, nil)
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("Authorization", "Ticket "+s.ticket(nil).Sign(key("market")))
				for b.Loop() {
					answer, err := client.Do(r)
					if err != nil {
						b.Fatal(err)
					}
					if n, err := io.Copy(io.Discard, answer.Body); err != nil || n < s.listing.Size {
						b.Fatalf("read %d bytes, %v", n, err)
					}
					answer.Body.Close()
				}
			})
		}
	}
}
