package sealed_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
)

func piece(f sealedtest.File, i int64) sealed.Piece {
	at := i * sealed.SealedRecordSize
	record := f.Sealed[at:min(at+sealed.SealedRecordSize, int64(len(f.Sealed)))]
	return sealed.Piece{Index: i, Sealed: bytes.Clone(record), Path: sealed.Path(f.Records, i)}
}

func pieces(f sealedtest.File, from, to int64) (p []sealed.Piece) {
	for ; from < to; from++ {
		p = append(p, piece(f, from))
	}
	return p
}

// leafProof is the proof that record i opens to something else.
func leafProof(f sealedtest.File, i int64) sealed.Proof {
	return sealed.Proof{Pieces: pieces(f, i, i+1), Leaf: &f.Leaves[i], Path: sealed.Path(f.Leaves, i)}
}

func tableProof(f sealedtest.File) sealed.Proof {
	size := int64(len(f.Plain))
	return sealed.Proof{Pieces: pieces(f, size/r, sealed.SealedRecords(size))}
}

// Paths are those that an independent implementation takes.
func TestPathAgreesWithOracle(t *testing.T) {
	for n := range 40 {
		var leaves []sealed.Hash
		for i := range n {
			leaves = append(leaves, sealed.LeafHash(fmt.Append(nil, i)))
		}
		root := sealed.Root(leaves)
		for i := range leaves {
			var path [][]byte
			for _, h := range sealed.Path(leaves, int64(i)) {
				path = append(path, bytes.Clone(h[:]))
			}
			if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(i), uint64(n), leaves[i][:], path, root[:]); err != nil {
				t.Errorf("Path(%d leaves, %d): %v", n, i, err)
			}
		}
	}
	if sealed.Path(nil, 0) != nil || sealed.Path(make([]sealed.Hash, 3), 3) != nil || sealed.Path(make([]sealed.Hash, 3), -1) != nil {
		t.Error("a path from a leaf that is not there")
	}
}

// Each way to seal something else has a proof.
func TestProofOfFraud(t *testing.T) {
	for _, size := range edges[1:] {
		promised := pattern(size)
		honest := sealedtest.Seal(promised)
		at := rand.IntN(size)
		content := bytes.Clone(promised)
		content[at] ^= 1
		lie := slices.Clone(honest.Leaves)
		lie[rand.IntN(len(lie))][7] ^= 1
		record := int64(at / r)
		for name, tc := range map[string]struct {
			file  sealedtest.File
			proof func(sealedtest.File) sealed.Proof
		}{
			"content":            {sealedtest.Fraud(promised, content, honest.Leaves), func(f sealedtest.File) sealed.Proof { return leafProof(f, record) }},
			"content and leaves": {sealedtest.Fraud(promised, content, sealedtest.Seal(content).Leaves), tableProof},
			"leaves":             {sealedtest.Fraud(promised, promised, lie), tableProof},
		} {
			p := tc.proof(tc.file)
			if err := p.Verify(tc.file.Promise(), tc.file.Key); err != nil {
				t.Errorf("%d bytes, other %s: Verify = %v", size, name, err)
			}
			text, err := json.Marshal(p)
			var back sealed.Proof
			if err == nil {
				err = json.Unmarshal(text, &back)
			}
			if err != nil || back.Verify(tc.file.Promise(), tc.file.Key) != nil {
				t.Errorf("%d bytes, other %s: the proof does not survive JSON: %v", size, name, err)
			}
		}
		unopened := sealed.Proof{Pieces: pieces(honest, record, record+1)}
		if err := unopened.Verify(honest.Promise(), sealed.NewKey()); err != nil {
			t.Errorf("%d bytes, another key: Verify = %v", size, err)
		}
	}
}

// Nothing proves that an honest file is another one.
func TestNoProofOfHonesty(t *testing.T) {
	for _, size := range edges[1:] {
		f := sealedtest.Seal(pattern(size))
		other := sealedtest.Seal(append(pattern(size-1), 99))
		n := sealed.SealedRecords(int64(size))
		table := tableProof(f)
		cases := map[string]sealed.Proof{
			"nothing":             {},
			"an empty piece":      {Pieces: make([]sealed.Piece, 1)},
			"the leaves":          table,
			"the leaves, twice":   {Pieces: append(table.Pieces, table.Pieces...)},
			"no leaves":           {Pieces: pieces(f, 0, 1)[:1], Path: sealed.Path(f.Leaves, 0)},
			"another file":        leafProof(other, 0),
			"a place that is not": {Pieces: []sealed.Piece{{Index: n, Sealed: []byte{1}}}},
			"a place before zero": {Pieces: []sealed.Piece{{Index: -1, Sealed: []byte{1}}}},
		}
		if n > table.Pieces[0].Index+1 {
			cases["half of the leaves"] = sealed.Proof{Pieces: table.Pieces[:1]}
			cases["the leaves, turned"] = sealed.Proof{Pieces: []sealed.Piece{table.Pieces[1], table.Pieces[0]}}
		}
		for i := range f.Leaves {
			cases[fmt.Sprint("leaf ", i)] = leafProof(f, int64(i))
			forged := leafProof(f, int64(i))
			forged.Leaf = &other.Records[0]
			cases[fmt.Sprint("forged leaf ", i)] = forged
			flipped := leafProof(f, int64(i))
			flipped.Pieces[0].Sealed[5] ^= 1
			cases[fmt.Sprint("flipped record ", i)] = flipped
			if i > 0 {
				moved := leafProof(f, int64(i))
				moved.Leaf, moved.Path = &f.Leaves[0], sealed.Path(f.Leaves, 0)
				cases[fmt.Sprint("leaf of another place ", i)] = moved
			}
		}
		for name, p := range cases {
			if err := p.Verify(f.Promise(), f.Key); !errors.Is(err, events.NoProof) {
				t.Errorf("%d bytes, %s: Verify = %v, want %v", size, name, err, events.NoProof)
			}
		}
	}
}

func FuzzProof(f *testing.F) {
	file := sealedtest.Seal(pattern(100))
	for _, p := range []sealed.Proof{leafProof(file, 0), tableProof(file)} {
		text, err := json.Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"pieces":[{"index":9223372036854775807,"sealed":"AA=="}],"leaf":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var p sealed.Proof
		if json.Unmarshal(text, &p) != nil {
			return
		}
		if err := p.Verify(file.Promise(), file.Key); !errors.Is(err, events.NoProof) {
			t.Errorf("%s proves an honest file another one: %v", text, err)
		}
	})
}
