package auction_test

import (
	"encoding/json"
	"testing"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

// says sends a command of the seller's over the bus, as his agent does, and returns the answer and how the lot stands.
func (w *world) says(nc *nats.Conn, seller events.SellerID, lot events.LotID, id events.CommandID, c events.Command) (events.Answer, events.Standing) {
	w.t.Helper()
	r, err := events.NewRequest(id, string(lot), c)
	w.must(err)
	return w.asks(nc, events.SellerLotSubject(seller, lot), r.AppendJSON(nil))
}

func (w *world) asks(nc *nats.Conn, subject string, data []byte) (a events.Answer, s events.Standing) {
	w.t.Helper()
	msg, err := nc.Request(subject, data, patience)
	w.must(err)
	w.must(json.Unmarshal(msg.Data, &a))
	if len(a.View) > 0 {
		w.must(json.Unmarshal(a.View, &s))
	}
	return a, s
}

func TestASellersWordAboutHisLot(t *testing.T) {
	w := newWorld(t)
	n := w.listing(1, "A song")
	n.Terms.Reserve = 5000
	w.publish(n)
	w.fate(events.OfferListed)
	lot := n.ID.Lot()
	w.bid(lot, "bob-bidder-1", 2000)
	w.bid(lot, "ann-bidder-2", 3000)
	bob := w.notices("bob-bidder-1")

	if a, s := w.says(w.agent, w.seller, lot, "", events.AskStanding{}); a.Refusal != "" || s.Leader != "a***2" || s.Price != 3000 {
		t.Errorf("asked, the house says %q and %+v; want it at 3000 with a***2", a.Refusal, s)
	}
	cancel := events.CancelBidder{Name: "b***1", Reason: "Never answers."}
	if a, _ := w.says(w.agent, w.seller, lot, "one", cancel); a.Refusal != "" {
		t.Errorf("cancelling a bidder is refused: %s", a.Refusal)
	}
	if got := w.next(bob, "cancelled"); got.Lot != lot {
		t.Errorf("the bidder is told of %s", got.Lot)
	}
	if a, s := w.says(w.agent, w.seller, lot, "two", events.LowerReserve{Reserve: 2500}); a.Refusal != "" || !*s.ReserveMet {
		t.Errorf("lowering the reserve is answered %q with %+v", a.Refusal, s)
	}
	if a, _ := w.says(w.agent, w.seller, lot, "two", events.LowerReserve{Reserve: 2500}); !a.Repeated {
		t.Error("the same command again counts again")
	}
	if a, s := w.says(w.agent, w.seller, lot, "three", events.EndEarly{Sell: true}); a.Refusal != "" || s.State != events.Sold || s.Order != "" {
		t.Errorf("ending it is answered %q with %+v, want sold, and the order nobody's business but the buyer's", a.Refusal, s)
	}
	w.await("what the seller did is stated", func() error {
		if o, _ := w.stated(n.ID); len(o.Acts) != 3 {
			return events.Unchanged
		}
		return nil
	})
}

// A seller speaks for himself alone, and says only what sellers may.
func TestASellerSpeaksForHimself(t *testing.T) {
	w := newWorld(t)
	w.publish(w.listing(1, "A song"))
	w.fate(events.OfferListed)
	lot := w.seller.Listing("song").Lot()
	w.bid(lot, "ann", 2000)
	const other events.SellerID = "zzzzzzzzzzzzzzzz"
	request := func(c events.Command) []byte {
		r, err := events.NewRequest("x", string(lot), c)
		w.must(err)
		return r.AppendJSON(nil)
	}
	end := request(events.EndEarly{Seller: w.seller, Sell: true})
	tests := map[string]struct {
		nc      *nats.Conn // a service's stands for a bus that let it pass
		subject string
		data    []byte
		want    events.Refusal
	}{
		"another's lot on his own subject": {w.nc, events.SellerLotSubject(other, lot), end, events.NotSeller},
		"no lot":                           {w.agent, events.SellerLotSubject(w.seller, "song"), end, events.NoSuchLot},
		"a lot that is not there":          {w.agent, events.SellerLotSubject(w.seller, w.seller.Listing("tune").Lot()), end, events.NoSuchLot},
		"no request":                       {w.agent, events.SellerLotSubject(w.seller, lot), []byte("{"), events.Malformed},
		"a bid":                            {w.agent, events.SellerLotSubject(w.seller, lot), request(events.PlaceBid{Bidder: "bob", Max: 9000}), events.Malformed},
		"a ruling":                         {w.agent, events.SellerLotSubject(w.seller, lot), request(events.RuleListing{}), events.Malformed},
		"the journal's own word":           {w.agent, events.SellerLotSubject(w.seller, lot), request(events.CloseLot{}), events.Malformed},
		"without an id":                    {w.agent, events.SellerLotSubject(w.seller, lot), []byte(`{"kind":"end_early","body":{}}`), events.Malformed},
		"a second chance before the end":   {w.agent, events.SellerLotSubject(w.seller, lot), request(events.OfferChance{}), events.StillOpen},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if a, _ := w.asks(tc.nc, tc.subject, tc.data); a.Refusal != tc.want {
				t.Errorf("answered %q, want %q", a.Refusal, tc.want)
			}
		})
	}
	if s := w.bid(lot, "bob", 3000); s.State != events.Open {
		t.Errorf("afterwards the lot is %s, want open", s.State)
	}
}
