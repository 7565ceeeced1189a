package events

import "fmt"

// Enrolment is what a seller's agent posts to <market>/agents, as JSON, to get its credentials.
type Enrolment struct {
	Key   []byte `json:"key"`   // the agent's Ed25519 public key
	Name  string `json:"name"`  // as the seller wants to be called in public
	At    int64  `json:"at"`    // Unix seconds; must be within five minutes of the market's clock
	Proof []byte `json:"proof"` // signature by Key over EnrolmentProof
}

// EnrolmentProof returns the bytes that prove possession of the key.
func EnrolmentProof(e Enrolment) []byte {
	return fmt.Appendf(nil, "lightshare enrol 1\n%x\n%s\n%d\n", e.Key, e.Name, e.At)
}

// Credentials is the market's answer to an [Enrolment].
type Credentials struct {
	Seller     SellerID `json:"seller"`
	JWT        string   `json:"jwt"`         // to sign in to the bus with the key
	Bus        []string `json:"bus"`         // NATS URLs
	TicketKey  []byte   `json:"ticket_key"`  // Ed25519 public key with which the market signs tickets
	DepositKey []byte   `json:"deposit_key"` // X25519 public key for which the agent wraps the keys of what is sold (package sealed)
	Origins    []string `json:"origins"`     // origins of the market's pages, for cross-origin requests to the agent
}
