package checkout

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// tell sends the notices that follow from a fact of an order: to the buyer, kept for him, and to the seller's agent if
// it is there.
func (d *Desk) tell(ctx context.Context, rec events.Record) error {
	fact, err := rec.Fact()
	if err != nil {
		return err
	}
	kind, toBuyer, toSeller := noticeWords(fact)
	if kind == "" {
		return nil
	}
	o, err := d.index.await(ctx, events.OrderID(rec.Subject), func(o Order) bool { return o.Seq >= rec.Seq })
	if err != nil {
		return err
	}
	if opened, ok := fact.(events.SessionOpened); ok && (o.Kind != events.OrderWon || opened.Attempt > 1 || o.CreateOrder.Card != (events.Card{})) {
		return nil // the buyer has just clicked himself, or was told before
	}
	n := events.Notice{
		Kind: kind, Lot: o.Lot, Order: o.Order, Title: o.Title, Money: &o.Price, At: rec.At, Version: rec.Seq,
	}
	if toSeller != "" {
		n.Text = toSeller
		if err := d.tellSeller(o.Seller, n); err != nil {
			return err
		}
	}
	n.Text = toBuyer
	return d.tellBuyer(ctx, o.Buyer, n)
}

// noticeWords returns what a fact means to the two sides; an empty kind means nothing, an empty text not to that side.
func noticeWords(fact events.Fact) (kind, buyer, seller string) {
	switch f := fact.(type) {
	case events.SessionOpened:
		return "pay", "You won. Please pay to receive the file.", ""
	case events.CardRefused:
		return "pay", "Your saved card could not hold the amount. " + declineWords(f.Code), ""
	case events.OrderReminded:
		return reminderWords(f)
	case events.PaymentAuthorised:
		return "paid", "The amount is held on your card. You are charged when the file has arrived.", "Sold: the buyer's payment is held. Keep this computer connected so that the file can be fetched."
	case events.FileDelivered:
		return "delivered", "Every byte of the sealed file has arrived and checked out.", "The buyer has received the whole file. It opens for him once he has paid."
	case events.PaymentCaptured:
		return "captured", "Your card was charged. The file can be opened now.", "The buyer's card was charged."
	case events.MismatchProven:
		return "mismatch", mismatched + " Your money is given back.", "Strike: what you delivered is proven not to be the file that you offered. The buyer gets his money back."
	case events.RefundAsked:
		by := f.AnswerBy.UTC().Format("2 Jan 15:04 MST")
		return "refund", fmt.Sprintf("You asked for %s back. The seller has until %s to answer.", f.Amount, by),
			fmt.Sprintf("The buyer wants %s back: %s. Grant or decline it by %s; without an answer it is granted.", f.Amount, f.Reason.Words(), by)
	case events.RefundDeclined:
		return "refund", "You do not get the money back that you asked for.", "The refund that the buyer asked for is declined."
	case events.RefundGranted:
		return "refund", fmt.Sprintf("%s is given back to you.", f.Amount), fmt.Sprintf("%s goes back to the buyer. It is taken from what the sale brought you.", f.Amount)
	case events.RefundRefused:
		return "refund", fmt.Sprintf("The payment provider refused to give %s back to your card. You are still owed it: the market's operator knows, and has to pay it in another way.", f.Amount),
			fmt.Sprintf("The payment provider refused to give %s back to the buyer. The market's operator has to pay it in another way; you need do nothing.", f.Amount)
	case events.DisputeOpened:
		return "disputed", "Your bank has taken the money back and looks into your dispute. The file cannot be fetched meanwhile.",
			fmt.Sprintf("The buyer disputes the payment of %s (%s). His bank holds the money until it has decided. What proves the delivery is submitted to it; you need do nothing.", f.Amount, f.Reason)
	case events.DisputeWon:
		return "disputed", "Your bank decided your dispute for the seller.", "The dispute is won: the money is yours again."
	case events.DisputeLost:
		return "disputed", "Your bank decided your dispute for you.", "The dispute is lost: the buyer's bank keeps the money. It is taken from what the sale brought you."
	case events.PaymentRefunded:
		return "refunded", fmt.Sprintf("%s went back to your card.", f.Amount), fmt.Sprintf("%s went back to the buyer.", f.Amount)
	case events.ReleaseIntended:
		return "released", f.Reason + " The hold on your card is dropped; you are not charged.", "The sale came to nothing: " + f.Reason
	case events.PaymentAbandoned:
		return "unpaid", f.Reason + " The order is over and nothing was charged.", ""
	}
	return "", "", ""
}

func reminderWords(f events.OrderReminded) (kind, buyer, seller string) {
	by := f.By.UTC().Format("2 Jan 15:04 MST")
	if f.Of == events.AwaitsPayment {
		return "pay", "Please pay by " + by + ". After that the order is over, and an unpaid win counts against you.", ""
	}
	return "fetch", "Please fetch the file by " + by + ". After that the hold on your card is dropped and the sale is off.",
		"The buyer has until " + by + " to fetch the file. Keep this computer connected."
}

// tellBuyer stores the notice. Telling it twice stores it once.
func (d *Desk) tellBuyer(ctx context.Context, buyer events.UserID, n events.Notice) error {
	data, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("notice of order %s: %w", n.Order, err)
	}
	id := fmt.Sprintf("%s.%d", n.Order, n.Version)
	if _, err := d.js.Publish(ctx, events.NoticeSubject(buyer), data, jetstream.WithMsgID(id)); err != nil {
		return fmt.Errorf("notice of order %s: %w", n.Order, err)
	}
	return nil
}

// tellSeller sends the notice to whichever agents are connected; nobody answers.
func (d *Desk) tellSeller(seller events.SellerID, n events.Notice) error {
	data, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("notice of order %s: %w", n.Order, err)
	}
	if err := d.NC.Publish(events.AskSubject(seller, events.AskNotice), data); err != nil {
		return fmt.Errorf("notice of order %s: %w", n.Order, err)
	}
	return nil
}
