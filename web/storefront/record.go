package storefront

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"lightshare/events"
	"lightshare/events/journal"
)

// record hands out the public record of a lot: what was decided, in order, each line hashed into the next, and the
// house's signature on the last. A visitor who is signed in also gets what opens his own bids.
func (f *Front) record(w http.ResponseWriter, r *http.Request) error {
	id := events.LotID(r.PathValue("lot"))
	if _, ok := f.market.Lot(id); !ok {
		return errNotFound
	}
	if err := f.limits.record.allow(from(r)); err != nil {
		return err
	}
	var where events.Trail
	answer, err := f.house.DoSigned(r.Context(), string(id), "", events.AskTrail{}, &where)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+string(id)+`.jsonl"`)
	w.Header().Set("Cache-Control", "private, no-store")
	started := &firstWrite{w: w}
	b := bufio.NewWriterSize(started, recordBuffer)
	err = f.writeRecord(r.Context(), b, id, where, answer.Receipt, f.viewer(r).User)
	if err == nil {
		err = b.Flush()
	}
	switch {
	case err == nil:
		return nil
	case !started.done:
		w.Header().Del("Content-Disposition")
		return err
	}
	f.Log.WarnContext(r.Context(), "record broken off", "lot", id, "error", err)
	panic(http.ErrAbortHandler) // half a record must not look like a whole one
}

// recordBuffer is how many bytes of a record are made before the first is sent; most records are shorter.
const recordBuffer = 256 << 10

// firstWrite notes whether anything was sent.
type firstWrite struct {
	w    io.Writer
	done bool
}

func (f *firstWrite) Write(b []byte) (int, error) {
	f.done = true
	return f.w.Write(b)
}

func (f *Front) writeRecord(ctx context.Context, b io.Writer, id events.LotID, where events.Trail, r *events.Receipt, viewer events.UserID) error {
	lines := json.NewEncoder(b)
	if err := lines.Encode(events.RecordLine{Head: &events.RecordHead{Format: events.RecordFormat, Lot: id, Key: f.HouseKey}}); err != nil {
		return err
	}
	var openings []events.Opening
	err := journal.History(ctx, f.js, events.Lots, string(id), where, func(rec events.Record) error {
		if r != nil && rec.Seq > r.Seq {
			return nil // decided while this was written
		}
		if o, own := openingOf(rec, viewer); own {
			openings = append(openings, o)
		}
		return rec.WritePublic(b)
	})
	if err != nil {
		return fmt.Errorf("record of %s: %w", id, err)
	}
	if r != nil {
		if err := lines.Encode(events.RecordLine{Receipt: r}); err != nil {
			return err
		}
	}
	for _, o := range openings {
		if err := lines.Encode(events.RecordLine{Opening: &o}); err != nil {
			return err
		}
	}
	return nil
}

// openingOf returns what opens a bid, if it is the viewer's.
func openingOf(rec events.Record, viewer events.UserID) (events.Opening, bool) {
	if viewer == "" || rec.Kind != (events.BidPlaced{}).FactKind() || len(rec.Concealed) == 0 {
		return events.Opening{}, false
	}
	fact, err := rec.Fact()
	placed, ok := fact.(events.BidPlaced)
	if err != nil || !ok || placed.Bidder != viewer {
		return events.Opening{}, false
	}
	o, err := rec.Opening()
	return o, err == nil
}

// houseKey tells the public key of the house, in hexadecimal digits, to be kept by whoever wants to check its signatures.
func (f *Front) houseKey(w http.ResponseWriter, _ *http.Request) error {
	if f.HouseKey == nil {
		return errNotFound
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := fmt.Fprintln(w, hex.EncodeToString(f.HouseKey))
	return err
}
