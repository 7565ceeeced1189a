package journal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"

	"lightshare/events"
	"lightshare/events/sealed"
)

// vouchFor notes what the receipt will say, for a sender who wants one. The subject is as it stands after his command.
func (p *partition[S]) vouchFor(it *item, s *slot[S], a events.Answer) {
	it.receipt = nil
	if !it.request.Receipt || p.j.o.Key == nil || a.Refusal != "" || s.Seq == 0 {
		return
	}
	it.answer = a
	it.receipt = &events.Receipt{Subject: it.request.Subject, Seq: s.Seq, Hash: bytes.Clone(s.head[:]), At: s.At}
}

// vouch signs the receipts of a group that is on disk, all at once. It costs one signature however many there are, and
// nothing when nobody wants one.
func (p *partition[S]) vouch(items []*item) {
	var leaves []sealed.Hash
	for _, it := range items {
		if it.receipt != nil {
			leaves = append(leaves, sealed.LeafHash(it.receipt.Leaf()))
		}
	}
	if len(leaves) == 0 {
		return
	}
	head, paths := sealed.Paths(leaves)
	signature := ed25519.Sign(p.j.o.Key, events.SignedHead(head[:]))
	n := 0
	for _, it := range items {
		r := it.receipt
		if r == nil {
			continue
		}
		r.Index, r.Size, r.Signature = n, len(leaves), signature
		for _, h := range paths[n] {
			r.Path = append(r.Path, h[:])
		}
		it.answer.Receipt = r
		it.reply = it.answer.AppendJSON(nil)
		n++
	}
}

// ErrForged means that a receipt was not signed with the key, or says something else than what was signed.
var ErrForged = errors.New("the receipt is not what the house signed")

// CheckReceipt returns [ErrForged] unless r was signed with the private half of key.
func CheckReceipt(r events.Receipt, key ed25519.PublicKey) error {
	path := make([]sealed.Hash, len(r.Path))
	for i, h := range r.Path {
		if len(h) != sealed.HashSize {
			return ErrForged
		}
		path[i] = sealed.Hash(h)
	}
	head, ok := sealed.Head(sealed.LeafHash(r.Leaf()), r.Index, r.Size, path)
	if !ok || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, events.SignedHead(head[:]), r.Signature) {
		return ErrForged
	}
	return nil
}

// tell answers a question about the subject that every journal answers alike, and reports whether c was one.
func (s *slot[S]) tell(c events.Command, a *events.Answer) (bool, error) {
	if _, ok := c.(events.AskTrail); !ok {
		return false, nil
	}
	view, err := json.Marshal(events.Trail{Steps: s.trail.steps})
	a.Seq, a.View = s.Seq, view
	return true, err
}
