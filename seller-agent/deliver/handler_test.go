package deliver

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
)

const (
	agent   = events.SellerID("abcdefghijklmnop")
	listing = events.ListingID("abcdefghijklmnop-photo")
	origin  = "https://market.example"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// key is a key of which a test knows both halves.
func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// A table is a shelf with one file.
type table struct {
	path    string
	listing events.Listing
	file    sealedtest.File
	gone    bool
}

func newTable(t testing.TB, text []byte) *table {
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	f := sealedtest.Seal(text)
	return &table{path: path, file: f, listing: events.Listing{
		ID: listing, Seller: agent, FileName: "사진 \"1\".jpg", Size: int64(len(text)), Root: f.Root(), SealedRoot: f.SealedRoot(),
	}}
}

func (s *table) Listed(id events.ListingID) (events.Listing, error) {
	if id != listing {
		return events.Listing{}, fmt.Errorf("listing: %w", events.NoSuchLot)
	}
	return s.listing, nil
}

func (s *table) Open(id events.ListingID) (*os.File, events.Listing, error) {
	l, err := s.Listed(id)
	if err == nil && s.gone {
		err = fmt.Errorf("listing: %w", events.NotForSale)
	}
	if err != nil {
		return nil, l, err
	}
	f, err := os.Open(s.path)
	return f, l, err
}

func (s *table) Key(_ context.Context, sealedRoot string) (sealed.Key, error) {
	if sealedRoot != s.file.SealedRoot() {
		return sealed.Key{}, events.NotForSale
	}
	return s.file.Key, nil
}

func (s *table) Leaves(_ context.Context, root string) iter.Seq2[[]byte, error] {
	leaves := map[string][]sealed.Hash{s.file.Root(): s.file.Leaves, s.file.SealedRoot(): s.file.Records}[root]
	return func(yield func([]byte, error) bool) {
		for _, leaf := range leaves {
			if !yield(leaf[:], nil) {
				return
			}
		}
	}
}

func (s *table) Tags(context.Context, string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for record := range slices.Chunk(s.file.Sealed, sealed.SealedRecordSize) {
			if !yield(sealed.Tag(record), nil) {
				return
			}
		}
	}
}

// A stand is a server that delivers from a table.
type stand struct {
	*table
	handler *Handler
	server  *Server
	log     *bytes.Buffer
	client  *http.Client
}

func newStand(t testing.TB, text []byte) *stand {
	s := &stand{table: newTable(t, text), log: new(bytes.Buffer)}
	h := New(agent, s.table, slog.New(slog.NewTextHandler(s.log, nil)), func() time.Time { return noon })
	h.Trust(Market{TicketKey: key("market").Public().(ed25519.PublicKey), Origins: []string{origin}})
	certificate, err := Certificate(filepath.Join(t.TempDir(), "agent.pem"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if s.server, err = Listen(Addresses{HTTP: "127.0.0.1:0", HTTPS: "127.0.0.1:0"}, certificate, h, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	s.handler = h
	s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.server.Close(ctx); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return s
}

// ticket returns a good ticket for the stand, changed.
func (s *stand) ticket(change func(*sealed.Ticket)) sealed.Ticket {
	t := sealed.Ticket{
		ID: "t1", Order: "o1", Listing: listing, Agent: agent, Root: s.listing.Root, Sealed: s.listing.SealedRoot, Size: s.listing.Size,
		Client: key("buyer").Public().(ed25519.PublicKey), Expires: noon.Add(time.Minute),
	}
	if change != nil {
		change(&t)
	}
	return t
}

func (s *stand) url(path string) string { return s.server.URLs("")[0] + path }

// ask sends a request with a good ticket unless the headers say otherwise.
func (s *stand) ask(t testing.TB, method, url string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Ticket "+s.ticket(nil).Sign(key("market")))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if r.Header.Set(name, value); value == "" {
			r.Header.Del(name)
		}
	}
	answer, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, body
}

func text(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

const file = "/v1/files/" + string(listing)

func TestDeliversWithAndWithoutTLS(t *testing.T) {
	s := newStand(t, text(3*sealed.RecordSize+5))
	want := s.file.Sealed
	for _, base := range s.server.URLs("") {
		answer, got := s.ask(t, "GET", base+file)
		if answer.StatusCode != 200 || !bytes.Equal(got, want) {
			t.Errorf("GET %s = %d with %d bytes, want 200 with %d", base, answer.StatusCode, len(got), len(want))
		}
		for name, value := range map[string]string{
			"ETag": `"` + s.listing.SealedRoot + `"`, "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream",
			"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
			"Content-Disposition": "attachment; filename*=utf-8''%EC%82%AC%EC%A7%84%20%221%22.jpg.sealed",
		} {
			if got := answer.Header.Get(name); got != value {
				t.Errorf("%s = %q, want %q", name, got, value)
			}
		}
		if base[:5] == "https" {
			if sum := sha256.Sum256(answer.TLS.PeerCertificates[0].Raw); hex.EncodeToString(sum[:]) != s.server.Fingerprint() {
				t.Error("the certificate is not the one of the fingerprint")
			}
		}
	}
}

func TestDeliversRanges(t *testing.T) {
	s := newStand(t, text(30*sealed.RecordSize+100))
	want := s.file.Sealed
	const piece = batchRecords * sealed.SealedRecordSize
	for name, tc := range map[string]struct {
		header, contentRange string
		status               int
		body                 []byte
	}{
		"part":           {"Range: bytes=10-19", fmt.Sprintf("bytes 10-19/%d", len(want)), 206, want[10:20]},
		"rest":           {fmt.Sprintf("Range: bytes=%d-", piece), fmt.Sprintf("bytes %d-%d/%d", piece, len(want)-1, len(want)), 206, want[piece:]},
		"several":        {"Range: bytes=0-1,4-5", "", 200, want},
		"beyond the end": {fmt.Sprintf("Range: bytes=%d-", len(want)), fmt.Sprintf("bytes */%d", len(want)), 416, nil},
	} {
		for _, base := range s.server.URLs("") {
			answer, got := s.ask(t, "GET", base+file, tc.header)
			if answer.StatusCode != tc.status || answer.Header.Get("Content-Range") != tc.contentRange || tc.body != nil && !bytes.Equal(got, tc.body) {
				t.Errorf("%s: GET %s = %d %q with %d bytes, want %d %q with %d", name, base, answer.StatusCode,
					answer.Header.Get("Content-Range"), len(got), tc.status, tc.contentRange, len(tc.body))
			}
		}
	}
	if answer, got := s.ask(t, "GET", s.url(file), "Range: bytes=1-1", `If-Range: "another"`); answer.StatusCode != 200 || len(got) != len(want) {
		t.Errorf("range of other bytes = %d with %d bytes, want all", answer.StatusCode, len(got))
	}
	if answer, got := s.ask(t, "HEAD", s.url(file)); answer.StatusCode != 200 || len(got) != 0 || answer.ContentLength != int64(len(want)) {
		t.Errorf("HEAD = %d with length %d and %d bytes", answer.StatusCode, answer.ContentLength, len(got))
	}
}

func TestDeliversTheTree(t *testing.T) {
	s := newStand(t, text(2*sealed.RecordSize+1))
	answer, got := s.ask(t, "GET", s.url(file+"/tree"))
	var leaves []sealed.Hash
	for b := range slices.Chunk(got, sealed.HashSize) {
		leaves = append(leaves, sealed.Hash(b))
	}
	if answer.StatusCode != 200 || len(leaves) != 3 || sealed.Root(leaves).String() != s.listing.SealedRoot {
		t.Errorf("GET tree = %d with %d leaves of %s", answer.StatusCode, len(leaves), sealed.Root(leaves))
	}
}

func TestRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		method, path string
		ticket       string // instead of a good one; "-" for none
		change       func(*sealed.Ticket)
		signer       string
		header       string
		shelf        func(*table)
		status       int
		refusal      events.Refusal
	}{
		"no ticket":         {ticket: "-", status: 401, refusal: events.NoTicket},
		"another scheme":    {ticket: "Bearer abc", status: 401, refusal: events.NoTicket},
		"no token":          {ticket: "Ticket ", status: 401, refusal: events.NoTicket},
		"garbage":           {ticket: "Ticket abc.def", status: 403, refusal: events.NoTicket},
		"forged":            {signer: "somebody", status: 403, refusal: events.NoTicket},
		"expired":           {change: func(t *sealed.Ticket) { t.Expires = noon }, status: 403, refusal: events.NoTicket},
		"another agent":     {change: func(t *sealed.Ticket) { t.Agent, t.Listing = "ponmlkjihgfedcba", "ponmlkjihgfedcba-photo" }, status: 403, refusal: events.NoTicket},
		"another listing":   {change: func(t *sealed.Ticket) { t.Listing = agent.Listing("other") }, status: 403, refusal: events.NoTicket},
		"other bytes":       {change: func(t *sealed.Ticket) { t.Root = strings.Repeat("0", 64) }, status: 409, refusal: events.NotForSale},
		"sealed otherwise":  {change: func(t *sealed.Ticket) { t.Sealed = strings.Repeat("0", 64) }, status: 409, refusal: events.NotForSale},
		"its key lost":      {shelf: func(s *table) { s.file.Records = nil }, status: 409, refusal: events.NotForSale},
		"another size":      {change: func(t *sealed.Ticket) { t.Size++ }, status: 409, refusal: events.NotForSale},
		"a file that went":  {shelf: func(s *table) { s.gone = true }, status: 409, refusal: events.NotForSale},
		"withdrawn":         {shelf: func(s *table) { s.listing.Withdrawn = true }, status: 409, refusal: events.NotForSale},
		"unknown":           {path: "/v1/files/" + string(agent.Listing("other")), change: func(t *sealed.Ticket) { t.Listing = agent.Listing("other") }, status: 404, refusal: events.NoSuchLot},
		"its tree, forged":  {path: file + "/tree", signer: "somebody", status: 403, refusal: events.NoTicket},
		"its tree, gone":    {path: file + "/tree", shelf: func(s *table) { s.listing.Withdrawn = true }, status: 409, refusal: events.NotForSale},
		"a strange page":    {header: "Origin: https://evil.example", status: 403, refusal: events.NoTicket},
		"a page of no site": {header: "Origin: null", status: 403, refusal: events.NoTicket},
		"another method":    {method: "POST", status: 404, refusal: events.Malformed},
		"another path":      {path: "/", status: 404, refusal: events.Malformed},
		"a way out":         {path: "/v1/files/..%2f..%2fetc%2fpasswd", status: 403, refusal: events.NoTicket},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStand(t, text(100))
			if tc.shelf != nil {
				tc.shelf(s.table)
			}
			if tc.signer == "" {
				tc.signer = "market"
			}
			if tc.ticket == "" {
				tc.ticket = "Ticket " + s.ticket(tc.change).Sign(key(tc.signer))
			}
			if tc.path == "" {
				tc.path = file
			}
			if tc.method == "" {
				tc.method = "GET"
			}
			answer, body := s.ask(t, tc.method, s.url(tc.path), "Authorization: "+strings.TrimPrefix(tc.ticket, "-"), tc.header)
			var said struct {
				Refusal events.Refusal `json:"refusal"`
				Error   string         `json:"error"`
			}
			if err := json.Unmarshal(body, &said); err != nil {
				t.Fatalf("answer %q: %v", body, err)
			}
			if answer.StatusCode != tc.status || said.Refusal != tc.refusal || said.Error == "" {
				t.Errorf("answer = %d %+v, want %d %s with words", answer.StatusCode, said, tc.status, tc.refusal)
			}
			if n := strings.Count(s.log.String(), "delivery refused"); n != 1 {
				t.Errorf("logged %d times: %s", n, s.log)
			}
			if allowed := answer.Header.Get("Access-Control-Allow-Origin"); allowed != "" {
				t.Errorf("allowed origin %q", allowed)
			}
		})
	}
}

func TestNobodyIsServedBeforeTheMarketIsKnown(t *testing.T) {
	s := newStand(t, text(10))
	h := New(agent, s.table, slog.New(slog.DiscardHandler), time.Now)
	server, err := Listen(Addresses{HTTP: "127.0.0.1:0"}, tls.Certificate{}, h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(t.Context())
	if answer, _ := s.ask(t, "GET", server.URLs("")[0]+file); answer.StatusCode != 403 {
		t.Errorf("GET = %d, want 403", answer.StatusCode)
	}
	s.client.CloseIdleConnections()
}

func TestPreflight(t *testing.T) {
	s := newStand(t, text(10))
	for _, network := range []string{"Private", "Local"} {
		answer, _ := s.ask(t, "OPTIONS", s.url(file), "Authorization: ", "Origin: "+origin,
			"Access-Control-Request-Method: GET", "Access-Control-Request-"+network+"-Network: true")
		for name, value := range map[string]string{
			"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "GET, HEAD",
			"Access-Control-Allow-Headers":                 "Authorization, Range, If-Range",
			"Access-Control-Allow-" + network + "-Network": "true",
		} {
			if got := answer.Header.Get(name); got != value {
				t.Errorf("%s = %q, want %q", name, got, value)
			}
		}
		if answer.StatusCode != http.StatusNoContent {
			t.Errorf("OPTIONS = %d, want 204", answer.StatusCode)
		}
	}
	answer, _ := s.ask(t, "OPTIONS", s.url(file), "Origin: https://evil.example", "Access-Control-Request-Private-Network: true")
	if answer.StatusCode != 403 || answer.Header.Get("Access-Control-Allow-Private-Network") != "" {
		t.Errorf("OPTIONS from a strange page = %d, allowed %q", answer.StatusCode, answer.Header.Get("Access-Control-Allow-Private-Network"))
	}
	answer, got := s.ask(t, "GET", s.url(file), "Origin: "+origin)
	if answer.StatusCode != 200 || answer.Header.Get("Access-Control-Allow-Origin") != origin || len(got) != len(s.file.Sealed) {
		t.Errorf("GET from the market's page = %d, %v", answer.StatusCode, answer.Header)
	}
}

// get asks with a good ticket and returns what came, whether or not it ended well.
func (s *stand) get(t *testing.T, header string) ([]byte, error) {
	t.Helper()
	r, err := http.NewRequest("GET", s.url(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Ticket "+s.ticket(nil).Sign(key("market")))
	if header != "" {
		r.Header.Set("Range", header)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

// A file that is another one when its turn comes ends the transfer: what was sealed once is not sealed otherwise.
func TestFileChangedUnderATransferEndsIt(t *testing.T) {
	const size = 20*sealed.RecordSize + 9
	for name, change := range map[string]func(path string) error{
		"cut short": func(path string) error { return os.Truncate(path, 9*sealed.RecordSize) },
		"one byte": func(path string) error {
			b := text(size)
			b[9*sealed.RecordSize] ^= 1
			return os.WriteFile(path, b, 0o644)
		},
		"another file": func(path string) error { return os.WriteFile(path, make([]byte, size), 0o644) },
		"emptied":      func(path string) error { return os.Truncate(path, 0) },
	} {
		s := newStand(t, text(size))
		if err := change(s.path); err != nil {
			t.Fatal(err)
		}
		got, err := s.get(t, "")
		if err == nil || !bytes.HasPrefix(s.file.Sealed, got) || len(got) > 9*sealed.SealedRecordSize {
			t.Errorf("%s: read %d bytes, %v; want an error and nothing but what was sealed before", name, len(got), err)
		}
	}
}

// Whatever is asked for, what comes is that part of the sealed file, and never a piece of the plain one.
func TestAnyRangeIsSealed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	plain := make([]byte, 25*sealed.RecordSize+random.IntN(1000))
	for i := range plain {
		plain[i] = byte(random.Uint32())
	}
	s := newStand(t, plain)
	for range 60 {
		from := random.IntN(len(s.file.Sealed))
		to := from + random.IntN(len(s.file.Sealed)-from)
		got, err := s.get(t, fmt.Sprintf("bytes=%d-%d", from, to))
		if err != nil || !bytes.Equal(got, s.file.Sealed[from:to+1]) {
			t.Fatalf("bytes %d to %d = %d bytes, %v, which are not that part of the sealed file", from, to, len(got), err)
		}
	}
	all, err := s.get(t, "")
	for at := 0; at+32 <= len(plain); at += 4099 {
		if bytes.Contains(all, plain[at:at+32]) {
			t.Fatalf("plain bytes at %d are in what was delivered", at)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

func TestBodyIsNotWaitedFor(t *testing.T) {
	s := newStand(t, text(10))
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url(""), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", file)
	conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 404") {
		t.Errorf("answer = %.40q, %v; want 404 and the end", answer, err)
	}
}

func TestCertificateIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "agent.pem")
	first, err := Certificate(path, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the certificate = %v, %v, want 0600", info.Mode(), err)
	}
	again, err := Certificate(path, time.Now())
	if err != nil || !bytes.Equal(first.Certificate[0], again.Certificate[0]) {
		t.Errorf("second certificate is another one, %v", err)
	}
	renewed, err := Certificate(path, time.Now().Add(lifetime))
	if err != nil || bytes.Equal(first.Certificate[0], renewed.Certificate[0]) {
		t.Errorf("certificate that ran out was not renewed, %v", err)
	}
	if err := os.WriteFile(path, []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Certificate(path, time.Now()); err == nil {
		t.Error("a torn file was taken for a certificate")
	}
}

// What was sold before files were sealed goes as it is, to whoever has a ticket that says so.
func TestPlainTicket(t *testing.T) {
	s := newStand(t, text(3*sealed.RecordSize))
	ticket := s.ticket(func(t *sealed.Ticket) { t.Sealed = "" }).Sign(key("market"))
	for path, want := range map[string][]byte{file: text(3 * sealed.RecordSize), file + "/tree": sealed.Bytes(s.file.Leaves)} {
		answer, body := s.ask(t, "GET", s.url(path), "Authorization: Ticket "+ticket)
		if answer.StatusCode/100 != 2 || !bytes.Equal(body, want) {
			t.Errorf("GET %s = %d with %d bytes, want the %d plain ones", path, answer.StatusCode, len(body), len(want))
		}
	}
}
