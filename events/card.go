package events

import "time"

func init() {
	command[RecordCardRefused]()
	fact[CardRefused]()
	fact[OrderReminded]()
}

// A Card is one that a buyer has put down with the payment provider, under the provider's names for him and for it.
// They say nothing about either, and are of use to nobody without the provider's key.
type Card struct {
	Customer string `json:"customer"`
	Method   string `json:"method"`
}

// RecordCardRefused tells the order that the buyer's saved card did not hold the amount while he was away.
type RecordCardRefused struct {
	Payment string `json:"payment,omitempty"` // the provider's id, already given up; empty if it never came to one
	Code    string `json:"code"`              // the provider's decline code: authentication_required, insufficient_funds, …
}

// CardRefused says that the saved card did not hold the amount: the buyer is to pay by himself, on a page.
type CardRefused struct {
	Payment string    `json:"payment,omitempty"`
	Code    string    `json:"code"`
	PayBy   time.Time `json:"pay_by"` // UTC; unpaid then, the order is abandoned
}

// What an order can wait for people to do.
const (
	AwaitsPayment  = "payment"
	AwaitsDelivery = "delivery"
)

// OrderReminded says that people were reminded of what an order waits for.
type OrderReminded struct {
	Number int       `json:"number"` // of the reminder for this, 1 is the first
	Of     string    `json:"of"`     // payment or delivery
	By     time.Time `json:"by"`     // UTC; it is too late then
}

func (RecordCardRefused) CommandKind() string { return "record_card_refused" }

func (CardRefused) FactKind() string   { return "card_refused" }
func (OrderReminded) FactKind() string { return "order_reminded" }
