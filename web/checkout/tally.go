package checkout

import (
	"context"

	"lightshare/events"
)

// A Tally is how many orders stand where.
type Tally struct {
	States     map[State]int
	Disputes   int // decided or not
	Unanswered int // disputes for which no evidence has been submitted yet
	Untold     int // sellers whom the newest facts about their money are still on the way to
}

// Of returns how many orders are in that state.
func (t Tally) Of(s State) int { return t.States[s] }

// Tally counts all orders. It takes time with their number.
func (d *Desk) Tally() Tally {
	t := d.index.tally()
	if d.payees != nil {
		t.Untold = d.payees.Untold()
	}
	return t
}

func (x *index) tally() Tally {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := Tally{States: make(map[State]int)}
	for _, e := range x.orders {
		t.States[e.State.State]++
		for _, dispute := range e.State.Disputes {
			t.Disputes++
			if dispute.State == events.DisputeUndecided && !dispute.Submitted {
				t.Unanswered++
			}
		}
	}
	return t
}

// Payee returns how a seller stands with his money. Without a bank nobody has any.
func (d *Desk) Payee(ctx context.Context, s events.SellerID) (events.Payee, error) {
	if d.payees == nil {
		return events.Payee{}, nil
	}
	return d.payees.Payee(ctx, s)
}
