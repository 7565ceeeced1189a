package agent

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/events/bus/embedded"
	"lightshare/events/sealed"
	"lightshare/seller-agent/deliver"
	"lightshare/seller-agent/share"
)

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// ticketKey is the market's.
func ticketKey() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("market"))
	return ed25519.NewKeyFromSeed(seed[:])
}

// A market is a bus with the page at which agents enrol.
type market struct {
	t   testing.TB
	dir string
	bus *embedded.Server
	nc  *nats.Conn
	url *url.URL

	mu     sync.Mutex
	answer func(w http.ResponseWriter, c *events.Credentials) bool // guarded by mu; has answered itself if it returns true
}

func newMarket(t testing.TB) *market {
	m := &market{t: t, dir: t.TempDir()}
	m.openBus(-1)
	t.Cleanup(func() { m.bus.Close() })
	m.nc = m.bus.TestConn(t)
	if err := bus.Declare(context.Background(), m.nc, 1); err != nil {
		t.Fatal(err)
	}
	enroller, err := bus.OpenEnroller(m.bus.Keys(), events.Credentials{
		Bus: []string{m.bus.URL()}, TicketKey: ticketKey().Public().(ed25519.PublicKey), DepositKey: depositKey().Public(), Origins: []string{"http://localhost:8080"},
	})
	if err != nil {
		t.Fatal(err)
	}
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.enrol(w, r, enroller) }))
	t.Cleanup(pages.Close)
	if m.url, err = url.Parse(pages.URL); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *market) openBus(port int) {
	m.t.Helper()
	server, err := embedded.Start(context.Background(), embedded.Options{Dir: m.dir, Port: port})
	if err != nil {
		m.t.Fatal(err)
	}
	m.bus = server
}

// port returns where the bus listens.
func (m *market) port() int {
	m.t.Helper()
	at, err := url.Parse(m.bus.URL())
	if err != nil {
		m.t.Fatal(err)
	}
	port, err := strconv.Atoi(at.Port())
	if err != nil {
		m.t.Fatal(err)
	}
	return port
}

func (m *market) enrol(w http.ResponseWriter, r *http.Request, enroller *bus.Enroller) {
	var e events.Enrolment
	if r.Method != "POST" || r.URL.Path != "/agents" || json.NewDecoder(r.Body).Decode(&e) != nil {
		http.Error(w, "no", http.StatusBadRequest)
		return
	}
	c, err := enroller.Enrol(r.Context(), e)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answer != nil && m.answer(w, &c) {
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	json.NewEncoder(w).Encode(c)
}

// A trader is an agent under test.
type trader struct {
	t          testing.TB
	dir, state string
	events     chan Event
	agent      func() *Agent
	stop       func() error // ends the agent
	wait       func() error // waits until it has ended
}

// open starts an agent on the folders, which may be those of an earlier one.
func (m *market) open(dir, state string) *trader {
	tr := &trader{t: m.t, dir: dir, state: state, events: make(chan Event, 10_000)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	opened := make(chan *Agent, 1)
	tr.agent = sync.OnceValue(func() *Agent { return <-opened })
	go func() {
		a, err := Open(ctx, Options{
			Dirs: []string{dir}, Market: m.url, Name: "Ann", State: state,
			Addresses: deliver.Addresses{HTTP: "127.0.0.1:0", HTTPS: "127.0.0.1:0"},
			Defaults:  share.Defaults{Price: "1.00", Currency: events.USD},
			Log:       slog.New(slog.DiscardHandler),
			Report:    func(e Event) { tr.events <- e },
		})
		if err == nil {
			opened <- a
			err = a.Run(ctx)
			a.Close()
		}
		done <- err
	}()
	tr.wait = sync.OnceValue(func() error { return <-done })
	tr.stop = func() error { cancel(); return tr.wait() }
	m.t.Cleanup(func() { tr.stop() })
	return tr
}

func (m *market) start(files ...string) *trader {
	dir := m.t.TempDir()
	for _, name := range files {
		write(m.t, filepath.Join(dir, name), name)
	}
	return m.open(dir, filepath.Join(m.t.TempDir(), "state"))
}

// await returns the next event for which is holds.
func (tr *trader) await(what string, is func(Event) bool) Event {
	tr.t.Helper()
	late := time.After(patience)
	var seen []Event
	for {
		select {
		case e := <-tr.events:
			if is(e) {
				return e
			}
			seen = append(seen, e)
		case <-late:
			tr.t.Fatalf("waited in vain for %s; saw %v", what, seen)
		}
	}
}

func (tr *trader) awaitKind(kind string) Event {
	tr.t.Helper()
	return tr.await(kind, func(e Event) bool { return e.Event == kind })
}

func (tr *trader) awaitListed(path string) Event {
	tr.t.Helper()
	return tr.await(path+" listed", func(e Event) bool { return e.Event == Listed && e.Path == path })
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// stored returns the listing as the market's stream has it.
func (m *market) stored(id events.ListingID) events.Listing {
	m.t.Helper()
	js, err := m.nc.JetStream()
	if err != nil {
		m.t.Fatal(err)
	}
	stream, err := js.StreamNameBySubject(events.ListingSubject(id))
	if err != nil {
		m.t.Fatal(err)
	}
	msg, err := js.GetLastMsg(stream, events.ListingSubject(id))
	if err != nil {
		m.t.Fatal(err)
	}
	var l events.Listing
	if err := json.Unmarshal(msg.Data, &l); err != nil {
		m.t.Fatal(err)
	}
	return l
}

// reach asks the agent where it delivers, as the checkout does.
func (m *market) reach(s events.SellerID) events.Reach {
	m.t.Helper()
	answer, err := m.nc.Request(events.AskSubject(s, events.AskConnect), nil, patience)
	if err != nil {
		m.t.Fatal(err)
	}
	var r events.Reach
	if err := json.Unmarshal(answer.Data, &r); err != nil {
		m.t.Fatal(err)
	}
	return r
}

// depositKey is the operator's.
func depositKey() sealed.DepositKey {
	k, err := sealed.NewDepositKey([]byte(strings.Repeat("d", 32)))
	if err != nil {
		panic(err) // the seed is long enough
	}
	return k
}

// ask asks the listing's agent for its key.
func (m *market) ask(ask events.KeyAsk) (d events.KeyDeposit) {
	m.t.Helper()
	question, err := json.Marshal(ask)
	if err != nil {
		m.t.Fatal(err)
	}
	answer, err := m.nc.Request(events.AskSubject(ask.Listing.Seller(), events.AskKey), question, 5*time.Second)
	if err != nil {
		m.t.Fatal(err)
	}
	if err := json.Unmarshal(answer.Data, &d); err != nil {
		m.t.Fatal(err)
	}
	return d
}

// deposit returns the key that the agent deposits. It is wrapped for the operator and that order alone.
func (m *market) deposit(ask events.KeyAsk) sealed.Key {
	m.t.Helper()
	d := m.ask(ask)
	about := sealed.Deposit{Order: ask.Order, Listing: ask.Listing, Sealed: ask.SealedRoot}
	key, err := about.Unwrap(depositKey(), d.Wrapped)
	if err != nil {
		m.t.Fatalf("deposit %+v: %v", d, err)
	}
	about.Order = "another"
	if _, err := about.Unwrap(depositKey(), d.Wrapped); !errors.Is(err, events.NoKey) {
		m.t.Errorf("a key wrapped for one order opens for another: %v", err)
	}
	ask.SealedRoot = strings.Repeat("0", 64)
	if d := m.ask(ask); d.Refusal != events.NotForSale || len(d.Wrapped) != 0 {
		m.t.Errorf("deposit for a file that the agent does not have = %+v", d)
	}
	return key
}

func TestFileFromDiskToBuyer(t *testing.T) {
	m := newMarket(t)
	tr := m.start("a.txt", "sub/b.txt")
	ready := tr.awaitKind(Ready)
	if ready.Files != 2 {
		t.Errorf("ready with %d files, want 2", ready.Files)
	}
	write(t, filepath.Join(tr.dir, "c.txt"), "to be sold")
	listed := tr.awaitListed("c.txt")
	l := m.stored(listed.Listing)
	if err := l.Check(ready.Seller); err != nil || l.SellerName != "Ann" || l.Size != 10 || l.Terms.Price != 100 {
		t.Errorf("stored listing = %+v, check %v", l, err)
	}

	reach := m.reach(ready.Seller)
	if reach.Seller != ready.Seller || len(reach.URLs) != 2 || len(reach.Certificate) != 64 {
		t.Fatalf("reach = %+v", reach)
	}
	ticket := sealed.Ticket{
		ID: "t", Order: "o", Listing: l.ID, Agent: ready.Seller, Root: l.Root, Sealed: l.SealedRoot, Size: l.Size,
		Client: ticketKey().Public().(ed25519.PublicKey), Expires: time.Now().Add(time.Minute),
	}
	get := func() (int, string) {
		r, err := http.NewRequest("GET", reach.URLs[0]+"/v1/files/"+string(l.ID), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Ticket "+ticket.Sign(ticketKey()))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
	status, got := get()
	if status != 200 || strings.Contains(got, "to be sold") {
		t.Errorf("download = %d %q, want it sealed", status, got)
	}
	key := m.deposit(events.KeyAsk{Order: "o", Listing: l.ID, SealedRoot: l.SealedRoot})
	if opened, err := key.Sealer(l.Size).Open(0, []byte(got)); err != nil || string(opened[:l.Size]) != "to be sold" {
		t.Errorf("download opens to %q, %v", opened, err)
	}
	write(t, filepath.Join(tr.dir, "c.txt"), "other bytes")
	if status, text := get(); status != 409 {
		t.Errorf("download of a changed file = %d %q, want 409", status, text)
	}
	if changed := tr.awaitListed("c.txt"); changed.Listing != l.ID || m.stored(l.ID).Rev <= l.Rev {
		t.Errorf("listing after the change = %+v", changed)
	}
	if err := os.Remove(filepath.Join(tr.dir, "c.txt")); err != nil {
		t.Fatal(err)
	}
	gone := tr.awaitKind(Withdrawn)
	if gone.Listing != l.ID || !m.stored(l.ID).Withdrawn || m.stored(l.ID).Check(ready.Seller) != nil {
		t.Errorf("withdrawn = %+v, stored %+v", gone, m.stored(l.ID))
	}
	if err := tr.stop(); err != nil {
		t.Errorf("Run() = %v", err)
	}
}

func TestFatesAndNoticesAreTold(t *testing.T) {
	m := newMarket(t)
	tr := m.start("a.txt")
	seller := tr.awaitKind(Ready).Seller
	for verb, message := range map[string]any{
		events.AskFate:   events.Offer{Listing: seller.Listing("a"), State: events.OfferRefused, Title: "a", Reason: "on the list"},
		events.AskNotice: events.Notice{Kind: "taken_down", Lot: seller.Listing("a").Lot(), Title: "a", Text: "It was taken down."},
	} {
		text, err := json.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		for _, garbage := range [][]byte{[]byte("{"), nil, text} { // what cannot be read does no harm
			if err := m.nc.Publish(events.AskSubject(seller, verb), garbage); err != nil {
				t.Fatal(err)
			}
		}
	}
	told := map[string]bool{}
	for len(told) < 2 {
		e := tr.await("a fate and a notice", func(e Event) bool { return e.Event == Fate || e.Event == Notice })
		if e.Event == Fate && (e.State != events.OfferRefused || e.Text != "on the list") || e.Event == Notice && e.Kind != "taken_down" {
			t.Errorf("told %+v", e)
		}
		told[e.Event] = true
	}
}

func TestRestartAnnouncesWhatIsOffered(t *testing.T) {
	first := newMarket(t).start("a.txt", "b.txt")
	seller := first.awaitKind(Ready).Seller
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	forgetful := newMarket(t) // it knows nothing
	second := forgetful.open(first.dir, first.state)
	for range 2 {
		l := forgetful.stored(second.awaitKind(Listed).Listing)
		if err := l.Check(seller); err != nil {
			t.Errorf("listing after a restart: %v", err)
		}
	}
	if ready := second.awaitKind(Ready); ready.Seller != seller || ready.Files != 2 {
		t.Errorf("ready after a restart = %+v, want seller %s with 2 files", ready, seller)
	}
}

func TestChangesWhileTheBusIsAwayAreToldAfterwards(t *testing.T) {
	m := newMarket(t)
	tr := m.start("a.txt", "b.txt")
	seller := tr.awaitKind(Ready).Seller
	port := m.port()
	m.bus.Close()
	tr.awaitKind(OffLine)
	write(t, filepath.Join(tr.dir, "a.txt"), "changed meanwhile")
	write(t, filepath.Join(tr.dir, "c.txt"), "new meanwhile")
	if err := os.Remove(filepath.Join(tr.dir, "b.txt")); err != nil {
		t.Fatal(err)
	}
	m.openBus(port)
	told := map[string]string{}
	for len(told) < 3 {
		e := tr.await("what changed", func(e Event) bool { return e.Event == Listed || e.Event == Withdrawn })
		told[e.Path] = e.Event
		if err := m.stored(e.Listing).Check(seller); err != nil {
			t.Errorf("listing of %s: %v", e.Path, err)
		}
	}
	if want := map[string]string{"a.txt": Listed, "b.txt": Withdrawn, "c.txt": Listed}; !maps.Equal(told, want) {
		t.Errorf("told = %v, want %v", told, want)
	}
}

func TestCredentialsThatAreRefusedAreRenewed(t *testing.T) {
	m := newMarket(t)
	asked := 0
	m.answer = func(_ http.ResponseWriter, c *events.Credentials) bool {
		if asked++; asked == 1 {
			c.JWT = c.JWT[:len(c.JWT)-8] + "AAAAAAAA" // a signature that does not hold
		}
		return false
	}
	m.start("a.txt").awaitKind(Ready)
	if asked != 2 {
		t.Errorf("enrolled %d times, want 2", asked)
	}
}

func TestMarketThatStartsLaterIsWaitedFor(t *testing.T) {
	m := newMarket(t)
	asked := 0
	m.answer = func(w http.ResponseWriter, _ *events.Credentials) bool {
		if asked++; asked <= 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return asked <= 2
	}
	tr := m.start("a.txt")
	if e := tr.awaitKind(OffLine); !strings.Contains(e.Text, "503") {
		t.Errorf("offline because %q, want the market's 503", e.Text)
	}
	tr.awaitKind(Ready)
}

func TestMarketThatDoesNotTakeTheAgent(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, c *events.Credentials) bool{
		"refused": func(w http.ResponseWriter, _ *events.Credentials) bool {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"refusal":"malformed","error":"not you"}`)
			return true
		},
		"no JSON": func(w http.ResponseWriter, _ *events.Credentials) bool {
			fmt.Fprint(w, "<html>welcome</html>")
			return true
		},
		"another seller": func(_ http.ResponseWriter, c *events.Credentials) bool { c.Seller = "abcdefghijklmnop"; return false },
		"no deposit key": func(_ http.ResponseWriter, c *events.Credentials) bool { c.DepositKey = nil; return false },
		"no ticket key":  func(_ http.ResponseWriter, c *events.Credentials) bool { c.TicketKey = nil; return false },
	} {
		m := newMarket(t)
		m.answer = answer
		tr := m.start("a.txt")
		tr.awaitKind(Started)
		if err := tr.wait(); !errors.Is(err, ErrNotAdmitted) {
			t.Errorf("%s: Run() = %v, want ErrNotAdmitted", name, err)
		}
	}
}

func TestKeyIsTheSellersAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), keyFile)
	first, err := openKey(file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the key = %v, %v, want 0600", info.Mode(), err)
	}
	if again, err := openKey(file); err != nil || !bytes.Equal(again, first) {
		t.Errorf("second openKey = another key, %v", err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := openKey(file); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("openKey of a key that others read = %v, want it refused", err)
	}
	write(t, filepath.Join(filepath.Dir(file), "torn"), "-----BEGIN PRIV")
	os.Chmod(filepath.Join(filepath.Dir(file), "torn"), 0o600)
	if _, err := openKey(filepath.Join(filepath.Dir(file), "torn")); err == nil {
		t.Error("a torn file was taken for a key")
	}
}

func TestStateLiesApart(t *testing.T) {
	base := t.TempDir()
	shared := filepath.Join(base, "shared")
	if err := os.Mkdir(shared, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(shared, filepath.Join(base, "link")); err != nil {
		t.Fatal(err)
	}
	for state, good := range map[string]bool{
		"state": true, "shared-state": true, "shared": false, "shared/.state": false, "link/state": false, ".": false,
	} {
		err := apart(filepath.Join(base, state), shared)
		if (err == nil) != good {
			t.Errorf("apart(%s, shared) = %v", state, err)
		}
	}
}

func TestLargestListingFitsIntoAMessage(t *testing.T) {
	l := events.Listing{
		Title: strings.Repeat("\"", events.MaxTitle), Description: strings.Repeat("<\"\n", events.MaxDescription/3),
		FileName: strings.Repeat("&", events.MaxFileName), SellerName: strings.Repeat("<", 80),
		Type: strings.Repeat("t", 127), Root: strings.Repeat("0", 64), SealedRoot: strings.Repeat("0", 64),
		Terms: events.Terms{Increments: make([]events.Increment, 50)},
	}
	for range events.MaxTags {
		l.Tags = append(l.Tags, strings.Repeat("<", events.MaxTag))
	}
	l.Sign(ticketKey())
	if text, err := encode(l); err != nil || len(text) > 60<<10 {
		t.Errorf("encode = %d bytes, %v; the bus takes 65536", len(text), err)
	}
}

func TestAcknowledged(t *testing.T) {
	for answer, good := range map[string]bool{
		`{"stream":"SELLERS","seq":7}`: true, `{"error":{"code":503,"description":"no space"}}`: false, `{}`: false, ``: false, `[]`: false,
	} {
		if err := acknowledged([]byte(answer)); (err == nil) != good {
			t.Errorf("acknowledged(%s) = %v", answer, err)
		}
	}
}
