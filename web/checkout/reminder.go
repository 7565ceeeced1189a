package checkout

import (
	"time"

	"lightshare/events"
)

// How long before the end people are reminded of what an order waits for.
var reminders = map[string][]time.Duration{
	events.AwaitsPayment:  {24 * time.Hour, 4 * time.Hour},
	events.AwaitsDelivery: {24 * time.Hour},
}

// awaits says what people have to do for the order now, since when and until when; nothing if it is not up to them.
func (o Order) awaits() (what string, since, by time.Time) {
	switch {
	case o.State == Created || o.State == Payable:
		return events.AwaitsPayment, o.CreatedAt, o.PayBy
	case o.State == Delivering:
		return events.AwaitsDelivery, o.HeldAt, o.DeliverBy
	}
	return "", time.Time{}, time.Time{}
}

// reminder is one that is still to come.
type reminder struct {
	events.OrderReminded
	before time.Duration
}

func (r reminder) at() time.Time { return r.By.Add(-r.before) }

// nextReminder returns the next reminder, with the number 0 if there is none. One that would come before the order began
// to wait is left out.
func (o Order) nextReminder() reminder {
	what, since, by := o.awaits()
	for i, before := range reminders[what] {
		r := reminder{events.OrderReminded{Number: i + 1, Of: what, By: by}, before}
		if r.Number > o.Reminded && r.at().After(since) {
			return r
		}
	}
	return reminder{}
}

// remind states the newest reminder that is due; those that were missed are one with it.
func (o Order) remind(now time.Time) (events.Fact, error) {
	var due events.Fact
	for {
		next := o.nextReminder()
		if next.Number == 0 || now.Before(next.at()) {
			break
		}
		due, o.Reminded = next.OrderReminded, next.Number
	}
	if due == nil {
		return nil, events.WrongState
	}
	return due, nil
}
