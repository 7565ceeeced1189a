package journal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lightshare/events"
)

// The simulation lives through one partition with several writers, none of whom knows of the others, and bidders who
// insist: appends are lost, done with the answer lost, done late, done twice; writers die in mid-append, sleep and go on
// with what they knew; clocks jump and differ; answers get lost. All of it follows from a seed, in fake time and one
// goroutine. Afterwards what the bidders were told is held against the journal.

const (
	simSeeds   = 10_000
	simWriters = 3
	simBidders = 5
	simLots    = 3
	simSteps   = 60
)

// TestSimulation lives through many seeds; SEED names a single one. (promises P1, P3, P9, P20)
func TestSimulation(t *testing.T) {
	if seed, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		simulate(t, seed)
		return
	}
	var acked, died int
	seeds := simSeeds
	if raceDetector {
		seeds /= 20
	}
	var next uint64
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for !t.Failed() {
				mu.Lock()
				seed := next
				next++
				mu.Unlock()
				if seed >= uint64(seeds) {
					return
				}
				s := simulate(t, seed)
				mu.Lock()
				for _, b := range s.bidders {
					acked += len(b.acked)
				}
				died += s.died
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	t.Logf("%d seeds: %d bids accepted, writers died %d times", min(next, uint64(seeds)), acked, died)
}

func simulate(t *testing.T, seed uint64) (s *sim) {
	synctest.Test(t, func(t *testing.T) {
		s = newSim(seed)
		s.live()
		s.heal()
		for _, wrong := range s.check() {
			t.Errorf("seed %d: %s (SEED=%d go test -run TestSimulation ./events/journal)", seed, wrong, seed)
		}
	})
	return s
}

// simLot is an auction reduced to what can go wrong: a bid must be above the highest and before the end, an odd one well
// before, and the end is fixed by the first bid.
type simLot struct {
	Top    int64
	Leader events.UserID
	Ends   time.Time
	Closed bool
}

type simRules struct{}

func (simRules) Decide(l simLot, c events.Command, now time.Time) (events.Fact, error) {
	switch c := c.(type) {
	case events.PlaceBid:
		switch {
		case l.Closed || !l.Ends.IsZero() && !now.Before(l.Ends):
			return nil, events.Closed
		case c.Max <= l.Top:
			return nil, events.TooLow
		case c.Max%2 == 1 && now.After(l.Ends.Add(-5*time.Second)) && !l.Ends.IsZero():
			return nil, events.TooLate
		}
		ends := l.Ends
		if ends.IsZero() {
			ends = now.Add(10 * time.Second)
		}
		return events.BidPlaced{Bidder: c.Bidder, Max: c.Max, Price: c.Max, Leader: c.Bidder, EndsAt: ends}, nil
	case events.CloseLot:
		switch {
		case l.Closed:
			return nil, nil
		case now.Before(l.Ends):
			return nil, events.StillOpen
		}
		return events.LotClosed{Sold: true, Winner: l.Leader, Price: l.Top}, nil
	}
	return nil, events.Malformed
}

func (simRules) Apply(l simLot, f events.Fact, _ time.Time, _ uint64) simLot {
	switch f := f.(type) {
	case events.BidPlaced:
		l.Top, l.Leader, l.Ends = f.Max, f.Leader, f.EndsAt
	case events.LotClosed:
		l.Closed = true
	}
	return l
}

func (simRules) Deadline(l simLot) (time.Time, events.Command) {
	if l.Closed {
		return time.Time{}, nil
	}
	return l.Ends, events.CloseLot{}
}

func (simRules) View(simLot) any { return nil }

// sim is one life of a partition.
type sim struct {
	random  *rand.Rand
	log     *memory
	writers [simWriters]*simWriter
	bidders [simBidders]*simBidder
	top     int64 // of all bids so far
	busy    int   // writers inside an append
	died    int   // writers, in all
	wrong   []string
}

// simWriter is a process that writes the partition, until it dies and another takes its place.
type simWriter struct {
	s       *sim
	clock   *Clock
	p       *partition[simLot]
	working bool
	told    map[string]uint64 // the newest fact of each lot that was handed on
}

// simBidder bids again and again, and insists on an answer to each bid.
type simBidder struct {
	name  events.UserID
	bids  int
	open  *simBid // waits for an answer
	acked []simBid
	no    []simBid // refused
}

type simBid struct {
	lot string
	id  events.CommandID
	max int64
	seq uint64 // of the fact, as the answer says; of a later one if it was repeated
	was uint64 // highest number that the bidder had been told of the lot before he sent it

	to      *partition[simLot] // whom it was sent to
	several bool               // and to others
}

func newSim(seed uint64) *sim {
	s := &sim{random: rand.New(rand.NewPCG(seed, 0))}
	s.log = &memory{random: s.random, faulty: true, during: s.step}
	for i := range s.bidders {
		s.bidders[i] = &simBidder{name: events.UserID(fmt.Sprint("bidder", i))}
	}
	for i := range s.writers {
		w := &simWriter{s: s, clock: NewClock()}
		w.clock.Advance(time.Duration(s.random.IntN(10_000)-5_000) * time.Millisecond)
		s.writers[i] = w
		w.start()
	}
	return s
}

// start begins a life of a writer: it knows nothing, reads the journal and then takes commands.
func (w *simWriter) start() {
	j := &Journal[simLot]{turns: make(chan struct{}, maxAppends), stream: w.s.log}
	j.o = Options[simLot]{Name: events.Lots, Rules: simRules{}, Clock: w.clock, Log: slog.New(slog.DiscardHandler), After: w.after}
	w.p = newPartition(j, 0)
	w.p.append, w.p.inbox = w.s.log.append, make(chan []*item, 64)
	w.told = make(map[string]uint64)
	w.p.unsure = true
	for w.p.unsure {
		_ = w.p.readTail(context.Background()) // until it succeeds
	}
	w.p.ready()
	w.p.taking, w.p.doubt = true, true
}

// after checks that every fact is handed on once and in order.
func (w *simWriter) after(c Change[simLot]) {
	if last := w.told[c.Record.Subject]; c.Record.Seq != last+1 {
		w.s.wrong = append(w.s.wrong, fmt.Sprintf("fact %d of %s was handed on after fact %d", c.Record.Seq, c.Record.Subject, last))
	}
	w.told[c.Record.Subject] = c.Record.Seq
}

// work has a writer decide what waits. If it dies meanwhile, another begins in its place.
func (w *simWriter) work() {
	if w.working {
		return // it waits for an append, further up
	}
	w.working = true
	w.s.busy++
	defer func() {
		w.working = false
		w.s.busy--
		if died := recover(); died == errCrashed {
			w.s.died++
			w.start()
		} else if died != nil {
			panic(died)
		}
	}()
	w.p.settle(context.Background(), nil)
}

// look has a writer look for what others have appended, as it does by itself now and then.
func (w *simWriter) look() {
	w.p.unsure = true
	w.work()
}

// live takes steps by chance.
func (s *sim) live() {
	for range simSteps {
		s.step()
	}
}

func (s *sim) step() {
	w := s.writers[s.random.IntN(simWriters)]
	switch s.random.IntN(12) {
	case 0, 1, 2, 3:
		if s.busy < 2 {
			w.work()
		}
	case 4, 5, 6, 7, 8:
		s.bidders[s.random.IntN(simBidders)].send(s, w)
	case 9:
		time.Sleep(time.Duration(s.random.IntN(1500)) * time.Millisecond)
	case 10:
		s.log.arrive()
	case 11:
		switch s.random.IntN(6) {
		case 0:
			w.clock.Advance(time.Duration(s.random.IntN(40_000)-20_000) * time.Millisecond)
		case 2:
			w.clock.Advance(time.Duration(2*s.random.IntN(2)-1) * time.Hour)
		case 1:
			if !w.working {
				s.died++
				w.start() // killed between two appends
			}
		}
	}
}

// send sends the bidder's bid, or again the one that was not answered.
func (b *simBidder) send(s *sim, w *simWriter) {
	if b.open == nil {
		b.bids++
		s.top += int64(s.random.IntN(5)) - 1
		b.open = &simBid{lot: fmt.Sprint("lot", s.random.IntN(simLots)), id: events.CommandID(fmt.Sprintf("%s.%d", b.name, b.bids)), max: s.top + 1}
		for _, earlier := range b.acked {
			if earlier.lot == b.open.lot {
				b.open.was = max(b.open.was, earlier.seq)
			}
		}
	}
	b.open.several = b.open.several || b.open.to != nil && b.open.to != w.p
	b.open.to = w.p
	bid := *b.open
	r, err := events.NewRequest(bid.id, bid.lot, events.PlaceBid{Bidder: b.name, Max: bid.max})
	if err != nil {
		panic(err)
	}
	w.p.take(request{data: r.AppendJSON(nil), answer: func(data []byte) { b.hear(s, bid, data) }})
}

// hear takes an answer, if it does not get lost.
func (b *simBidder) hear(s *sim, bid simBid, data []byte) {
	a, err := events.ReadAnswer(data)
	if err != nil {
		panic(err)
	}
	if s.log.faulty && s.random.IntN(10) == 0 || b.open == nil || b.open.id != bid.id || a.Refusal == events.Unavailable {
		return
	}
	bid.several = b.open.several
	b.open = nil
	if a.Refusal != "" {
		b.no = append(b.no, bid)
		return
	}
	bid.seq = a.Seq
	b.acked = append(b.acked, bid)
}

// heal lets everything work again, and one writer is left, who takes over: the last bids are answered and the lots close.
func (s *sim) heal() {
	s.log.faulty = false
	w := s.writers[s.random.IntN(simWriters)]
	if s.random.IntN(2) == 0 {
		w.start()
	}
	w.look()
	for len(s.log.late) > 0 {
		s.log.arrive()
	}
	w.look()
	for range 3 {
		for _, b := range s.bidders {
			if b.open != nil {
				b.send(s, w)
			}
		}
		w.work()
	}
	for _, b := range s.bidders {
		if b.open != nil {
			s.wrong = append(s.wrong, fmt.Sprintf("bid %s is not answered", b.open.id))
		}
	}
	time.Sleep(time.Minute)
	w.clock.Advance(2 * simSteps * time.Hour) // past every end, also one by a clock that was far ahead
	w.work()
}

// check holds what was told against the journal, and returns what is wrong.
func (s *sim) check() []string {
	j := readSimJournal(s.log.messages)
	wrong := append(s.wrong, j.wrong...)
	for _, b := range s.bidders {
		for _, bid := range b.no {
			if at, there := j.commands[bid.id]; there && !bid.several {
				wrong = append(wrong, fmt.Sprintf("bid %s was refused and is fact %d", bid.id, at.seq))
			}
		}
		for _, bid := range b.acked {
			at, there := j.commands[bid.id]
			switch {
			case !there:
				wrong = append(wrong, fmt.Sprintf("bid %s was accepted and is not in the journal", bid.id))
			case at.seq > bid.seq:
				wrong = append(wrong, fmt.Sprintf("bid %s was answered with fact %d and is fact %d", bid.id, bid.seq, at.seq))
			case at.seq <= bid.was:
				wrong = append(wrong, fmt.Sprintf("bid %s is fact %d, and was sent by somebody who knew of fact %d", bid.id, at.seq, bid.was))
			}
		}
	}
	return wrong
}

// simJournal is what a stranger reads in the journal, who has not got our code.
type simJournal struct {
	commands map[events.CommandID]struct {
		lot string
		seq uint64
	}
	wrong []string
}

func readSimJournal(messages [][]byte) *simJournal {
	j := &simJournal{commands: make(map[events.CommandID]struct {
		lot string
		seq uint64
	})}
	type lot struct {
		top    int64
		leader events.UserID
		ends   time.Time
		closed bool
	}
	lots := map[string]*lot{}
	var chain chains
	var now time.Time
	bad := func(format string, args ...any) { j.wrong = append(j.wrong, fmt.Sprintf(format, args...)) }
	for i, data := range messages {
		if _, err := chain.follow(data, uint64(i+1)); err != nil {
			bad("%v", err)
		}
		records, err := Records(bytes.Clone(data))
		if err != nil {
			bad("%v", err)
		}
		for _, r := range records {
			if r.At.Before(now) {
				bad("message %d goes back in time", i+1)
			}
			now = r.At
			if _, twice := j.commands[r.Command]; twice && r.Command != "" {
				bad("command %s is in the journal twice", r.Command)
			}
			j.commands[r.Command] = struct {
				lot string
				seq uint64
			}{r.Subject, r.Seq}
			l := lots[r.Subject]
			if l == nil {
				l = &lot{}
				lots[r.Subject] = l
			}
			f, err := r.Fact()
			if err != nil {
				bad("%v", err)
			}
			switch f := f.(type) {
			case events.BidPlaced:
				if l.closed || !l.ends.IsZero() && !r.At.Before(l.ends) || f.Max <= l.top {
					bad("fact %d of %s is a bid that was not to be accepted", r.Seq, r.Subject)
				}
				l.top, l.leader, l.ends = f.Max, f.Bidder, f.EndsAt
			case events.LotClosed:
				if l.closed || r.At.Before(l.ends) || f.Winner != l.leader || f.Price != l.top {
					bad("fact %d of %s closes it wrongly: %+v", r.Seq, r.Subject, f)
				}
				l.closed = true
			}
		}
	}
	for name, l := range lots {
		if !l.closed {
			bad("%s was never closed", name)
		}
	}
	return j
}
