package events

import "time"

func init() {
	command[CreateOrder]()
	command[RecordSession]()
	command[RecordAuthorised]()
	command[RecordDeclined]()
	command[RecordAbandoned]()
	command[RecordClaim]()
	command[RecordClient]()
	command[RecordKey]()
	command[RecordDelivery]()
	command[RecordCaptured]()
	command[RecordReleased]()
	command[RecordReturn]()
	command[ProveMismatch]()
	command[RecordRefunded]()
	command[CancelOrder]()
	command[ExpireOrder]()
	command[AskOrder]()
	fact[OrderCreated]()
	fact[SessionOpened]()
	fact[SessionExpired]()
	fact[PaymentAuthorised]()
	fact[PaymentDeclined]()
	fact[PaymentAbandoned]()
	fact[CopyClaimed]()
	fact[ClientBound]()
	fact[KeyDeposited]()
	fact[FileDelivered]()
	fact[PaymentCaptured]()
	fact[MismatchProven]()
	fact[RefundIntended]()
	fact[PaymentRefunded]()
	fact[ReleaseIntended]()
	fact[PaymentReleased]()
	fact[ClaimReturned]()
	fact[StrayHeld]()
	fact[StrayReleased]()
}

// An OrderKind says how the buyer came to it.
type OrderKind string

// The kinds of orders.
const (
	OrderDirect OrderKind = "direct"  // fixed price
	OrderBuyNow OrderKind = "buy_now" // an auction's buy-now price
	OrderWon    OrderKind = "won"     // the hammer price
	OrderChance OrderKind = "chance"  // a second chance at an auctioned lot
	OrderAgreed OrderKind = "agreed"  // a price that buyer and seller agreed on
)

// Commands to an order, on the journal "orders". The subject is the [OrderID].

// CreateOrder begins a purchase. The saved card is asked, or a payment page asked for, at once ("intended" is part of
// [OrderCreated]).
type CreateOrder struct {
	Order      OrderID   `json:"order"` // the subject itself, so that a receipt can be held against it
	Kind       OrderKind `json:"kind"`
	Lot        LotID     `json:"lot"`
	Seller     SellerID  `json:"seller"`
	Buyer      UserID    `json:"buyer"`
	Price      Money     `json:"price"`
	Title      string    `json:"title"`
	FileName   string    `json:"file_name"`
	Size       int64     `json:"size"` // bytes
	Type       string    `json:"type"`
	Root       string    `json:"root"`
	SealedRoot string    `json:"sealed_root"`
	Shares     []Share   `json:"shares,omitempty"` // of payees besides the seller
	Code       string    `json:"code,omitempty"`   // discount code that made Price what it is
	Card       Card      `json:"card,omitzero"`    // the buyer's saved one, asked before he is; zero: he pays on a page
}

// RecordSession tells the order what the payment provider answered: where the buyer pays.
type RecordSession struct {
	Session string `json:"session"` // the provider's id
	URL     string `json:"url"`
	Attempt int    `json:"attempt"` // which intent it answers
}

// RecordAuthorised tells the order that the amount is held on the buyer's card.
type RecordAuthorised struct {
	Payment       string    `json:"payment"`        // the provider's id of the payment
	Amount        Money     `json:"amount"`         // what is held
	CaptureBefore time.Time `json:"capture_before"` // the provider's deadline, UTC
}

// RecordDeclined tells the order that a card was declined. The buyer may try another on the same page.
type RecordDeclined struct {
	Payment string `json:"payment"`
	Code    string `json:"code"` // the provider's decline code
}

// RecordAbandoned tells the order that its payment page expired unpaid. While there is time left to pay, another page
// is opened.
type RecordAbandoned struct {
	Session string `json:"session"`
}

// RecordClaim tells the order whether the auction let it have its copy.
type RecordClaim struct {
	Refusal Refusal `json:"refusal,omitempty"` // empty: it has
}

// RecordClient binds the public half of the session key with which the buyer's client will sign what it received.
type RecordClient struct {
	Key []byte `json:"key"` // Ed25519
}

// RecordKey hands in the key that the seller's agent deposited for the order. It was opened and is one.
type RecordKey struct {
	Wrapped []byte `json:"wrapped"` // for the operator alone, as package sealed wraps it
}

// RecordDelivery hands in the client's signed receipt for the whole sealed file.
type RecordDelivery struct {
	Receipt []byte `json:"receipt"` // as package sealed encodes it
}

// RecordCaptured tells the order that the provider has moved the money.
type RecordCaptured struct {
	Amount Money `json:"amount"`
}

// RecordReleased tells the order that the hold is gone.
type RecordReleased struct {
	Payment string `json:"payment,omitempty"` // which hold; empty means the order's own
}

// RecordReturn tells the order that the auction has its copy back, or never gave it.
type RecordReturn struct{}

// ProveMismatch tells the order that its sealed file was proven, with the key deposited for it, not to open to what was
// promised. The proof was verified.
type ProveMismatch struct {
	Record int64  `json:"record"` // number of the first record of the proof
	Digest []byte `json:"digest"` // SHA-256 of the proof as JSON
}

// RecordRefunded tells the order how much the provider has given back so far, all refunds together.
type RecordRefunded struct {
	Amount Money `json:"amount"`
}

// CancelOrder ends an order that was not captured: taken down by a ruling, or the buyer changed his mind before paying.
type CancelOrder struct {
	Reason string `json:"reason"`
}

// ExpireOrder fires at the order's deadline. The journal sends it by itself.
type ExpireOrder struct{}

// AskOrder changes nothing; the answer's view is what was asked for.
type AskOrder struct{}

func (CreateOrder) CommandKind() string      { return "create_order" }
func (RecordSession) CommandKind() string    { return "record_session" }
func (RecordAuthorised) CommandKind() string { return "record_authorised" }
func (RecordDeclined) CommandKind() string   { return "record_declined" }
func (RecordAbandoned) CommandKind() string  { return "record_abandoned" }
func (RecordClaim) CommandKind() string      { return "record_claim" }
func (RecordClient) CommandKind() string     { return "record_client" }
func (RecordKey) CommandKind() string        { return "record_key" }
func (ProveMismatch) CommandKind() string    { return "prove_mismatch" }
func (RecordRefunded) CommandKind() string   { return "record_refunded" }
func (RecordDelivery) CommandKind() string   { return "record_delivery" }
func (RecordCaptured) CommandKind() string   { return "record_captured" }
func (RecordReleased) CommandKind() string   { return "record_released" }
func (RecordReturn) CommandKind() string     { return "record_return" }
func (CancelOrder) CommandKind() string      { return "cancel_order" }
func (ExpireOrder) CommandKind() string      { return "expire_order" }
func (AskOrder) CommandKind() string         { return "ask_order" }

// Question marks AskOrder as one.
func (AskOrder) Question() {}

// Facts of an order, written by checkout in Seq order per order to the journal "orders".

// OrderCreated says that a purchase began, and that its card is to be asked or a payment page is wanted for it.
type OrderCreated struct {
	CreateOrder
	PayBy time.Time `json:"pay_by"` // UTC; unpaid then, the order is abandoned
}

// SessionOpened says where the buyer pays.
type SessionOpened struct {
	Session string `json:"session"`
	URL     string `json:"url"`
	Attempt int    `json:"attempt,omitempty"` // 1 is the order's first page
}

// SessionExpired says that a payment page went unused while there is time left to pay: another one is wanted.
type SessionExpired struct {
	Session string `json:"session"`
}

// PaymentAuthorised says that the amount is held, and until when delivery must have ended.
type PaymentAuthorised struct {
	Payment       string    `json:"payment"`
	Amount        Money     `json:"amount"`
	CaptureBefore time.Time `json:"capture_before"` // UTC
	DeliverBy     time.Time `json:"deliver_by"`     // UTC; not delivered then, the hold is released
}

// PaymentDeclined says that a card was declined; the order still waits for another.
type PaymentDeclined struct {
	Payment string `json:"payment"`
	Code    string `json:"code"`
}

// PaymentAbandoned says that nobody paid in time. The order is over.
type PaymentAbandoned struct {
	Reason string `json:"reason"`
}

// CopyClaimed says that the auction let the order have its copy: delivery may begin.
type CopyClaimed struct{}

// ClientBound says which session key the buyer's client signs with. A later one replaces it.
type ClientBound struct {
	Key []byte `json:"key"` // Ed25519 public key
}

// KeyDeposited says that the operator holds the key of what was sold. Tickets are given out from then on; the key is given
// to the buyer once the payment is captured. It is the order's first and last.
type KeyDeposited struct {
	Wrapped []byte `json:"wrapped"`
}

// FileDelivered says that the client signed for every sealed byte; the capture is intended with it.
type FileDelivered struct {
	Receipt []byte `json:"receipt"`
}

// PaymentCaptured says that the buyer has paid.
type PaymentCaptured struct {
	Amount Money `json:"amount"`
}

// MismatchProven says that the sealed file, paid for, does not open to what was promised; the refund is intended with it.
type MismatchProven struct {
	Record int64  `json:"record"`
	Digest []byte `json:"digest"` // SHA-256 of the proof as JSON
}

// RefundIntended says again that the money is to be given back, when nothing has come of it for too long.
type RefundIntended struct{}

// PaymentRefunded says that the buyer got that much back, beside what he got back before.
type PaymentRefunded struct {
	Amount Money `json:"amount"`
}

// ReleaseIntended says that the hold is to be dropped, and why.
type ReleaseIntended struct {
	Reason  string  `json:"reason"`            // in words
	Refusal Refusal `json:"refusal,omitempty"` // when the auction refused the copy
}

// PaymentReleased says that the hold is gone and nobody was charged. The order is over.
type PaymentReleased struct{}

// ClaimReturned says that a released order's copy may be sold to somebody else.
type ClaimReturned struct{}

// StrayHeld says that an amount is held which the order has no use for, because it is over or already paid. That hold
// is to be dropped; the order's own state does not change.
type StrayHeld struct {
	Payment       string    `json:"payment"`
	Amount        Money     `json:"amount"`
	CaptureBefore time.Time `json:"capture_before"` // UTC; the provider drops it by itself then
}

// StrayReleased says that such a hold is gone.
type StrayReleased struct {
	Payment string `json:"payment"`
}

func (OrderCreated) FactKind() string      { return "order_created" }
func (SessionOpened) FactKind() string     { return "session_opened" }
func (SessionExpired) FactKind() string    { return "session_expired" }
func (PaymentAuthorised) FactKind() string { return "payment_authorised" }
func (PaymentDeclined) FactKind() string   { return "payment_declined" }
func (PaymentAbandoned) FactKind() string  { return "payment_abandoned" }
func (CopyClaimed) FactKind() string       { return "copy_claimed" }
func (ClientBound) FactKind() string       { return "client_bound" }
func (KeyDeposited) FactKind() string      { return "key_deposited" }
func (MismatchProven) FactKind() string    { return "mismatch_proven" }
func (RefundIntended) FactKind() string    { return "refund_intended" }
func (PaymentRefunded) FactKind() string   { return "payment_refunded" }
func (FileDelivered) FactKind() string     { return "file_delivered" }
func (PaymentCaptured) FactKind() string   { return "payment_captured" }
func (ReleaseIntended) FactKind() string   { return "release_intended" }
func (PaymentReleased) FactKind() string   { return "payment_released" }
func (ClaimReturned) FactKind() string     { return "claim_returned" }
func (StrayHeld) FactKind() string         { return "stray_held" }
func (StrayReleased) FactKind() string     { return "stray_released" }
