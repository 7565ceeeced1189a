package sealed

import (
	"bytes"
	"fmt"

	"lightshare/events"
)

// A Promise is what a listing commits to of its file.
type Promise struct {
	Size   int64 // bytes of the file
	Root   Hash  // over its plain records
	Sealed Hash  // over its sealed records
}

// A Piece is a sealed record and the path that says it belongs to the sealed tree.
type Piece struct {
	Index  int64  `json:"index"`
	Sealed []byte `json:"sealed"`
	Path   []Hash `json:"path"`
}

// A Proof shows that a sealed file, which is as promised, does not open to the file that was promised. It is one of:
//
//   - a piece that does not open at all;
//   - a piece that opens to something else than the plain leaf of that place says, with that leaf and its path;
//   - all pieces with leaves in them, which are not those of the plain tree.
//
// Every sealed file that does not open to what was promised has one, and no other has.
type Proof struct {
	Pieces []Piece `json:"pieces"`
	Leaf   *Hash   `json:"leaf,omitempty"` // of the plain tree, in the piece's place
	Path   []Hash  `json:"path,omitempty"` // from that leaf to the plain root
}

// Verify returns nil if the proof holds. Else the error wraps [events.NoProof] and says why. Nobody need be trusted: the
// key is the one deposited for the sale, all else is checked here.
func (p Proof) Verify(promised Promise, k Key) error {
	no := func(why string) error { return fmt.Errorf("proof %s: %w", why, events.NoProof) }
	if len(p.Pieces) == 0 {
		return no("without a record")
	}
	sealer, n := k.Sealer(promised.Size), SealedRecords(promised.Size)
	texts := make([][]byte, len(p.Pieces))
	for i, piece := range p.Pieces {
		if len(piece.Sealed) == 0 || len(piece.Sealed) != SealedLength(piece.Index, promised.Size) {
			return no("with a record of a wrong length")
		}
		if !leads(LeafHash(piece.Sealed), piece.Index, n, piece.Path, promised.Sealed) {
			return no("with a record that was not promised")
		}
		text, err := sealer.Open(piece.Index, bytes.Clone(piece.Sealed))
		if err != nil {
			return nil
		}
		texts[i] = text
	}
	if p.Leaf != nil {
		return p.verifyLeaf(promised, texts[0])
	}
	return p.verifyTable(promised, texts)
}

// verifyLeaf holds the first piece's text against the leaf of its place.
func (p Proof) verifyLeaf(promised Promise, text []byte) error {
	i := p.Pieces[0].Index
	switch {
	case !leads(*p.Leaf, i, Records(promised.Size), p.Path, promised.Root):
		return fmt.Errorf("proof with a leaf that was not promised: %w", events.NoProof)
	case LeafHash(text[:FilePart(i, promised.Size)]) == *p.Leaf:
		return fmt.Errorf("proof with a record that is as promised: %w", events.NoProof)
	}
	return nil
}

// verifyTable holds the leaves in the texts against the plain root.
func (p Proof) verifyTable(promised Promise, texts [][]byte) error {
	first, n := firstOfTable(promised.Size), SealedRecords(promised.Size)
	if int64(len(texts)) != n-first {
		return fmt.Errorf("proof without all leaves: %w", events.NoProof)
	}
	var table []byte
	for j, text := range texts {
		i := first + int64(j)
		if p.Pieces[j].Index != i {
			return fmt.Errorf("proof with leaves out of order: %w", events.NoProof)
		}
		table = append(table, text[FilePart(i, promised.Size):]...)
	}
	if Root(Hashes(table)) == promised.Root {
		return fmt.Errorf("proof with leaves that are as promised: %w", events.NoProof)
	}
	return nil
}
