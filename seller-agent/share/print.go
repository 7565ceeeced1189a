package share

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/gabriel-vasile/mimetype"

	"lightshare/events/sealed"
)

// A Print is what a file is, by its bytes.
type Print struct {
	Stat Stat
	Root string // of the tree over its records, 64 hexadecimal digits
	Type string // media type sniffed from its first bytes
}

const (
	bufferSize = 1 << 20 // bytes read at a time
	sniffed    = 3 << 10 // bytes that the type is told from
)

// printOf reads the file at path, which must be as want says before and after, and closed to writers: else errChanged.
// The leaves are those of its tree; buf is what it is read through. read is told
// how many bytes were read each time; what it returns as an error ends the reading.
func printOf(ctx context.Context, root *os.Root, path string, want Stat, buf []byte, read func(int) error) (Print, []sealed.Hash, error) {
	if err := read(0); err != nil {
		return Print{}, nil, err
	}
	file, stat, err := open(root, path)
	if err != nil {
		return Print{}, nil, err
	}
	defer file.Close()
	if stat != want || beingWritten(file) {
		return Print{}, nil, errChanged
	}
	tree, head, err := hash(ctx, file, buf, read)
	if err != nil {
		return Print{}, nil, fmt.Errorf("read file: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return Print{}, nil, fmt.Errorf("read file: %w", err)
	}
	if statOf(info) != want || tree.Size() != want.Size || beingWritten(file) {
		return Print{}, nil, errChanged
	}
	return Print{Stat: want, Root: tree.Root().String(), Type: mimetype.Detect(head).String()}, tree.Leaves(), nil
}

// hash reads r to its end, and returns the tree over it with a copy of the first bytes.
func hash(ctx context.Context, r io.Reader, buf []byte, read func(int) error) (*sealed.Tree, []byte, error) {
	tree := sealed.NewTree()
	var head []byte
	for {
		n, err := r.Read(buf)
		if len(head) < sniffed {
			head = append(head, buf[:min(n, sniffed-len(head))]...)
		}
		tree.Write(buf[:n])
		if err == io.EOF {
			return tree, head, nil
		}
		if err == nil {
			err = read(n)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, nil, err
		}
	}
}
