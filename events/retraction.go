package events

func init() {
	command[RetractBid]()
	command[CancelBidder]()
	fact[BidsRetracted]()
	fact[BidderCancelled]()
}

// A Retraction is why a bidder takes a bid back.
type Retraction string

// The reasons that there are.
const (
	WrongAmount    Retraction = "wrong_amount"    // mistyped, to be entered again at once; counted on the bidder's record
	MaterialChange Retraction = "material_change" // the lot is paused because its file changed or went; free
)

// RetractBid takes bids back. While the lot is paused a [MaterialChange] takes all of the bidder's. For a [WrongAmount]
// all of them go more than 12 hours before the end; later only his newest, within an hour of placing it.
type RetractBid struct {
	Bidder UserID     `json:"bidder"`
	Reason Retraction `json:"reason"`
}

// CancelBidder voids all bids of a bidder and shuts him out of the lot, because its seller says so. A seller, who knows
// bidders only as the public does, says Name instead of Bidder, and what one of the bidder's bids led to if two have
// the same name; if that does not tell them apart either it is refused with [Ambiguous].
type CancelBidder struct {
	Seller SellerID `json:"seller"` // who says so; anybody but the lot's seller is refused
	Bidder UserID   `json:"bidder,omitempty"`
	Name   string   `json:"name,omitempty"`  // masked
	Stood  int64    `json:"stood,omitempty"` // minor units; 0: not said
	Reason string   `json:"reason"`          // in words, for the bidder
}

func (RetractBid) CommandKind() string   { return "retract_bid" }
func (CancelBidder) CommandKind() string { return "cancel_bidder" }

// BidsRetracted says that a bidder took bids back. What remains was counted again by the rules, in order; the end stays
// where it was.
type BidsRetracted struct {
	Bidder UserID     `json:"bidder"`
	Reason Retraction `json:"reason"`
	Bids   []uint64   `json:"bids"`             // the numbers of their facts
	Price  int64      `json:"price"`            // what the lot stands at now, minor units; 0 without a bid
	Leader UserID     `json:"leader,omitempty"` // who leads now
}

// BidderCancelled says that the seller voided a bidder's bids, if he had any, and takes none from him any more. What
// remains was counted again as after [BidsRetracted].
type BidderCancelled struct {
	Bidder UserID   `json:"bidder"`
	Reason string   `json:"reason"`
	Bids   []uint64 `json:"bids,omitempty"`   // the numbers of their facts
	Price  int64    `json:"price"`            // what the lot stands at now, minor units; 0 without a bid
	Leader UserID   `json:"leader,omitempty"` // who leads now
}

func (BidsRetracted) FactKind() string   { return "bids_retracted" }
func (BidderCancelled) FactKind() string { return "bidder_cancelled" }
