package sealed

import (
	"crypto/ecdh"
	"crypto/hpke"
	"fmt"

	"lightshare/events"
)

// A Deposit is what a wrapped key is for. Wrapped for one, it opens for no other.
type Deposit struct {
	Order   events.OrderID
	Listing events.ListingID
	Sealed  string // root over the sealed records that the key opens
}

func (d Deposit) info() []byte {
	return fmt.Appendf(nil, "lightshare key 1\n%s\n%s\n%s\n", d.Order, d.Listing, d.Sealed)
}

// A DepositKey is the operator's, for whom keys are wrapped.
type DepositKey struct{ private hpke.PrivateKey }

// NewDepositKey makes the operator's key from its secret seed, at least 32 bytes.
func NewDepositKey(seed []byte) (DepositKey, error) {
	if len(seed) < 32 {
		return DepositKey{}, fmt.Errorf("deposit key: seed of %d bytes, want 32", len(seed))
	}
	private, err := hpke.DHKEM(ecdh.X25519()).DeriveKeyPair(seed)
	if err != nil {
		return DepositKey{}, fmt.Errorf("deposit key: %w", err)
	}
	return DepositKey{private}, nil
}

// Public returns the half that agents wrap for, 32 bytes.
func (k DepositKey) Public() []byte { return k.private.PublicKey().Bytes() }

// IsZero reports whether k was never made.
func (k DepositKey) IsZero() bool { return k.private == nil }

// Wrap wraps a key for the operator with that public key: HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256),
// HKDF-SHA256 and AES-128-GCM.
func (d Deposit) Wrap(operator []byte, k Key) ([]byte, error) {
	public, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(operator)
	if err != nil {
		return nil, fmt.Errorf("wrap key: %w", err)
	}
	wrapped, err := hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES128GCM(), d.info(), k.Bytes())
	if err != nil {
		return nil, fmt.Errorf("wrap key: %w", err)
	}
	return wrapped, nil
}

// Unwrap returns what Wrap wrapped for the same deposit. Any error wraps [events.NoKey].
func (d Deposit) Unwrap(operator DepositKey, wrapped []byte) (Key, error) {
	b, err := hpke.Open(operator.private, hpke.HKDFSHA256(), hpke.AES128GCM(), d.info(), wrapped)
	if err == nil {
		var k Key
		if k, err = KeyOf(b); err == nil {
			return k, nil
		}
	}
	return Key{}, fmt.Errorf("unwrap key of listing %s: %v: %w", d.Listing, err, events.NoKey)
}
