package auction_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func TestAListingFromTheAgentToTheMarket(t *testing.T) {
	w := newWorld(t)
	first := w.listing(1, "A song")
	first.Terms.Reserve = 5000
	w.publish(first)
	told := w.fate(events.OfferListed)
	stated, _ := w.stated(first.ID)
	if told.Version != stated.Version || stated.Title != "A song" || stated.Terms.Reserve != 0 || stated.Standing.Next != 1000 {
		t.Errorf("stated %+v, told version %d", stated, told.Version)
	}
	w.publish(w.listing(2, "A better song"))
	if o := w.fate(events.OfferListed); o.Title != "A better song" || o.Rev != 2 {
		t.Errorf("after the change the agent was told %q, revision %d", o.Title, o.Rev)
	}
	w.publish(w.listing(3, "A doubtful song"))
	if o := w.fate(events.OfferHeld); o.Reason != "looks like a known work" {
		t.Errorf("held because %q", o.Reason)
	}
	w.publish(w.listing(4, "A stolen song"))
	if o := w.fate(events.OfferRefused); o.Verdict == nil || o.Verdict.Ruling != events.Block {
		t.Errorf("refused with verdict %+v", o.Verdict)
	}
	w.publish(w.listing(5, "A song"))
	w.fate(events.OfferListed)
	gone := w.listing(6, "")
	gone.Withdrawn, gone.Reason = true, "The file was deleted."
	w.publish(gone)
	if o := w.fate(events.OfferWithdrawn); o.Reason != gone.Reason || o.Standing.State != events.Withdrawn {
		t.Errorf("withdrawn because %q, the lot is %s", o.Reason, o.Standing.State)
	}
}

func TestTheSameListingAgainIsAnsweredWithTheOffer(t *testing.T) {
	w := newWorld(t)
	for rev := range int64(3) {
		w.publish(w.listing(rev/2+1, "A song")) // revisions 1, 1 and 2
		if o := w.fate(events.OfferListed); o.Rev != 1 || o.Reason != "" {
			t.Errorf("publication %d: the agent was told revision %d because %q", rev+1, o.Rev, o.Reason)
		}
	}
	w.bid(w.seller.Listing("song").Lot(), "bob", 2000)
	bob := w.notices("bob")
	longer := w.listing(3, "A song")
	longer.Description = "In C."
	w.publish(longer)
	if o := w.fate(events.OfferListed); !strings.HasPrefix(o.Description, "Added ") || !strings.HasSuffix(o.Description, ": In C.") {
		t.Errorf("the public reads %q, want a dated addition", o.Description)
	}
	w.next(bob, "added")
	w.publish(w.listing(4, "Another song"))
	if o := w.fate(events.OfferListed); o.Title != "A song" || o.Reason != events.Frozen.Words() {
		t.Errorf("changed under a bid it is %q, and the seller hears %q", o.Title, o.Reason)
	}
}

func TestBadListingsAreToldToTheirSeller(t *testing.T) {
	w := newWorld(t)
	id := w.seller.Listing("song")
	forged := w.listing(1, "A song")
	forged.Sign(w.key)
	forged.Size++
	free := w.listing(1, "A song")
	free.Terms.Start = 0
	free.Sign(w.key)
	over := w.listing(1, "A song")
	over.Terms.EndsAt = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	over.Sign(w.key)
	other := w.listing(1, "A song")
	other.ID += "x"
	other.Sign(w.key)
	tests := map[string]struct {
		message any
		want    string
	}{
		"no listing":           {7, "malformed"},
		"of another id":        {other, "malformed"},
		"with a false promise": {forged, "signature"},
		"for nothing":          {free, "start"},
		"with an end gone by":  {over, "past"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := json.Marshal(tc.message)
			if err != nil {
				t.Fatal(err)
			}
			w.say(id, data)
			if o := w.fate(events.OfferRefused); o.Listing != id || !strings.Contains(o.Reason, tc.want) {
				t.Errorf("the agent was told %q about %s, want a word about %q", o.Reason, o.Listing, tc.want)
			}
		})
	}
	w.publish(w.listing(9, "A song"))
	w.fate(events.OfferListed)
}

func TestNothingIsOfferedUnscreened(t *testing.T) {
	w := newWorld(t)
	w.screen.away.Store(true)
	w.publish(w.listing(1, "A song"))
	w.await("question to the blacklist", func() error {
		if w.screen.asked.Load() == 0 {
			return errors.New("not asked")
		}
		return nil
	})
	_, err := w.sender.Do(t.Context(), string(w.seller.Listing("song").Lot()), "", events.AskStanding{}, nil)
	if !errors.Is(err, events.NoSuchLot) {
		t.Errorf("an unscreened lot answers %v, want %v", err, events.NoSuchLot)
	}
	w.screen.away.Store(false)
	w.fate(events.OfferListed)
}

func TestAnAuctionToItsEnd(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	lot := w.fate(events.OfferListed).Lot
	live, err := w.nc.SubscribeSync(events.LotSubject(lot))
	w.must(err)
	ann, bob := w.notices("ann"), w.notices("bob")
	w.bid(lot, "ann", 2000)
	w.next(ann, "leading")
	w.clock.Advance(time.Hour - 9*time.Minute)
	w.next(ann, "ending")
	w.clock.Advance(8 * time.Minute)
	last := w.bid(lot, "bob", 3000)
	if n := w.next(ann, "outbid"); n.Money == nil || n.Money.Amount != 2050 || n.Lot != lot {
		t.Errorf("ann was outbid: %+v, want at 2050", n)
	}
	w.next(ann, "extended")
	w.next(bob, "leading")
	for s := (events.Standing{}); s.Version < last.Version; {
		m, err := live.NextMsg(patience)
		w.must(err)
		w.must(json.Unmarshal(m.Data, &s))
	}
	if s := w.book(lot, last.Version); s.Leader != "bob" || !s.EndsAt.Equal(last.EndsAt) || !s.Extended {
		t.Errorf("the book says %+v, want bob leading an extended lot", s)
	}
	w.clock.Advance(3 * time.Minute)
	if n := w.next(bob, "won"); n.Order != events.WonOrder(lot) || n.Money.Amount != 2050 {
		t.Errorf("bob won: %+v", n)
	}
	w.next(ann, "lost")
	w.next(w.told, "sold")
	if o := w.fate(events.OfferEnded); o.Standing.State != events.Sold || o.Standing.Order != events.WonOrder(lot) {
		t.Errorf("ended as %+v", o.Standing)
	}
	w.await("the lot to leave those that end", func() error {
		if n := w.client.ZCard(t.Context(), events.BookEnding).Val(); n != 0 {
			return fmt.Errorf("%d lots end", n)
		}
		return nil
	})
}

func TestARulingTakesALotDown(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	offer := w.fate(events.OfferListed)
	ann := w.notices("ann")
	w.bid(offer.Lot, "ann", 2000)
	w.rule(offer.Listing, 1, events.Verdict{Ruling: events.Block, Reason: "a known work"})
	if o := w.fate(events.OfferRefused); o.Reason != "a known work" || o.Standing.Bids != 0 {
		t.Errorf("taken down because %q with %d bids", o.Reason, o.Standing.Bids)
	}
	w.next(ann, "taken_down")
	w.next(w.told, "taken_down")
	w.await("the void bid to leave the book", func() error {
		if n := w.client.ZCard(t.Context(), events.BookBidsKey(offer.Lot)).Val(); n != 0 {
			return fmt.Errorf("%d bids", n)
		}
		return nil
	})
	w.rule("aaaaaaaaaaaaaaaa-nothing", 1, events.Verdict{Ruling: events.Block}) // must not stop those behind it
	w.rule(offer.Listing, 2, events.Verdict{Ruling: events.Allow})
	w.fate(events.OfferListed)
}

func TestRetractedBidsLeaveTheBook(t *testing.T) {
	w := newWorld(t)
	n := w.listing(1, "A song")
	n.Terms.Duration = 48 * time.Hour
	w.publish(n)
	lot := w.fate(events.OfferListed).Lot
	ann := w.notices("ann")
	w.bid(lot, "ann", 2000)
	w.bid(lot, "bob", 9000)
	w.next(ann, "outbid")
	var s events.Standing
	_, err := w.sender.Do(t.Context(), string(lot), "oops", events.RetractBid{Bidder: "bob", Reason: events.WrongAmount}, &s)
	w.must(err)
	if n := w.next(ann, "leading"); n.Money.Amount != 1000 || s.Price != 1000 || s.Leader != "ann" {
		t.Errorf("ann hears %+v, and it stands %+v; want her leading at 1000", n, s)
	}
	w.next(w.told, "retracted")
	w.book(lot, s.Version)
	bids := w.client.ZRange(t.Context(), events.BookBidsKey(lot), 0, -1).Val()
	record := w.client.HGet(t.Context(), events.BookRecordKey("bob"), string(lot)).Val()
	if len(bids) != 1 || !strings.Contains(bids[0], `"price":1000`) || record != `{"retractions":1}` {
		t.Errorf("the book has the bids %v and of bob %s; want ann's alone and one retraction", bids, record)
	}
	if n := w.client.ZCard(t.Context(), events.BookUserKey("bob")).Val(); n != 0 {
		t.Error("the book still has bob in the lot")
	}
}

func TestASecondChance(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	lot := w.fate(events.OfferListed).Lot
	ann, bob := w.notices("ann"), w.notices("bob")
	w.bid(lot, "ann", 2000)
	w.bid(lot, "bob", 3000)
	w.clock.Advance(time.Hour)
	won := w.next(bob, "won")
	unpaid := events.RecordUnpaid{Order: won.Order, Reason: "Nobody paid in time."}
	_, err := w.sender.Do(t.Context(), string(lot), "unpaid", unpaid, nil)
	w.must(err)
	w.next(bob, "strike")
	w.next(w.told, "unpaid")
	if n := w.next(ann, "second_chance"); n.Money.Amount != 2000 {
		t.Errorf("ann is offered %+v, want at 2000", n)
	}
	var s events.Standing
	_, err = w.sender.Do(t.Context(), string(lot), "yes", events.AnswerChance{Bidder: "ann", Accept: true}, &s)
	w.must(err)
	if n := w.next(ann, "won"); n.Order != s.Order || s.Chance == nil || s.Chance.Order != s.Order || s.Leader != "ann" {
		t.Errorf("ann won %+v, and it stands %+v", n, s)
	}
	w.book(lot, s.Version)
	if got := w.client.HGet(t.Context(), events.BookRecordKey("bob"), string(lot)).Val(); got != `{"strikes":1}` {
		t.Errorf("bob's record says %s, want one strike", got)
	}
}

// dump returns everything that the book says, without the time of its writing and without regard to how bids were cut into
// runs.
func (w *world) dump() map[string][]string {
	w.t.Helper()
	all := make(map[string][]string)
	for _, key := range w.client.Keys(w.t.Context(), "book:*").Val() {
		if strings.HasPrefix(key, events.BookCompleteKey("")) {
			continue
		}
		for _, z := range w.client.ZRangeWithScores(w.t.Context(), key, 0, -1).Val() {
			var run []events.Bid
			if !strings.HasSuffix(key, ":runs") {
				all[key] = append(all[key], fmt.Sprint(z.Score, z.Member))
			} else if err := json.Unmarshal([]byte(z.Member.(string)), &run); err != nil {
				w.t.Fatal(err)
			}
			for _, bid := range run {
				all[key] = append(all[key], fmt.Sprint(bid))
			}
		}
	}
	return all
}

func TestALostBookIsWrittenAgain(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	lot := w.fate(events.OfferListed).Lot
	for i := range int64(20) {
		w.bid(lot, []events.UserID{"ann", "bob"}[i%2], 2000+i*200)
	}
	w.book(lot, 21)
	before := w.dump()
	same := func() error {
		if n := len(w.client.Keys(t.Context(), events.BookCompleteKey("*")).Val()); n != 1 {
			return errors.New("not complete")
		}
		now := w.dump()
		for key, want := range before {
			if !slices.Equal(now[key], want) {
				return fmt.Errorf("%s is %v, want %v", key, now[key], want)
			}
		}
		if len(now) != len(before) {
			return fmt.Errorf("%d keys, want %d", len(now), len(before))
		}
		return nil
	}
	w.await("first whole book", same)
	w.redis.FlushAll()
	w.await("book after it was lost", same)

	w.close()
	w.redis.FlushAll()
	w.open()
	w.await("book after a restart", same)
}

func TestARestartStatesOnlyWhatWasLost(t *testing.T) {
	w := newWorld(t)
	kept, lost := w.listing(1, "A song"), w.listing(1, "Another song")
	lost.ID = w.seller.Listing("lost")
	w.publish(kept)
	w.fate(events.OfferListed)
	w.publish(lost)
	w.fate(events.OfferListed)
	w.bid(kept.ID.Lot(), "ann", 2000)
	w.close()

	_, before := w.stated(kept.ID)
	stale, err := json.Marshal(events.Offer{Listing: lost.ID, Version: 0})
	w.must(err)
	_, err = w.js.Publish(t.Context(), events.OfferSubject(lost.ID), stale)
	w.must(err)
	w.open()
	if o := w.fate(events.OfferListed); o.Listing != lost.ID {
		t.Errorf("stated again: %s, want %s", o.Listing, lost.ID)
	}
	if _, after := w.stated(kept.ID); after != before {
		t.Errorf("the offer that was there was stated again as message %d", after)
	}
	if s := w.bid(kept.ID.Lot(), "bob", 3000); s.Price != 2050 || s.Bids != 2 {
		t.Errorf("after the restart a bid leads to %d with %d bids, want 2050 with 2", s.Price, s.Bids)
	}
}

func TestADirectSale(t *testing.T) {
	w := newWorld(t)
	n := w.listing(1, "A song")
	n.Terms = events.Terms{Format: events.Direct, Currency: events.EUR, Edition: 1, Price: 700}
	w.publish(n)
	lot := w.fate(events.OfferListed).Lot
	var s events.Standing
	_, err := w.sender.Do(t.Context(), string(lot), "claim-1", events.Buy{Buyer: "ann", Order: "o1"}, &s)
	w.must(err)
	if s.State != events.Sold || s.Copies != 1 {
		t.Errorf("sold it stands %+v", s)
	}
	if n := w.next(w.told, "sold"); n.Money.Amount != 700 || !strings.Contains(n.Text, "€7.00") {
		t.Errorf("the seller hears %+v", n)
	}
	w.fate(events.OfferEnded)
	_, err = w.sender.Do(t.Context(), string(lot), "claim-2", events.Buy{Buyer: "bob", Order: "o2"}, nil)
	if !errors.Is(err, events.SoldOut) {
		t.Errorf("a second copy of one = %v, want %v", err, events.SoldOut)
	}
	answer, err := w.sender.Do(t.Context(), string(lot), "claim-1", events.Buy{Buyer: "ann", Order: "o1"}, nil)
	if err != nil || !answer.Repeated {
		t.Errorf("the same command again = %+v, %v, want repeated", answer, err)
	}
}

func TestNoticesAreKept(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	lot := w.fate(events.OfferListed).Lot
	ann := w.notices("ann")
	w.bid(lot, "ann", 2000)
	w.next(ann, "leading")
	stream, err := w.js.Stream(t.Context(), "NOTICES")
	w.must(err)
	w.await("the notice in its stream", func() error { // whoever listens hears it a moment before
		_, err := stream.GetLastMsgForSubject(t.Context(), events.NoticeSubject("ann"))
		return err
	})
}

func TestBidsDoNotWaitForTheBook(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	lot := w.fate(events.OfferListed).Lot
	w.redis.SetError("LOADING the book is away")
	w.bid(lot, "ann", 2000)
	s := w.bid(lot, "bob", 3000)
	w.redis.SetError("")
	if got := w.book(lot, s.Version); got.Leader != "bob" {
		t.Errorf("once it is back the book says that %q leads, want bob", got.Leader)
	}
}
