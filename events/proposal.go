package events

import "time"

func init() {
	command[MakeProposal]()
	command[AnswerProposal]()
	command[ExpireProposal]()
	fact[ProposalMade]()
	fact[ProposalCountered]()
	fact[ProposalAccepted]()
	fact[ProposalPassed]()
}

// A Proposal is what a buyer offers for a copy of a direct sale, or what its seller would take instead. For services:
// pages show it to nobody but its buyer.
type Proposal struct {
	Buyer    UserID    `json:"buyer"`
	Price    int64     `json:"price"`               // minor units
	BySeller bool      `json:"by_seller,omitempty"` // it is the seller's, for the buyer to answer
	Until    time.Time `json:"until"`               // UTC
	Tries    int       `json:"tries"`               // the buyer's so far
	Order    OrderID   `json:"order,omitempty"`     // once both agree
}

// MakeProposal offers less than the price for a copy. It also answers a seller's counter-proposal with another price.
type MakeProposal struct {
	Buyer UserID   `json:"buyer"`
	Price int64    `json:"price"`           // minor units
	Sells SellerID `json:"sells,omitempty"` // the lot's seller, if the buyer's account is paired with him
}

// A ProposalAnswer is what somebody says to a proposal.
type ProposalAnswer string

// The answers. A buyer counters with [MakeProposal].
const (
	ProposalAccept  ProposalAnswer = "accept"
	ProposalDecline ProposalAnswer = "decline"
	ProposalCounter ProposalAnswer = "counter"
)

// AnswerProposal answers a proposal: the seller the buyer's, or the buyer the seller's.
type AnswerProposal struct {
	Seller SellerID       `json:"seller,omitempty"` // who says so; empty for the buyer
	Buyer  UserID         `json:"buyer,omitempty"`
	Name   string         `json:"name,omitempty"` // the buyer, masked, instead of Buyer
	Answer ProposalAnswer `json:"answer"`
	Price  int64          `json:"price,omitempty"` // of a counter-proposal, or the one that is answered, minor units; 0: whichever stands
}

// ExpireProposal ends proposals that nobody answered in time. The journal sends it by itself.
type ExpireProposal struct{}

func (MakeProposal) CommandKind() string   { return "make_proposal" }
func (AnswerProposal) CommandKind() string { return "answer_proposal" }
func (ExpireProposal) CommandKind() string { return "expire_proposal" }

// ProposalMade says that a buyer offers a price, until a time.
type ProposalMade struct {
	Buyer UserID    `json:"buyer"`
	Price int64     `json:"price"` // minor units
	Until time.Time `json:"until"` // UTC
}

// ProposalCountered says that the seller would take another price, until a time.
type ProposalCountered struct {
	Buyer UserID    `json:"buyer"`
	Price int64     `json:"price"` // minor units
	Until time.Time `json:"until"` // UTC
}

// ProposalAccepted says that both agree: a copy is the buyer's, who pays under the order.
type ProposalAccepted struct {
	Buyer    UserID  `json:"buyer"`
	Price    int64   `json:"price"` // minor units
	Order    OrderID `json:"order"`
	BySeller bool    `json:"by_seller,omitempty"` // who said yes
}

// ProposalPassed says that nothing came of a proposal.
type ProposalPassed struct {
	Buyer    UserID `json:"buyer"`
	Declined bool   `json:"declined"`            // false: the time went by
	BySeller bool   `json:"by_seller,omitempty"` // who declined, or did not answer
}

func (ProposalMade) FactKind() string      { return "proposal_made" }
func (ProposalCountered) FactKind() string { return "proposal_countered" }
func (ProposalAccepted) FactKind() string  { return "proposal_accepted" }
func (ProposalPassed) FactKind() string    { return "proposal_passed" }

func (f ProposalMade) Public(mask func(UserID) UserID) Fact {
	f.Buyer, f.Price = mask(f.Buyer), 0
	return f
}

func (f ProposalCountered) Public(mask func(UserID) UserID) Fact {
	f.Buyer, f.Price = mask(f.Buyer), 0
	return f
}

func (f ProposalAccepted) Public(mask func(UserID) UserID) Fact {
	f.Buyer, f.Order = mask(f.Buyer), f.Order.public(mask)
	return f
}

func (f ProposalPassed) Public(mask func(UserID) UserID) Fact {
	f.Buyer = mask(f.Buyer)
	return f
}

func (f ProposalMade) Secret() int64      { return f.Price }
func (f ProposalCountered) Secret() int64 { return f.Price }
