package events

import "time"

func init() {
	command[FileNotice]()
	command[DecideNotice]()
	command[FileCounter]()
	command[NoteSuit]()
	command[Reinstate]()
	command[FileObjection]()
	command[DecideObjection]()
	fact[NoticeFiled]()
	fact[NoticeDecided]()
	fact[CounterFiled]()
	fact[SuitNoted]()
	fact[NoticeReinstated]()
	fact[ObjectionFiled]()
	fact[ObjectionDecided]()
}

// SellerObjectionSubject is where a seller's agent objects to what was refused of its own. Payload: [Request] with
// [FileObjection], whose digest and title are filled in; an [Answer] comes back.
func SellerObjectionSubject(s SellerID, l ListingID) string {
	return "seller." + string(s) + ".objection." + string(l)
}

// A TakedownNotice is what a rights holder says of listings. Who he is and how he is reached lies with the parties,
// where it can be erased; here he is an id.
type TakedownNotice struct {
	Claimant  string      `json:"claimant"`
	Law       string      `json:"law"` // dmca or dsa
	Artist    string      `json:"artist"`
	Title     string      `json:"title"` // of the work
	Listings  []ListingID `json:"listings"`
	Why       string      `json:"why,omitempty"`        // why they are unlawful
	GoodFaith bool        `json:"good_faith,omitempty"` // he says that he believes so in good faith
	Accurate  bool        `json:"accurate,omitempty"`   // he says that it is accurate and that he may act for the owner
	Signed    bool        `json:"signed,omitempty"`
	Reachable bool        `json:"reachable,omitempty"` // name, address and e-mail were given
}

// Commands about a takedown. The subject of those about objections is the listing, of the others the notice.

// FileNotice takes a notice in, or what was missing in it.
type FileNotice struct {
	Notice TakedownNotice `json:"notice"`
	By     string         `json:"by"` // the moderator who wrote it down
}

// DecideNotice has a notice's listings taken down, or turns it down.
type DecideNotice struct {
	Uphold bool   `json:"uphold"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// FileCounter takes a seller's counter-notice in.
type FileCounter struct {
	Party        string `json:"party"` // who sent it
	Statement    string `json:"statement"`
	GoodFaith    bool   `json:"good_faith"`   // he says that it was taken down by mistake
	Jurisdiction bool   `json:"jurisdiction"` // he accepts that of a court
	Signed       bool   `json:"signed"`
	By           string `json:"by"`
}

// NoteSuit says that the claimant has gone to court, so that the listings stay down.
type NoteSuit struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// Reinstate gives the listings back, since nobody went to court in time. The journal sends it to itself.
type Reinstate struct{}

// FileObjection is a seller's word against what was refused; he has one for each text and its bytes.
type FileObjection struct {
	Digest   string `json:"digest"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Evidence string `json:"evidence,omitempty"` // where a licence or the like can be seen
}

// DecideObjection grants it, and the listing is given back, or not.
type DecideObjection struct {
	Grant  bool   `json:"grant"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func (FileNotice) CommandKind() string      { return "file_notice" }
func (DecideNotice) CommandKind() string    { return "decide_notice" }
func (FileCounter) CommandKind() string     { return "file_counter" }
func (NoteSuit) CommandKind() string        { return "note_suit" }
func (Reinstate) CommandKind() string       { return "reinstate" }
func (FileObjection) CommandKind() string   { return "file_objection" }
func (DecideObjection) CommandKind() string { return "decide_objection" }

// NoticeFiled says what a notice says from now on.
type NoticeFiled struct {
	Notice TakedownNotice `json:"notice"`
	By     string         `json:"by"`
}

// NoticeDecided says whether its listings are taken down.
type NoticeDecided struct {
	Uphold bool   `json:"uphold"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// CounterFiled says that the listings are given back at Due unless the claimant goes to court.
type CounterFiled struct {
	Party     string    `json:"party"`
	Statement string    `json:"statement"`
	By        string    `json:"by"`
	Due       time.Time `json:"due"` // UTC
}

// SuitNoted says that they stay down.
type SuitNoted struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// NoticeReinstated says that they are given back.
type NoticeReinstated struct{}

// ObjectionFiled says that a seller objects.
type ObjectionFiled struct {
	Digest   string `json:"digest"`
	Title    string `json:"title"`
	Text     string `json:"text"`
	Evidence string `json:"evidence,omitempty"`
}

// ObjectionDecided says what came of it.
type ObjectionDecided struct {
	Digest string `json:"digest"`
	Title  string `json:"title"`
	Grant  bool   `json:"grant"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func (NoticeFiled) FactKind() string      { return "notice_filed" }
func (NoticeDecided) FactKind() string    { return "notice_decided" }
func (CounterFiled) FactKind() string     { return "counter_filed" }
func (SuitNoted) FactKind() string        { return "suit_noted" }
func (NoticeReinstated) FactKind() string { return "notice_reinstated" }
func (ObjectionFiled) FactKind() string   { return "objection_filed" }
func (ObjectionDecided) FactKind() string { return "objection_decided" }
