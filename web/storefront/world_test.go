package storefront

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/redis/go-redis/v9"

	"lightshare/events"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
	"lightshare/web/checkout"
)

// patience is how long a condition may take to come true before a test gives up.
const patience = 10 * time.Second

// A world is a storefront on a real bus with everybody else played by the test.
type world struct {
	testing.TB
	nc       *nats.Conn
	js       jetstream.JetStream
	redis    *miniredis.Miniredis
	clock    *journal.Clock
	front    *Front
	server   *httptest.Server
	desk     *fakeDesk
	presence *fakePresence
	house    *fakeHouse
	secure   bool // visitors come over HTTPS, as far as the storefront knows
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, nc: embedded.Test(t), redis: miniredis.RunT(t), clock: journal.NewClock(), presence: &fakePresence{}}
	w.desk = &fakeDesk{orders: make(map[events.OrderID]checkout.View), changed: make(chan struct{}), card: aCard}
	w.house = newFakeHouse(t, w.nc)
	js, err := jetstream.New(w.nc)
	if err != nil {
		t.Fatal(err)
	}
	w.js = js
	return w
}

// open opens the storefront over what the world holds by then.
func (w *world) open() *world {
	w.Helper()
	client := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
	w.Cleanup(func() { client.Close() })
	server := httptest.NewUnstartedServer(nil)
	w.server = server
	scheme := "http://"
	if w.secure {
		scheme = "https://"
	}
	front, err := New(context.Background(), Config{
		NC: w.nc, Redis: client, Desk: w.desk, Presence: w.presence, Enroller: fakeEnroller{}, Clock: w.clock,
		Log: slog.New(slog.NewTextHandler(w.Output(), nil)), BaseURL: scheme + server.Listener.Addr().String(), DevMail: true, SessionsSecure: w.secure,
	})
	if err != nil {
		w.Fatal(err)
	}
	w.front = front
	server.Config.Handler = front.Handler()
	server.Start()
	w.Cleanup(func() {
		front.Close()
		server.Close()
	})
	return w
}

var aCard = checkout.CardView{Good: true, Card: "Visa ending in 4242"}

const seller events.SellerID = "abcdefghijklmnop"

// Listings, and the lots they are sold as.
const (
	picture = "abcdefghijklmnop-picture"
	song    = "abcdefghijklmnop-song"
)

// auctionOffer is an auction of a picture that stands at nothing yet.
func (w *world) auctionOffer() events.Offer {
	now := w.clock.Now()
	return events.Offer{
		Listing: picture, Lot: picture, Version: 1, At: now, State: events.OfferListed, Rev: 1, Seller: seller, SellerName: "Ina",
		Title: "Harbour at dawn", Description: "Taken from the pier.\n\nOne print, one owner.", Tags: []string{"sea"},
		FileName: "harbour.png", Size: 4_200_000, Type: "image/png", Root: strings.Repeat("ab", 32),
		Terms: events.Terms{Format: events.Auction, Currency: events.USD, Edition: 1, Start: 500, BuyNow: 9000},
		Standing: events.Standing{
			Lot: picture, Version: 1, At: now, State: events.Open, Format: events.Auction, Currency: events.USD, Seller: seller,
			Next: 500, BuyNow: 9000, EndsAt: now.Add(time.Hour), LatestEnd: now.Add(2 * time.Hour), SoftClose: 120_000, Edition: 1,
		},
	}
}

// saleOffer is a direct sale of a song.
func (w *world) saleOffer() events.Offer {
	now := w.clock.Now()
	return events.Offer{
		Listing: song, Lot: song, Version: 1, At: now, State: events.OfferListed, Rev: 1, Seller: seller, SellerName: "Ina",
		Title: "봄날의 노래", Description: "Recorded in spring.", FileName: "spring song.wav", Size: 12_000_000, Type: "audio/wav",
		Root: strings.Repeat("cd", 32), Terms: events.Terms{Format: events.Direct, Currency: events.KRW, Price: 12000},
		Standing: events.Standing{Lot: song, Version: 1, At: now, State: events.Open, Format: events.Direct, Currency: events.KRW, Seller: seller},
	}
}

// publish states an offer on the market.
func (w *world) publish(offers ...events.Offer) {
	w.Helper()
	for _, o := range offers {
		if _, err := w.js.Publish(context.Background(), events.OfferSubject(o.Listing), encode(w, o)); err != nil {
			w.Fatal(err)
		}
	}
}

// stand says how a lot stands: in the book and on the bus, as auction does.
func (w *world) stand(s events.Standing, bids ...events.Bid) {
	w.Helper()
	w.redis.ZAdd(events.BookStandingKey(s.Lot), float64(s.Version), string(encode(w, s)))
	for _, b := range bids {
		w.redis.ZAdd(events.BookBidsKey(s.Lot), float64(b.Seq), string(encode(w, []events.Bid{b})))
		w.redis.ZAdd(events.BookUserKey(b.Bidder), float64(b.At.UnixMilli()), string(s.Lot))
	}
	if err := w.nc.Publish(events.LotSubject(s.Lot), encode(w, s)); err != nil {
		w.Fatal(err)
	}
}

// await waits for a condition that others bring about.
func (w *world) await(what string, holds func() bool) {
	w.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("waited %s for: %s", patience, what)
		}
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A visitor is a browser without script.
type visitor struct {
	*world
	http.Client
}

func (w *world) visitor() *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{w, http.Client{Jar: jar}}
}

// A page is what a visitor got.
type page struct {
	status int
	body   string
	header http.Header
	at     *url.URL
}

func (v *visitor) get(path string) page {
	v.Helper()
	res, err := v.Get(v.server.URL + path)
	return v.read(res, err)
}

func (v *visitor) post(path string, form url.Values) page {
	v.Helper()
	res, err := v.PostForm(v.server.URL+path, form)
	return v.read(res, err)
}

// postJSON is what a script on the page does.
func (v *visitor) postJSON(path string, body any) page {
	v.Helper()
	res, err := v.Post(v.server.URL+path, "application/json", strings.NewReader(string(encode(v, body))))
	return v.read(res, err)
}

func (v *visitor) read(res *http.Response, err error) page {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.Fatal(err)
	}
	return page{res.StatusCode, string(body), res.Header, res.Request.URL}
}

// signIn signs in by the mailed link and returns the visitor's id.
func (v *visitor) signIn(email string) events.UserID {
	v.Helper()
	v.post("/sign-in", url.Values{"email": {email}, "next": {"/"}})
	link, err := url.Parse(v.front.caught.Letters()[0].Link)
	if err != nil {
		v.Fatal(err)
	}
	v.post(link.Path, nil)
	who, err := v.front.accounts.OfAddress(context.Background(), email, v.clock.Now())
	if err != nil {
		v.Fatal(err)
	}
	return who.ID
}

// has fails the test unless the page contains each of the texts.
func (p page) has(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			t.Errorf("page %s (%d) does not contain %q:\n%s", p.at.Path, p.status, text, p.body)
		}
	}
}

// fakePresence says who is online, as the test wishes.
type fakePresence struct {
	mu       sync.Mutex
	online   map[events.SellerID]bool
	watchers []chan events.Presence
}

func (f *fakePresence) Of(s events.SellerID) events.Presence {
	f.mu.Lock()
	defer f.mu.Unlock()
	return events.Presence{Seller: s, Online: f.online[s]}
}

func (f *fakePresence) Watch(ctx context.Context) <-chan events.Presence {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := make(chan events.Presence, 16)
	f.watchers = append(f.watchers, c)
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		close(c)
		f.watchers = nil
	})
	return c
}

func (f *fakePresence) set(s events.SellerID, online bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.online == nil {
		f.online = make(map[events.SellerID]bool)
	}
	f.online[s] = online
	for _, c := range f.watchers {
		c <- events.Presence{Seller: s, Online: online}
	}
}

type fakeEnroller struct{}

func (fakeEnroller) Enrol(_ context.Context, e events.Enrolment) (events.Credentials, error) {
	if e.Name == "" {
		return events.Credentials{}, events.Malformed
	}
	return events.Credentials{Seller: seller}, nil
}
