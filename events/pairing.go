package events

import (
	"fmt"
	"strings"
)

// Pairing is what a seller's agent posts to <market>/agents/pair, as JSON, to say whose account its seller is.
type Pairing struct {
	Key   []byte `json:"key"`   // the agent's Ed25519 public key
	Code  string `json:"code"`  // as the account's page shows it
	At    int64  `json:"at"`    // Unix seconds; must be within five minutes of the market's clock
	Proof []byte `json:"proof"` // signature by Key over PairingProof
}

// PairingProof returns the bytes that prove possession of the key.
func PairingProof(p Pairing) []byte {
	return fmt.Appendf(nil, "lightshare pair 1\n%x\n%s\n%d\n", p.Key, PairingCode(p.Code), p.At)
}

// Paired is the market's answer to a [Pairing].
type Paired struct {
	Seller  SellerID `json:"seller"`
	Account string   `json:"account"` // the account's address, masked, for the seller to recognise
}

// PairingCode returns the code as it counts, however it was typed: capitals without dashes, with the letters that look
// like digits read as those.
func PairingCode(typed string) string {
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
}
