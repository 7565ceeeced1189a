package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus/embedded"
)

// Commands that come while others are under way go together, and overtake a message that is late. Each gets its own answer.
func TestWhatWaitsGoesTogether(t *testing.T) {
	nc := embedded.Test(t)
	var appends atomic.Int64
	hold := make(chan struct{})
	j := holding(t, nc, &appends, hold)
	to := NewSender(nc, events.AuctionService)
	l := &to.lanes[events.PartitionOf("lot")]
	var all sync.WaitGroup
	send := func(n int) {
		all.Go(func() {
			c, b := bid(fmt.Sprint("id", n), int64(n))
			var v tally
			a, err := to.Do(t.Context(), "lot", c, b, &v)
			if err != nil || int(a.Seq) != v.Bids {
				t.Errorf("bid %d = %+v %+v, %v; want the view after its own fact", n, a, v, err)
			}
		})
	}
	send(0)
	awaitLane(t, l, 1, 0)
	const more = 50
	for n := range more {
		send(1 + n)
	}
	awaitLane(t, l, 1, more)
	l.mu.Lock()
	l.left = l.left.Add(-late)
	l.mu.Unlock()
	send(1 + more)
	awaitLane(t, l, 2, 0)
	close(hold)
	all.Wait()
	if n := appends.Load(); n > 3 {
		t.Errorf("%d bids took %d appends, want those that waited to go together", 2+more, n)
	}
	if s := states(t, j)["lot"]; s.Bids != 2+more {
		t.Errorf("%d bids count, want %d", s.Bids, 2+more)
	}
	awaitLane(t, l, 0, 0)
}

// A sender who stops to wait leaves the others alone.
func TestWhoWaitsMayLeave(t *testing.T) {
	nc := embedded.Test(t)
	var appends atomic.Int64
	hold := make(chan struct{})
	holding(t, nc, &appends, hold)
	to := NewSender(nc, events.AuctionService)
	ctx, leave := context.WithCancel(t.Context())
	left, stayed := make(chan error, 1), make(chan error, 1)
	for who, done := range map[context.Context]chan error{ctx: left, t.Context(): stayed} {
		go func() {
			c, b := bid(fmt.Sprint("of", done), 1)
			_, err := to.Do(who, "lot", c, b, nil)
			done <- err
		}()
	}
	leave()
	if err := <-left; !errors.Is(err, events.Unavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("who left heard %v, want that the outcome is not known", err)
	}
	close(hold)
	if err := <-stayed; err != nil {
		t.Errorf("who stayed heard %v", err)
	}
}

// Each line of a message has its own answer; what nobody can read spoils no other.
func TestALineAnAnswer(t *testing.T) {
	nc := embedded.Test(t)
	open(t, nc, nil)
	lines := func(n int) []byte {
		var b []byte
		for i := range n {
			b = fmt.Appendf(b, `{"id":"id%d","subject":"lot","kind":"place_bid","body":{"bidder":"b","max":1},"quiet":true}`+"\n", i)
		}
		return b
	}
	ask := func(message []byte) string {
		m, err := nc.Request(events.CommandSubject(events.AuctionService, events.PartitionOf("lot")), message, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return string(m.Data)
	}
	const malformed = `{"refusal":"malformed"}`
	spoiled := bytes.Replace(lines(3), []byte(`"id1","subject"`), []byte(`"id1","object"`), 1)
	if got, want := ask(spoiled), `{"seq":1}`+"\n"+malformed+"\n"+`{"seq":2}`; got != want {
		t.Errorf("a line spoiled: %s\nwant %s", got, want)
	}
	if got := ask(lines(maxLoad + 1)); got != malformed {
		t.Errorf("%d lines: %.100s, want %s", maxLoad+1, got, malformed)
	}
	if got := strings.Count(ask(lines(maxLoad)), "\n"); got != maxLoad-1 {
		t.Errorf("%d answers to %d lines", got+1, maxLoad)
	}
}

// An answer that would not fit in the message says to come again, and has had its effect by then.
func TestAnswersThatDoNotFit(t *testing.T) {
	l := &letter{answers: make([][]byte, 4), unanswered: 4}
	big := bytes.Repeat([]byte("x"), maxReply/2)
	for line := range 3 {
		if err := l.reply(line, big); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := string(l.answers[2]), string(refusal(events.Unavailable)); got != want {
		t.Errorf("the third answer is %.100s, want %s", got, want)
	}
}

// holding opens a journal that appends to the lot's partition only once hold is closed, and counts that.
func holding(t *testing.T, nc *nats.Conn, appends *atomic.Int64, hold chan struct{}) *Journal[tally] {
	t.Helper()
	j := open(t, nc, nil)
	p := j.partitions[events.PartitionOf("lot")]
	working := p.append
	install(t, p, func(ctx context.Context, subject string, data []byte, last uint64) (uint64, error) {
		appends.Add(1)
		<-hold
		return working(ctx, subject, data, last)
	})
	return j
}

// awaitLane waits until so many messages are under way and so many commands wait.
func awaitLane(t *testing.T, l *lane, flights, waiting int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		l.mu.Lock()
		f, w := l.flights, len(l.waiting)
		l.mu.Unlock()
		if f == flights && w == waiting {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d messages are under way and %d commands wait, want %d and %d", f, w, flights, waiting)
		}
	}
}
