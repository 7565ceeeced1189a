package events

import "time"

func init() {
	command[AskRefund]()
	command[GrantRefund]()
	command[DeclineRefund]()
	command[RecordRefundRefused]()
	fact[RefundAsked]()
	fact[RefundGranted]()
	fact[RefundDeclined]()
	fact[RefundRefused]()
}

// SellerSaleSubject is where a seller's agent says what it wants done about one of its own sales. Payload: [Request] with
// [AskOrder], [GrantRefund] or [DeclineRefund]; an [Answer] with a [Sale] comes back.
func SellerSaleSubject(s SellerID, o OrderID) string {
	return "seller." + string(s) + ".sale." + string(o)
}

// A Sale is an order as its seller may see it.
type Sale struct {
	Order    OrderID      `json:"order"`
	Lot      LotID        `json:"lot"`
	Title    string       `json:"title"`
	State    string       `json:"state"`
	Headline string       `json:"headline"` // where it stands, in a few words
	Price    Money        `json:"price"`
	Back     Money        `json:"back,omitzero"`  // given back of it
	Asked    Money        `json:"asked,omitzero"` // what the buyer wants back; zero: nothing
	Reason   RefundReason `json:"reason,omitempty"`
	AnswerBy time.Time    `json:"answer_by,omitzero"` // UTC; then it is granted
}

// A Party says who decided something about the money of an order.
type Party string

// The parties. A rule is nobody: it follows from the facts alone.
const (
	ByBuyer     Party = "buyer"
	BySeller    Party = "seller"
	ByModerator Party = "moderator"
	ByRule      Party = "rule"
)

// A RefundReason says why money is to go back. It is one of a list, since what people write in their own words would
// have no place in a journal.
type RefundReason string

// The reasons.
const (
	NotAsDescribed RefundReason = "not_as_described"
	DoesNotOpen    RefundReason = "does_not_open" // arrived whole, and no program reads it
	BoughtTwice    RefundReason = "bought_twice"
	BoughtInError  RefundReason = "bought_in_error"
	Withdrawal     RefundReason = "withdrawal" // the buyer's right of withdrawal
	Goodwill       RefundReason = "goodwill"   // the seller's own idea
	TakenDown      RefundReason = "taken_down" // what was sold may not be sold
	OtherReason    RefundReason = "other"
)

// refundReasons are all of them, in the order in which people choose, in words.
var refundReasons = []struct {
	reason RefundReason
	words  string
}{
	{NotAsDescribed, "It is not as described"},
	{DoesNotOpen, "The file does not open"},
	{BoughtTwice, "Bought twice"},
	{BoughtInError, "Bought by mistake"},
	{Withdrawal, "Withdrawal from the purchase"},
	{Goodwill, "Goodwill"},
	{TakenDown, "It may not be sold"},
	{OtherReason, "Another reason"},
}

// RefundReasons returns the reasons that a buyer can give.
func RefundReasons() []RefundReason {
	return []RefundReason{NotAsDescribed, DoesNotOpen, BoughtTwice, BoughtInError, Withdrawal, OtherReason}
}

// Words returns the reason for people; empty for none of them.
func (r RefundReason) Words() string {
	for _, known := range refundReasons {
		if known.reason == r {
			return known.words
		}
	}
	return ""
}

// AskRefund asks the seller for money back. The buyer's.
type AskRefund struct {
	Amount Money        `json:"amount,omitzero"` // zero: all that was paid and not given back
	Reason RefundReason `json:"reason"`
}

// GrantRefund gives money back, asked for or not.
type GrantRefund struct {
	Amount Money        `json:"amount,omitzero"`  // zero: what was asked for, or else all that was paid and not given back
	By     Party        `json:"by"`               // [BySeller] or [ByModerator]
	Seller SellerID     `json:"seller,omitempty"` // of [BySeller]: who says so
	Reason RefundReason `json:"reason,omitempty"` // empty: what the buyer said
}

// DeclineRefund answers no to what the buyer asks for.
type DeclineRefund struct {
	By     Party    `json:"by"` // [BySeller] or [ByModerator]
	Seller SellerID `json:"seller,omitempty"`
}

// RecordRefundRefused tells the order that the provider refuses to give back what is intended.
type RecordRefundRefused struct {
	Reason string `json:"reason"` // in the provider's words, for the operator
}

func (RecordRefundRefused) CommandKind() string { return "record_refund_refused" }

func (AskRefund) CommandKind() string     { return "ask_refund" }
func (GrantRefund) CommandKind() string   { return "grant_refund" }
func (DeclineRefund) CommandKind() string { return "decline_refund" }

// RefundAsked says what the buyer wants back. Unanswered until then, it is granted.
type RefundAsked struct {
	Amount   Money        `json:"amount"`
	Reason   RefundReason `json:"reason"`
	AnswerBy time.Time    `json:"answer_by"` // UTC
}

// RefundGranted says that an amount is to be given back; the call to the provider is intended with it.
type RefundGranted struct {
	Amount Money        `json:"amount"`
	By     Party        `json:"by"` // [ByRule]: nobody answered in time
	Reason RefundReason `json:"reason"`
}

// RefundDeclined says that the buyer does not get what he asked for.
type RefundDeclined struct {
	By Party `json:"by"`
}

// RefundRefused says that the provider will not give an amount back. The buyer is owed it still; the operator has to see
// to it.
type RefundRefused struct {
	Amount Money  `json:"amount"`
	Reason string `json:"reason"` // in the provider's words, for the operator
}

func (RefundRefused) FactKind() string { return "refund_refused" }

func (RefundAsked) FactKind() string    { return "refund_asked" }
func (RefundGranted) FactKind() string  { return "refund_granted" }
func (RefundDeclined) FactKind() string { return "refund_declined" }
