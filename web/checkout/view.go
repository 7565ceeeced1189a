package checkout

import (
	"fmt"
	"strings"
	"time"

	"lightshare/events"
)

// A View is an order as pages show it, already worded.
type View struct {
	Order      events.OrderID   `json:"order"`
	Version    uint64           `json:"version"` // a higher one is newer
	Kind       events.OrderKind `json:"kind"`
	Lot        events.LotID     `json:"lot"`
	Buyer      events.UserID    `json:"buyer"`
	Seller     events.SellerID  `json:"seller"`
	Title      string           `json:"title"`
	FileName   string           `json:"file_name"`
	Size       int64            `json:"size"` // bytes
	Type       string           `json:"type"`
	Root       string           `json:"root"`
	SealedRoot string           `json:"sealed_root"`
	Price      events.Money     `json:"price"`
	State      State            `json:"state"`
	CreatedAt  time.Time        `json:"created_at"`
	ChangedAt  time.Time        `json:"changed_at"`

	Headline string `json:"headline"`          // where it stands, in a few words
	Text     string `json:"text"`              // what that means and what comes next, in a sentence or two
	Warning  string `json:"warning,omitempty"` // what went wrong and can be mended: a declined card
	Reason   string `json:"reason,omitempty"`  // why it came to nothing

	PayURL    string    `json:"pay_url,omitempty"`   // where to pay, while that is possible
	PayBy     time.Time `json:"pay_by,omitzero"`     // UTC, while that is possible
	DeliverBy time.Time `json:"deliver_by,omitzero"` // UTC, while the file is awaited
	CanFetch  bool      `json:"can_fetch,omitempty"` // a ticket can be had
	HasKey    bool      `json:"has_key,omitempty"`   // the seller's agent has deposited the key

	Refund RefundView `json:"refund,omitzero"`
}

// View returns the order as pages show it.
func (Rules) View(o Order) any { return o.View() }

// View returns the order as pages show it.
func (o Order) View() View {
	v := View{
		Order: o.Order, Version: o.Seq, Kind: o.Kind, Lot: o.Lot, Buyer: o.Buyer, Seller: o.Seller,
		Title: o.Title, FileName: o.FileName, Size: o.Size, Type: o.Type, Root: o.Root, SealedRoot: o.SealedRoot, Price: o.Price,
		State: o.State, CreatedAt: o.CreatedAt, ChangedAt: o.ChangedAt, Reason: o.Reason, CanFetch: o.canFetch(), HasKey: o.Wrapped != nil,
	}
	switch o.State {
	case Created, Payable:
		v.PayURL, v.PayBy, v.Warning = o.PayURL, o.PayBy, declineWords(o.Decline)
	case Authorised, Delivering:
		v.DeliverBy = o.DeliverBy
	}
	v.Headline, v.Text = o.words()
	v.Refund = o.refundView()
	return v
}

// canFetch reports whether the buyer may have the sealed file: while it is being delivered, and again once it is paid
// for, unless all of the money goes back.
func (o Order) canFetch() bool {
	return o.State == Delivering || o.State == Delivered || o.mayOpen() && !o.Mismatch
}

func (o Order) words() (headline, text string) {
	switch o.State {
	case Charging:
		return "Holding the amount", fmt.Sprintf("%s is being held on the card you saved. You are charged only once the whole file has reached you.", o.Price)
	case Created:
		return "Opening the payment page", "This takes a moment."
	case Payable:
		return "Waiting for your payment", fmt.Sprintf("%s will be held on your card. You are charged only once the whole file has reached you.", o.Price)
	case Authorised:
		return "Payment held", fmt.Sprintf("%s is held on your card. Your copy is being set aside.", o.Price)
	case Delivering:
		return "Ready to download", fmt.Sprintf("%s is held on your card. The file comes sealed. You are charged when every byte has arrived, and then it opens; if that does not happen in time, the hold is dropped.", o.Price)
	case Delivered:
		return "Delivered", fmt.Sprintf("Every byte has arrived and checked out. %s is being charged.", o.Price)
	case Captured:
		return o.paidWords()
	case Refunding:
		return "Giving your money back", fmt.Sprintf("%s %s goes back to your card.", o.Reason, o.Refund.Amount)
	case Owed:
		return "The refund could not be made", fmt.Sprintf("The payment provider refused to give %s back to your card. You are still owed it: the market's operator knows, and has to pay it in another way.", o.Refund.Amount)
	case Refunded:
		return "Money given back", strings.TrimSpace(fmt.Sprintf("%s %s went back to your card.", o.Reason, o.Paid))
	case Disputed:
		return "Your bank looks into it", "You dispute this payment, and your bank has taken the money back until it has decided. The file cannot be fetched meanwhile."
	case ChargedBack:
		return "Your bank gave the money back", "Your bank decided the dispute for you. The file can no longer be opened or fetched from here."
	case Releasing:
		return "Dropping the hold", o.Reason + " You will not be charged."
	case Released:
		return "Not charged", o.Reason + " The hold on your card was dropped."
	case Abandoned:
		return "Not paid", o.Reason + " Nothing was charged."
	}
	return "", ""
}

// authenticationFailed is the code of a 3-D Secure challenge that was not passed.
const authenticationFailed = "payment_intent_authentication_failure"

// declineWords says a provider's decline code to the buyer. Most codes are kept from him on purpose: they would help
// somebody who tries out stolen cards.
func declineWords(code string) string {
	switch code {
	case "":
		return ""
	case "authentication_required":
		return "Your bank wants you to confirm this payment yourself. Please pay on the payment page."
	case authenticationFailed:
		return "Your bank could not confirm that it was you. Please try again, or use another card."
	case "insufficient_funds":
		return "The card was declined for lack of funds. Please try another card."
	case "expired_card":
		return "The card has expired. Please try another card."
	case "incorrect_cvc", "invalid_cvc":
		return "The security code was wrong. Please check the card and try again."
	}
	return "The card was declined. Please try another card."
}
