package checkout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

// captureWait is how long a question for the key waits for the capture that it depends on.
const captureWait = 8 * time.Second

// An Opening is the key to a sealed file, for the buyer who has paid for it.
type Opening struct {
	Key  []byte `json:"key"`  // the keying material of RFC 8188, 16 bytes
	Salt []byte `json:"salt"` // its salt, 16 bytes
}

// deposit has the seller's agent deposit the key of what was sold, and states it. Nobody but the operator can open what
// the journal keeps.
func (d *Desk) deposit(ctx context.Context, v View) error {
	about := depositOf(v.Order, v.Lot, v.SealedRoot)
	question, err := json.Marshal(events.KeyAsk{Order: v.Order, Listing: about.Listing, SealedRoot: v.SealedRoot})
	if err != nil {
		return err
	}
	answer, err := d.ask(ctx, v.Seller, events.AskKey, question)
	if err != nil {
		return err
	}
	var deposit events.KeyDeposit
	if err := json.Unmarshal(answer, &deposit); err != nil || deposit.Refusal != "" {
		return fmt.Errorf("seller %s deposits nothing (%.40q): %w", v.Seller, deposit.Refusal, events.NoKey)
	}
	if _, err := about.Unwrap(d.DepositKey, deposit.Wrapped); err != nil {
		return err
	}
	id := events.CommandID("key:" + events.NewID())
	_, err = d.self.Do(ctx, string(v.Order), id, events.RecordKey{Wrapped: deposit.Wrapped}, nil)
	if errors.Is(err, events.Unchanged) { // another client of the buyer was faster
		return nil
	}
	return err
}

func depositOf(order events.OrderID, lot events.LotID, root string) sealed.Deposit {
	return sealed.Deposit{Order: order, Listing: lot.Listing(), Sealed: root}
}

// Key returns the key to what was sold, once the payment is captured; a capture under way is waited for, for a moment. The
// error wraps [events.KeyHeld] until then, and [events.WrongState] when the order came to nothing.
func (d *Desk) Key(ctx context.Context, order events.OrderID) (Opening, error) {
	o, err := d.paid(ctx, order)
	if err != nil {
		return Opening{}, fmt.Errorf("key for order %s: %w", order, err)
	}
	k, err := o.key(d.DepositKey)
	if err != nil {
		return Opening{}, fmt.Errorf("key for order %s: %w", order, err)
	}
	return Opening{Key: k.Secret[:], Salt: k.Salt[:]}, nil
}

// paid returns the order once it is captured.
func (d *Desk) paid(ctx context.Context, order events.OrderID) (Order, error) {
	v, err := d.Order(ctx, order)
	if err != nil {
		return Order{}, err
	}
	waiting, cancel := context.WithTimeout(ctx, captureWait)
	defer cancel()
	o, err := d.index.await(waiting, order, func(o Order) bool { return o.Seq >= v.Version && o.State != Delivered })
	switch {
	case err != nil && ctx.Err() != nil:
		return o, err
	case o.mayOpen():
		return o, nil
	case o.State == Authorised || o.State == Delivering || o.State == Delivered:
		return o, events.KeyHeld
	}
	return o, events.WrongState
}

// Mismatch takes a proof that the sealed file does not open to what was promised, and checks it with nobody's help. If it
// holds, the refund is intended. The error wraps [events.NoProof] if it does not, and [events.KeyHeld] or
// [events.WrongState] as that of Key does.
func (d *Desk) Mismatch(ctx context.Context, order events.OrderID, p sealed.Proof) error {
	o, err := d.paid(ctx, order)
	if err == nil {
		err = o.verify(p, d.DepositKey)
	}
	if err != nil {
		return fmt.Errorf("mismatch of order %s: %w", order, err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	id := events.CommandID("mismatch:" + hex.EncodeToString(sum[:16]))
	_, err = d.self.Do(ctx, string(order), id, events.ProveMismatch{Record: p.Pieces[0].Index, Digest: sum[:]}, nil)
	if errors.Is(err, events.Unchanged) { // proven before
		return nil
	}
	return err
}

// verify checks a proof against what was sold.
func (o Order) verify(p sealed.Proof, operator sealed.DepositKey) error {
	k, err := o.key(operator)
	if err != nil {
		return err
	}
	promised := sealed.Promise{Size: o.Size}
	if promised.Root, err = sealed.ParseHash(o.Root); err != nil {
		return err
	}
	if promised.Sealed, err = sealed.ParseHash(o.SealedRoot); err != nil {
		return err
	}
	return p.Verify(promised, k)
}

// key returns the key that was deposited for the order.
func (o Order) key(operator sealed.DepositKey) (sealed.Key, error) {
	return depositOf(o.Order, o.Lot, o.SealedRoot).Unwrap(operator, o.Wrapped)
}
