package events

import (
	"hash/fnv"
	"strconv"
	"strings"
	"time"
)

// The journals and the services that write them. Commands for a journal go to <service>.<partition>.
const (
	Lots    = "lots"    // written by AuctionService
	Orders  = "orders"  // written by CheckoutService
	Rulings = "rulings" // written by BlacklistService
	Payees  = "payees"  // written by PayeeService, which is a part of checkout

	AuctionService   = "auction"
	CheckoutService  = "checkout"
	BlacklistService = "blacklist"
	PayeeService     = "payee"
)

// Partitions is how many partitions each journal has. It is part of the contract: who sends a command must know it. More
// of them let more processes write; fewer put more of what comes at the same time into one message, and the disk syncs
// message by message.
const Partitions = 4

// PartitionOf returns the partition that decides about subject: FNV-1a of its id, modulo [Partitions].
func PartitionOf(subject string) int {
	h := fnv.New32a()
	h.Write([]byte(subject))
	return int(h.Sum32() % Partitions)
}

// JournalSubject is where the facts of a partition lie, e.g. lots.3.
func JournalSubject(journal string, partition int) string {
	return journal + "." + strconv.Itoa(partition)
}

// Leases is the KV bucket in which the processes that write a journal agree on who writes which partition, and LeaseTTL
// how long a lease lasts that nobody renews: the time without a writer after one has died.
const (
	Leases   = "leases"
	LeaseTTL = 1500 * time.Millisecond
)

// Snapshots is the stream of what a writer begins with at its next start. It follows from the journals.
const Snapshots = "SNAPSHOTS"

// SnapshotSubject is where the snapshots of a partition lie, in two places in turn, e.g. snapshots.lots.3.0.
func SnapshotSubject(journal string, partition, place int) string {
	return "snapshots." + JournalSubject(journal, partition) + "." + strconv.Itoa(place)
}

// StreamOf is the stream in which a journal lies, e.g. LOTS.
func StreamOf(journal string) string { return strings.ToUpper(journal) }

// CommandSubject is where the writer of a partition takes commands, e.g. auction.3.
func CommandSubject(service string, partition int) string {
	return service + "." + strconv.Itoa(partition)
}

// ListingSubject is where a seller's agent says what is for sale. Payload: [Listing]. Stored, last per subject.
func ListingSubject(l ListingID) string {
	return "seller." + string(l.Seller()) + ".listing." + string(l)
}

// Verbs of what services ask a seller's agent.
const (
	AskConnect = "connect" // where the agent can be reached now: empty request, [Reach] back
	AskPeer    = "peer"    // to be connected with a buyer's client over WebRTC: [PeerOffer], [PeerAnswer] back
	AskKey     = "key"     // the key of what was sold: [KeyAsk], [KeyDeposit] back
	AskFate    = "fate"    // an [Offer] of this seller's changed; no answer
	AskNotice  = "notice"  // a [Notice] for the seller; no answer
)

// AskSubject is where services ask a seller's agent something.
func AskSubject(s SellerID, verb string) string { return "seller." + string(s) + ".ask." + verb }

// OfferSubject is where auction states what became of a listing. Payload: [Offer]. Stored, last per subject.
func OfferSubject(l ListingID) string { return "market.listing." + string(l) }

// LotSubject carries the [Standing] after each fact. Not stored: pages repair from the book.
func LotSubject(l LotID) string { return "market.lot." + string(l) }

// Moderators stands for all of them where a [Notice] is addressed. No buyer has this id.
const Moderators UserID = "moderators"

// NoticeSubject carries [Notice]s to one user. Stored.
func NoticeSubject(u UserID) string { return "notice." + string(u) }

// ScreenSubject is where the blacklist is asked about a listing. Payload: [Listing]; answer: [Verdict].
const ScreenSubject = "blacklist.screen"

// Reach says where a seller's agent delivers. The answer to [AskConnect].
type Reach struct {
	Seller      SellerID `json:"seller"`
	URLs        []string `json:"urls"`                  // http or https, best first; a path is appended to it
	Certificate string   `json:"certificate,omitempty"` // SHA-256 of the agent's certificate, hexadecimal, to pin it
}

// An ICEServer helps two programs behind routers to find each other: STUN or TURN, as a browser's RTCIceServer has it.
type ICEServer struct {
	URLs       []string `json:"urls"` // stun:host:port, turn:host:port?transport=udp
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// PeerOffer brings the offer of a buyer's client to be connected over WebRTC. The request of [AskPeer].
type PeerOffer struct {
	Ticket string      `json:"ticket"`        // as for every request to the agent
	SDP    string      `json:"sdp"`           // with every candidate in it (RFC 8839): none follows
	ICE    []ICEServer `json:"ice,omitempty"` // for the agent's own candidates
}

// PeerAnswer answers a [PeerOffer].
type PeerAnswer struct {
	Refusal Refusal `json:"refusal,omitempty"` // [NoTicket], [Malformed], or [Unavailable] when too many are connected
	SDP     string  `json:"sdp,omitempty"`     // likewise complete
}

// MaxSDP is the longest offer or answer, in bytes. A browser's has 1 to 4 KB.
const MaxSDP = 16 << 10

// KeyAsk asks a seller's agent to deposit the key of what was sold. The request of [AskKey].
type KeyAsk struct {
	Order      OrderID   `json:"order"`
	Listing    ListingID `json:"listing"`
	SealedRoot string    `json:"sealed_root"` // of what was sold, which may be another by now
}

// KeyDeposit brings the key of a listing's sealed file, wrapped for the operator and for that order alone. The answer to
// [AskKey].
type KeyDeposit struct {
	Refusal Refusal `json:"refusal,omitempty"` // [NotForSale] when the agent has no such file any more
	Wrapped []byte  `json:"wrapped,omitempty"` // as package sealed wraps it
}

// Presence says whether a seller's agent is connected to the bus.
type Presence struct {
	Seller SellerID  `json:"seller"`
	Online bool      `json:"online"`
	Since  time.Time `json:"since"` // UTC
}
