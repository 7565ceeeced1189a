package events

func init() {
	command[ProposeBatch]()
	command[AddEntries]()
	command[ProposeRemoval]()
	command[RemoveBatch]()
	fact[BatchProposed]()
	fact[EntriesAdded]()
	fact[RemovalProposed]()
	fact[BatchRemoved]()
}

// Commands about works that come on the blacklist at once, and leave it at once. Their subject is the batch.

// ProposeBatch says what is to come on the list, and what that would do by a dry run.
type ProposeBatch struct {
	Name    string `json:"name"`    // of the file, or how the works were sent in
	Works   int    `json:"works"`   // new ones
	Refused int    `json:"refused"` // listings that would be refused
	Held    int    `json:"held"`    // listings that would be held for a person
	By      string `json:"by"`
	Reason  string `json:"reason"`
}

// AddEntries puts a part of a proposed batch on the list. Where very many listings are concerned the proposer himself may
// not.
type AddEntries struct {
	Part    int     `json:"part"` // 1 is the first; they come in order
	Entries []Entry `json:"entries"`
	By      string  `json:"by"`
}

// ProposeRemoval asks for a second person to take a large batch back.
type ProposeRemoval struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// RemoveBatch takes those works off the list that are there as the batch put them there.
type RemoveBatch struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func (ProposeBatch) CommandKind() string   { return "propose_batch" }
func (AddEntries) CommandKind() string     { return "add_entries" }
func (ProposeRemoval) CommandKind() string { return "propose_removal" }
func (RemoveBatch) CommandKind() string    { return "remove_batch" }

// BatchProposed says that works are to come on the list.
type BatchProposed struct {
	Name    string `json:"name"`
	Works   int    `json:"works"`
	Refused int    `json:"refused"`
	Held    int    `json:"held"`
	By      string `json:"by"`
	Reason  string `json:"reason"`
	Second  bool   `json:"second,omitempty"` // a second person must confirm it
}

// EntriesAdded says that a part of them is on the list from now on.
type EntriesAdded struct {
	Part    int     `json:"part"`
	Entries []Entry `json:"entries"`
	By      string  `json:"by"`
}

// RemovalProposed says that somebody wants a large batch taken back.
type RemovalProposed struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

// BatchRemoved says that nothing of the batch is on the list any more.
type BatchRemoved struct {
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func (BatchProposed) FactKind() string   { return "batch_proposed" }
func (EntriesAdded) FactKind() string    { return "entries_added" }
func (RemovalProposed) FactKind() string { return "removal_proposed" }
func (BatchRemoved) FactKind() string    { return "batch_removed" }
