// Package sealedtest has sealed files, honest and not, whole in memory for tests.
package sealedtest

import "lightshare/events/sealed"

// A File is what was promised of a file and what was sealed instead, which in an honest one is the same.
type File struct {
	Plain   []byte // what was promised
	Sealed  []byte // every sealed record
	Key     sealed.Key
	Leaves  []sealed.Hash // over the plain records that were promised
	Records []sealed.Hash // over the sealed records
}

// Seal seals plain honestly, always with the same key.
func Seal(plain []byte) File {
	tree := sealed.NewTree()
	tree.Write(plain)
	return Fraud(plain, plain, tree.Leaves())
}

// Fraud promises one content and seals another of the same length, with those leaves behind it.
func Fraud(promised, content []byte, table []sealed.Hash) File {
	tree := sealed.NewTree()
	tree.Write(promised)
	f := File{Plain: promised, Leaves: tree.Leaves(), Key: sealed.Key{Secret: [16]byte{1, 2, 3}, Salt: [16]byte{4, 5, 6}}}
	size := int64(len(promised))
	sealer, text := f.Key.Sealer(size), append(content[:len(content):len(content)], sealed.Bytes(table)...)
	for i := range sealed.SealedRecords(size) {
		n := min(sealed.RecordSize, len(text))
		record := sealer.Seal(i, append([]byte(nil), text[:n]...))
		text = text[n:]
		f.Sealed, f.Records = append(f.Sealed, record...), append(f.Records, sealed.LeafHash(record))
	}
	return f
}

// Root returns the root that was promised over the plain records.
func (f File) Root() string { return sealed.Root(f.Leaves).String() }

// SealedRoot returns the root over the sealed records.
func (f File) SealedRoot() string { return sealed.Root(f.Records).String() }

// Promise returns what a listing says of the file.
func (f File) Promise() sealed.Promise {
	return sealed.Promise{Size: int64(len(f.Plain)), Root: sealed.Root(f.Leaves), Sealed: sealed.Root(f.Records)}
}
