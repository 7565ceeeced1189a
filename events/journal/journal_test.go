package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// tally is the smallest journal there can be: a bid adds its maximum, and at the deadline the subject closes.
type tally struct {
	Sum    int64
	Bids   int
	Ends   time.Time
	Closed bool
}

type tallyRules struct{}

func (tallyRules) Decide(s tally, c events.Command, now time.Time) (events.Fact, error) {
	switch c := c.(type) {
	case events.PlaceBid:
		if s.Closed {
			return nil, events.Closed
		}
		return events.BidPlaced{Bidder: c.Bidder, Max: c.Max, Price: s.Sum + c.Max, EndsAt: now.Add(time.Hour)}, nil
	case events.CloseLot:
		return events.LotClosed{Price: s.Sum}, nil
	case events.AskStanding:
		return nil, nil
	}
	return nil, events.Malformed
}

func (tallyRules) Apply(s tally, f events.Fact, _ time.Time, _ uint64) tally {
	switch f := f.(type) {
	case events.BidPlaced:
		s.Sum, s.Bids = f.Price, s.Bids+1
		if s.Ends.IsZero() {
			s.Ends = f.EndsAt
		}
	case events.LotClosed:
		s.Closed = true
	}
	return s
}

func (tallyRules) Deadline(s tally) (time.Time, events.Command) {
	if s.Closed {
		return time.Time{}, nil
	}
	return s.Ends, events.CloseLot{}
}

func (tallyRules) View(s tally) any { return s }

func open(t *testing.T, nc *nats.Conn, change func(*Options[tally])) *Journal[tally] {
	t.Helper()
	o := Options[tally]{Name: events.Lots, Service: events.AuctionService, Rules: tallyRules{}}
	if change != nil {
		change(&o)
	}
	j, err := Open(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func states(t *testing.T, j *Journal[tally]) map[string]tally {
	t.Helper()
	all := make(map[string]tally)
	if err := j.Each(t.Context(), func(subject string, s tally) { all[subject] = s }); err != nil {
		t.Fatal(err)
	}
	return all
}

func bid(id string, amount int64) (events.CommandID, events.Command) {
	return events.CommandID(id), events.PlaceBid{Bidder: "b", Max: amount}
}

func TestAnswers(t *testing.T) {
	nc := embedded.Test(t)
	open(t, nc, nil)
	to := NewSender(nc, events.AuctionService)
	do := func(id string, amount int64) (events.Answer, tally, error) {
		var view tally
		c, b := bid(id, amount)
		a, err := to.Do(t.Context(), "lot", c, b, &view)
		return a, view, err
	}
	if a, v, err := do("one", 5); err != nil || a.Seq != 1 || v.Sum != 5 {
		t.Errorf("first bid = %+v %+v %v, want fact 1 and a sum of 5", a, v, err)
	}
	if a, v, err := do("one", 5); err != nil || !a.Repeated || v.Bids != 1 {
		t.Errorf("the same again = %+v %+v %v, want repeated and one bid", a, v, err)
	}
	if _, _, err := do("one", 6); !errors.Is(err, events.IDReused) {
		t.Errorf("other content under the same id: %v, want %v", err, events.IDReused)
	}
	if _, _, err := do("", 6); !errors.Is(err, events.Malformed) {
		t.Errorf("a bid without id: %v, want %v", err, events.Malformed)
	}
	var v tally
	if _, err := to.Do(t.Context(), "lot", "", events.AskStanding{}, &v); err != nil || v.Sum != 5 {
		t.Errorf("asking = %+v, %v, want a sum of 5", v, err)
	}
	for _, raw := range []string{"", "{", `{"id":"x","subject":"lot","kind":"no_such"}`, `{"id":"x","kind":"place_bid","body":{}}`, `{"id":"x","subject":"lot","kind":"place_bid","body":{"max":"much"}}`} {
		m, err := nc.Request(events.CommandSubject(events.AuctionService, 3), []byte(raw), 5*time.Second)
		if err != nil || string(m.Data) != `{"refusal":"malformed"}` {
			t.Errorf("request %q = %v, %v, want malformed", raw, m, err)
		}
	}
}

// Replay leads to the state that was there, including remembered ids.
func TestReplay(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, nil)
	to := NewSender(nc, events.AuctionService)
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			c, b := bid(fmt.Sprint(i), int64(i))
			if _, err := to.Do(t.Context(), fmt.Sprint("lot", i%23), c, b, nil); err != nil {
				t.Errorf("bid %d: %v", i, err)
			}
		})
	}
	all.Wait()
	before := states(t, j)
	j.Close()
	var known atomic.Int32
	j = open(t, nc, func(o *Options[tally]) { o.Ready = func(string, tally) { known.Add(1) } })
	if after := states(t, j); !maps.Equal(before, after) || len(after) != 23 {
		t.Errorf("after replay %d subjects: %v\nbefore: %v", len(after), after, before)
	}
	if known.Load() != 23 {
		t.Errorf("Ready was called for %d subjects, want 23", known.Load())
	}
	c, b := bid("7", 7)
	if a, err := to.Do(t.Context(), "lot7", c, b, nil); err != nil || !a.Repeated {
		t.Errorf("an id from before = %+v, %v, want repeated", a, err)
	}
}

// Two writers of the same partitions: the fence lets neither overwrite what the other decided. (promise P3)
func TestTwoWritersDecideAsOne(t *testing.T) {
	s := embedded.TestServer(t)
	first, second := open(t, s.TestConn(t), nil), open(t, s.TestConn(t), nil)
	for _, j := range []*Journal[tally]{first, second} {
		seize(t, j, events.PartitionOf("lot"))
	}
	to := NewSender(s.TestConn(t), events.AuctionService)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 40 { // the same forty ids from everybody
				c, b := bid(fmt.Sprint(i), 1)
				for {
					_, err := to.Do(t.Context(), "lot", c, b, nil)
					if err == nil {
						break
					}
					if !errors.Is(err, events.Unavailable) {
						t.Errorf("bid %d: %v", i, err)
						break
					}
				}
			}
		})
	}
	all.Wait()
	for name, j := range map[string]*Journal[tally]{"first": first, "second": second} {
		c, b := bid("last-"+name, 1)
		if _, err := to.Do(t.Context(), "lot", c, b, nil); err != nil {
			t.Fatal(err)
		}
		j.partitions[events.PartitionOf("lot")].deactivate()
	}
	j := open(t, s.TestConn(t), nil)
	if got := states(t, j)["lot"]; got.Bids != 42 || got.Sum != 42 {
		t.Errorf("lot = %+v, want 42 bids counted once each", got)
	}
}

// seize has j write a partition, whoever has the lease, and nothing else.
func seize(t *testing.T, j *Journal[tally], partition int) {
	t.Helper()
	j.stop()
	j.sharing.Wait()
	if err := j.partitions[partition].activate(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.partitions[partition].deactivate)
}

// Every append is tried broken: lost on the way, and done with the answer lost.
func TestBrokenAppends(t *testing.T) {
	lost := errors.New("lost")
	for name, broken := range map[string]func(appender) appender{
		"lost": func(next appender) appender {
			return func(context.Context, string, []byte, uint64) (uint64, error) { return 0, lost }
		},
		"done, answer lost": func(next appender) appender {
			return func(ctx context.Context, subject string, data []byte, last uint64) (uint64, error) {
				if _, err := next(ctx, subject, data, last); err != nil {
					return 0, err
				}
				return 0, lost
			}
		},
		"done twice, the second late": func(next appender) appender {
			return func(ctx context.Context, subject string, data []byte, last uint64) (uint64, error) {
				if _, err := next(ctx, subject, data, last); err != nil {
					return 0, err
				}
				return next(ctx, subject, data, last) // turned down by the fence
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			nc := embedded.Test(t)
			var facts atomic.Int32
			j := open(t, nc, func(o *Options[tally]) { o.After = func(Change[tally]) { facts.Add(1) } })
			to := NewSender(nc, events.AuctionService)
			c, b := bid("before", 1)
			if _, err := to.Do(t.Context(), "lot", c, b, nil); err != nil {
				t.Fatal(err)
			}
			p := j.partitions[events.PartitionOf("lot")]
			working := p.append
			failing := broken(working)
			var once atomic.Bool
			install(t, p, func(ctx context.Context, subject string, data []byte, last uint64) (uint64, error) {
				if once.CompareAndSwap(false, true) {
					return failing(ctx, subject, data, last)
				}
				return working(ctx, subject, data, last)
			})
			var view tally
			c, b = bid("during", 10)
			if _, err := to.Do(t.Context(), "lot", c, b, &view); err != nil || view.Sum != 11 || view.Bids != 2 {
				t.Errorf("bid over a broken append = %+v, %v, want it counted once", view, err)
			}
			if !once.Load() {
				t.Error("the append was not broken")
			}
			if facts.Load() != 2 {
				t.Errorf("After was called %d times, want 2", facts.Load())
			}
			j.Close()
			if got := states(t, open(t, nc, nil))["lot"]; got != view {
				t.Errorf("after replay %+v, answered was %+v", got, view)
			}
		})
	}
}

// install changes the appender in the writer's own goroutine.
func install(t *testing.T, p *partition[tally], a appender) {
	t.Helper()
	done := make(chan struct{})
	p.looks <- func() { p.append = a; close(done) }
	<-done
}

// A writer that is asked to end while nothing can be appended tries no more: whoever waits is told to come again.
func TestNoMoreTriesAtTheEnd(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, nil)
	p := j.partitions[events.PartitionOf("lot")]
	tries := 0
	install(t, p, func(context.Context, string, []byte, uint64) (uint64, error) {
		tries++
		p.stop() // as Close does
		return 0, errors.New("the bus is gone")
	})
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	told := make(chan error, 1)
	go func() {
		c, b := bid("one", 5)
		_, err := NewSender(nc, events.AuctionService).Do(ctx, "lot", c, b, nil)
		told <- err
	}()
	<-p.ended
	if tries != 1 {
		t.Errorf("%d tries, want one", tries)
	}
	leave()
	if err := <-told; !errors.Is(err, events.Unavailable) {
		t.Errorf("the sender heard %v, want to come again", err)
	}
}

// When nothing can be appended, the sender is told to come again and nothing has happened.
func TestNothingCanBeAppended(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, nil)
	p := j.partitions[events.PartitionOf("lot")]
	working := p.append
	install(t, p, func(context.Context, string, []byte, uint64) (uint64, error) { return 0, errors.New("disk full") })
	to := NewSender(nc, events.AuctionService)
	c, b := bid("one", 5)
	if _, err := to.Do(t.Context(), "lot", c, b, nil); !errors.Is(err, events.Unavailable) {
		t.Fatalf("bid on a full disk: %v, want %v", err, events.Unavailable)
	}
	if got := states(t, j)["lot"]; got.Bids != 0 {
		t.Errorf("lot = %+v, want nothing", got)
	}
	install(t, p, working)
	var view tally
	if a, err := to.Do(t.Context(), "lot", c, b, &view); err != nil || a.Repeated || view.Sum != 5 {
		t.Errorf("the same once there is room = %+v %+v %v, want a sum of 5", a, view, err)
	}
}

// A deadline fires when the clock gets there, once, and also when it passed while nobody was there.
func TestDeadlines(t *testing.T) {
	nc := embedded.Test(t)
	clock := NewClock()
	closed := make(chan Change[tally], 10)
	after := func(o *Options[tally]) {
		o.Clock = clock
		o.After = func(c Change[tally]) {
			if c.Fact.FactKind() == (events.LotClosed{}).FactKind() {
				closed <- c
			}
		}
	}
	j := open(t, nc, after)
	to := NewSender(nc, events.AuctionService)
	for _, lot := range []string{"a", "b"} {
		c, b := bid(lot, 1)
		if _, err := to.Do(t.Context(), lot, c, b, nil); err != nil {
			t.Fatal(err)
		}
	}
	ends := states(t, j)["a"].Ends
	clock.Advance(time.Hour)
	for range 2 {
		select {
		case c := <-closed:
			if c.Record.At.Before(ends) {
				t.Errorf("%s closed at %s, before %s", c.Record.Subject, c.Record.At, ends)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("not closed at the deadline")
		}
	}
	c, b := bid("c", 1)
	if _, err := to.Do(t.Context(), "c", c, b, nil); err != nil {
		t.Fatal(err)
	}
	j.Close()
	clock.Advance(2 * time.Hour)
	open(t, nc, after)
	select {
	case c := <-closed:
		if c.Record.Subject != "c" {
			t.Errorf("%s closed again", c.Record.Subject)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("not closed after a deadline that passed in between")
	}
}

func TestTimeNeverGoesBack(t *testing.T) {
	var e Entity[tally]
	late := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, now := range []time.Time{late, late.Add(-time.Hour)} {
		c, b := bid(fmt.Sprint(i), 1)
		d, err := e.Decide(tallyRules{}, "lot", c, b, []byte{byte(i)}, now)
		if err != nil || !d.At.Equal(late) {
			t.Errorf("fact %d at %s, %v, want %s", i, d.At, err, late)
		}
	}
}

// What acknowledges before it has synced is refused. (promise P2)
func TestOpenRefusesAStreamThatCouldLose(t *testing.T) {
	good := jetstream.StreamConfig{Storage: jetstream.FileStorage, Discard: jetstream.DiscardNew, DenyDelete: true, DenyPurge: true}
	if err := synced(good); err != nil {
		t.Errorf("synced(good) = %v", err)
	}
	for name, spoil := range map[string]func(*jetstream.StreamConfig){
		"memory":  func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage },
		"async":   func(c *jetstream.StreamConfig) { c.PersistMode = jetstream.AsyncPersistMode },
		"old out": func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld },
		"delete":  func(c *jetstream.StreamConfig) { c.DenyDelete = false },
		"purge":   func(c *jetstream.StreamConfig) { c.DenyPurge = false },
		"queue":   func(c *jetstream.StreamConfig) { c.Retention = jetstream.WorkQueuePolicy },
	} {
		bad := good
		spoil(&bad)
		if synced(bad) == nil {
			t.Errorf("synced(%s) = nil, want a reason", name)
		}
	}
}

// Followers get every fact in order, and those they could not handle again.
func TestFollow(t *testing.T) {
	nc := embedded.Test(t)
	open(t, nc, nil)
	to := NewSender(nc, events.AuctionService)
	got := make(chan events.Record, 100)
	var failed atomic.Bool
	stop, err := Follow(t.Context(), nc, events.Lots, "follower", func(_ context.Context, r events.Record) error {
		if r.Seq == 2 && failed.CompareAndSwap(false, true) {
			return errors.New("not now")
		}
		got <- r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for i := range 5 {
		c, b := bid(fmt.Sprint(i), 1)
		if _, err := to.Do(t.Context(), "lot", c, b, nil); err != nil {
			t.Fatal(err)
		}
	}
	for want := uint64(1); want <= 5; want++ {
		select {
		case r := <-got:
			if r.Seq != want {
				t.Fatalf("fact %d came, want %d", r.Seq, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("fact %d did not come", want)
		}
	}
}

// A lot whose closing could not be appended while the disk was full closes once there is room. (promise P8)
func TestADeadlineOutlivesAFullDisk(t *testing.T) {
	nc := embedded.Test(t)
	clock := NewClock()
	closed := make(chan struct{}, 10)
	j := open(t, nc, func(o *Options[tally]) {
		o.Clock = clock
		o.After = func(c Change[tally]) {
			if c.State.Closed {
				closed <- struct{}{}
			}
		}
	})
	to := NewSender(nc, events.AuctionService)
	c, b := bid("one", 1)
	if _, err := to.Do(t.Context(), "lot", c, b, nil); err != nil {
		t.Fatal(err)
	}
	p := j.partitions[events.PartitionOf("lot")]
	working, tries := p.append, make(chan struct{}, 100)
	install(t, p, func(context.Context, string, []byte, uint64) (uint64, error) {
		tries <- struct{}{}
		return 0, errors.New("disk full")
	})
	clock.Advance(2 * time.Hour)
	for range appendTries {
		<-tries
	}
	install(t, p, working) // only once the writer has given up for now
	clock.Advance(time.Millisecond)
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Fatal("the lot did not close")
	}
}

// A stream with facts where this version has no partition is not opened: those facts would be passed over.
func TestMorePartitionsAreNotOpened(t *testing.T) {
	nc := embedded.Test(t)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), events.JournalSubject(events.Lots, events.Partitions), []byte("{}\n")); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), nc, Options[tally]{Name: events.Lots, Service: events.AuctionService, Rules: tallyRules{}})
	if want := events.JournalSubject(events.Lots, events.Partitions); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("opened with facts in %s: %v", want, err)
	}
}
