package deliver

import (
	"context"
	"io"
	"net/http"
	"os"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

// patience is how long a buyer may take for the next batch of records before he is given up.
const patience = time.Minute

// send seals a part of the listing's sealed bytes on the way to the buyer.
func (h *Handler) send(w http.ResponseWriter, r *http.Request, file *os.File, l events.Listing, key sealed.Key, part span) (sent int64, err error) {
	ctx, cancel := context.WithCancel(r.Context())
	first, end := part.from/sealed.SealedRecordSize, (part.from+part.length+sealed.SealedRecordSize-1)/sealed.SealedRecordSize
	leaves := chainOf(h.shelf.Leaves(ctx, l.SealedRoot), first*sealed.HashSize)
	text := h.source(ctx, file, l, first*sealed.RecordSize)
	s := &sealing{size: l.Size, sealer: key.Sealer(l.Size), text: text, leaves: leaves}
	queue := s.batches(ctx, first, end)
	defer func() {
		cancel()
		for b := range queue {
			b.recycle()
		}
		leaves.Close() // only now nobody reads any more
		text.Close()
	}()
	control := http.NewResponseController(w)
	skip := part.from - first*sealed.SealedRecordSize
	for b := range queue {
		n, err := deliver(w, control, b, skip, part.length-sent)
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

// deliver writes a batch to the buyer, without its first skip bytes and at most limit of the rest.
func deliver(w io.Writer, control *http.ResponseController, b *batch, skip, limit int64) (int64, error) {
	records, err := b.wait()
	if err != nil {
		return 0, err
	}
	if err := control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	records = records[skip:]
	n, err := w.Write(records[:min(int64(len(records)), limit)])
	return int64(n), err
}

// A source is what is sealed: the file, then the leaves of its plain tree.
type source struct {
	io.Reader
	table *chain
}

// source returns what is sealed of the listing, from a byte on.
func (h *Handler) source(ctx context.Context, file *os.File, l events.Listing, from int64) source {
	table := chainOf(h.shelf.Leaves(ctx, l.Root), max(0, from-l.Size))
	of := io.NewSectionReader(file, min(from, l.Size), max(0, l.Size-from))
	return source{io.MultiReader(of, table), table}
}

// Close ends the reading. The file stays open.
func (s source) Close() { s.table.Close() }
