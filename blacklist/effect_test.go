package blacklist

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"lightshare/events"
)

func orderFact(t *testing.T, o *orders, order string, f events.Fact) {
	t.Helper()
	body, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.follow(t.Context(), events.Record{Subject: order, Kind: f.FactKind(), Body: body}); err != nil {
		t.Fatal(err)
	}
}

func TestPreviewSaysWhatAnEntryWouldDo(t *testing.T) {
	k := &Keeper{state: newState(someEntries[:1]), live: NewLive(), orders: newOrders()}
	k.standing = func(_ context.Context, lot events.LotID) (events.Standing, error) {
		if lot == "cover" {
			return events.Standing{}, events.Unavailable
		}
		return events.Standing{Bids: 3}, nil
	}
	offer := func(id, title, file string, bids int) {
		it := newItem(events.Listing{ID: events.ListingID(id), Title: title, FileName: file}, time.Unix(1, 0))
		it.told, it.lot, it.bids = events.Allow, events.LotID(id), bids
		k.live.offer(it)
	}
	offer("lot", "Zed - Night Train", "1.mp3", 1) // as it was stated; there are more by now
	offer("cover", "Zed - Night Train (piano cover)", "2.mp3", 0)
	offer("other", "Rain on a tin roof", "3.wav", 9)
	offer("refused", someEntries[0].Artist+" - "+someEntries[0].Title, "4.mp3", 0)
	orderFact(t, k.orders, "o1", events.OrderCreated{CreateOrder: events.CreateOrder{Lot: "lot"}})
	orderFact(t, k.orders, "o2", events.OrderCreated{CreateOrder: events.CreateOrder{Lot: "lot"}})
	orderFact(t, k.orders, "o1", events.PaymentAuthorised{})
	orderFact(t, k.orders, "o1", events.PaymentAuthorised{}) // comes again

	night := events.Entry{Artist: "Zed", Title: "Night Train"}
	got := k.Preview(t.Context(), []events.Entry{night, someEntries[0], night})
	if got.Refused != 1 || got.Held != 1 || got.Lots != 1 || got.Bids != 3 || got.Orders != 1 || len(got.Hits) != 2 || got.Unknown != 1 {
		t.Errorf("Preview = %+v, want one refused with 3 bids and a paid order, and one held, of which auction says nothing", got)
	}
	if len(got.Hits) == 2 && (got.Hits[0].Listing.ID != "cover" || got.Hits[1].Verdict.Ruling != events.Block) {
		t.Errorf("hits %+v, want the less sure first", got.Hits)
	}
	if v := k.state.list.Version(); v != 1 {
		t.Errorf("the list is at version %d after a preview, want 1", v)
	}
	orderFact(t, k.orders, "o1", events.PaymentCaptured{})
	if n := k.orders.of("lot"); n != 0 {
		t.Errorf("%d paid orders once delivered, want none", n)
	}
}

func TestReadWorksKeepsEveryGoodLine(t *testing.T) {
	works, broken := ReadWorks("Zed, Night Train\r\n\nno comma\n\"Nova, Inc.\",Long Way,,Langer Weg|Long\nzed,NIGHT train\n,x\nÉlan\tGo\n")
	if len(works) != 3 || works[1].Artist != "Nova, Inc." || len(works[1].TitleAlt) != 2 || works[2].Title != "Go" || works[0].ID != "" {
		t.Errorf("works %+v, want Zed, Nova, Inc. and Élan", works)
	}
	var lines []int
	for _, b := range broken {
		lines = append(lines, b.Line)
	}
	if len(lines) != 3 || lines[0] != 3 || lines[1] != 5 || lines[2] != 6 {
		t.Errorf("broken %v, want lines 3, 5 and 6", broken)
	}
}
