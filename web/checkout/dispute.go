package checkout

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

// disputeLook is how often an undecided dispute is looked at, should no news of it come.
const disputeLook = 24 * time.Hour

// A Dispute is money that the buyer's bank took back.
type Dispute struct {
	ID         string // the provider's
	Amount     int64  // minor units of what was paid
	Fee        int64  // kept by the provider for it
	Reason     string // the provider's code
	State      events.DisputeState
	EvidenceBy time.Time
	OpenedAt   time.Time
	LookedAt   time.Time
	Submitted  bool
}

// dispute returns the index of the provider's dispute of that id, or -1.
func (o Order) dispute(id string) int {
	return slices.IndexFunc(o.Disputes, func(d Dispute) bool { return d.ID == id })
}

// undecided returns the dispute that is open, if one is.
func (o Order) undecided() (Dispute, bool) {
	for _, d := range o.Disputes {
		if d.State == events.DisputeUndecided {
			return d, true
		}
	}
	return Dispute{}, false
}

// disputed takes the provider's word how a dispute stands. What went back to the buyer already is not taken twice: that
// much of a dispute stays out of the books, and shows as a difference to the provider's.
func (o Order) disputed(c events.RecordDispute) (events.Fact, error) {
	if o.CapturedAt.IsZero() || c.Dispute == "" {
		return nil, events.WrongState
	}
	if c.Amount.Currency != o.Paid.Currency || c.Amount.Amount < 0 || c.Fee < 0 {
		return nil, events.BadAmount
	}
	at := o.dispute(c.Dispute)
	switch {
	case at < 0:
		c.Amount.Amount = min(c.Amount.Amount, o.free())
		return events.DisputeOpened{Dispute: c.Dispute, Amount: c.Amount, Fee: c.Fee, Reason: c.Reason, EvidenceBy: c.EvidenceBy}, nil
	case o.Disputes[at].State == c.State || o.Disputes[at].State != events.DisputeUndecided:
		return nil, events.Unchanged
	case c.State == events.DisputeForUs:
		return events.DisputeWon{Dispute: c.Dispute, Fee: c.Fee}, nil
	case c.State == events.DisputeAgainstUs:
		return events.DisputeLost{Dispute: c.Dispute, Fee: c.Fee}, nil
	}
	return nil, events.Malformed
}

func (o Order) evidenced(c events.RecordEvidence) (events.Fact, error) {
	at := o.dispute(c.Dispute)
	if at < 0 || o.Disputes[at].Submitted {
		return nil, events.Unchanged
	}
	return events.EvidenceSubmitted(c), nil
}

// open returns the order with a dispute. Who has gone to his bank gets nothing from the seller meanwhile: what was asked
// for, or was to go back, is off.
func (o Order) open(f events.DisputeOpened, at time.Time) Order {
	o.Disputes = append(slices.Clone(o.Disputes), Dispute{
		ID: f.Dispute, Amount: f.Amount.Amount, Fee: f.Fee, Reason: f.Reason, State: events.DisputeUndecided, EvidenceBy: f.EvidenceBy, OpenedAt: at, LookedAt: at,
	})
	o.Ask, o.Refund = Ask{}, Refund{}
	return o.stands()
}

// decide returns the order after a dispute is over.
func (o Order) decide(id string, s events.DisputeState, fee int64, at time.Time) Order {
	o.Disputes = slices.Clone(o.Disputes)
	d := &o.Disputes[o.dispute(id)]
	d.State, d.Fee = s, fee
	if s == events.DisputeAgainstUs {
		o.Lost += d.Amount
	}
	if o = o.stands(); o.State == Captured && o.Mismatch { // the proof still holds
		return o.intend(o.left(), events.ByRule, mismatched, at)
	}
	return o
}

// change returns the order with one of its disputes changed.
func (o Order) change(id string, f func(*Dispute)) Order {
	o.Disputes = slices.Clone(o.Disputes)
	for i := range o.Disputes {
		if id == "" || o.Disputes[i].ID == id {
			f(&o.Disputes[i])
		}
	}
	return o
}

// stands returns the captured order in the state that its money is in.
func (o Order) stands() Order {
	_, open := o.undecided()
	switch left := o.left().Amount; {
	case open:
		o.State = Disputed
	case left == 0:
		o.State, o.Ask, o.Refund = Refunded, Ask{}, Refund{}
		if o.Lost > 0 {
			o.State = ChargedBack
		}
	case o.Refund == (Refund{}):
		o.State, o.Ask.Amount.Amount = Captured, min(o.Ask.Amount.Amount, left)
	}
	return o
}

// Evidence is what is said to the bank in a dispute. It holds nothing of the buyer but what he did here.
type Evidence struct {
	Product  string
	Activity string    // what the buyer's client did, a line each, with the time
	Served   time.Time // when the file had arrived
	Summary  string
}

// Digest stands for the evidence in the journal.
func (e Evidence) Digest() []byte {
	sum := sha256.Sum256([]byte(e.Product + "\n" + e.Activity + "\n" + e.Summary))
	return sum[:]
}

// evidence assembles what the order's facts prove: that the file arrived whole, that the buyer's client signed for it,
// and that he was charged only then.
func (o Order) evidence() Evidence {
	var log strings.Builder
	line := func(at time.Time, format string, args ...any) {
		if !at.IsZero() {
			fmt.Fprintf(&log, "%s  %s\n", at.UTC().Format(time.RFC3339), fmt.Sprintf(format, args...))
		}
	}
	line(o.CreatedAt, "order %s placed for %q at %s", o.Order, o.FileName, o.Price)
	line(o.HeldAt, "cardholder authorised %s, payment %s", o.Held, o.Payment)
	line(o.BoundAt, "buyer's client bound its signing key %x to the order", o.Client)
	line(o.DepositedAt, "seller deposited the key to the file")
	if r, err := sealed.OpenReceipt(o.Receipt, o.Client); err == nil {
		line(r.At, "buyer's client received the last of %d bytes, tree hash %s", r.Bytes, r.Root)
		line(o.DeliveredAt, "buyer's client handed in its signed receipt: %q", o.Receipt)
	}
	line(o.CapturedAt, "card charged %s; the key to the file was given to the buyer's client from then on", o.Paid)
	summary := "The digital file was delivered in full before the card was charged. The buyer's own client checked every record of it against the hash that the listing had committed to, and signed the receipt above with a key that it had bound to the order."
	if o.Back > 0 {
		summary += fmt.Sprintf(" %s of it was refunded already.", events.Money{Amount: o.Back, Currency: o.Paid.Currency})
	}
	return Evidence{
		Product:  fmt.Sprintf("Digital file %q (%s, %d bytes), SHA-256 tree hash %s", cmp.Or(o.Title, o.FileName), o.Type, o.Size, o.Root),
		Activity: log.String(), Served: o.DeliveredAt, Summary: summary,
	}
}
