package checkout

import (
	"cmp"
	"crypto/ed25519"
	"fmt"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

// Rules are the journal's rules of an order.
type Rules struct{}

// Decide answers c with the fact that follows from it, or refuses it.
func (Rules) Decide(o Order, c events.Command, now time.Time) (events.Fact, error) {
	if create, ok := c.(events.CreateOrder); ok {
		return o.create(create, now)
	}
	if o.State == "" {
		return nil, events.NoSuchOrder
	}
	switch c := c.(type) {
	case events.AskOrder:
		return nil, nil
	case events.RecordCardRefused:
		return o.cardRefused(c, now)
	case events.RecordSession:
		return o.opened(c)
	case events.RecordAuthorised:
		return o.authorised(c, now)
	case events.RecordDeclined:
		return o.declined(c)
	case events.RecordAbandoned:
		return o.unused(c, now)
	case events.RecordClaim:
		return o.claimed(c)
	case events.RecordClient:
		return o.bound(c)
	case events.RecordKey:
		return o.deposited(c)
	case events.RecordDelivery:
		return o.delivered(c)
	case events.RecordCaptured:
		return o.captured(c)
	case events.RecordReleased:
		return o.released(c)
	case events.RecordReturn:
		return o.returned()
	case events.ProveMismatch:
		return o.mismatched(c)
	case events.RecordRefunded:
		return o.refunded(c)
	case events.RecordRefundRefused:
		return o.refundRefused(c, now)
	case events.AskRefund:
		return o.askRefund(c, now)
	case events.GrantRefund:
		return o.grantRefund(c)
	case events.RecordDispute:
		return o.disputed(c)
	case events.RecordEvidence:
		return o.evidenced(c)
	case events.DeclineRefund:
		return o.declineRefund(c)
	case events.CancelOrder:
		return o.cancelled(c)
	case events.ExpireOrder:
		return o.expired(now)
	}
	return nil, fmt.Errorf("command %s to an order: %w", c.CommandKind(), events.Malformed)
}

func (o Order) create(c events.CreateOrder, now time.Time) (events.Fact, error) {
	if o.State != "" {
		return nil, events.WrongState
	}
	switch {
	case c.Price.Amount <= 0 || c.Price.Amount > events.MaxAmount:
		return nil, events.BadAmount
	case !c.Price.Currency.Known():
		return nil, events.BadCurrency
	case c.Order == "" || c.Buyer == "" || c.Seller == "" || c.Lot.Listing().Seller() != c.Seller || c.Size < 0:
		return nil, events.Malformed
	}
	for _, root := range []string{c.Root, cmp.Or(c.SealedRoot, c.Root)} {
		if _, err := sealed.ParseHash(root); err != nil {
			return nil, fmt.Errorf("root: %w", events.Malformed)
		}
	}
	if err := events.CheckShares(c.Shares); err != nil {
		return nil, err
	}
	if (c.Card.Customer == "") != (c.Card.Method == "") {
		return nil, fmt.Errorf("card: %w", events.Malformed)
	}
	switch c.Kind {
	case events.OrderWon, events.OrderChance, events.OrderAgreed:
		return events.OrderCreated{CreateOrder: c, PayBy: now.Add(PayWon)}, nil
	case events.OrderDirect, events.OrderBuyNow:
		return events.OrderCreated{CreateOrder: c, PayBy: now.Add(PayDirect)}, nil
	}
	return nil, fmt.Errorf("kind %q: %w", c.Kind, events.Malformed)
}

// cardRefused gives the buyer as long to pay by himself as if he had no card saved.
func (o Order) cardRefused(c events.RecordCardRefused, now time.Time) (events.Fact, error) {
	if o.State != Charging {
		return nil, events.WrongState
	}
	return events.CardRefused{Payment: c.Payment, Code: c.Code, PayBy: now.Add(PayWon)}, nil
}

func (o Order) opened(c events.RecordSession) (events.Fact, error) {
	if o.State != Created || c.Attempt != o.Attempt {
		return nil, events.WrongState
	}
	return events.SessionOpened{Session: c.Session, URL: c.URL, Attempt: c.Attempt}, nil
}

// authorised takes a hold if the order can use it, and otherwise has it dropped: one that comes late, a second one, one
// of the wrong amount, or one whose deadline the provider does not tell.
func (o Order) authorised(c events.RecordAuthorised, now time.Time) (events.Fact, error) {
	if c.Payment == "" {
		return nil, events.Malformed
	}
	if c.Payment == o.Payment || o.stray(c.Payment) {
		return nil, events.Unchanged
	}
	wanted := o.State.unpaid() && now.Before(o.PayBy)
	if !wanted || c.Amount != o.Price || !c.CaptureBefore.After(now) {
		return events.StrayHeld{Payment: c.Payment, Amount: c.Amount, CaptureBefore: c.CaptureBefore}, nil
	}
	return events.PaymentAuthorised{
		Payment: c.Payment, Amount: c.Amount,
		CaptureBefore: c.CaptureBefore, DeliverBy: c.CaptureBefore.Add(-CaptureRoom),
	}, nil
}

func (o Order) declined(c events.RecordDeclined) (events.Fact, error) {
	if o.State != Payable {
		return nil, events.WrongState
	}
	return events.PaymentDeclined(c), nil
}

func (o Order) unused(c events.RecordAbandoned, now time.Time) (events.Fact, error) {
	if o.State != Payable || c.Session != o.Session {
		return nil, events.WrongState
	}
	if now.Before(o.PayBy.Add(-newsRoom)) {
		return events.SessionExpired{Session: c.Session}, nil
	}
	return events.PaymentAbandoned{Reason: notPaid}, nil
}

func (o Order) claimed(c events.RecordClaim) (events.Fact, error) {
	if !o.NeedsClaim() || o.Payment == "" || o.Claim != NotClaimed {
		return nil, events.WrongState
	}
	if c.Refusal == "" {
		return events.CopyClaimed{}, nil
	}
	if o.State != Authorised {
		return nil, events.WrongState
	}
	return events.ReleaseIntended{Reason: c.Refusal.Words(), Refusal: c.Refusal}, nil
}

func (o Order) bound(c events.RecordClient) (events.Fact, error) {
	switch {
	case !o.canFetch():
		return nil, events.WrongState
	case len(c.Key) != ed25519.PublicKeySize:
		return nil, events.Malformed
	case string(c.Key) == string(o.Client):
		return nil, events.Unchanged
	}
	return events.ClientBound(c), nil
}

// deposited takes the key of the sealed file. It is never replaced: by that one the sale is judged.
func (o Order) deposited(c events.RecordKey) (events.Fact, error) {
	switch {
	case o.Wrapped != nil:
		return nil, events.Unchanged
	case o.State != Delivering:
		return nil, events.WrongState
	case len(c.Wrapped) == 0:
		return nil, events.Malformed
	}
	return events.KeyDeposited(c), nil
}

// delivered takes the receipt for the whole sealed file, and with it the capture is intended. Nobody pays for what he
// could not open. What was listed before files were sealed is received, and signed for, as it is.
func (o Order) delivered(c events.RecordDelivery) (events.Fact, error) {
	if o.State != Delivering || o.Wrapped == nil && !o.plain() {
		return nil, events.WrongState
	}
	r, err := sealed.OpenReceipt(c.Receipt, o.Client)
	if err != nil {
		return nil, err
	}
	root, size := o.SealedRoot, sealed.SealedSize(o.Size)
	if o.plain() {
		root, size = o.Root, o.Size
	}
	if r.Order != o.Order || r.Root != root || r.Bytes != size {
		return nil, fmt.Errorf("receipt for something else: %w", events.NoReceipt)
	}
	return events.FileDelivered(c), nil
}

// captured takes the provider's word that the money has moved. It can have moved only after the delivery; the answer
// to that capture can come when the release is intended already.
func (o Order) captured(c events.RecordCaptured) (events.Fact, error) {
	switch {
	case o.State != Delivered && (o.State != Releasing || o.DeliveredAt.IsZero()):
		return nil, events.WrongState
	case c.Amount.Currency != o.Held.Currency || c.Amount.Amount <= 0 || c.Amount.Amount > o.Held.Amount:
		return nil, events.BadAmount
	}
	return events.PaymentCaptured(c), nil
}

// released takes the provider's word that a hold is gone, whoever dropped it.
func (o Order) released(c events.RecordReleased) (events.Fact, error) {
	if c.Payment != "" && c.Payment != o.Payment {
		if !o.stray(c.Payment) {
			return nil, events.WrongState
		}
		return events.StrayReleased{Payment: c.Payment}, nil
	}
	switch o.State {
	case Authorised, Delivering, Delivered, Releasing:
		return events.PaymentReleased{}, nil
	}
	return nil, events.WrongState
}

func (o Order) returned() (events.Fact, error) {
	if !o.owesCopy() {
		return nil, events.WrongState
	}
	return events.ClaimReturned{}, nil
}

func (o Order) cancelled(c events.CancelOrder) (events.Fact, error) {
	switch o.State {
	case Charging, Created, Payable:
		return events.PaymentAbandoned{Reason: c.Reason}, nil
	case Authorised, Delivering, Delivered:
		return events.ReleaseIntended{Reason: c.Reason}, nil
	}
	return nil, events.WrongState
}
