package events

import "time"

func init() {
	command[RecordDispute]()
	command[RecordEvidence]()
	fact[DisputeOpened]()
	fact[DisputeAwaited]()
	fact[EvidenceSubmitted]()
	fact[DisputeWon]()
	fact[DisputeLost]()
}

// A DisputeState says what a buyer's bank has decided about a payment that he disputes.
type DisputeState string

// The states of a dispute.
const (
	DisputeUndecided DisputeState = "open"
	DisputeForUs     DisputeState = "won"  // the money stays here
	DisputeAgainstUs DisputeState = "lost" // it is the buyer's again
)

// RecordDispute tells the order how the provider says that a dispute stands.
type RecordDispute struct {
	Dispute    string       `json:"dispute"` // the provider's id
	Amount     Money        `json:"amount"`  // what the bank has taken back
	Fee        int64        `json:"fee"`     // what the provider has kept for it so far, minor units of the same currency
	Reason     string       `json:"reason"`  // the provider's code
	State      DisputeState `json:"state"`
	EvidenceBy time.Time    `json:"evidence_by,omitzero"` // UTC
}

// RecordEvidence tells the order that the provider has what is to be said in a dispute.
type RecordEvidence struct {
	Dispute string `json:"dispute"`
	Digest  []byte `json:"digest"` // SHA-256 of what was submitted; empty: it was not taken
}

func (RecordDispute) CommandKind() string  { return "record_dispute" }
func (RecordEvidence) CommandKind() string { return "record_evidence" }

// DisputeOpened says that the buyer's bank took money back until it has decided. Evidence is to be submitted with it.
type DisputeOpened struct {
	Dispute    string    `json:"dispute"`
	Amount     Money     `json:"amount"` // at most what was left of the sale: what went back already is not taken twice
	Fee        int64     `json:"fee"`
	Reason     string    `json:"reason"`
	EvidenceBy time.Time `json:"evidence_by,omitzero"` // UTC
}

// DisputeAwaited says that a dispute is undecided for another while: it is looked at again.
type DisputeAwaited struct{}

// EvidenceSubmitted says that the provider has what is to be said, or takes nothing any more. It is submitted once.
type EvidenceSubmitted struct {
	Dispute string `json:"dispute"`
	Digest  []byte `json:"digest"` // SHA-256 of what was submitted; empty: it was not taken
}

// DisputeWon says that the bank returned the money.
type DisputeWon struct {
	Dispute string `json:"dispute"`
	Fee     int64  `json:"fee"` // what the provider has kept for the dispute in the end
}

// DisputeLost says that the bank keeps the money.
type DisputeLost struct {
	Dispute string `json:"dispute"`
	Fee     int64  `json:"fee"` // as of [DisputeWon]
}

func (DisputeOpened) FactKind() string     { return "dispute_opened" }
func (DisputeAwaited) FactKind() string    { return "dispute_awaited" }
func (EvidenceSubmitted) FactKind() string { return "evidence_submitted" }
func (DisputeWon) FactKind() string        { return "dispute_won" }
func (DisputeLost) FactKind() string       { return "dispute_lost" }
