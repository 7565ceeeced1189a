package blacklist

import (
	"encoding/binary"

	"lightshare/events"
)

// packEntry appends e in as few bytes as are needed: each string after its length.
func packEntry(dst []byte, e events.Entry) []byte {
	for _, s := range [...]string{string(e.ID), e.Artist, e.Title, e.Source} {
		dst = packString(dst, s)
	}
	for _, names := range [...][]string{e.ArtistAlt, e.TitleAlt} {
		dst = binary.AppendUvarint(dst, uint64(len(names)))
		for _, s := range names {
			dst = packString(dst, s)
		}
	}
	dst = binary.AppendUvarint(dst, uint64(len(e.Prints)))
	for _, p := range e.Prints {
		dst = packString(dst, string(p))
	}
	return dst
}

func packString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// unpackEntry is the inverse of packEntry.
func unpackEntry(b []byte) (e events.Entry) {
	number := func() int {
		n, size := binary.Uvarint(b)
		b = b[size:]
		return int(n)
	}
	str := func() string {
		n := number()
		s := string(b[:n])
		b = b[n:]
		return s
	}
	e.ID, e.Artist, e.Title, e.Source = events.EntryID(str()), str(), str(), str()
	for _, names := range [...]*[]string{&e.ArtistAlt, &e.TitleAlt} {
		for range number() {
			*names = append(*names, str())
		}
	}
	for range number() {
		e.Prints = append(e.Prints, events.Print(str()))
	}
	return e
}
