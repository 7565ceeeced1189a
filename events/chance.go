package events

import (
	"strconv"
	"time"
)

func init() {
	command[RecordUnpaid]()
	command[OfferChance]()
	command[AnswerChance]()
	command[ExpireChance]()
	fact[WinnerUnpaid]()
	fact[ChanceOffered]()
	fact[ChanceTaken]()
	fact[ChancePassed]()
}

// RecordUnpaid tells the lot that the winner let the time to pay for the order go by.
type RecordUnpaid struct {
	Order  OrderID `json:"order"`
	Reason string  `json:"reason"`
}

// OfferChance offers an auctioned lot that is over to the next bidder, at what he last offered himself. The journal
// sends it by itself when a winner did not pay; the seller may, while his edition has another copy.
type OfferChance struct {
	Seller SellerID `json:"seller,omitempty"` // who says so; empty for the journal
}

// AnswerChance takes or declines a second chance. Declining is never held against anybody.
type AnswerChance struct {
	Bidder UserID `json:"bidder"`
	Accept bool   `json:"accept"`
}

// ExpireChance ends a second chance that nobody answered. The journal sends it by itself.
type ExpireChance struct{}

func (RecordUnpaid) CommandKind() string { return "record_unpaid" }
func (OfferChance) CommandKind() string  { return "offer_chance" }
func (AnswerChance) CommandKind() string { return "answer_chance" }
func (ExpireChance) CommandKind() string { return "expire_chance" }

// WinnerUnpaid says that a sale came to nothing because its buyer did not pay: a strike on his record.
type WinnerUnpaid struct {
	Winner UserID  `json:"winner"`
	Order  OrderID `json:"order"`
	Reason string  `json:"reason"`
}

// ChanceOffered says that a bidder may have the lot after all, until a time.
type ChanceOffered struct {
	Bidder UserID    `json:"bidder"`
	Price  int64     `json:"price"` // what he last offered himself, minor units
	Until  time.Time `json:"until"` // UTC
}

// ChanceTaken says that he takes it and pays under the order.
type ChanceTaken struct {
	Bidder UserID  `json:"bidder"`
	Price  int64   `json:"price"` // minor units
	Order  OrderID `json:"order"`
}

// ChancePassed says that he does not, or did not say.
type ChancePassed struct {
	Bidder   UserID `json:"bidder"`
	Declined bool   `json:"declined"` // false: the time went by
}

func (WinnerUnpaid) FactKind() string  { return "winner_unpaid" }
func (ChanceOffered) FactKind() string { return "chance_offered" }
func (ChanceTaken) FactKind() string   { return "chance_taken" }
func (ChancePassed) FactKind() string  { return "chance_passed" }

// A Chance is a second chance as a lot's [Standing] has it: for services, since pages show it to nobody but its bidder.
type Chance struct {
	Bidder UserID    `json:"bidder"`
	Price  int64     `json:"price"`           // minor units
	Until  time.Time `json:"until"`           // UTC
	Order  OrderID   `json:"order,omitempty"` // once he took it
}

// ChanceOrder returns the order under which a second chance is paid that was taken with the lot's fact number seq.
func ChanceOrder(l LotID, seq uint64) OrderID {
	return WonOrder(l) + "-" + OrderID(strconv.FormatUint(seq, 10))
}
