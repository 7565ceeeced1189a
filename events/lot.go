package events

import "time"

func init() {
	command[OfferListing]()
	command[RuleListing]()
	command[WithdrawListing]()
	command[PlaceBid]()
	command[Buy]()
	command[ReturnCopy]()
	command[CloseLot]()
	command[EndEarly]()
	command[AnnounceEnding]()
	command[AskStanding]()
	fact[ListingOffered]()
	fact[ListingChanged]()
	fact[ListingHeld]()
	fact[ListingRefused]()
	fact[ListingPaused]()
	fact[ListingResumed]()
	fact[ListingWithdrawn]()
	fact[BidPlaced]()
	fact[LotBought]()
	fact[CopySold]()
	fact[CopyReturned]()
	fact[LotClosed]()
	fact[EndingAnnounced]()
}

// Commands to a lot. Their subject is the [LotID]; the answer's view is the [Standing].

// OfferListing says what the seller's agent offers under this lot now, and what the blacklist thinks of it. The house
// turns it into whichever fact follows: offered, changed, held, refused, paused because the bytes under a bid changed,
// resumed because they are back.
type OfferListing struct {
	Listing Listing `json:"listing"`
	Verdict Verdict `json:"verdict"`
}

// RuleListing carries a ruling on a listing that the house knows: an entry was added that it matches, or a moderator
// decided. It counts only for the listing's text and bytes as judged (Rev), unless Rev is 0.
type RuleListing struct {
	Rev     int64   `json:"rev,omitempty"`
	Verdict Verdict `json:"verdict"`
	By      string  `json:"by,omitempty"` // the moderator's name, empty for a rule
}

// WithdrawListing takes the lot off the market because its seller's agent says so.
type WithdrawListing struct {
	Rev    int64  `json:"rev"`
	Reason string `json:"reason"` // in words: "the file was deleted"
}

// PlaceBid offers up to Max, in minor units of the lot's currency.
type PlaceBid struct {
	Bidder UserID `json:"bidder"`
	Max    int64  `json:"max"` // secret from everybody but the bidder

	Sells SellerID `json:"sells,omitempty"` // the lot's seller, if the bidder's account is paired with him
}

// Buy takes a copy at the fixed price, or the lot at its buy-now price, for an order whose payment is authorised.
type Buy struct {
	Buyer UserID  `json:"buyer"`
	Order OrderID `json:"order"`
	Price int64   `json:"price,omitempty"` // of a direct sale, what is authorised, minor units; 0: the listing's
	Code  string  `json:"code,omitempty"`  // that made it less
}

// ReturnCopy puts a copy back that Buy took, since the order came to nothing.
type ReturnCopy struct {
	Order  OrderID `json:"order"`
	Reason string  `json:"reason"`
}

// CloseLot closes the lot at its effective end. The journal sends it by itself when the time has come; sent earlier it
// is refused with [StillOpen].
type CloseLot struct{}

// EndEarly ends an auction before its time, because its seller says so: without a sale while more than 12 hours are left
// or no bid stands, by selling to the leader at any time. That lowers a reserve that is not met to the price.
type EndEarly struct {
	Seller SellerID `json:"seller"` // who says so; anybody but the lot's seller is refused
	Sell   bool     `json:"sell"`   // to the leader
}

// AnnounceEnding has the bidders told that the lot ends soon. The journal sends it by itself when the time has come.
type AnnounceEnding struct{}

// AskStanding changes nothing; the answer's view is what was asked for. It never becomes a fact.
type AskStanding struct{}

func (OfferListing) CommandKind() string    { return "offer_listing" }
func (RuleListing) CommandKind() string     { return "rule_listing" }
func (WithdrawListing) CommandKind() string { return "withdraw_listing" }
func (PlaceBid) CommandKind() string        { return "place_bid" }
func (Buy) CommandKind() string             { return "buy" }
func (ReturnCopy) CommandKind() string      { return "return_copy" }
func (CloseLot) CommandKind() string        { return "close_lot" }
func (EndEarly) CommandKind() string        { return "end_early" }
func (AnnounceEnding) CommandKind() string  { return "announce_ending" }
func (AskStanding) CommandKind() string     { return "ask_standing" }

func (AskStanding) Question() {}

// Facts of a lot, written by auction in Seq order per lot to the journal "lots".

// ListingOffered says that the listing is for sale from now on. An auction opens with it.
type ListingOffered struct {
	Listing Listing   `json:"listing"`
	Verdict Verdict   `json:"verdict"`
	EndsAt  time.Time `json:"ends_at,omitzero"` // auction: first end, UTC
}

// ListingChanged says that a listing on offer now reads as given; terms under a bid stay what they were.
type ListingChanged struct {
	Listing Listing   `json:"listing"`
	Verdict Verdict   `json:"verdict"`
	EndsAt  time.Time `json:"ends_at,omitzero"` // auction: first end, UTC
}

// ListingHeld says that a person must look at the listing before it may be offered.
type ListingHeld struct {
	Listing Listing `json:"listing"`
	Verdict Verdict `json:"verdict"`
	By      string  `json:"by,omitempty"` // a moderator's name, empty for a rule
}

// ListingRefused says that the listing may not be offered. Bids on it are void and no payment for it is captured.
type ListingRefused struct {
	Listing Listing `json:"listing"`
	Verdict Verdict `json:"verdict"`
	By      string  `json:"by,omitempty"`
}

// ListingPaused says that the file under the bids changed or went. Bids wait; the clock of the auction goes on.
type ListingPaused struct {
	Rev    int64  `json:"rev"`
	Reason string `json:"reason"`
}

// ListingResumed says that the same bytes are back, or that a doubt about them was settled.
type ListingResumed struct {
	Listing Listing `json:"listing"`
	Verdict Verdict `json:"verdict,omitzero"`
}

// ListingWithdrawn says that the seller takes it off the market; nobody had bid or bought.
type ListingWithdrawn struct {
	Rev    int64  `json:"rev"`
	Reason string `json:"reason"`
}

// BidPlaced says that a bid was accepted.
type BidPlaced struct {
	Bidder UserID    `json:"bidder"`
	Max    int64     `json:"max"`             // minor units; secret
	Price  int64     `json:"price"`           // what the lot stands at now
	Leader UserID    `json:"leader"`          // who leads now
	Outbid UserID    `json:"outbid,omitzero"` // who led before and does not any more
	EndsAt time.Time `json:"ends_at"`         // effective end, UTC, after any soft-close extension
}

// LotBought says that the first authorised buy-now payment ended the lot.
type LotBought struct {
	Buyer UserID  `json:"buyer"`
	Order OrderID `json:"order"`
	Price int64   `json:"price"` // minor units
}

// CopySold says that one copy of a direct sale went to an order.
type CopySold struct {
	Buyer UserID  `json:"buyer"`
	Order OrderID `json:"order"`
	Price int64   `json:"price"`          // minor units
	Code  string  `json:"code,omitempty"` // that made it less
}

// CopyReturned says that a sold copy may be sold again.
type CopyReturned struct {
	Order  OrderID `json:"order"`
	Reason string  `json:"reason"`
}

// LotClosed says how an auction ended. Winner and Order are empty when nothing was sold.
type LotClosed struct {
	Sold   bool    `json:"sold"`
	Winner UserID  `json:"winner,omitempty"`
	Price  int64   `json:"price"`           // hammer price in minor units; 0 without a bid
	Order  OrderID `json:"order,omitempty"` // under which the winner pays
	Reason string  `json:"reason,omitempty"`
	Early  bool    `json:"early,omitempty"` // the seller did not wait for the end
}

// EndingAnnounced says that the bidders are told of the end that is near.
type EndingAnnounced struct {
	EndsAt time.Time `json:"ends_at"` // as it was then, UTC
}

func (ListingOffered) FactKind() string   { return "listing_offered" }
func (ListingChanged) FactKind() string   { return "listing_changed" }
func (ListingHeld) FactKind() string      { return "listing_held" }
func (ListingRefused) FactKind() string   { return "listing_refused" }
func (ListingPaused) FactKind() string    { return "listing_paused" }
func (ListingResumed) FactKind() string   { return "listing_resumed" }
func (ListingWithdrawn) FactKind() string { return "listing_withdrawn" }
func (BidPlaced) FactKind() string        { return "bid_placed" }
func (LotBought) FactKind() string        { return "lot_bought" }
func (CopySold) FactKind() string         { return "copy_sold" }
func (CopyReturned) FactKind() string     { return "copy_returned" }
func (LotClosed) FactKind() string        { return "lot_closed" }
func (EndingAnnounced) FactKind() string  { return "ending_announced" }

// A LotState says whether a lot can be bid on or bought.
type LotState string

// The states of a lot.
const (
	Unoffered LotState = "unoffered" // known, but nothing of it was ever on sale (held, refused)
	Open      LotState = "open"
	Paused    LotState = "paused"    // the file changed under the bids
	Sold      LotState = "sold"      // to a winner, or all copies of the edition
	Unsold    LotState = "unsold"    // ended without a sale
	Withdrawn LotState = "withdrawn" // taken back, or taken down
)

// Standing is how a lot stands, for services: pages mask the people in it. Published on [LotSubject] after each fact,
// kept in the book, and the view of every answer about a lot.
type Standing struct {
	Lot      LotID     `json:"lot"`
	Version  uint64    `json:"version"` // the lot's newest fact; a higher one is newer
	At       time.Time `json:"at"`      // when that fact was decided, UTC
	State    LotState  `json:"state"`
	Format   Format    `json:"format"`
	Currency Currency  `json:"currency"`
	Seller   SellerID  `json:"seller"`

	Price      int64     `json:"price"`                 // minor units; 0 before the first bid
	Next       int64     `json:"next,omitempty"`        // least bid of somebody who does not lead; 0 when not open
	Bids       int       `json:"bids"`                  // accepted bids
	Leader     UserID    `json:"leader,omitempty"`      // the winner once sold
	Outbid     UserID    `json:"outbid,omitempty"`      // whom the newest fact outbid
	ReserveMet *bool     `json:"reserve_met,omitempty"` // absent without a reserve
	BuyNow     int64     `json:"buy_now,omitempty"`     // minor units; 0 when it cannot be taken now
	EndsAt     time.Time `json:"ends_at,omitzero"`      // effective end, UTC
	LatestEnd  time.Time `json:"latest_end,omitzero"`   // the hard cap of extensions, UTC
	SoftClose  int64     `json:"soft_close,omitempty"`  // milliseconds
	Extended   bool      `json:"extended,omitempty"`
	Order      OrderID   `json:"order,omitempty"`  // the winner's order, once there is one
	Chance     *Chance   `json:"chance,omitempty"` // the newest second chance, while it can be taken or once it was

	Edition int64 `json:"edition"` // copies that will ever be sold; 0 for any number
	Copies  int64 `json:"copies"`  // sold so far

	Proposals []Proposal `json:"proposals,omitempty"` // that wait for an answer
}

// A Bid is one line of a lot's history as the book keeps it.
type Bid struct {
	Seq    uint64    `json:"seq"`
	At     time.Time `json:"at"`
	Bidder UserID    `json:"bidder"`
	Price  int64     `json:"price"` // what the lot stood at afterwards, minor units
	EndsAt time.Time `json:"ends_at"`
}

// An OfferState says what became of a listing.
type OfferState string

// The states of an offer.
const (
	OfferListed    OfferState = "listed"
	OfferHeld      OfferState = "held"    // waits for a moderator
	OfferRefused   OfferState = "refused" // blocked by the blacklist or a moderator
	OfferPaused    OfferState = "paused"  // the file changed or went under the bids
	OfferWithdrawn OfferState = "withdrawn"
	OfferEnded     OfferState = "ended" // sold, sold out or unsold
)

// Offer states what became of a listing and how it reads in public. Published by auction on [OfferSubject], the last one
// per listing is kept; also told to the seller's agent on [AskSubject] with the verb "fate".
type Offer struct {
	Listing     ListingID  `json:"listing"`
	Lot         LotID      `json:"lot"`
	Version     uint64     `json:"version"` // the lot's fact it follows from; a higher one is newer
	At          time.Time  `json:"at"`
	State       OfferState `json:"state"`
	Reason      string     `json:"reason,omitempty"`  // in words, when it is not simply listed
	Verdict     *Verdict   `json:"verdict,omitempty"` // when the blacklist had a say
	Rev         int64      `json:"rev"`               // of the listing it speaks of
	Seller      SellerID   `json:"seller"`
	SellerName  string     `json:"seller_name"`
	Title       string     `json:"title"`
	Description string     `json:"description,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	FileName    string     `json:"file_name"`
	Size        int64      `json:"size"` // bytes
	Type        string     `json:"type"`
	Root        string     `json:"root"`
	SealedRoot  string     `json:"sealed_root"`
	Terms       Terms      `json:"terms"` // Reserve is always 0 here, and codes have their [CodeName]
	Standing    Standing   `json:"standing"`
	Acts        []Act      `json:"acts,omitempty"` // what the seller did to the lot since it opened, oldest first
}
