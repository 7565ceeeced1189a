package blacklist_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
)

var base = []events.Entry{{ID: "d1", Artist: "Adele", Title: "Hello"}, {ID: "d2", Artist: "Nova", Title: "Long Way Home"}}

const seller = events.SellerID("abcdefghijklmnop")

func listing(name, title, file string) events.Listing {
	return events.Listing{ID: seller.Listing(name), Seller: seller, Rev: 1, Title: title, FileName: file, Root: fmt.Sprintf("%064x", 1)}
}

func open(t *testing.T, nc *nats.Conn) *blacklist.Keeper {
	t.Helper()
	k, err := blacklist.Open(t.Context(), blacklist.Config{NC: nc, Entries: base, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

// A ruled is a ruling as auction sees it.
type ruled struct {
	listing events.ListingID
	events.ListingRuled
}

// follow returns the rulings on listings from the first one on.
func follow(t *testing.T, nc *nats.Conn) <-chan ruled {
	t.Helper()
	rulings := make(chan ruled, 1000)
	stop, err := journal.FollowAll(t.Context(), nc, events.Rulings, func(_ context.Context, rec events.Record) error {
		f, err := rec.Fact()
		if r, ok := f.(events.ListingRuled); ok {
			rulings <- ruled{events.ListingID(rec.Subject), r}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return rulings
}

// next returns the next ruling, which must come within a second.
func next(t *testing.T, rulings <-chan ruled) ruled {
	t.Helper()
	select {
	case r := <-rulings:
		return r
	case <-time.After(time.Second):
		t.Fatal("no ruling within a second")
		return ruled{}
	}
}

func wantRuled(t *testing.T, got ruled, id events.ListingID, want events.Ruling, entry events.EntryID) {
	t.Helper()
	if got.listing != id || got.Verdict.Ruling != want || got.Verdict.Entry != entry {
		t.Fatalf("ruled on %s: %s by %q, want %s: %s by %q", got.listing, got.Verdict.Ruling, got.Verdict.Entry, id, want, entry)
	}
}

func wantVerdict(t *testing.T, when string, got events.Verdict, want events.Ruling, rule string) {
	t.Helper()
	if got.Ruling != want || got.Rule != rule {
		t.Errorf("%s: %s by %q (%s), want %s by %q", when, got.Ruling, got.Rule, got.Work, want, rule)
	}
}

func TestEntryTakesListingsDownAndGivesThemBack(t *testing.T) {
	nc := embedded.Test(t)
	k, rulings := open(t, nc), follow(t, nc)
	song, other := listing("a", "Zed - Night Train", "1.mp3"), listing("b", "My own field recording", "2.wav")
	wantVerdict(t, "before the entry", k.Screen(song), events.Allow, "")
	wantVerdict(t, "another listing", k.Screen(other), events.Allow, "")

	e, err := k.Add(t.Context(), events.Entry{Artist: "Zed", Title: "Night Train"}, "mina", "notice 7")
	if err != nil {
		t.Fatal(err)
	}
	wantVerdict(t, "once Add has returned", k.Screen(song), events.Block, "artist and title")
	got := next(t, rulings)
	wantRuled(t, got, song.ID, events.Block, e.ID)
	if got.Digest != blacklist.Digest(song) || got.Rev != 1 || got.Title != song.Title || got.By != "" || got.Verdict.Reason == "" {
		t.Errorf("ruling %+v, want digest, revision, title and reason of %+v, by nobody", got, song)
	}

	if err := k.Remove(t.Context(), e.ID, "mina", "withdrawn by the claimant"); err != nil {
		t.Fatal(err)
	}
	wantRuled(t, next(t, rulings), song.ID, events.Allow, "")
	wantVerdict(t, "once the entry is gone", k.Screen(song), events.Allow, "")
	if err := k.Remove(t.Context(), e.ID, "mina", "again"); !errors.Is(err, events.NoSuchEntry) {
		t.Errorf("Remove twice = %v, want %v", err, events.NoSuchEntry)
	}
}

func TestEntryThatCannotBeAdded(t *testing.T) {
	k := open(t, embedded.Test(t))
	for name, tc := range map[string]struct {
		entry  events.Entry
		reason string
		want   error
	}{
		"no artist":           {events.Entry{Title: "x"}, "r", events.Malformed},
		"nothing but signs":   {events.Entry{Artist: "x", Title: "!!"}, "r", events.Malformed},
		"no reason":           {events.Entry{Artist: "x", Title: "y"}, "", events.Malformed},
		"on the list already": {events.Entry{Artist: "ADELE", Title: "Hello!"}, "r", events.Unchanged},
	} {
		if _, err := k.Add(t.Context(), tc.entry, "mina", tc.reason); !errors.Is(err, tc.want) {
			t.Errorf("%s: Add(%+v) = %v, want %v", name, tc.entry, err, tc.want)
		}
	}
	if n := k.Entries("", 1).Total; n != len(base) {
		t.Errorf("%d entries, want %d", n, len(base))
	}
}

func TestModeratorsDecisionHolds(t *testing.T) {
	nc := embedded.Test(t)
	k, rulings := open(t, nc), follow(t, nc)
	cover := listing("a", "Hello (Adele cover)", "1.mp3")
	wantVerdict(t, "a cover", k.Screen(cover), events.Review, "artist and title, not the recording")
	held := k.Held()
	if len(held) != 1 || held[0].Listing.ID != cover.ID || held[0].Verdict.Entry != "d1" || held[0].Digest != blacklist.Digest(cover) {
		t.Fatalf("Held() = %+v, want the cover for d1", held)
	}
	decide := func(d blacklist.Decision) error { return k.Decide(t.Context(), d) }
	if err := decide(blacklist.Decision{Listing: seller.Listing("zz"), Ruling: events.Allow, By: "mina", Reason: "r"}); !errors.Is(err, events.NoSuchLot) {
		t.Errorf("Decide about nothing = %v, want %v", err, events.NoSuchLot)
	}
	if err := decide(blacklist.Decision{Listing: cover.ID, Digest: "seen before", Ruling: events.Allow, By: "mina", Reason: "r"}); !errors.Is(err, events.WrongState) {
		t.Errorf("Decide about an older text = %v, want %v", err, events.WrongState)
	}
	allow := blacklist.Decision{Listing: cover.ID, Digest: held[0].Digest, Ruling: events.Allow, By: "mina", Reason: "licence shown"}
	if err := decide(allow); err != nil {
		t.Fatal(err)
	}
	got := next(t, rulings)
	wantRuled(t, got, cover.ID, events.Allow, "d1")
	if got.By != "mina" || got.Reason != "licence shown" {
		t.Errorf("ruling by %q for %q, want mina for licence shown", got.By, got.Reason)
	}
	if held := k.Held(); len(held) != 0 {
		t.Errorf("Held() after the decision = %+v, want nothing", held)
	}
	if err := decide(allow); !errors.Is(err, events.Unchanged) {
		t.Errorf("Decide the same again = %v, want %v", err, events.Unchanged)
	}
	again, bytes := cover, cover
	again.Rev, again.Description = 2, "now cheaper"
	bytes.Rev, bytes.Root = 3, fmt.Sprintf("%064x", 2)
	wantVerdict(t, "the same text and bytes again", k.Screen(again), events.Allow, "moderator")
	wantVerdict(t, "other bytes", k.Screen(bytes), events.Review, "artist and title, not the recording")

	e, err := k.Add(t.Context(), events.Entry{Artist: "Adele", Title: "Hello", TitleAlt: []string{"Cover"}, ArtistAlt: []string{"Hello"}}, "mina", "r")
	if !errors.Is(err, events.Unchanged) {
		t.Fatalf("Add a known work = %v, %v, want %v", e, err, events.Unchanged)
	}
	if e, err = k.Add(t.Context(), events.Entry{Artist: "Adele", Title: "Hello (Adele cover)", ArtistAlt: []string{"cover"}}, "mina", "notice 8"); err != nil {
		t.Fatal(err)
	}
	if got := k.Screen(again); got.Entry != e.ID {
		t.Errorf("an entry that came after the decision: %+v, want a verdict by %s", got, e.ID)
	}
}

func TestEverythingSurvivesARestart(t *testing.T) {
	nc := embedded.Test(t)
	first := open(t, nc)
	song, cover := listing("a", "Zed - Night Train", "1.mp3"), listing("b", "Hello (Adele cover)", "1.mp3")
	added, err := first.Add(t.Context(), events.Entry{Artist: "Zed", Title: "Night Train"}, "mina", "notice 7")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Remove(t.Context(), "d2", "jun", "licensed"); err != nil {
		t.Fatal(err)
	}
	first.Screen(cover)
	if err := first.Decide(t.Context(), blacklist.Decision{Listing: cover.ID, Ruling: events.Block, By: "jun", Reason: "no licence"}); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := open(t, nc)
	got := second.Screen(song)
	wantVerdict(t, "an added entry", got, events.Block, "artist and title")
	if got.Entry != added.ID || got.List != 3 {
		t.Errorf("verdict %+v, want %s by version 3", got, added.ID)
	}
	wantVerdict(t, "a removed entry", second.Screen(listing("c", "Nova - Long Way Home", "1.mp3")), events.Allow, "")
	wantVerdict(t, "a refused listing", second.Screen(cover), events.Block, "moderator")
	if got := second.Screen(cover); got.Reason != "no licence" || got.Entry != "d1" {
		t.Errorf("refused listing: %+v, want the moderator's reason and the entry d1", got)
	}
	want := []string{"jun blocked Hello (Adele cover): no licence", "jun removed Nova – Long Way Home: licensed", "mina added Zed – Night Train: notice 7"}
	log := second.Log(10)
	for i, act := range log {
		if line := fmt.Sprintf("%s %s %s: %s", act.By, act.Did, act.What, act.Reason); i >= len(want) || line != want[i] || act.At.IsZero() {
			t.Errorf("Log()[%d] = %q at %v, want %q", i, line, act.At, want)
		}
	}
	if len(log) != len(want) {
		t.Errorf("Log() has %d acts, want %d", len(log), len(want))
	}
}

func offer(t *testing.T, nc *nats.Conn, l events.Listing, state events.OfferState) {
	t.Helper()
	o := events.Offer{Listing: l.ID, Lot: l.ID.Lot(), Version: 1, At: time.Now(), State: state, Rev: l.Rev, Seller: l.Seller,
		Title: l.Title, Tags: l.Tags, FileName: l.FileName, Size: l.Size, Type: l.Type, Root: l.Root}
	data, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nc.Request(events.OfferSubject(l.ID), data, 5*time.Second); err != nil {
		t.Fatal(err)
	}
}

func TestMarketThatContradictsTheListIsRuledOn(t *testing.T) {
	nc := embedded.Test(t)
	listed, refused := listing("a", "Adele - Hello", "1.mp3"), listing("b", "My own song", "2.mp3")
	fine, ended := listing("c", "Rain", "3.wav"), listing("d", "Adele - Hello", "4.mp3")
	offer(t, nc, listed, events.OfferListed)
	offer(t, nc, refused, events.OfferRefused)
	offer(t, nc, fine, events.OfferListed)
	offer(t, nc, ended, events.OfferEnded)
	k, rulings := open(t, nc), follow(t, nc)
	got := map[events.ListingID]events.Ruling{}
	for range 2 {
		r := next(t, rulings)
		got[r.listing] = r.Verdict.Ruling
	}
	if got[listed.ID] != events.Block || got[refused.ID] != events.Allow {
		t.Errorf("rulings at start = %v, want %s blocked and %s allowed", got, listed.ID, refused.ID)
	}

	e, err := k.Add(t.Context(), events.Entry{Artist: "Cloud", Title: "Rain", ArtistAlt: []string{"3"}}, "mina", "r")
	if err != nil {
		t.Fatal(err)
	}
	wantRuled(t, next(t, rulings), fine.ID, events.Block, e.ID)
}

func TestReplicasAgree(t *testing.T) {
	server := embedded.TestServer(t)
	one, two := open(t, server.TestConn(t)), open(t, server.TestConn(t))
	rulings := follow(t, server.TestConn(t))
	song := listing("a", "Zed - Night Train", "1.mp3")
	one.Screen(song)
	two.Screen(song)
	e, err := one.Add(t.Context(), events.Entry{Artist: "Zed", Title: "Night Train"}, "mina", "r")
	if err != nil {
		t.Fatal(err)
	}
	wantRuled(t, next(t, rulings), song.ID, events.Block, e.ID)
	if err := two.Remove(t.Context(), "d2", "jun", "r"); err != nil { // returns when two has followed so far
		t.Fatal(err)
	}
	wantVerdict(t, "the other replica", two.Screen(listing("b", "zed night train", "9.mp3")), events.Block, "artist and title")
}

// Whatever is screened while an entry comes is either judged by it or ruled on.
func TestNoListingSlipsBetweenScreeningAndAnEntry(t *testing.T) {
	nc := embedded.Test(t)
	k, rulings := open(t, nc), follow(t, nc)
	const listings = 80 // fewer than take two people
	allowed := make(chan events.ListingID, listings)
	var screening sync.WaitGroup
	started := make(chan struct{})
	screening.Go(func() {
		for i := range listings {
			if i == listings/4 {
				close(started)
			}
			l := listing(fmt.Sprintf("n%d", i), fmt.Sprintf("Zed - Night Train %d", i), "1.mp3")
			if k.Screen(l).Ruling == events.Allow {
				allowed <- l.ID
			}
		}
		close(allowed)
	})
	<-started
	if _, err := k.Add(t.Context(), events.Entry{Artist: "Zed", Title: "Night Train"}, "mina", "r"); err != nil {
		t.Fatal(err)
	}
	screening.Wait()
	missing := map[events.ListingID]bool{}
	for id := range allowed {
		missing[id] = true
	}
	for len(missing) > 0 {
		delete(missing, next(t, rulings).listing)
	}
}

func TestScreenOverTheBus(t *testing.T) {
	nc := embedded.Test(t)
	open(t, nc)
	data, err := json.Marshal(listing("a", "Adele - Hello", "1.mp3"))
	if err != nil {
		t.Fatal(err)
	}
	msg, err := nc.Request(events.ScreenSubject, data, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	var v events.Verdict
	if err := json.Unmarshal(msg.Data, &v); err != nil || v.Ruling != events.Block || v.Entry != "d1" {
		t.Errorf("asked over the bus = %s, %v, want a block by d1", msg.Data, err)
	}
	msg, err = nc.Request(events.ScreenSubject, []byte(`{"title":7}`), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if code := msg.Header.Get("Nats-Service-Error-Code"); code != string(events.Malformed) {
		t.Errorf("a malformed question is answered with the error %q, want %q", code, events.Malformed)
	}
}

func TestBatchIsTakenBackAtOnce(t *testing.T) {
	nc := embedded.Test(t)
	k := open(t, nc)
	song := listing("a", "Zed - Night Train", "1.mp3")
	works := []events.Entry{{Artist: "Zed", Title: "Night Train"}, {Artist: "Zed", Title: "Day Boat"}, base[0]}
	batch, known, err := k.AddBatch(t.Context(), works, "mina", "notice 9")
	if err != nil || known != 1 {
		t.Fatalf("AddBatch = %q, %d known, %v, want one known", batch, known, err)
	}
	wantVerdict(t, "once AddBatch has returned", k.Screen(song), events.Block, "artist and title")
	if _, known, err := k.AddBatch(t.Context(), works, "mina", "again"); known != 3 || !errors.Is(err, events.Unchanged) {
		t.Errorf("AddBatch again = %d known, %v, want 3 known and %v", known, err, events.Unchanged)
	}

	other := open(t, nc) // from the journal
	found := other.Batches()
	for patience := time.Now().Add(10 * time.Second); len(found) < 1 || found[0].Added < 2; found = other.Batches() { // it follows by itself
		if time.Now().After(patience) {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if len(found) != 1 || found[0].ID != batch || found[0].Added != 2 || found[0].Left != 2 || found[0].By != "mina" || found[0].Reason != "notice 9" {
		t.Fatalf("batches of another replica %+v, want the one with both entries", found)
	}
	if err := k.Remove(t.Context(), k.Entries("Day Boat", 1).Entries[0].ID, "jun", "one was wrong"); err != nil {
		t.Fatal(err)
	}
	if n, err := k.UndoBatch(t.Context(), batch, "mina", "sent by mistake"); n != 1 || err != nil {
		t.Errorf("UndoBatch = %d, %v, want the one that was left", n, err)
	}
	wantVerdict(t, "once the batch is undone", k.Screen(song), events.Allow, "")
	if _, err := k.UndoBatch(t.Context(), batch, "mina", "again"); !errors.Is(err, events.NoSuchEntry) {
		t.Errorf("UndoBatch again = %v, want %v", err, events.NoSuchEntry)
	}
}
