package fetch_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
	"lightshare/web/fetch"
)

const record = sealed.RecordSize

// closed is a record as the agent hands it out.
const closed = sealed.SealedRecordSize

// pattern returns n bytes in which no two records are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i % 251)
	}
	return b
}

// A world is a market with one paid order and the agent that delivers it, each on its own loopback server. Fields are
// set before the download starts, hooks take over single answers.
type world struct {
	t       testing.TB
	file    sealedtest.File
	name    string // of the file, as the market says it
	market  *httptest.Server
	agent   *httptest.Server
	key     ed25519.PrivateKey // the market's
	seller  events.SellerID
	listing events.ListingID
	expires time.Duration // of tickets; negative ones are stale at once
	plain   bool          // the order is from before files were sealed

	onKey     func(w http.ResponseWriter, n int) bool                  // true: answered; like all that follow
	onTicket  func(w http.ResponseWriter, n int) bool                  //
	onReceipt func(w http.ResponseWriter, n int) bool                  //
	onTree    func(w http.ResponseWriter, n int) bool                  //
	onFile    func(w http.ResponseWriter, r *http.Request, n int) bool // n counts from 1
	reach     func() events.Reach

	mu       sync.Mutex
	client   ed25519.PublicKey // guarded by mu, like all that follow
	tickets  int
	trees    int
	froms    []int64 // first byte of each request for the file
	handed   int
	keys     int
	state    string // of the order
	proofs   []sealed.Proof
	receipts []sealed.Receipt
}

func newWorld(t testing.TB, file []byte) *world { return newWorldOf(t, sealedtest.Seal(file)) }

func newWorldOf(t testing.TB, file sealedtest.File) *world {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, file: file, name: "photo.jpg", key: key, expires: time.Minute, state: "delivering"}
	w.seller = events.SellerOf(key.Public().(ed25519.PublicKey))
	w.listing = w.seller.Listing("photo")

	agent := http.NewServeMux()
	agent.HandleFunc("GET /v1/files/{listing}/tree", w.serveTree)
	agent.HandleFunc("GET /v1/files/{listing}", w.serveFile)
	w.agent = httptest.NewUnstartedServer(agent)
	w.agent.Config.ErrorLog = log.New(io.Discard, "", 0) // refused certificates are part of the play
	w.agent.StartTLS()
	t.Cleanup(w.agent.Close)
	w.reach = func() events.Reach { return w.reachOf(w.agent.URL) }

	market := http.NewServeMux()
	market.HandleFunc("POST /orders/o1/ticket", w.serveTicket)
	market.HandleFunc("POST /orders/o1/receipt", w.serveReceipt)
	market.HandleFunc("POST /orders/o1/key", w.serveKey)
	market.HandleFunc("POST /orders/o1/mismatch", w.serveMismatch)
	w.market = httptest.NewServer(market)
	t.Cleanup(w.market.Close)
	return w
}

// reachOf says that the agent is at urls, with the certificate of the world's agent.
func (w *world) reachOf(urls ...string) events.Reach {
	sum := sha256.Sum256(w.agent.Certificate().Raw)
	return events.Reach{Seller: w.seller, URLs: urls, Certificate: hex.EncodeToString(sum[:])}
}

func refuse(rw http.ResponseWriter, status int, r events.Refusal) bool {
	rw.WriteHeader(status)
	json.NewEncoder(rw).Encode(map[string]string{"refusal": string(r), "error": "\x1b[31mwords of a stranger"})
	return true
}

func (w *world) serveTicket(rw http.ResponseWriter, r *http.Request) {
	var in struct{ Key []byte }
	if r.Header.Get("Authorization") != "Bearer secret" {
		refuse(rw, http.StatusUnauthorized, events.NoSuchOrder)
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || len(in.Key) != ed25519.PublicKeySize {
		refuse(rw, http.StatusBadRequest, events.Malformed)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.client = in.Key
	w.tickets++
	if w.onTicket != nil && w.onTicket(rw, w.tickets) {
		return
	}
	ticket := sealed.Ticket{ID: strconv.Itoa(w.tickets), Order: "o1", Listing: w.listing, Agent: w.seller,
		Root: w.file.Root(), Sealed: w.file.SealedRoot(), Size: int64(len(w.file.Plain)), Client: in.Key, Expires: time.Now().Add(w.expires)}
	if w.plain {
		ticket.Sealed = ""
	}
	json.NewEncoder(rw).Encode(fetch.Grant{Ticket: ticket.Sign(w.key), Reach: w.reach(), Listing: w.listing,
		FileName: w.name, Size: ticket.Size, Type: "image/jpeg", Root: ticket.Root, Sealed: ticket.Sealed})
}

func (w *world) serveReceipt(rw http.ResponseWriter, r *http.Request) {
	var in struct{ Receipt []byte }
	json.NewDecoder(r.Body).Decode(&in)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.handed++
	if w.onReceipt != nil && w.onReceipt(rw, w.handed) {
		return
	}
	receipt, err := sealed.OpenReceipt(in.Receipt, w.client)
	if err != nil {
		refuse(rw, http.StatusForbidden, events.NoReceipt)
		return
	}
	if w.state != "delivering" {
		refuse(rw, http.StatusConflict, events.WrongState)
		return
	}
	w.state = "captured"
	w.receipts = append(w.receipts, receipt)
	json.NewEncoder(rw).Encode(map[string]string{"state": "delivered"})
}

func (w *world) serveKey(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keys++
	switch {
	case w.onKey != nil && w.onKey(rw, w.keys):
	case w.state == "delivering":
		refuse(rw, http.StatusConflict, events.KeyHeld)
	default:
		json.NewEncoder(rw).Encode(map[string][]byte{"key": w.file.Key.Secret[:], "salt": w.file.Key.Salt[:]})
	}
}

func (w *world) serveMismatch(rw http.ResponseWriter, r *http.Request) {
	var proof sealed.Proof
	if err := json.NewDecoder(r.Body).Decode(&proof); err != nil {
		refuse(rw, http.StatusBadRequest, events.Malformed)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := proof.Verify(w.file.Promise(), w.file.Key); err != nil {
		refuse(rw, http.StatusUnprocessableEntity, events.NoProof)
		return
	}
	w.proofs = append(w.proofs, proof)
	json.NewEncoder(rw).Encode(map[string]string{"state": "refunding"})
}

// admit checks the ticket as an agent does.
func (w *world) admit(rw http.ResponseWriter, r *http.Request) bool {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Ticket ")
	ticket, err := sealed.OpenTicket(token, w.key.Public().(ed25519.PublicKey), time.Now())
	if err != nil || string(ticket.Listing) != r.PathValue("listing") {
		return !refuse(rw, http.StatusForbidden, events.NoTicket)
	}
	return true
}

func (w *world) serveTree(rw http.ResponseWriter, r *http.Request) {
	if !w.admit(rw, r) {
		return
	}
	w.mu.Lock()
	w.trees++
	n := w.trees
	w.mu.Unlock()
	if w.onTree != nil && w.onTree(rw, n) {
		return
	}
	if w.plain {
		rw.Write(sealed.Bytes(w.file.Leaves))
		return
	}
	rw.Write(sealed.Bytes(w.file.Records))
}

func (w *world) serveFile(rw http.ResponseWriter, r *http.Request) {
	if !w.admit(rw, r) {
		return
	}
	w.mu.Lock()
	w.froms = append(w.froms, rangeStart(r))
	n := len(w.froms)
	w.mu.Unlock()
	if w.onFile != nil && w.onFile(rw, r, n) {
		return
	}
	if w.plain {
		send(rw, r, w.file.Plain)
		return
	}
	send(rw, r, w.file.Sealed)
}

// rangeStart returns the first byte that r asks for.
func rangeStart(r *http.Request) int64 {
	var from int64
	fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
	return from
}

func send(rw http.ResponseWriter, r *http.Request, file []byte) {
	http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(file))
}

// cutAfter sends n bytes of what r asks for, in earnest, and then drops the connection.
func cutAfter(rw http.ResponseWriter, r *http.Request, file []byte, n int) {
	from := rangeStart(r)
	rw.Header().Set("Content-Length", strconv.FormatInt(int64(len(file))-from, 10))
	if from > 0 {
		rw.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(file)-1, len(file)))
		rw.WriteHeader(http.StatusPartialContent)
	}
	rw.Write(file[from : from+int64(n)])
	rw.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func (w *world) link() string { return w.market.URL + "/orders/o1#secret" }

// run fetches the world's file into dir with short pauses.
func (w *world) run(ctx context.Context, dir string) (fetch.Result, string, error) {
	var told strings.Builder
	result, err := fetch.Run(ctx, fetch.Options{
		Link: w.link(), Out: dir, Progress: &told, Pause: 2 * time.Millisecond, Stall: 5 * time.Second,
	})
	return result, told.String(), err
}

// part returns what the .part file holds when those sealed bytes have arrived.
func (w *world) part(received []byte) []byte {
	return append(make([]byte, fetch.Lead(int64(len(w.file.Plain)))), received...)
}

// mustArrive checks that the whole file lies in dir, signed for, and nothing else.
func (w *world) mustArrive(dir string, result fetch.Result, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("Run = %v", err)
	}
	got, err := os.ReadFile(result.Path)
	if err != nil {
		w.t.Fatal(err)
	}
	if !bytes.Equal(got, w.file.Plain) {
		w.t.Errorf("%s holds %d bytes that differ from the %d sold", result.Path, len(got), len(w.file.Plain))
	}
	if names := namesIn(w.t, dir); len(names) != 1 {
		w.t.Errorf("folder holds %q, want the file alone", names)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.receipts) != 1 {
		w.t.Fatalf("%d receipts, want 1", len(w.receipts))
	}
	if r := w.receipts[0]; r.Order != "o1" || r.Root != w.file.SealedRoot() || r.Bytes != int64(len(w.file.Sealed)) {
		w.t.Errorf("receipt = %+v", r)
	}
	if result.State != "captured" || result.Size != int64(len(w.file.Plain)) || result.Sealed != int64(len(w.file.Sealed)) {
		w.t.Errorf("Run = %+v", result)
	}
}

// mustNotArrive checks that Run failed with the exit code, and that only checked sealed records are in dir, none of them
// under the final name.
func (w *world) mustNotArrive(dir string, err error, code int) {
	w.t.Helper()
	if got := fetch.ExitCode(err); got != code {
		w.t.Errorf("Run = %v with exit code %d, want %d", err, got, code)
	}
	if strings.ContainsAny(fmt.Sprint(err), "\x1b") || strings.Contains(fmt.Sprint(err), "secret") {
		w.t.Errorf("Run = %q, which shows what it should not", err)
	}
	for _, name := range namesIn(w.t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			w.t.Fatal(err)
		}
		if !strings.HasSuffix(name, ".part") || !bytes.HasPrefix(w.part(append(bytes.Clone(w.file.Sealed), sealed.Bytes(w.file.Records)...)), b) {
			w.t.Errorf("%s with %d bytes was left, want at most checked records in a .part file", name, len(b))
		}
	}
	if len(w.receipts) != 0 {
		w.t.Errorf("%d receipts for a file that did not arrive", len(w.receipts))
	}
}

func namesIn(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
