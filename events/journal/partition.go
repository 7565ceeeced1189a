package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nats.go/micro"

	"lightshare/events"
)

const (
	maxAppends    = 2                      // under way at the same time; the server syncs a stream's one after the other
	maxGroup      = 1024                   // commands decided and appended together, and what else came in the last one's message
	maxWaiting    = 16 << 10               // messages before the writer; more are turned away
	maxGroupBytes = 512 << 10              // of facts in one message; the bus takes 1 MiB
	appendTimeout = 5 * time.Second        // after which the fate of an append counts as unknown
	maxOvertaken  = 100                    // times in a row by another writer, before that counts as a fault
	appendTries   = 4                      // before the group's senders are told to come again
	idleBeat      = 5 * time.Second        // without anything to do, between looks for what others have appended
	retryDelay    = 100 * time.Millisecond // between tries, doubled each time
)

// partition is the writer of one partition. Everything in it that has no guard belongs to the goroutine of run while that
// runs, and otherwise to the one that shares out.
type partition[S any] struct {
	j       *Journal[S]
	n       int
	subject string
	slots   map[string]*slot[S]
	cold    map[string]tomb // subjects that have left memory
	due     deadlines
	last    uint64 // stream sequence of the partition's newest message: the fence
	unsure  bool   // an append of unknown fate may lie behind last
	doubt   bool   // one of ours or of an earlier writer's may still arrive there
	broken  error  // why nothing can be decided here any more; set before the partition runs
	failing bool   // appends have failed since the last one that did not
	now     time.Time
	group   group[S] // empty between two appends

	append appender
	inbox  chan []*item // what came in one message
	looks  chan func()

	aside aside

	until  uint64              // sequence up to which facts that a snapshot knew may come again
	ahead  map[string]struct{} // its subjects whose newest fact the journal has not borne out yet
	unkept atomic.Int64        // facts since the last snapshot

	keeping sync.Mutex
	held    int64     // guarded by keeping; subjects and commands in the last snapshot
	keptAt  time.Time // guarded by keeping; when that was begun
	sweptAt time.Time // when a partition of another process was last looked through; belongs to share

	mu      sync.Mutex
	taking  bool               // guarded by mu; whatever is put into the inbox now will be answered
	service micro.Service      // guarded by mu; takes the commands; nil while another process writes
	stop    context.CancelFunc // guarded by mu; ends run
	ended   chan struct{}      // guarded by mu; closed when run has returned
}

// slot is a subject with its deadline.
type slot[S any] struct {
	Entity[S]
	deadline time.Time
	trail    trail
}

// item is a command on its way through a group.
type item struct {
	letter  *letter // what it came in; nil for a deadline
	line    int     // in the letter
	request events.Request
	command events.Command
	reply   []byte

	answer  events.Answer   // that reply encodes, with a receipt to be added
	receipt *events.Receipt // that the sender wants, to be signed; nil for none
}

func newPartition[S any](j *Journal[S], n int) *partition[S] {
	return &partition[S]{
		j:       j,
		n:       n,
		subject: events.JournalSubject(j.o.Name, n),
		slots:   make(map[string]*slot[S]),
		cold:    make(map[string]tomb),
		aside:   aside{waiting: make(map[string][]*item), woken: make(chan func())},
		keptAt:  j.o.Clock.Now(),
		sweptAt: j.o.Clock.Now(),
		append:  j.publish,
		inbox:   make(chan []*item, maxWaiting),
		looks:   make(chan func()),
	}
}

// take reads a message of commands from the bus and puts them before the writer. What cannot be read is refused at once.
func (p *partition[S]) take(req micro.Request) {
	l := receive(req)
	room, items := make([]item, len(l.lines)), make([]*item, 0, len(l.lines))
	malformed := 0
	for n, line := range l.lines {
		it := &room[n]
		it.letter, it.line = l, n
		var err error
		if it.request, it.command, err = events.ReadRequest(line); err != nil || !sound(it) {
			malformed++
			it.reply = refusal(events.Malformed)
			p.answer(it)
			continue
		}
		items = append(items, it)
	}
	if malformed > 0 { // said once, however many lines there are
		p.j.o.Log.Warn("command malformed", "journal", p.j.o.Name, "subject", req.Subject(), "lines", malformed, "bytes", len(req.Data()))
	}
	if !p.put(items) {
		for _, it := range items {
			it.reply = refusal(events.Unavailable)
			p.answer(it)
		}
	}
}

// maxName is the longest subject or command id, in bytes.
const maxName = 200

// sound reports whether a command says whom it concerns and, unless it only asks, under which id it was sent.
func sound(it *item) bool {
	_, asks := it.command.(events.Question)
	id, subject := len(it.request.ID), len(it.request.Subject)
	return (id > 0 || asks) && id <= maxName && subject > 0 && subject <= maxName
}

// put puts commands before the writer, unless there is none or too much waits already.
func (p *partition[S]) put(items []*item) bool {
	if len(items) == 0 {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.taking {
		return false
	}
	select {
	case p.inbox <- items:
		return true
	default:
		return false
	}
}

// answer sends the item's reply, together with those of its letter. It logs that an answer could not be sent; the sender
// will ask again under the same id.
func (p *partition[S]) answer(it *item) {
	if it.letter == nil {
		return
	}
	if err := it.letter.reply(it.line, it.reply); err != nil {
		p.j.o.Log.Warn("answer not sent", "partition", p.subject, "error", err)
	}
}

// run decides until ctx ends, and then what is still waiting. It begins by shutting out what the last writer may still
// have under way.
func (p *partition[S]) run(ctx context.Context) {
	p.doubt = true
	p.settle(ctx, nil)
	for ctx.Err() == nil {
		items := p.wait(ctx)
		p.settle(ctx, items)
	}
	for {
		items := p.fill(nil)
		switch {
		case len(items) > 0:
			p.settle(ctx, items)
		case p.aside.count > 0:
			(<-p.aside.woken)()
		default:
			p.aside.recalls.Wait()
			return
		}
	}
}

// wait returns when there is something to do: the first command, or none when a deadline has come, the clock was moved
// or ctx has ended.
func (p *partition[S]) wait(ctx context.Context) []*item {
	moved := p.j.o.Clock.Moved()
	idle := time.NewTimer(idleBeat)
	defer idle.Stop()
	var timer <-chan time.Time
	if at, ok := p.due.next(); ok {
		t := time.NewTimer(at.Sub(p.j.o.Clock.Now()))
		defer t.Stop()
		timer = t.C
	}
	for {
		select {
		case items := <-p.inbox:
			return items
		case look := <-p.looks:
			look()
		case there := <-p.aside.woken:
			there()
			return nil
		case <-timer:
			return nil
		case <-moved:
			return nil
		case <-idle.C:
			p.unsure = true // a writer that does not know yet that it is none any more may have appended
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// fill adds the commands that wait already, and the deadlines that have come.
func (p *partition[S]) fill(items []*item) []*item {
	items, p.aside.again = append(items, p.aside.again...), nil
	for len(items) < maxGroup {
		select {
		case more := <-p.inbox:
			items = append(items, more...)
			continue
		default:
		}
		break
	}
	now := p.time()
	for len(items) < 2*maxGroup {
		d, ok := p.due.take(now)
		if !ok {
			break
		}
		s := p.slots[d.subject]
		if s == nil || !s.deadline.Equal(d.at) {
			continue // moved on since
		}
		s.deadline = time.Time{}
		if _, c := p.j.o.Rules.Deadline(s.State); c != nil {
			items = append(items, &item{request: events.Request{Subject: d.subject}, command: c})
		}
	}
	return items
}

// time returns the journal's time, which never goes back.
func (p *partition[S]) time() time.Time {
	if now := p.j.o.Clock.Now(); now.After(p.now) {
		p.now = now
	}
	return p.now
}

// settle decides the items, appends what follows and answers, in as many groups as it takes. Being overtaken by another
// writer is no fault: the tail is read and the same is decided again at once. After too many faults in a row, or one when
// ctx has ended, the senders are told to come again.
func (p *partition[S]) settle(ctx context.Context, items []*item) {
	faults, overtaken, delay := 0, 0, retryDelay
	for {
		var err error
		items, err = p.advance(context.WithoutCancel(ctx), items)
		switch {
		case err == nil && len(items) == 0:
			p.failing = false
			return
		case err == nil:
			faults, overtaken, delay = 0, 0, retryDelay
			continue
		case isStale(err) && overtaken < maxOvertaken:
			overtaken++
			continue
		}
		if !p.failing {
			p.failing = true
			p.j.o.Log.Warn("append not acknowledged, repeated until it is", "partition", p.subject, "error", err)
		}
		if faults++; faults == appendTries || ctx.Err() != nil {
			p.turnAway(items)
			return
		}
		time.Sleep(delay)
		delay *= 2
	}
}

// isStale reports whether the fence turned an append down: somebody else has appended since the tail was read.
func isStale(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}

// advance waits for the partition's turn, takes along whatever has come meanwhile, appends as much as fits in one message
// and answers for it. It returns what is left: after an error, everything.
func (p *partition[S]) advance(ctx context.Context, items []*item) ([]*item, error) {
	if p.unsure {
		if err := p.readTail(ctx); err != nil {
			return items, fmt.Errorf("read tail: %w", err)
		}
	}
	p.j.turns <- struct{}{}
	items = p.setAside(ctx, p.fill(items))
	n := p.decide(items)
	err := p.commit(ctx)
	<-p.j.turns
	defer p.group.clear()
	if err != nil {
		p.takeBack()
		p.unsure = true
		return items, err
	}
	p.vouch(items[:n])
	for _, it := range items[:n] {
		p.answer(it) // what it was told to say is on disk now
	}
	p.publish(p.group.steps)
	return items[n:], nil
}

// turnAway tells the senders that nothing is known of their commands and that they should send them again.
func (p *partition[S]) turnAway(items []*item) {
	for _, it := range items {
		if it.letter != nil {
			it.reply = refusal(events.Unavailable)
			p.answer(it)
		} else if s := p.slots[it.request.Subject]; s != nil {
			p.schedule(it.request.Subject, s)
		}
	}
}
