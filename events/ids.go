package events

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// A SellerID names a seller: 16 letters and digits derived from the public key of the seller's agent, so that nobody
// can speak for a seller without that key. See [SellerOf].
type SellerID string

// A ListingID names one listing of one seller: the seller's id, a dash, and a name the agent chose. See [SellerID.Listing].
type ListingID string

// A LotID names what is sold under a listing. A listing is sold as one lot, so the text is the same.
type LotID string

// An OrderID names one purchase.
type OrderID string

// A UserID names a buyer or bidder: opaque, with no personal data in it.
type UserID string

// An EntryID names an entry of the copyright blacklist.
type EntryID string

// A CommandID is chosen by the sender of a command, so that sending it twice has no further effect.
type CommandID string

var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// SellerOf returns the id of the seller whose agent holds the private half of key: the first 80 bits of its SHA-256.
func SellerOf(key ed25519.PublicKey) SellerID {
	sum := sha256.Sum256(key)
	return SellerID(lower32.EncodeToString(sum[:10]))
}

// Valid reports whether s has the form that SellerOf makes.
func (s SellerID) Valid() bool { return len(s) == 16 && isToken(string(s)) }

// Listing returns the id of the seller's listing with the given local name of at most 40 lower-case letters and digits.
func (s SellerID) Listing(name string) ListingID { return ListingID(string(s) + "-" + name) }

// Seller returns the seller to whom the listing belongs, or "" if l is not well formed.
func (l ListingID) Seller() SellerID {
	seller, name, ok := strings.Cut(string(l), "-")
	if !ok || !SellerID(seller).Valid() || len(name) > 40 || !isToken(name) {
		return ""
	}
	return SellerID(seller)
}

// Lot returns the lot under which the listing is sold.
func (l ListingID) Lot() LotID { return LotID(l) }

// Listing returns the listing that is sold as this lot.
func (l LotID) Listing() ListingID { return ListingID(l) }

// NewID returns 128 random bits as 26 lower-case letters and digits, for identifiers that must not be guessed or meet.
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return lower32.EncodeToString(b[:])
}

func isToken(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// WonOrder returns the order under which the winner of the lot pays.
func WonOrder(l LotID) OrderID { return OrderID("won-" + string(l)) }
