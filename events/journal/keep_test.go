package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// keptTally is a tally whose journal writes snapshots.
type keptTally struct {
	tallyRules
	version int
}

func (k keptTally) Version() int        { return k.version }
func (k keptTally) IsOver(s tally) bool { return s.Closed }

func keeping(o *Options[tally]) { o.Rules = keptTally{} }

// keepAll has every partition write a snapshot.
func keepAll(t *testing.T, j *Journal[tally]) {
	t.Helper()
	for _, p := range j.partitions {
		if err := p.keep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// contents is everything that a journal's writers know, for comparison.
func contents(j *Journal[tally]) map[string]any {
	all := map[string]any{}
	for _, p := range j.partitions {
		for subject, s := range p.slots {
			all[subject] = []any{s.State, s.Seq, s.At, s.head, s.seen, s.trail}
		}
		for subject, tomb := range p.cold {
			all[subject] = tomb
		}
	}
	return all
}

// replayed is what follows from the journal alone.
func replayed(t *testing.T, nc *nats.Conn) map[string]any {
	t.Helper()
	j := open(t, nc, nil)
	j.Close()
	return contents(j)
}

// A restart from a snapshot and what follows it leads to the very state that the whole journal leads to, though bids
// went on while the snapshot was made. (invariant M14)
func TestSnapshotAndTailAreTheWholeReplay(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, keeping)
	to := NewSender(nc, events.AuctionService)
	for i := range 300 {
		c, offer := bid("first", 1)
		if _, err := to.Do(t.Context(), fmt.Sprint("lot", i), c, offer, nil); err != nil {
			t.Fatal(err)
		}
	}
	var bidders sync.WaitGroup
	stop := make(chan struct{})
	for b := range 8 {
		bidders.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				c, offer := bid(fmt.Sprintf("%d.%d", b, i), 1)
				if _, err := to.Do(t.Context(), fmt.Sprint("lot", i%300), c, offer, nil); err != nil {
					t.Errorf("bid %s: %v", c, err)
				}
			}
		})
	}
	for range 3 {
		keepAll(t, j)
	}
	close(stop)
	bidders.Wait()
	j.Close()
	want := replayed(t, nc)
	var log logged
	j = open(t, nc, func(o *Options[tally]) { keeping(o); o.Log = log.logger() })
	j.Close()
	if got := contents(j); !reflect.DeepEqual(got, want) {
		t.Errorf("snapshot and tail lead to %d subjects, the whole journal to %d, or to others", len(got), len(want))
	}
	for _, p := range j.partitions {
		if p.until == 0 {
			t.Errorf("partition %d did not begin with its snapshot", p.n)
		}
	}
	if log.String() != "" {
		t.Errorf("logged: %s", &log)
	}
}

// A subject with more commands than are copied at once is kept whole.
func TestSnapshotOfAHotSubject(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, keeping)
	to := NewSender(nc, events.AuctionService)
	var bidders sync.WaitGroup
	for b := range 16 {
		bidders.Go(func() {
			for i := range 700 {
				c, offer := bid(fmt.Sprintf("%d.%d", b, i), 1)
				if _, err := to.Do(t.Context(), "lot", c, offer, nil); err != nil {
					t.Errorf("bid %s: %v", c, err)
				}
			}
		})
	}
	bidders.Wait()
	keepAll(t, j)
	j.Close()
	j = open(t, nc, keeping)
	j.Close()
	if got := j.partitions[events.PartitionOf("lot")].slots["lot"].seen.len(); got != 16*700 {
		t.Errorf("%d commands remembered, want %d", got, 16*700)
	}
	if got, want := contents(j), replayed(t, nc); !reflect.DeepEqual(got, want) {
		t.Error("the snapshot leads elsewhere than the journal")
	}
}

// A snapshot that is not what it should be is named in the log, once, and the journal alone counts. (promise P7)
func TestSpoiledSnapshots(t *testing.T) {
	type bench struct {
		t     *testing.T
		p     *partition[tally]
		shelf *shelf
		nc    *nats.Conn
	}
	chunk := func(b bench) *jetstream.RawStreamMsg {
		there, err := b.shelf.list(b.t.Context())
		if err != nil || len(there) != 1 {
			b.t.Fatalf("%d snapshots, %v, want 1", len(there), err)
		}
		return there[0].first
	}
	put := func(b bench, msg *jetstream.RawStreamMsg, data []byte) {
		if err := b.shelf.stream.Purge(b.t.Context(), jetstream.WithPurgeSubject(msg.Subject)); err != nil {
			b.t.Fatal(err)
		}
		if _, err := b.shelf.js.PublishMsg(b.t.Context(), &nats.Msg{Subject: msg.Subject, Header: msg.Header, Data: data}); err != nil {
			b.t.Fatal(err)
		}
	}
	again := func(b bench, change func(p *partition[tally])) { // writes it anew from a changed state
		change(b.p)
		if err := b.shelf.stream.Purge(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
		if err := b.p.keep(b.t.Context()); err != nil {
			b.t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		spoil func(bench)
		after func(*Options[tally])
	}{
		"a bit flipped": {spoil: func(b bench) {
			msg := chunk(b)
			data := bytes.Clone(msg.Data)
			data[len(data)/2] ^= 4
			put(b, msg, data)
		}},
		"another's content under its checksum": {spoil: func(b bench) {
			good := chunk(b)
			again(b, func(p *partition[tally]) { p.slots["lot"].State.Sum++ })
			bad := chunk(b)
			bad.Header.Set(sumHeader, good.Header.Get(sumHeader))
			put(b, bad, bad.Data)
		}},
		"cut short":   {spoil: func(b bench) { msg := chunk(b); put(b, msg, msg.Data[:len(msg.Data)-9]) }},
		"no snapshot": {spoil: func(b bench) { put(b, chunk(b), []byte("{}")) }},
		"without its end": {spoil: func(b bench) {
			msg := chunk(b)
			msg.Header.Del(sumHeader)
			put(b, msg, msg.Data)
		}},
		"of other rules": {after: func(o *Options[tally]) { o.Rules = keptTally{version: 2} }},
		"of another journal": {spoil: func(b bench) {
			again(b, func(p *partition[tally]) { p.subject += "0" })
		}},
		"ahead of the journal": {spoil: func(b bench) {
			again(b, func(p *partition[tally]) { p.slots["lot"].Seq++ })
		}},
		"at odds with the journal": {spoil: func(b bench) {
			again(b, func(p *partition[tally]) { p.slots["lot"].head[0]++ })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			nc := embedded.Test(t)
			j := open(t, nc, keeping)
			to := NewSender(nc, events.AuctionService)
			do := func(id string) {
				c, offer := bid(id, 1)
				if _, err := to.Do(t.Context(), "lot", c, offer, nil); err != nil {
					t.Fatal(err)
				}
			}
			do("one")
			do("two")
			p := j.partitions[events.PartitionOf("lot")]
			if err := p.keep(t.Context()); err != nil {
				t.Fatal(err)
			}
			shelf, err := openShelf(t.Context(), j.js, events.Lots, p.n)
			if err != nil {
				t.Fatal(err)
			}
			if tc.spoil != nil {
				tc.spoil(bench{t, p, shelf, nc})
			}
			j.Close()
			want := replayed(t, nc)
			to = NewSender(nc, events.AuctionService)
			var log logged
			j = open(t, nc, func(o *Options[tally]) {
				keeping(o)
				o.Log = log.logger()
				if tc.after != nil {
					tc.after(o)
				}
			})
			do("three")
			got := states(t, j)["lot"]
			j.Close()
			if lines := strings.Count(log.String(), "\n"); lines != 1 || !strings.Contains(log.String(), "snapshot not used") {
				t.Errorf("logged %q, want one line that the snapshot is not used", &log)
			}
			if got.Bids != 3 || want["lot"].([]any)[0].(tally).Bids != 2 {
				t.Errorf("the lot has %d bids, want 3", got.Bids)
			}
		})
	}
}

// While a snapshot is written, or when writing it ended half-way, the one before it stays.
func TestAnUnfinishedSnapshotLeavesTheOneBefore(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, keeping)
	to := NewSender(nc, events.AuctionService)
	c, offer := bid("one", 1)
	if _, err := to.Do(t.Context(), "lot", c, offer, nil); err != nil {
		t.Fatal(err)
	}
	p := j.partitions[events.PartitionOf("lot")]
	if err := p.keep(t.Context()); err != nil {
		t.Fatal(err)
	}
	shelf, err := openShelf(t.Context(), j.js, events.Lots, p.n)
	if err != nil {
		t.Fatal(err)
	}
	w, err := shelf.write(t.Context(), p.last+5)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 3*chunkSize)); err != nil {
		t.Fatal(err)
	}
	j.Close()
	j = open(t, nc, func(o *Options[tally]) { keeping(o); o.Log = slog.New(slog.DiscardHandler) })
	if got := j.partitions[p.n]; got.until == 0 || got.slots["lot"].Seq != 1 {
		t.Errorf("the partition began with message %d, want the snapshot before", got.until)
	}
}

// What is over leaves memory after a day, and still answers: what it was, that a command was accepted long ago, and that
// an id was used for something else. (promise P20)
func TestColdSubjects(t *testing.T) {
	nc := embedded.Test(t)
	clock := NewClock()
	options := func(o *Options[tally]) { keeping(o); o.Clock = clock }
	j := open(t, nc, options)
	to := NewSender(nc, events.AuctionService)
	do := func(lot, id string, amount int64) (events.Answer, tally, error) {
		var view tally
		c, offer := bid(id, amount)
		a, err := to.Do(t.Context(), lot, c, offer, &view)
		return a, view, err
	}
	for i := range 40 {
		if _, _, err := do(fmt.Sprint("lot", i), fmt.Sprint("bid", i), int64(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	clock.Advance(2 * time.Hour)
	awaitClosed(t, j, 40)
	clock.Advance(coldAfter + time.Hour)
	if _, _, err := do("young", "young", 1); err != nil {
		t.Fatal(err)
	}
	keepAll(t, j)
	if known := states(t, j); len(known) != 1 {
		t.Errorf("%d subjects in memory, want the young one", len(known))
	}
	for _, restarted := range []bool{false, true} {
		if restarted {
			j.Close()
			j = open(t, nc, options)
		}
		past := map[string]tally{}
		if err := j.Past(t.Context(), func(subject string, s tally) { past[subject] = s }); err != nil {
			t.Fatal(err)
		}
		if len(past) != 40 || !past["lot3"].Closed || past["lot3"].Sum != 4 {
			t.Errorf("restarted %t: Past told of %d subjects, %+v, want 40 closed ones", restarted, len(past), past["lot3"])
		}
		if a, v, err := do("lot3", "bid3", 4); err != nil || !a.Repeated || v.Sum != 4 || !v.Closed {
			t.Errorf("restarted %t: a bid of long ago = %+v %+v %v, want repeated", restarted, a, v, err)
		}
		if _, _, err := do("lot4", "bid4", 99); !errors.Is(err, events.IDReused) {
			t.Errorf("restarted %t: its id for another bid: %v, want %v", restarted, err, events.IDReused)
		}
		if _, _, err := do("lot5", "late", 99); !errors.Is(err, events.Closed) {
			t.Errorf("restarted %t: a late bid: %v, want %v", restarted, err, events.Closed)
		}
		keepAll(t, j)
		if known := states(t, j); len(known) != 1 {
			t.Errorf("restarted %t: %d subjects in memory, want the young one", restarted, len(known))
		}
	}
}

func awaitClosed(t *testing.T, j *Journal[tally], n int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		closed := 0
		for _, s := range states(t, j) {
			if s.Closed {
				closed++
			}
		}
		if closed == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d closed, want %d", closed, n)
		}
	}
}

// A tomb whose facts lead elsewhere answers nobody.
func TestRecallTrustsNothing(t *testing.T) {
	nc := embedded.Test(t)
	j := open(t, nc, keeping)
	to := NewSender(nc, events.AuctionService)
	for i := range 3 {
		c, offer := bid(fmt.Sprint(i), 1)
		if _, err := to.Do(t.Context(), "lot", c, offer, nil); err != nil {
			t.Fatal(err)
		}
	}
	j.Close()
	s := j.partitions[events.PartitionOf("lot")].slots["lot"]
	good := tomb{s.Seq, s.head, s.trail}
	for name, tc := range map[string]struct {
		change func(*tomb)
		want   error
	}{
		"as it is":         {func(*tomb) {}, nil},
		"another hash":     {func(t *tomb) { t.head[3]++ }, ErrBroken},
		"another number":   {func(t *tomb) { t.seq++ }, ErrBroken},
		"a message short":  {func(t *tomb) { t.trail.steps = t.trail.steps[:2] }, ErrBroken},
		"no such message":  {func(t *tomb) { t.trail.add(t.trail.last + 900) }, jetstream.ErrMsgNotFound},
		"a message missed": {func(t *tomb) { t.trail.steps = t.trail.steps[1:] }, ErrBroken},
	} {
		bad := good
		bad.trail.steps = bytes.Clone(good.trail.steps)
		tc.change(&bad)
		e, err := j.recall(context.Background(), "lot", bad)
		if !errors.Is(err, tc.want) || err == nil && !reflect.DeepEqual(e, s.Entity) {
			t.Errorf("%s: recall = %+v, %v, want %v", name, e.State, err, tc.want)
		}
	}
}

// logged is what was logged.
type logged struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logged) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }
