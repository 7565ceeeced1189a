package auction

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

var (
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	seller  = events.SellerID("abcdefghijklmnop")
	allowed = events.Verdict{Ruling: events.Allow, List: 7}
	held    = events.Verdict{Ruling: events.Review, Reason: "looks like a known work", List: 7}
	blocked = events.Verdict{Ruling: events.Block, Reason: "a known work", Entry: "entry-1", List: 7}
)

// auctioned returns revision rev of a listing that is auctioned for an hour from 10.00 dollars on.
func auctioned(rev int64) events.Listing {
	return events.Listing{
		ID: seller.Listing("song"), Seller: seller, SellerName: "Ann", Rev: rev, Title: "A song", FileName: "song.flac",
		Size: 1000, Type: "audio/flac", Root: "aa",
		Terms: events.Terms{Format: events.Auction, Currency: events.USD, Edition: 1, Start: 1000, Duration: time.Hour},
	}
}

// direct returns revision rev of a listing of which two copies are sold for 5.00 dollars each.
func direct(rev int64) events.Listing {
	n := auctioned(rev)
	n.Terms = events.Terms{Format: events.Direct, Currency: events.USD, Edition: 2, Price: 500}
	return n
}

// with returns n after change.
func with(n events.Listing, change func(*events.Listing)) events.Listing {
	change(&n)
	return n
}

func offer(n events.Listing, v events.Verdict) events.Command {
	return events.OfferListing{Listing: n, Verdict: v}
}

// bench is a lot under test with a clock.
type bench struct {
	t   *testing.T
	lot journal.Entity[Lot]
	now time.Time
}

// newBench returns a lot to which all of commands have happened at noon.
func newBench(t *testing.T, commands ...events.Command) *bench {
	b := &bench{t: t, now: noon}
	for _, c := range commands {
		b.do(c)
	}
	return b
}

func (b *bench) decide(c events.Command) (events.Fact, error) {
	d, err := b.lot.Decide(Rules{}, "lot", "", c, nil, b.now)
	return d.Decided, err
}

// do decides c, which must not be refused.
func (b *bench) do(c events.Command) events.Fact {
	b.t.Helper()
	f, err := b.decide(c)
	if err != nil {
		b.t.Fatalf("%s: %v", c.CommandKind(), err)
	}
	b.lot.State = restarted(b.t, b.lot.State)
	return f
}

// restarted returns the lot as a snapshot brings it back, which must be the same.
func restarted(t testing.TB, l Lot) Lot {
	t.Helper()
	var snapshot bytes.Buffer
	var back Lot
	if err := errors.Join(gob.NewEncoder(&snapshot).Encode(l), gob.NewDecoder(&snapshot).Decode(&back)); err != nil {
		t.Fatal(err)
	}
	text := func(l Lot) string {
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(b), "[]", "null")
	}
	if got, want := text(back), text(l); got != want {
		t.Fatalf("the snapshot brings back\n%s\nof\n%s", got, want)
	}
	return back
}

func (b *bench) refuses(c events.Command, want events.Refusal) {
	b.t.Helper()
	if f, err := b.decide(c); !errors.Is(err, want) {
		b.t.Errorf("%s at %s = %v, %v; want %v", c.CommandKind(), b.now.Format(time.TimeOnly), f, err, want)
	}
}

func (b *bench) stands() events.Standing { return b.lot.State.Standing() }

func bid(who events.UserID, most int64) events.Command {
	return events.PlaceBid{Bidder: who, Max: most}
}
