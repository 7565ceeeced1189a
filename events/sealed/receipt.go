package sealed

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lightshare/events"
)

const (
	receiptDomain = "lightshare receipt 1\n"
	maxReceipt    = 1 << 10 // bytes; one of ours has about 220
)

// A Receipt is the word of a buyer's client that it holds a sealed file, every record of it checked.
type Receipt struct {
	Order events.OrderID
	Root  string    // of the tree over the sealed records
	Bytes int64     // received and checked: [SealedSize] of the file
	At    time.Time // by the client's clock, whole milliseconds
}

func (r Receipt) text() []byte {
	return fmt.Appendf(nil, "%s%s\n%s\n%d\n%d\n", receiptDomain, r.Order, r.Root, r.Bytes, r.At.UnixMilli())
}

// Sign returns r as bytes, signed with the client's session key.
func (r Receipt) Sign(key ed25519.PrivateKey) []byte {
	text := r.text()
	return append(text, ed25519.Sign(key, text)...)
}

// OpenReceipt returns what the client with the given public key signed. Any error wraps [events.NoReceipt] and says what
// is wrong. Whether the receipt is for this order, root and size is the caller's to check.
func OpenReceipt(b []byte, client ed25519.PublicKey) (Receipt, error) {
	bad := func(what string) (Receipt, error) {
		return Receipt{}, fmt.Errorf("receipt %s: %w", what, events.NoReceipt)
	}
	if len(b) <= ed25519.SignatureSize || len(b) > maxReceipt {
		return bad("of a wrong length")
	}
	text, signature := b[:len(b)-ed25519.SignatureSize], b[len(b)-ed25519.SignatureSize:]
	if len(client) != ed25519.PublicKeySize || !ed25519.Verify(client, text, signature) {
		return bad("forged")
	}
	r, ok := parseReceipt(text)
	if !ok {
		return bad("unreadable")
	}
	return r, nil
}

// parseReceipt reads what text writes, and nothing else.
func parseReceipt(text []byte) (Receipt, bool) {
	rest, ok := strings.CutPrefix(string(text), receiptDomain)
	lines := strings.Split(rest, "\n")
	if !ok || len(lines) != 5 || lines[0] == "" {
		return Receipt{}, false
	}
	_, rootErr := ParseHash(lines[1])
	size, sizeErr := strconv.ParseInt(lines[2], 10, 64)
	at, atErr := strconv.ParseInt(lines[3], 10, 64)
	if rootErr != nil || sizeErr != nil || atErr != nil || size < 0 || size > SealedSize(events.MaxSize) || at < 0 {
		return Receipt{}, false
	}
	r := Receipt{Order: events.OrderID(lines[0]), Root: lines[1], Bytes: size, At: time.UnixMilli(at).UTC()}
	return r, bytes.Equal(r.text(), text)
}
