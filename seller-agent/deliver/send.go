package deliver

import (
	"context"
	"io"
	"net/http"
	"os"
	"time"

	"lightshare/events/sealed"
	"lightshare/seller-agent/uplink"
)

const (
	// patience is how long a buyer may take for the next piece before he is given up.
	patience = time.Minute
	// piece is how much of a plain file is sent before the deadline is set anew, in bytes.
	piece = 1 << 20
)

// A line is where the bytes for a buyer go, as fast as the seller's stream lets them.
type line struct {
	ctx     context.Context // of the request
	w       http.ResponseWriter
	control *http.ResponseController
	stream  *uplink.Stream
}

func lineOf(w http.ResponseWriter, r *http.Request, stream *uplink.Stream) line {
	return line{r.Context(), w, http.NewResponseController(w), stream}
}

// next waits until up to most bytes may be sent, and returns how many.
func (l line) next(most int64) (int64, error) {
	n, err := l.stream.Next(l.ctx, most)
	if err != nil {
		return 0, err
	}
	return n, l.control.SetWriteDeadline(time.Now().Add(patience))
}

// write sends b, and returns how much of it went out.
func (l line) write(b []byte) (sent int64, err error) {
	for len(b) > 0 {
		may, err := l.next(int64(len(b)))
		if err != nil {
			return sent, err
		}
		n, err := l.w.Write(b[:may])
		sent += int64(n)
		if err != nil {
			return sent, err
		}
		b = b[may:]
	}
	return sent, nil
}

// sendSealed seals a part of the sealed bytes on the way to the buyer.
func (h *Handler) sendSealed(to line, file *os.File, g goods, part span) (sent int64, err error) {
	ctx, cancel := context.WithCancel(to.ctx)
	first, end := part.from/sealed.SealedRecordSize, (part.from+part.length+sealed.SealedRecordSize-1)/sealed.SealedRecordSize
	tags := chainOf(h.shelf.Tags(ctx, g.listing.SealedRoot), first*sealed.TagSize)
	text := h.source(ctx, file, g, first*sealed.RecordSize)
	s := &sealing{size: g.listing.Size, sealer: g.key.Sealer(g.listing.Size), text: text, tags: tags}
	queue := s.batches(ctx, first, end)
	defer func() {
		cancel()
		for b := range queue {
			b.recycle()
		}
		tags.Close() // only now nobody reads any more
		text.Close()
	}()
	skip := part.from - first*sealed.SealedRecordSize
	for b := range queue {
		n, err := deliver(to, b, skip, part.length-sent)
		sent, skip = sent+n, 0
		b.recycle()
		if err != nil {
			return sent, err
		}
	}
	if sent < part.length {
		return sent, io.ErrUnexpectedEOF
	}
	return sent, nil
}

// deliver sends a batch, without its first skip bytes and at most limit of the rest.
func deliver(to line, b *batch, skip, limit int64) (int64, error) {
	records, err := b.wait()
	if err != nil {
		return 0, err
	}
	records = records[skip:]
	n, err := to.write(records[:min(int64(len(records)), limit)])
	to.stream.Sent(n)
	return n, err
}

// sendPlain sends a part of the file as it is.
func sendPlain(to line, file *os.File, part span) (sent int64, err error) {
	if _, err := file.Seek(part.from, io.SeekStart); err != nil {
		return 0, err
	}
	for sent < part.length {
		may, err := to.next(min(piece, part.length-sent))
		if err != nil {
			return sent, err
		}
		n, err := io.Copy(to.w, io.LimitReader(file, may))
		sent += n
		to.stream.Sent(n)
		if err != nil {
			return sent, err
		}
		if n == 0 {
			return sent, io.ErrUnexpectedEOF // the file was cut short
		}
	}
	return sent, nil
}

// A source is what is sealed: the file, then the leaves of its plain tree.
type source struct {
	io.Reader
	table *chain
}

// source returns what is sealed of the goods, from a byte on.
func (h *Handler) source(ctx context.Context, file *os.File, g goods, from int64) source {
	size := g.listing.Size
	table := chainOf(h.shelf.Leaves(ctx, g.listing.Root), max(0, from-size))
	of := io.NewSectionReader(file, min(from, size), max(0, size-from))
	return source{io.MultiReader(of, table), table}
}

// Close ends the reading. The file stays open.
func (s source) Close() { s.table.Close() }
