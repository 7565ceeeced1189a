package blacklist_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
)

// complete is a notice that lacks nothing.
func complete(claimant string, about ...events.ListingID) events.TakedownNotice {
	return events.TakedownNotice{Claimant: claimant, Law: "dmca", Artist: "Zed", Title: "Night Train", Listings: about, GoodFaith: true, Accurate: true, Signed: true, Reachable: true}
}

// upheld files and upholds a notice.
func upheld(t *testing.T, k *blacklist.Keeper, n events.TakedownNotice) string {
	t.Helper()
	id, err := k.FileNotice(t.Context(), n, "mina")
	if err == nil {
		err = k.DecideNotice(t.Context(), id, true, false, "mina", "It is theirs.")
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func openAt(t *testing.T) (*blacklist.Keeper, *journal.Clock) {
	t.Helper()
	clock := journal.NewClock()
	k, err := blacklist.Open(t.Context(), blacklist.Config{NC: embedded.Test(t), Entries: base, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k, clock
}

// becomes waits until the listing is judged so.
func becomes(t *testing.T, when string, k *blacklist.Keeper, l events.Listing, want events.Ruling) events.Verdict {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		v := k.Screen(l)
		if v.Ruling == want {
			return v
		}
		if time.Since(began) > 10*time.Second {
			t.Fatalf("%s: judged %s by %q, want %s", when, v.Ruling, v.Rule, want)
		}
	}
}

func TestNoticeTakesListingsDown(t *testing.T) {
	k, clock := openAt(t)
	song, other := listing("a", "My train song", "1.mp3"), listing("b", "Another one", "2.mp3")
	n := complete("c1", song.ID)
	n.Signed = false
	id, err := k.FileNotice(t.Context(), n, "mina")
	if err != nil {
		t.Fatal(err)
	}
	if err := k.DecideNotice(t.Context(), id, true, false, "mina", "r"); !errors.Is(err, events.Incomplete) {
		t.Errorf("an unsigned notice is upheld: %v, want %v", err, events.Incomplete)
	}
	n.Signed = true
	if err := k.CompleteNotice(t.Context(), id, n, "mina"); err != nil {
		t.Fatal(err)
	}
	if err := k.DecideNotice(t.Context(), id, true, true, "mina", "It is theirs."); err != nil {
		t.Fatal(err)
	}
	if v := k.Screen(song); v.Ruling != events.Block || v.Entry != events.EntryID(id) {
		t.Errorf("a listing that was taken down: %+v, want a block on account of %s", v, id)
	}
	renamed := song
	renamed.Rev, renamed.Title = 2, "Quite another title"
	wantVerdict(t, "under another title", k.Screen(renamed), events.Block, "takedown notice")
	wantVerdict(t, "another listing", k.Screen(other), events.Allow, "")
	wantVerdict(t, "the notice's work", k.Screen(listing("c", "Zed - Night Train", "3.mp3")), events.Block, "artist and title")
	if err := k.DecideNotice(t.Context(), id, false, false, "jun", "r"); !errors.Is(err, events.Decided) {
		t.Errorf("deciding twice = %v, want %v", err, events.Decided)
	}

	counter := events.FileCounter{Party: "p1", Statement: "I wrote it.", GoodFaith: true, Jurisdiction: true, By: "mina"}
	if err := k.FileCounter(t.Context(), id, counter); !errors.Is(err, events.Incomplete) {
		t.Errorf("an unsigned counter-notice = %v, want %v", err, events.Incomplete)
	}
	counter.Signed = true
	if err := k.FileCounter(t.Context(), id, counter); err != nil {
		t.Fatal(err)
	}
	got, _ := k.Notice(id)
	if wait := got.Due.Sub(got.Countered); wait < 14*24*time.Hour || wait > 19*24*time.Hour {
		t.Errorf("the listings are due back after %v, want twelve weekdays", wait)
	}
	clock.Advance(got.Due.Sub(clock.Now()) - time.Minute)
	wantVerdict(t, "before the clock has run out", k.Screen(song), events.Block, "takedown notice")
	clock.Advance(time.Minute)
	becomes(t, "once it has", k, song, events.Allow)
	if got, _ = k.Notice(id); got.State != blacklist.NoticeReinstated {
		t.Errorf("the notice is %s, want %s", got.State, blacklist.NoticeReinstated)
	}
	if h := k.Holders(); len(h) != 1 || h[0].Failed != 1 || h[0].Decided != 1 {
		t.Errorf("holders %+v, want one with one notice that failed", h)
	}
	if s := k.Strikes(seller); len(s) != 0 {
		t.Errorf("strikes after the listings are back: %+v, want none", s)
	}
}

func TestSuitKeepsListingsDown(t *testing.T) {
	k, clock := openAt(t)
	song := listing("a", "My train song", "1.mp3")
	id := upheld(t, k, complete("c1", song.ID))
	counter := events.FileCounter{Party: "p1", Statement: "I wrote it.", GoodFaith: true, Jurisdiction: true, Signed: true, By: "mina"}
	if err := errors.Join(k.FileCounter(t.Context(), id, counter), k.NoteSuit(t.Context(), id, "mina", "case 7")); err != nil {
		t.Fatal(err)
	}
	clock.Advance(60 * 24 * time.Hour)
	if err := k.NoteSuit(t.Context(), id, "mina", "again"); !errors.Is(err, events.WrongState) {
		t.Errorf("a second suit = %v, want %v", err, events.WrongState)
	}
	wantVerdict(t, "after a suit", k.Screen(song), events.Block, "takedown notice")
}

func TestSellerObjectsOnce(t *testing.T) {
	k, _ := openAt(t)
	song, fine := listing("a", "My train song", "1.mp3"), listing("b", "Field recording", "2.wav")
	k.Screen(song)
	k.Screen(fine)
	upheld(t, k, complete("c1", song.ID))
	if err := k.Object(t.Context(), fine.ID, "o0", "why", ""); !errors.Is(err, events.NoObjection) {
		t.Errorf("an objection for what is allowed = %v, want %v", err, events.NoObjection)
	}
	if err := k.Object(t.Context(), song.ID, "o1", "I wrote it.", "https://example.org/licence"); err != nil {
		t.Fatal(err)
	}
	if err := k.Object(t.Context(), song.ID, "o2", "Really.", ""); !errors.Is(err, events.NoObjection) {
		t.Errorf("a second objection = %v, want %v", err, events.NoObjection)
	}
	if o := k.Objections(); len(o) != 1 || o[0].Text != "I wrote it." || o[0].By != "" {
		t.Fatalf("objections %+v, want the one that waits", o)
	}
	if err := k.DecideObjection(t.Context(), song.ID, true, "jun", "The licence is good."); err != nil {
		t.Fatal(err)
	}
	becomes(t, "once the objection is granted", k, song, events.Allow)
	if err := k.DecideObjection(t.Context(), song.ID, false, "jun", "r"); !errors.Is(err, events.Decided) {
		t.Errorf("deciding twice = %v, want %v", err, events.Decided)
	}
	if h := k.Holders(); len(h) != 1 || h[0].Failed != 1 {
		t.Errorf("holders %+v, want that the notice failed", h)
	}
}

// What a seller says comes over the bus, under his own name alone.
func TestObjectionComesOverTheBus(t *testing.T) {
	nc := embedded.Test(t)
	k := open(t, nc)
	song := listing("a", "Adele - Hello", "1.mp3")
	wantVerdict(t, "before", k.Screen(song), events.Block, "artist and title")
	say := func(by events.SellerID, text string) events.Refusal {
		r, err := events.NewRequest(events.CommandID(events.NewID()), string(song.ID), events.FileObjection{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		msg, err := nc.Request(events.SellerObjectionSubject(by, song.ID), r.AppendJSON(nil), 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := events.ReadAnswer(msg.Data)
		if err != nil {
			t.Fatal(err)
		}
		return answer.Refusal
	}
	if got := say("ponmlkjihgfedcba", "mine"); got != events.NotSeller {
		t.Errorf("somebody else's objection is answered %q, want %q", got, events.NotSeller)
	}
	if got := say(seller, ""); got != events.Malformed {
		t.Errorf("an objection that says nothing is answered %q, want %q", got, events.Malformed)
	}
	if got := say(seller, "I have a licence."); got != "" {
		t.Errorf("the seller's objection is answered %q, want it taken", got)
	}
	if got := say(seller, "Really."); got != events.NoObjection {
		t.Errorf("a second one is answered %q, want %q", got, events.NoObjection)
	}
}

func TestStrikesMakeARepeatInfringerAndExpire(t *testing.T) {
	k, clock := openAt(t)
	fresh := listing("n", "Field recording", "2.wav")
	for i := range blacklist.RepeatAfter {
		wantVerdict(t, fmt.Sprint("after ", i, " strikes"), k.Screen(fresh), events.Allow, "")
		upheld(t, k, complete("c1", seller.Listing(fmt.Sprint("s", i))))
	}
	wantVerdict(t, "after one more", k.Screen(fresh), events.Review, "repeat infringer")
	if n := len(k.Strikes(seller)); n != blacklist.RepeatAfter {
		t.Errorf("%d strikes, want %d", n, blacklist.RepeatAfter)
	}
	clock.Advance(blacklist.StrikeLength + time.Minute)
	wantVerdict(t, "once they have expired", k.Screen(fresh), events.Allow, "")
}

func TestClaimantWhoKeepsFailingBlocksNothing(t *testing.T) {
	k, clock := openAt(t)
	n := complete("c1", seller.Listing("x"))
	id, err := k.FileNotice(t.Context(), n, "mina")
	if err == nil {
		err = k.DecideNotice(t.Context(), id, true, true, "mina", "r")
	}
	if err != nil {
		t.Fatal(err)
	}
	song := listing("c", "Zed - Night Train", "3.mp3")
	wantVerdict(t, "while he is trusted", k.Screen(song), events.Block, "artist and title")
	for range 2 {
		id, err := k.FileNotice(t.Context(), n, "mina")
		if err == nil {
			err = k.DecideNotice(t.Context(), id, false, false, "mina", "It is not theirs.")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if h := k.Holders(); len(h) != 1 || !h[0].Doubted || h[0].Decided != 3 || h[0].Failed != 2 {
		t.Errorf("holders %+v, want one who is doubted for two of three", h)
	}
	if v := k.Screen(song); v.Ruling != events.Review {
		t.Errorf("once he is doubted: %s by %q, want a review", v.Ruling, v.Rule)
	}
	wantVerdict(t, "somebody else's entry", k.Screen(listing("d", "Adele - Hello", "3.mp3")), events.Block, "artist and title")
	clock.Advance(blacklist.TrustWindow + time.Minute)
	wantVerdict(t, "a year later", k.Screen(song), events.Block, "artist and title")
}
