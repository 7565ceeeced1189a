package auction

import (
	"testing"
	"time"

	"lightshare/events"
)

// coded returns revision rev of an open edition at 5.00 dollars with codes.
func coded(rev int64) events.Listing {
	return with(direct(rev), func(n *events.Listing) {
		n.Terms.Edition = events.OpenEdition
		n.Terms.Codes = []events.Code{
			{Name: "SPRING", Percent: 20, Until: noon.Add(time.Hour)}, {Name: "TWICE", Off: 100, Uses: 2}, {Name: "ONCE", Percent: 10, Once: true},
		}
	})
}

// buys takes a copy for an order with a code.
func buys(who events.UserID, order events.OrderID, price int64, code string) events.Command {
	return events.Buy{Buyer: who, Order: order, Price: price, Code: code}
}

func TestDiscountCodes(t *testing.T) {
	b := newBench(t, offer(coded(1), allowed))
	if f := b.do(buys("ann", "o1", 400, "SPRING")).(events.CopySold); f.Price != 400 || f.Code != "SPRING" {
		t.Errorf("sold as %+v, want for 400 with the code", f)
	}
	b.refuses(buys("ann", "o2", 400, "SUMMER"), events.NoSuchCode)
	b.do(buys("ann", "o3", 400, "TWICE"))
	b.do(buys("bob", "o4", 400, "TWICE"))
	b.refuses(buys("cid", "o5", 400, "TWICE"), events.CodeSpent)
	b.do(events.ReturnCopy{Order: "o4"})
	b.do(buys("cid", "o5", 400, "TWICE"))
	b.do(buys("ann", "o6", 450, "ONCE"))
	b.refuses(buys("ann", "o7", 450, "ONCE"), events.CodeSpent)
	b.refuses(events.AskCode{Buyer: "ann", Code: "ONCE"}, events.CodeSpent)
	if _, err := b.decide(events.AskCode{Buyer: "bob", Code: "ONCE"}); err != nil {
		t.Errorf("asked for bob, the code is refused: %v", err)
	}
	b.now = noon.Add(time.Hour)
	b.refuses(events.AskCode{Buyer: "bob", Code: "SPRING"}, events.CodeSpent)
	b.do(buys("bob", "o8", 400, "SPRING")) // the order was begun in time
	b.now = noon.Add(time.Hour + codeGrace)
	b.refuses(buys("cid", "o9", 400, "SPRING"), events.CodeSpent)
}

func TestCodesAreSecretAndMayChange(t *testing.T) {
	b := newBench(t, offer(coded(1), allowed), buys("ann", "o1", 500, ""))
	lot := coded(1).ID.Lot()
	public := b.lot.State.Offer().Terms
	if _, ok := public.Code("SPRING"); ok || len(public.Codes) != 3 {
		t.Errorf("the offer says %+v, want three codes without their names", public.Codes)
	}
	if c, ok := public.Code(events.CodeName(lot, "SPRING")); !ok || c.Reduced(500) != 400 {
		t.Errorf("whoever knows the name finds %+v", c)
	}
	b.do(offer(with(coded(2), func(n *events.Listing) { n.Terms.Codes = nil }), allowed))
	b.refuses(buys("ann", "o2", 400, "SPRING"), events.NoSuchCode)
}

func TestAPriceOfOnesOwn(t *testing.T) {
	open := offer(with(direct(1), func(n *events.Listing) { n.Terms.Least = 200 }), allowed)
	b := newBench(t, open)
	b.refuses(buys("ann", "o1", 199, ""), events.TooLow)
	b.refuses(buys("ann", "o1", events.MaxAmount+1, ""), events.TooLow)
	for price, order := range map[int64]events.OrderID{200: "o1", 5000: "o2"} {
		if f := b.do(buys("ann", order, price, "")).(events.CopySold); f.Price != price {
			t.Errorf("sold for %d, want %d", f.Price, price)
		}
	}
	b = newBench(t, open)
	if f := b.do(events.Buy{Buyer: "ann", Order: "o3"}).(events.CopySold); f.Price != 500 {
		t.Errorf("without a word about it sold for %d, want what is suggested", f.Price)
	}
}
