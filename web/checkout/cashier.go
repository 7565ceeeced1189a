package checkout

import (
	"context"
	"errors"
	"time"

	"lightshare/events"
)

// What a cashier may answer besides an outage.
var (
	ErrRefused   = errors.New("refused by the payment provider") // it will never accept that request
	ErrNoPayment = errors.New("unknown to the payment provider") // there is no such page or payment
)

// A Cashier holds money on buyers' cards, takes it and lets it go, at a payment provider. Errors other than ErrRefused
// and ErrNoPayment mean that the outcome is unknown; asking again under the same key does nothing twice.
type Cashier interface {
	// OpenCardPage makes a page on which somebody puts a card down for later, without paying. Nothing depends on its
	// answer: a page that nobody was sent to ends by itself.
	OpenCardPage(ctx context.Context, key string, p CardPage) (Session, error)

	// ChargeCard holds an amount on a saved card while its owner is away, and returns the payment: held, or declined.
	// The same key with the same charge gives the same payment. ErrRefused and ErrNoPayment mean that there is no such
	// card any more, or no such amount.
	ChargeCard(ctx context.Context, key string, c Charge) (Payment, error)

	// FindCharge returns the payment that was made of that charge at or after since, or ErrNoPayment. It is for a charge
	// whose answer was lost longer ago than a key is good for.
	FindCharge(ctx context.Context, c Charge, since time.Time) (Payment, error)

	// OpenSession makes a page on which the buyer has b.Amount held, without being charged. The same key with the same
	// bill gives the same page.
	OpenSession(ctx context.Context, key string, b Bill) (Session, error)

	// FindSession returns the page made for that attempt of the order at or after since, or ErrNoPayment. It is for an
	// attempt whose answer was lost longer ago than a key is good for.
	FindSession(ctx context.Context, order events.OrderID, attempt int, since time.Time) (Session, error)

	// CloseSession makes a page useless on which nobody has paid; one that is of no use already is no error.
	CloseSession(ctx context.Context, session string) error

	// Look returns the payment that n is about as the provider knows it now.
	Look(ctx context.Context, n News) (Payment, error)

	// Capture takes amount of what is held and returns the payment as it then is.
	Capture(ctx context.Context, key, payment string, amount events.Money) (Payment, error)

	// Release drops the hold and returns the payment as it then is.
	Release(ctx context.Context, key, payment string) (Payment, error)

	// Refund gives amount of what was captured back and returns the payment as it then is.
	Refund(ctx context.Context, key, payment string, amount events.Money) (Payment, error)

	// SubmitEvidence says to the buyer's bank what there is to say in a dispute. ErrRefused means that it is too late, or
	// was said before.
	SubmitEvidence(ctx context.Context, key, dispute string, e Evidence) error

	// News returns what has happened at or after since, oldest first. It repeats what was told by webhook, and tells
	// what got lost.
	News(ctx context.Context, since time.Time) ([]News, error)

	// Unheard is News without what a webhook was answered for, or is about to be.
	Unheard(ctx context.Context, since time.Time) ([]News, error)
}

// A Bill is what a payment page asks for.
type Bill struct {
	Order   events.OrderID
	Attempt int
	Amount  events.Money
	Title   string
	Ends    time.Time // the page expires then
	Back    string    // URL of the order's page
}

// A CardPage asks somebody for a card.
type CardPage struct {
	User     events.UserID
	Attempt  int       // 1 is his first page
	Customer string    // the provider's name for him, if he has one already
	Ends     time.Time // the page expires then
	Back     string    // URL to return to
}

// A Charge asks for an amount on a saved card.
type Charge struct {
	Order  events.OrderID
	Amount events.Money
	Title  string
	Card   events.Card
}

// A Session is a page at the provider: for a payment, or for a card.
type Session struct {
	ID  string
	URL string
}

// News says that something happened to a page or a payment. It carries no more than a name on purpose: what is true is
// found out by looking.
type News struct {
	ID      string // the provider's id of the event; the same id twice is the same news
	Session string // a page, or
	Payment string // a payment, or
	Account string // a seller's account

	Claim NewsClaim
}

// A NewsClaim is what news says of itself. It is not believed; but where the order knows as much already, nobody need look.
type NewsClaim struct {
	Order   events.OrderID
	Payment string
	State   PaymentState // held, captured or released; empty: something else
}

// A PaymentState says where a payment stands.
type PaymentState string

// The states of a payment.
const (
	PaymentWaiting  PaymentState = "waiting"  // for the buyer
	PaymentDeclined PaymentState = "declined" // the newest card was; the buyer may try another
	PaymentHeld     PaymentState = "held"
	PaymentCaptured PaymentState = "captured" // some of it may have gone back
	PaymentRefunded PaymentState = "refunded" // all of it has
	PaymentReleased PaymentState = "released" // or the hold lapsed
	PaymentExpired  PaymentState = "expired"  // the page did, unpaid
)

// A Payment is what the provider knows.
type Payment struct {
	Order         events.OrderID // empty if it is none of ours
	Session       string         // if it was looked up by its page
	ID            string         // empty before the buyer has tried a card
	State         PaymentState
	Amount        events.Money // held, or captured
	Back          events.Money // given back of what was captured, all refunds together
	CaptureBefore time.Time    // of what is held, UTC; zero if the provider does not say
	Charge        string       // the newest try
	Decline       string       // why that was declined: a code
	Disputes      []events.RecordDispute
	Saved         *SavedCard // the card that was put down, if the page was for one
}
