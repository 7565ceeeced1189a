package events

import (
	"strings"
	"time"
)

func init() {
	command[LowerReserve]()
	command[AddText]()
	fact[ReserveLowered]()
	fact[TextAdded]()
}

// SellerLotSubject is where a seller's agent says what it wants done with one of its own lots. Payload: [Request] with
// one of the commands that a seller may give; an [Answer] comes back. Only the seller's agents can publish there.
func SellerLotSubject(s SellerID, l LotID) string { return "seller." + string(s) + ".lot." + string(l) }

// LowerReserve takes an auction's reserve down, because its seller says so. It can never be raised under a bid.
type LowerReserve struct {
	Seller  SellerID `json:"seller"`  // who says so; anybody but the lot's seller is refused
	Reserve int64    `json:"reserve"` // minor units; 0 for none
}

// AddText adds a paragraph to the end of the description, because the seller says so. What stands there stays.
type AddText struct {
	Seller SellerID `json:"seller"` // who says so; anybody but the lot's seller is refused
	Text   string   `json:"text"`
}

func (LowerReserve) CommandKind() string { return "lower_reserve" }
func (AddText) CommandKind() string      { return "add_text" }

// ReserveLowered says that an auction's reserve is lower from now on. At or under the leader's maximum it is met.
type ReserveLowered struct {
	Reserve int64 `json:"reserve"` // minor units; 0 for none. Secret
}

// TextAdded says that the seller added to the description.
type TextAdded struct {
	Text string `json:"text"`
}

func (ReserveLowered) FactKind() string { return "reserve_lowered" }
func (TextAdded) FactKind() string      { return "text_added" }

// An ActKind says what a seller did to his lot.
type ActKind string

// What a seller can do that the public is told of.
const (
	ActCancelled ActKind = "cancelled" // voided a bidder's bids
	ActReserve   ActKind = "reserve"   // lowered the reserve
	ActAdded     ActKind = "added"     // added to the description
	ActEnded     ActKind = "ended"     // ended it early without a sale
	ActSold      ActKind = "sold"      // ended it early by selling to the leader
	ActChance    ActKind = "chance"    // offered a second chance
)

// An Act is something that a seller did to his lot, for everybody to see.
type Act struct {
	Kind ActKind   `json:"kind"`
	At   time.Time `json:"at"`            // UTC
	Who  string    `json:"who,omitempty"` // the bidder it concerns, masked
}

// Masked hides who somebody is, but lets the same person be recognised within one lot: k***3.
func (u UserID) Masked() string {
	return string(u.appendMasked(nil))
}

func (u UserID) appendMasked(b []byte) []byte {
	if len(u) < 2 {
		return append(b, "***"...)
	}
	return append(append(append(b, u[0]), "***"...), u[len(u)-1])
}

// IsCalled reports whether name is what the public calls u: k***3, or k3 for those who would rather not type the stars.
func (u UserID) IsCalled(name string) bool {
	return name != "" && strings.ReplaceAll(u.Masked(), "*", "") == strings.ReplaceAll(strings.ToLower(name), "*", "")
}
