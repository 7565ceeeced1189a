package share

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/gabriel-vasile/mimetype"

	"lightshare/events"
	"lightshare/events/content"
	"lightshare/events/sealed"
)

// A Print is what a file is, by its bytes.
type Print struct {
	Stat Stat
	Root string // of the tree over its records, 64 hexadecimal digits
	Type string // media type sniffed from its first bytes

	Sealed string // root over its records as they are sealed

	Prints []events.Print // of what is in it, see package content
	Unread string         // why it could not be looked into
}

// A Seal is how a content is sealed, with the leaves of both its trees. A content has one, so that it is the same sealed
// file wherever it lies and whenever it comes back.
type Seal struct {
	Root, Sealed string // of the trees
	Key          sealed.Key
	Trees        sealed.Trees
}

const (
	bufferSize = 1 << 20 // bytes read at a time
	sniffed    = 3 << 10 // bytes that the type is told from
)

// printOf reads the file at path, which must be as want says before and after, and closed to writers: else errChanged.
// The seal has a key of its own; nothing sealed is kept. buf is what the file is read through. read is told how many bytes
// were read each time; what it returns as an error ends the reading.
func printOf(ctx context.Context, root *os.Root, path string, want Stat, buf []byte, read func(int) error) (Print, Seal, error) {
	if err := read(0); err != nil {
		return Print{}, Seal{}, err
	}
	file, stat, err := open(root, path)
	if err != nil {
		return Print{}, Seal{}, err
	}
	defer file.Close()
	if stat != want || beingWritten(file) {
		return Print{}, Seal{}, errChanged
	}
	key := sealed.NewKey()
	pass := sealed.NewPass(key, want.Size)
	head, err := pour(ctx, pass, file, buf, read)
	if err != nil {
		pass.End() // waits for what it has begun
		return Print{}, Seal{}, fmt.Errorf("read file: %w", err)
	}
	trees, err := pass.End()
	if err != nil {
		return Print{}, Seal{}, errChanged
	}
	mediaType := mimetype.Detect(head).String()
	prints, unread, err := content.Look(file, want.Size, mediaType)
	if err != nil {
		return Print{}, Seal{}, fmt.Errorf("read file: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return Print{}, Seal{}, fmt.Errorf("read file: %w", err)
	}
	if statOf(info) != want || beingWritten(file) {
		return Print{}, Seal{}, errChanged
	}
	s := Seal{Root: sealed.Root(trees.Plain).String(), Sealed: sealed.Root(trees.Sealed).String(), Key: key, Trees: trees}
	return Print{Stat: want, Root: s.Root, Type: mediaType, Sealed: s.Sealed, Prints: prints, Unread: unread}, s, nil
}

// pour reads r to its end into pass, and returns a copy of the first bytes.
func pour(ctx context.Context, pass *sealed.Pass, r io.Reader, buf []byte, read func(int) error) ([]byte, error) {
	var head []byte
	for {
		n, err := r.Read(buf)
		if len(head) < sniffed {
			head = append(head, buf[:min(n, sniffed-len(head))]...)
		}
		pass.Write(buf[:n])
		if err == io.EOF {
			return head, nil
		}
		if err == nil {
			err = read(n)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
	}
}
