package events

import "errors"

// A Refusal says why a command was turned down. It is a value: it crosses the wire as its text and is compared with
// errors.Is. Anything else that goes wrong is our fault and is no Refusal.
type Refusal string

// Every refusal there is.
const (
	Closed          Refusal = "closed"           // the lot is over
	NotOpen         Refusal = "not_open"         // the lot has not opened yet, or is paused
	StillOpen       Refusal = "still_open"       // the lot may not be closed before its end
	OwnLot          Refusal = "own_lot"          // the seller may not bid or buy
	BuyNowGone      Refusal = "buy_now_gone"     // buy now is not offered, or no longer
	BadAmount       Refusal = "bad_amount"       // zero, negative or beyond MaxAmount
	NotRaised       Refusal = "not_raised"       // the leader's new maximum is not above the old one
	TooLow          Refusal = "too_low"          // below the next minimum
	NoBid           Refusal = "no_bid"           // the bidder has no bid that counts
	NoChange        Refusal = "no_change"        // the file is the one that was bid on
	TooLate         Refusal = "too_late"         // the time in which it was possible has passed
	Blocked         Refusal = "blocked"          // the seller takes no bids from this bidder
	NoChance        Refusal = "no_chance"        // no second chance, or not for this bidder, or not any more
	NotSeller       Refusal = "not_seller"       // only the lot's seller may do that
	Ambiguous       Refusal = "ambiguous"        // more than one bidder is meant
	NoCode          Refusal = "no_code"          // a pairing code is unknown, used or too old
	PairedElsewhere Refusal = "paired_elsewhere" // the seller is another account's
	NoSuchCode      Refusal = "no_such_code"     // the lot has no such discount code
	CodeSpent       Refusal = "code_spent"       // a discount code was used as often as it may be, or its time has passed
	NotLess         Refusal = "not_less"         // a proposal is not below the price
	NotBetween      Refusal = "not_between"      // a counter-proposal is not between the proposal and the price
	Waiting         Refusal = "waiting"          // a proposal waits for its answer
	NoMoreTries     Refusal = "no_more_tries"    // a buyer proposed as often as he may
	NoProposal      Refusal = "no_proposal"      // there is no such proposal, or not any more
	NoBidder        Refusal = "no_bidder"        // nobody of that name has bid on the lot
	NotLower        Refusal = "not_lower"        // a reserve is only ever lowered
	TooMuchText     Refusal = "too_much_text"    // the description may not grow any more
	IDReused        Refusal = "id_reused"        // the command id was used for something else
	NoSuchLot       Refusal = "no_such_lot"      // nothing is known under that id
	NoSuchOrder     Refusal = "no_such_order"    // likewise
	SoldOut         Refusal = "sold_out"         // the edition is sold
	NotForSale      Refusal = "not_for_sale"     // held, refused or withdrawn
	Frozen          Refusal = "frozen"           // terms do not change after the first bid
	Unchanged       Refusal = "unchanged"        // the command would change nothing
	Malformed       Refusal = "malformed"        // the message cannot be read or lies about itself
	BadCurrency     Refusal = "bad_currency"     // not traded here
	WrongState      Refusal = "wrong_state"      // the order has gone on to another state
	NoTicket        Refusal = "no_ticket"        // a ticket is missing, forged, expired or for something else
	NoReceipt       Refusal = "no_receipt"       // a receipt is not what the order's buyer must sign
	NoKey           Refusal = "no_key"           // what an agent deposited is no key for the sale
	KeyHeld         Refusal = "key_held"         // the key is given out once the payment is captured
	NoProof         Refusal = "no_proof"         // what was sent in does not prove that the file is another one
	NoRefund        Refusal = "no_refund"        // nobody asks for money back, or not any more
	NoMoreRefunds   Refusal = "no_more_refunds"  // a buyer asked for money back as often as he may
	NoSuchEntry     Refusal = "no_such_entry"    // the blacklist has no such entry
	Claimed         Refusal = "claimed"          // another moderator looks at the case
	Decided         Refusal = "decided"          // another moderator has decided the case meanwhile
	FourEyes        Refusal = "four_eyes"        // somebody else must confirm what this person asked for
	NoSuchNotice    Refusal = "no_such_notice"   // no takedown notice is known under that id
	Incomplete      Refusal = "incomplete"       // a notice or an answer to one lacks what the law asks for
	NoObjection     Refusal = "no_objection"     // a listing is not refused, or an objection was made already
	Unavailable     Refusal = "unavailable"      // try again: the writer of that partition is not there now
	RateLimited     Refusal = "rate_limited"     // too many requests
)

// words says each refusal to a person: what happened and what to do.
var words = map[Refusal]string{
	Closed:          "This auction has ended.",
	NotOpen:         "This lot does not take bids right now. The page shows when it does again.",
	StillOpen:       "This auction has not reached its end.",
	OwnLot:          "This lot is your own: you cannot bid on it or buy it.",
	BuyNowGone:      "Buy now is no longer offered on this lot.",
	BadAmount:       "Enter an amount above zero, with no more decimals than the currency has.",
	NotRaised:       "You already lead. A new maximum must be above your present one.",
	TooLow:          "Your maximum is below the next minimum bid. Raise it to at least that.",
	NoBid:           "There is no bid on this lot that this could be about.",
	NoChange:        "The file is the one that you bid on. For this reason a bid can be taken back only while the lot is paused.",
	TooLate:         "It is too late for that: the time in which it was possible has passed.",
	Blocked:         "The seller does not take bids from you on this lot.",
	NoChance:        "There is no second chance for you on this lot, or its time has passed.",
	NotSeller:       "Only the seller of a lot can do that.",
	Ambiguous:       "Two bidders are shown under that name. Say as well at what price one of his bids left the lot.",
	NoCode:          "That code is not right, was used already, or is older than 10 minutes. Take a new one from the account page.",
	PairedElsewhere: "This seller is paired with another account already.",
	NoSuchCode:      "That is no discount code of this offer. Check how it is spelled.",
	CodeSpent:       "That discount code does not count any more: it was used as often as it may be, or its time has passed.",
	NotLess:         "Offer less than the price, or buy it at the price.",
	NotBetween:      "A counter-offer lies between what the buyer offers and the price.",
	Waiting:         "Your offer waits for the seller’s answer.",
	NoMoreTries:     "You have made three offers on this; the seller takes no more of them. You can still buy it at the price.",
	NoProposal:      "There is no such offer, or it was answered or taken back meanwhile.",
	NoBidder:        "Nobody of that name has a bid on this lot. The lot's page shows the names of its bidders.",
	NotLower:        "A reserve can only be lowered.",
	TooMuchText:     "The description has been added to as often, or has grown as long, as it may.",
	IDReused:        "This form was already sent with other values. Reload the page and try again.",
	NoSuchLot:       "There is no such lot.",
	NoSuchOrder:     "There is no such order.",
	SoldOut:         "All copies of this edition are sold.",
	NotForSale:      "This is not for sale at the moment.",
	Frozen:          "After the first bid a lot stays as it is: its description can only be added to at the end, and its reserve only be lowered.",
	Unchanged:       "That is already so.",
	Malformed:       "The request could not be read. Reload the page and try again.",
	BadCurrency:     "That currency is not traded here.",
	WrongState:      "The order has moved on. Reload the page to see where it stands.",
	NoTicket:        "The download ticket is missing, wrong or too old. Open the order page and start the download again.",
	NoReceipt:       "The delivery receipt does not belong to this order.",
	NoKey:           "The seller’s computer gave no usable key for this sale. Please try again in a moment.",
	KeyHeld:         "The key is given out as soon as the payment has gone through.",
	NoProof:         "This does not prove that the file is another one than was offered.",
	NoRefund:        "Nobody asks for money back on this order, or it was answered meanwhile.",
	NoMoreRefunds:   "You have asked for money back three times on this order. The answers stand.",
	NoSuchEntry:     "There is no such entry.",
	Claimed:         "Somebody else is looking at this case.",
	Decided:         "Somebody else has decided this case meanwhile.",
	FourEyes:        "This concerns very much at once: somebody else than who asked for it must confirm it.",
	NoSuchNotice:    "There is no such notice.",
	Incomplete:      "Something is missing that the law asks for.",
	NoObjection:     "There is nothing to object to: the listing is not refused, or you have objected already.",
	Unavailable:     "The service is busy taking over. Nothing was changed; please try again in a moment.",
	RateLimited:     "That was too fast. Please wait a moment and try again.",
}

// Error returns the refusal's text on the wire.
func (r Refusal) Error() string { return string(r) }

// Words returns a sentence for people.
func (r Refusal) Words() string { return words[r] }

// Known reports whether r is one of the refusals above.
func (r Refusal) Known() bool { _, ok := words[r]; return ok }

// AsRefusal returns the refusal inside err, if there is one.
func AsRefusal(err error) (Refusal, bool) {
	var r Refusal
	ok := errors.As(err, &r)
	return r, ok
}
