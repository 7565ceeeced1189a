package auction

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// ErrUnproven means that a public record is not what the house decided, or that the house did not keep to its rules. The
// text names the place.
var ErrUnproven = errors.New("the record does not check out")

// Findings are what a public record proves.
type Findings struct {
	Lot      events.LotID
	Facts    int
	Bids     int // that count
	Bidders  int
	Standing events.Standing // people under their pseudonyms
	Money    events.Money    // the price
	Opened   int             // amounts that were shown and checked
	Withheld int             // facts of which only the hash is public; what follows the first is not checked by the rules
	Vague    bool            // bids were taken back: what they had been worth is not public, so prices after that are bounded only
	Key      []byte          // with which the house signed; nil if it did not
}

// Verify checks the public record of a lot: that each fact continues the chain of hashes, that the house's signature is
// on the last one, that each amount shown is the one committed to, and, with the very rules that run the house, that
// each bid was to be accepted and led to the price, the leader and the end that are stated, and the close to its
// winner. Maxima stay secret: of those that were not shown it is checked that there are some which lead there. If key is
// not nil the house must have signed with it. An error wraps [ErrUnproven] unless r could not be read.
func Verify(r io.Reader, key ed25519.PublicKey) (Findings, error) {
	v := verifier{opened: make(map[uint64]int64)}
	lines, err := v.read(r)
	if err != nil {
		return v.found, err
	}
	for n, line := range lines {
		if err := v.fact(line); err != nil {
			return v.found, fmt.Errorf("fact %d of %s: %w: %w", n+1, v.found.Lot, err, ErrUnproven)
		}
	}
	if err := v.signed(key); err != nil {
		return v.found, fmt.Errorf("the end of %s: %w: %w", v.found.Lot, err, ErrUnproven)
	}
	return v.conclude(), nil
}

// verifier follows the facts of one lot.
type verifier struct {
	found    Findings
	head     events.RecordHead
	receipt  *events.Receipt
	openings []events.Opening
	opened   map[uint64]int64 // amounts by the number of their fact

	lot      Lot
	hash     [sha256.Size]byte // of the newest fact
	at       time.Time
	possible []possible
	bidders  map[events.UserID]bool
}

// read splits the record into its facts and the rest.
func (v *verifier) read(r io.Reader) (facts [][]byte, err error) {
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read the record: %w", err)
		}
		last := err != nil
		line = bytes.TrimSuffix(line, []byte{'\n'})
		if len(line) > 0 {
			fact, err := v.sort(line, n == 1)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w: %w", n, err, ErrUnproven)
			}
			if fact {
				facts = append(facts, line)
			}
		}
		if last {
			break
		}
	}
	if len(facts) == 0 {
		return nil, fmt.Errorf("no fact in it: %w", ErrUnproven)
	}
	return facts, nil
}

// sort notes what a line says, unless it is a fact.
func (v *verifier) sort(line []byte, first bool) (fact bool, err error) {
	var l struct {
		events.RecordLine
		Subject string `json:"subject"`
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return false, err
	}
	switch {
	case first && (l.Head == nil || l.Head.Format != events.RecordFormat):
		return false, fmt.Errorf("not the beginning of a record that this program can check")
	case first:
		v.head, v.found.Lot = *l.Head, l.Head.Lot
	case l.Receipt != nil:
		v.receipt = l.Receipt
	case l.Opening != nil:
		v.openings = append(v.openings, *l.Opening)
		v.opened[l.Opening.Seq] = l.Opening.Amount
	case l.Subject != "" || l.Withheld != nil:
		return true, nil
	default:
		return false, fmt.Errorf("neither a fact nor anything else that belongs here")
	}
	return false, nil
}

// fact checks the next fact and applies it.
func (v *verifier) fact(line []byte) error {
	var rec struct {
		events.Record
		Withheld *events.Withheld `json:"withheld"`
	}
	if err := json.Unmarshal(line, &rec); err != nil {
		return err
	}
	v.found.Facts++
	if rec.Withheld != nil {
		return v.withheld(*rec.Withheld)
	}
	switch {
	case rec.Subject != string(v.found.Lot):
		return fmt.Errorf("it is about %s", rec.Subject)
	case rec.Seq != uint64(v.found.Facts):
		return fmt.Errorf("it says that it is number %d", rec.Seq)
	case rec.Seq > 1 && !bytes.Equal(rec.Prev, v.hash[:]), rec.Seq == 1 && len(rec.Prev) > 0:
		return fmt.Errorf("it does not follow from the facts before it")
	case rec.At.Before(v.at):
		return fmt.Errorf("it was decided before the one before it")
	}
	if err := v.open(rec.Record); err != nil {
		return err
	}
	f, err := rec.Fact()
	if err != nil {
		return err
	}
	if v.found.Withheld == 0 {
		if err := v.decided(f, rec.Record); err != nil {
			return err
		}
	}
	v.hash, v.at = sha256.Sum256(line), rec.At
	return nil
}

// withheld follows the chain over a fact that is not shown.
func (v *verifier) withheld(w events.Withheld) error {
	if w.Seq != uint64(v.found.Facts) || len(w.Hash) != sha256.Size || w.Seq > 1 && !bytes.Equal(w.Prev, v.hash[:]) {
		return fmt.Errorf("it does not follow from the facts before it")
	}
	v.found.Withheld++
	v.hash = [sha256.Size]byte(w.Hash)
	return nil
}

// open checks what was shown of a fact.
func (v *verifier) open(rec events.Record) error {
	for _, o := range v.openings {
		if o.Seq == rec.Seq {
			if !o.Opens(rec) {
				return fmt.Errorf("the amount shown for it, %d, is not the one committed to", o.Amount)
			}
			v.found.Opened++
		}
	}
	return nil
}

// signed checks the receipt.
func (v *verifier) signed(key ed25519.PublicKey) error {
	switch r := v.receipt; {
	case r == nil && key == nil:
		return nil
	case r == nil:
		return errors.New("the house has not signed it")
	case key != nil && !bytes.Equal(key, v.head.Key):
		return errors.New("it names another key of the house")
	case r.Subject != string(v.found.Lot) || r.Seq != uint64(v.found.Facts) || !bytes.Equal(r.Hash, v.hash[:]):
		return fmt.Errorf("the house signed fact %d with the hash %x, and this is fact %d with %x", r.Seq, r.Hash, v.found.Facts, v.hash)
	}
	if err := journal.CheckReceipt(*v.receipt, v.head.Key); err != nil {
		return err
	}
	v.found.Key = v.head.Key
	return nil
}

func (v *verifier) conclude() Findings {
	f := v.found
	if v.lot.Listing == nil {
		return f
	}
	f.Bids, f.Bidders, f.Standing = len(v.lot.Bids), len(v.bidders), v.lot.Standing()
	f.Money = v.lot.money(f.Standing.Price)
	return f
}

// decided checks a fact by the rules, as far as they say what must follow, and applies it.
func (v *verifier) decided(f events.Fact, rec events.Record) error {
	before := v.lot
	switch f := f.(type) {
	case events.BidPlaced:
		return v.bid(f, rec)
	case events.LotClosed:
		if err := v.closed(f, rec.At); err != nil {
			return err
		}
	case events.LotBought:
		if f.Price != before.BuyNow || before.BuyNow == 0 {
			return fmt.Errorf("bought for %d, and the price to buy at once was %d", f.Price, before.BuyNow)
		}
	case events.BidsRetracted:
		return v.retracted(f, rec, f.Bids, f.Price, f.Leader)
	case events.BidderCancelled:
		return v.retracted(f, rec, f.Bids, f.Price, f.Leader)
	}
	v.apply(f, rec)
	switch f.(type) {
	case events.ListingOffered:
		v.possible = onlyOf(&v.lot)
	case events.ListingChanged:
		if len(v.lot.Bids) == 0 {
			v.possible = onlyOf(&v.lot)
		} else {
			v.possible = afterReserve(v.possible)
		}
	case events.ListingResumed, events.ReserveLowered:
		v.possible = afterReserve(v.possible)
	}
	return nil
}

func (v *verifier) apply(f events.Fact, rec events.Record) {
	v.lot = Rules{}.Apply(v.lot, f, rec.At, rec.Seq)
}

func (v *verifier) bid(f events.BidPlaced, rec events.Record) error {
	if v.lot.Listing == nil {
		return errors.New("a bid on nothing")
	}
	after := afterBid(&v.lot, v.possible, f, v.opened[rec.Seq], rec.At)
	if len(after) == 0 {
		return fmt.Errorf("no maximum of %s leads from %s at %d to %s at %d with the end at %s", f.Bidder,
			orNobody(v.lot.Leader), v.lot.Price, f.Leader, f.Price, f.EndsAt.Format(time.RFC3339Nano))
	}
	v.apply(f, rec)
	v.possible = after
	if v.bidders == nil {
		v.bidders = make(map[events.UserID]bool)
	}
	v.bidders[f.Bidder] = true
	return nil
}

func orNobody(u events.UserID) string {
	if u == "" {
		return "nobody"
	}
	return string(u)
}

// closed checks the winner and the hammer price.
func (v *verifier) closed(f events.LotClosed, at time.Time) error {
	if f.Early { // the seller's word
		if f.Price != v.lot.Price || f.Sold && f.Winner != v.lot.Leader {
			return fmt.Errorf("ended early for %q at %d, and %s leads at %d", f.Winner, f.Price, orNobody(v.lot.Leader), v.lot.Price)
		}
		return nil
	}
	var said string
	for _, p := range v.possible {
		trial := v.lot
		trial.Reserve = p.reserve()
		decided, err := trial.close(at)
		if err != nil {
			return fmt.Errorf("it could not be closed at %s: %w", at.Format(time.RFC3339Nano), err)
		}
		got, ok := decided.(events.LotClosed)
		if !ok {
			return errors.New("it was closed before")
		}
		if got.Sold == f.Sold && got.Winner == f.Winner && got.Price == f.Price && got.Reason == f.Reason {
			v.possible = []possible{p}
			return nil
		}
		said = fmt.Sprintf("by the rules it is sold %t to %s for %d", got.Sold, orNobody(got.Winner), got.Price)
	}
	return fmt.Errorf("closed as sold %t to %s for %d: %s", f.Sold, orNobody(f.Winner), f.Price, said)
}

// retracted takes bids out. What is left is worth what the maxima behind it are, which the public does not know.
func (v *verifier) retracted(f events.Fact, rec events.Record, bids []uint64, price int64, leader events.UserID) error {
	stood := v.lot.Bidding
	v.apply(f, rec)
	v.lot.Bidding = stood
	if len(bids) == 0 {
		if price != stood.Price || leader != stood.Leader {
			return fmt.Errorf("nothing was taken back, and it stands at %d for %s instead of %d for %s", price, orNobody(leader), stood.Price, orNobody(stood.Leader))
		}
		return nil
	}
	remain := slices.ContainsFunc(v.lot.Bids, func(b events.Bid) bool { return b.Bidder == leader })
	if (leader == "") != (len(v.lot.Bids) == 0) || leader != "" && !remain {
		return fmt.Errorf("%s cannot lead on the %d bids that remain", orNobody(leader), len(v.lot.Bids))
	}
	v.lot.Price, v.lot.Leader, v.found.Vague = price, leader, true
	v.possible = anyOf(&v.lot)
	if leader == "" {
		v.possible = onlyOf(&v.lot)
	}
	return nil
}
