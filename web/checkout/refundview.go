package checkout

import (
	"fmt"
	"time"

	"lightshare/events"
)

// A RefundView is how an order stands with money given back.
type RefundView struct {
	Left     events.Money `json:"left,omitzero"`      // of what was paid: what could go back
	Back     events.Money `json:"back,omitzero"`      // what went back
	AskUntil time.Time    `json:"ask_until,omitzero"` // UTC; until then the buyer may ask; zero: not now

	Asked    events.Money        `json:"asked,omitzero"` // what the buyer wants back; zero: nothing
	Reason   events.RefundReason `json:"reason,omitempty"`
	AnswerBy time.Time           `json:"answer_by,omitzero"` // UTC; then it is granted
}

func (o Order) refundView() RefundView {
	if o.CapturedAt.IsZero() {
		return RefundView{}
	}
	v := RefundView{Left: o.left(), Back: events.Money{Amount: o.Back, Currency: o.Paid.Currency}}
	if o.Ask != (Ask{}) {
		v.Asked, v.Reason, v.AnswerBy = o.Ask.Amount, o.Ask.Reason, o.Ask.AnswerBy
	}
	if o.CanAsk(o.CapturedAt) {
		v.AskUntil = o.CapturedAt.Add(AskWithin)
	}
	return v
}

// paidWords say what has become of the money of a sale that stands.
func (o Order) paidWords() (headline, text string) {
	text = fmt.Sprintf("You have paid %s.", o.Paid)
	if o.Back > 0 {
		text = fmt.Sprintf("You have paid %s and got %s of it back.", o.Paid, events.Money{Amount: o.Back, Currency: o.Paid.Currency})
	}
	if o.Ask != (Ask{}) {
		return "You asked for money back", fmt.Sprintf("%s You want %s back. The seller has until %s to answer; after that it is given back.",
			text, o.Ask.Amount, o.Ask.AnswerBy.UTC().Format("2 Jan 15:04 MST"))
	}
	return "Paid and delivered", text
}
