package auction

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// trial is a lot with its commands, one line of what [Judge] reads. Times are milliseconds, amounts minor units.
type trial struct {
	Name string `json:"name"`
	Lot  struct {
		Lot          string     `json:"lot"`
		Seller       string     `json:"seller"`
		Start        int64      `json:"start"`
		Reserve      int64      `json:"reserve"`
		BuyNow       int64      `json:"buy_now"`
		Increments   [][2]int64 `json:"increments"`
		OpensAt      int64      `json:"opens_at"`
		EndsAt       int64      `json:"ends_at"`
		SoftClose    int64      `json:"soft_close"`
		MaxExtension int64      `json:"max_extension"`
	} `json:"lot"`
	Commands []order `json:"commands"`
}

// order is one command of a trial.
type order struct {
	Command string           `json:"cmd"`
	ID      events.CommandID `json:"id"`
	Bidder  events.UserID    `json:"bidder"`
	Max     int64            `json:"max"`
	At      int64            `json:"at"`
}

// result is the line that [Judge] prints for a trial. Its outcomes are of the three types that follow.
type result struct {
	Name     string `json:"name"`
	Outcomes []any  `json:"outcomes"`
}

type refused struct {
	OK      bool           `json:"ok"`
	Refusal events.Refusal `json:"refusal"`
}

type repeated struct {
	OK       bool `json:"ok"`
	Repeated bool `json:"repeated"`
}

type stands struct {
	OK         bool            `json:"ok"`
	State      events.LotState `json:"state"`
	Price      *int64          `json:"price"`  // null before the first bid
	Leader     *events.UserID  `json:"leader"` // null without a bid
	Next       *int64          `json:"next"`   // null when not open
	ReserveMet *bool           `json:"reserve_met"`
	EndsAt     int64           `json:"ends_at"`
	BuyNow     bool            `json:"buy_now"`
}

// Judge reads lots with their commands from r, one JSON object a line, decides them by the rules of the house, and
// writes one line a lot to w with the outcome of every command. A line that is no such lot ends it with an error that
// names the line.
func Judge(r io.Reader, w io.Writer) error {
	in, out := bufio.NewReader(r), bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("judge line %d: %w", n, err)
		}
		last := err != nil
		if len(bytes.TrimSpace(line)) > 0 {
			verdict, err := judge(line)
			if err != nil {
				return errors.Join(fmt.Errorf("judge line %d: %w", n, err), out.Flush())
			}
			if err := lines.Encode(verdict); err != nil {
				return fmt.Errorf("judge line %d: %w", n, err)
			}
		}
		if last {
			return out.Flush()
		}
	}
}

func judge(line []byte) (result, error) {
	var t trial
	if err := json.Unmarshal(line, &t); err != nil {
		return result{}, err
	}
	lot, err := t.open()
	if err != nil {
		return result{}, err
	}
	room := courtroom{Entity: journal.Entity[Lot]{State: lot}, idle: map[events.CommandID]uint64{}}
	verdict := result{t.Name, make([]any, 0, len(t.Commands))}
	for i, c := range t.Commands {
		outcome, err := room.decide(c)
		if err != nil {
			return result{}, fmt.Errorf("command %d: %w", i+1, err)
		}
		verdict.Outcomes = append(verdict.Outcomes, outcome)
	}
	return verdict, nil
}

// open returns the lot as it is before the first command.
func (t trial) open() (Lot, error) {
	terms := events.Terms{
		Format: events.Auction, Currency: events.USD, Edition: 1, Start: t.Lot.Start, Reserve: t.Lot.Reserve,
		BuyNow: t.Lot.BuyNow, EndsAt: time.UnixMilli(t.Lot.EndsAt).UTC(),
	}
	for _, band := range t.Lot.Increments {
		terms.Increments = append(terms.Increments, events.Increment{From: band[0], Step: band[1]})
	}
	if err := terms.Check(); err != nil {
		return Lot{}, err
	}
	soft, extension := time.Duration(t.Lot.SoftClose)*time.Millisecond, time.Duration(t.Lot.MaxExtension)*time.Millisecond
	if soft < 0 || extension < 0 || t.Lot.Lot == "" {
		return Lot{}, fmt.Errorf("lot %q: %w", t.Lot.Lot, events.Malformed)
	}
	l := Lot{Status: events.OfferListed, On: true}
	l.Listing = &events.Listing{ID: events.ListingID(t.Lot.Lot), Seller: events.SellerID(t.Lot.Seller), Terms: terms}
	l.Bidding = bidding(terms, time.UnixMilli(t.Lot.OpensAt).UTC(), terms.EndsAt)
	l.SoftClose, l.LatestEnd = soft, terms.EndsAt.Add(extension) // zero means none here, not the default
	return l, nil
}

// courtroom decides the commands of one lot.
type courtroom struct {
	journal.Entity[Lot]
	idle map[events.CommandID]uint64 // commands accepted without a fact, which the entity does not remember
}

func (c *courtroom) decide(o order) (any, error) {
	command, err := o.command()
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(command)
	if err != nil {
		return nil, err
	}
	digest := journal.Digest(command.CommandKind(), body)
	if known, ok := c.idle[o.ID]; ok && known == digest {
		return repeated{true, true}, nil
	} else if ok {
		return refused{Refusal: events.IDReused}, nil
	}
	decision, err := c.Decide(Rules{}, string(c.State.ID()), o.ID, command, body, time.UnixMilli(o.At).UTC())
	refusal, isRefusal := events.AsRefusal(err)
	switch {
	case isRefusal:
		return refused{Refusal: refusal}, nil
	case journal.Repeated(err):
		return repeated{true, true}, nil
	case err != nil:
		return nil, err
	case decision.Kind == "" && o.ID != "":
		c.idle[o.ID] = digest
	}
	return outcome(c.State.Standing()), nil
}

func (o order) command() (events.Command, error) {
	switch o.Command {
	case "bid":
		return events.PlaceBid{Bidder: o.Bidder, Max: o.Max}, nil
	case "buy":
		return events.Buy{Buyer: o.Bidder, Order: events.OrderID("buy-" + o.ID)}, nil
	case "close":
		return events.CloseLot{}, nil
	}
	return nil, fmt.Errorf("command %q: %w", o.Command, events.Malformed)
}

func outcome(s events.Standing) stands {
	o := stands{OK: true, State: s.State, ReserveMet: s.ReserveMet, EndsAt: s.EndsAt.UnixMilli(), BuyNow: s.BuyNow > 0}
	if s.Leader != "" {
		o.Leader, o.Price = &s.Leader, &s.Price
	}
	if s.Next > 0 {
		o.Next = &s.Next
	}
	return o
}
