package events

import "time"

func init() {
	command[AddEntry]()
	command[RemoveEntry]()
	command[Rule]()
	command[ClaimCase]()
	command[LeaveCase]()
	command[ReopenCase]()
	fact[EntryAdded]()
	fact[EntryRemoved]()
	fact[ListingRuled]()
	fact[CaseClaimed]()
	fact[CaseLeft]()
	fact[CaseReopened]()
}

// A Ruling is what is to happen to a listing.
type Ruling string

// The rulings, mildest first.
const (
	Allow  Ruling = "allow"  // may be offered
	Review Ruling = "review" // a person must look first
	Block  Ruling = "block"  // may not be offered
)

// Verdict is what the blacklist says of a listing, with everything that a person needs to see why.
type Verdict struct {
	Ruling Ruling  `json:"ruling"`
	Entry  EntryID `json:"entry,omitempty"` // the entry that matched
	Work   string  `json:"work,omitempty"`  // that entry, as artist – title
	Rule   string  `json:"rule,omitempty"`  // which rule decided: "artist and title", "moderator", …
	Score  float64 `json:"score,omitempty"` // 0 to 1
	Folded string  `json:"folded,omitempty"`
	Reason string  `json:"reason,omitempty"` // for the seller, in words
	List   uint64  `json:"list"`             // version of the blacklist that judged
}

// Entry is one work on the blacklist.
type Entry struct {
	ID        EntryID  `json:"id"`
	Artist    string   `json:"artist"`
	Title     string   `json:"title"`
	ArtistAlt []string `json:"artist_alt,omitempty"`
	TitleAlt  []string `json:"title_alt,omitempty"`
	Prints    []Print  `json:"prints,omitempty"` // of its content, see package content; Root of a listing counts as one
	Source    string   `json:"source,omitempty"` // who asked for it
}

// Commands to the blacklist, on the journal "rulings". The subject of the entry commands is the entry, of Rule the listing.

// AddEntry puts a work on the list, or replaces the entry of the same id.
type AddEntry struct {
	Entry  Entry  `json:"entry"`
	By     string `json:"by"`              // the moderator's name
	Reason string `json:"reason"`          // in words
	Batch  string `json:"batch,omitempty"` // of those that were added at once, and can be taken back at once
}

// RemoveEntry takes a work off the list. Listings refused on its account are judged again.
type RemoveEntry struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// Rule decides on one listing. By a moderator it holds for the listing's text and bytes as they are; by a rule it is
// the consequence of an entry.
type Rule struct {
	Digest  string  `json:"digest"` // what was judged: text and bytes, see blacklist
	Rev     int64   `json:"rev"`
	Title   string  `json:"title"` // as shown to the moderator, for the log of decisions
	Verdict Verdict `json:"verdict"`
	By      string  `json:"by,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	Based   *uint64 `json:"based,omitempty"` // newest fact by which people decided about the listing that he saw, 0 for none; a newer one refuses
	Batch   string  `json:"batch,omitempty"` // of those that were decided at once, and can be taken back at once

	Notice string    `json:"notice,omitempty"` // what it carries out: a takedown notice, or an objection
	Since  time.Time `json:"since,omitzero"`   // UTC; how long it waited for a person
}

// ClaimCase says that a moderator looks at a listing, so that nobody else does. Claiming again prolongs it.
type ClaimCase struct {
	By string `json:"by"`
}

// LeaveCase gives a case back.
type LeaveCase struct {
	By string `json:"by"`
}

// ReopenCase takes a moderator's decision back: the listing is judged by the list alone again.
type ReopenCase struct {
	Digest string `json:"digest"`
	Title  string `json:"title"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func (AddEntry) CommandKind() string    { return "add_entry" }
func (RemoveEntry) CommandKind() string { return "remove_entry" }
func (Rule) CommandKind() string        { return "rule" }
func (ClaimCase) CommandKind() string   { return "claim_case" }
func (LeaveCase) CommandKind() string   { return "leave_case" }
func (ReopenCase) CommandKind() string  { return "reopen_case" }

// Facts of the blacklist, written by blacklist to the journal "rulings".

// EntryAdded says that a work is on the list from now on.
type EntryAdded struct {
	Entry  Entry  `json:"entry"`
	By     string `json:"by"`
	Reason string `json:"reason"`
	Batch  string `json:"batch,omitempty"`
}

// EntryRemoved says that it is not any more.
type EntryRemoved struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// ListingRuled says what is to happen to a listing; auction carries it out.
type ListingRuled struct {
	Digest  string  `json:"digest"`
	Rev     int64   `json:"rev"`
	Title   string  `json:"title"`
	Verdict Verdict `json:"verdict"`
	By      string  `json:"by,omitempty"` // the moderator's name, empty for a rule
	Reason  string  `json:"reason,omitempty"`
	Batch   string  `json:"batch,omitempty"`

	Notice string    `json:"notice,omitempty"`
	Since  time.Time `json:"since,omitzero"`
}

// CaseClaimed says who looks at a listing, and until when nobody else may decide about it.
type CaseClaimed struct {
	By    string    `json:"by"`
	Until time.Time `json:"until"` // UTC
}

// CaseLeft says that nobody looks at it any more.
type CaseLeft struct {
	By string `json:"by"`
}

// CaseReopened says that a moderator's decision about that text and those bytes counts no more.
type CaseReopened struct {
	Digest string `json:"digest"`
	Title  string `json:"title"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func (EntryAdded) FactKind() string   { return "entry_added" }
func (EntryRemoved) FactKind() string { return "entry_removed" }
func (ListingRuled) FactKind() string { return "listing_ruled" }
func (CaseClaimed) FactKind() string  { return "case_claimed" }
func (CaseLeft) FactKind() string     { return "case_left" }
func (CaseReopened) FactKind() string { return "case_reopened" }

// Notice tells one person something, on [NoticeSubject]. Stored, the last 100 a person.
type Notice struct {
	Kind    string    `json:"kind"` // outbid, leading, won, lost, unsold, extended, paused, taken_down, paid, delivered, released, …
	Lot     LotID     `json:"lot,omitempty"`
	Order   OrderID   `json:"order,omitempty"`
	Title   string    `json:"title"`           // of the listing
	Text    string    `json:"text"`            // a sentence
	Money   *Money    `json:"money,omitempty"` // the amount it speaks of
	At      time.Time `json:"at"`
	Version uint64    `json:"version,omitempty"` // the fact it follows from
}
