package journal

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nats.go/micro"

	"lightshare/events"
)

const (
	maxAppends    = 2                      // under way at the same time; the server syncs a stream's one after the other
	maxGroup      = 1024                   // commands decided and appended together
	maxGroupBytes = 512 << 10              // of facts in one message; the bus takes 1 MiB
	appendTimeout = 5 * time.Second        // after which the fate of an append counts as unknown
	appendTries   = 4                      // before the group's senders are told to come again
	retryDelay    = 100 * time.Millisecond // between tries, doubled each time
)

// partition is the writer of one partition. Everything in it belongs to the goroutine of run, except the channels.
type partition[S any] struct {
	j       *Journal[S]
	subject string
	slots   map[string]*slot[S]
	due     deadlines
	last    uint64 // stream sequence of the partition's newest message: the fence
	unsure  bool   // an append of unknown fate may lie behind last
	now     time.Time

	append appender
	inbox  chan *item
	looks  chan func()
	ended  chan struct{} // closed when run has returned
}

// slot is a subject with its deadline.
type slot[S any] struct {
	Entity[S]
	deadline time.Time
}

// item is a command on its way through a group.
type item struct {
	req     micro.Request // nil for a deadline
	request events.Request
	command events.Command
	reply   []byte
}

// undo is what a slot was before a tentative fact.
type undo[S any] struct {
	slot    *slot[S]
	state   S
	seq     uint64
	at      time.Time
	command events.CommandID
}

// group is what is decided and appended together.
type group[S any] struct {
	changes []Change[S]
	undo    []undo[S]
	message []byte
}

func newPartition[S any](j *Journal[S], n int) *partition[S] {
	return &partition[S]{
		j:       j,
		subject: events.JournalSubject(j.o.Name, n),
		slots:   make(map[string]*slot[S]),
		append:  j.publish,
		inbox:   make(chan *item, 16*maxGroup),
		looks:   make(chan func()),
		ended:   make(chan struct{}),
	}
}

// take reads a request from the bus and puts it before the writer.
func (p *partition[S]) take(req micro.Request) {
	it := &item{req: req}
	err := json.Unmarshal(req.Data(), &it.request)
	if err == nil {
		it.command, err = it.request.Command()
	}
	if _, asks := it.command.(events.Question); err != nil || it.request.ID == "" && !asks || it.request.Subject == "" || len(it.request.Subject) > 200 || len(it.request.ID) > 200 {
		p.j.o.Log.Warn("command malformed", "journal", p.j.o.Name, "subject", req.Subject(), "bytes", len(req.Data()))
		p.answer(refuse(req, events.Malformed))
		return
	}
	select {
	case p.inbox <- it:
	case <-p.ended:
		p.answer(refuse(req, events.Unavailable))
	}
}

// answer logs that an answer could not be sent; its sender will ask again under the same id.
func (p *partition[S]) answer(err error) {
	if err != nil {
		p.j.o.Log.Warn("answer not sent", "partition", p.subject, "error", err)
	}
}

// run decides until ctx ends, and then what is still waiting.
func (p *partition[S]) run(ctx context.Context) {
	defer close(p.ended)
	for ctx.Err() == nil {
		items := p.wait(ctx)
		p.settle(context.WithoutCancel(ctx), items)
	}
	for {
		items := p.fill(nil)
		if len(items) == 0 {
			return
		}
		p.settle(context.WithoutCancel(ctx), items)
	}
}

// wait returns when there is something to do: the first command, or none when a deadline has come, the clock was moved
// or ctx has ended.
func (p *partition[S]) wait(ctx context.Context) []*item {
	moved := p.j.o.Clock.Moved()
	var timer <-chan time.Time
	if at, ok := p.due.next(); ok {
		t := time.NewTimer(at.Sub(p.j.o.Clock.Now()))
		defer t.Stop()
		timer = t.C
	}
	for {
		select {
		case it := <-p.inbox:
			return []*item{it}
		case look := <-p.looks:
			look()
		case <-timer:
			return nil
		case <-moved:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// fill adds the commands that wait already, and the deadlines that have come.
func (p *partition[S]) fill(items []*item) []*item {
	for len(items) < maxGroup {
		select {
		case it := <-p.inbox:
			items = append(items, it)
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

// settle decides the items, appends what follows and answers, in as many groups as it takes.
func (p *partition[S]) settle(ctx context.Context, items []*item) {
	delay := retryDelay
	for try, first := 0, true; first || len(items) > 0; first = false {
		if p.unsure {
			if err := p.readTail(ctx); err != nil {
				p.j.o.Log.Error("tail not read", "partition", p.subject, "error", err)
			}
		}
		if !p.unsure {
			rest, err := p.advance(ctx, items)
			items = rest
			if err == nil {
				try, delay = 0, retryDelay
				continue
			}
			p.unsure = true
			p.j.o.Log.Warn("append not acknowledged", "partition", p.subject, "error", err)
		}
		if try++; try == appendTries {
			p.turnAway(items)
			return
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
		}
		delay *= 2
	}
}

// advance waits for the partition's turn, takes along whatever has come meanwhile, appends as much as fits in one message
// and answers for it. It returns what is left: after an error, everything.
func (p *partition[S]) advance(ctx context.Context, items []*item) ([]*item, error) {
	p.j.turns <- struct{}{}
	items = p.fill(items)
	g, n := p.decide(items)
	err := p.commit(ctx, g)
	<-p.j.turns
	if err != nil {
		p.takeBack(g)
		return items, err
	}
	p.publish(g, items[:n])
	return items[n:], nil
}

// turnAway tells the senders that nothing is known of their commands and that they should send them again.
func (p *partition[S]) turnAway(items []*item) {
	for _, it := range items {
		if it.req != nil {
			p.answer(refuse(it.req, events.Unavailable))
		} else if s := p.slots[it.request.Subject]; s != nil {
			p.schedule(it.request.Subject, s)
		}
	}
}

// decide decides items in order, tentatively, until the message is full, and returns how many it took.
func (p *partition[S]) decide(items []*item) (*group[S], int) {
	g := &group[S]{}
	now := p.time()
	for n, it := range items {
		if len(g.message) > maxGroupBytes {
			return g, n
		}
		p.decideOne(g, it, now)
	}
	return g, len(items)
}

func (p *partition[S]) decideOne(g *group[S], it *item, now time.Time) {
	name := it.request.Subject
	s := p.slots[name]
	if s == nil {
		s = &slot[S]{}
	}
	before := undo[S]{s, s.State, s.Seq, s.At, it.request.ID}
	rec, err := s.Decide(p.j.o.Rules, name, it.request.ID, it.command, it.request.Body, now)
	answer := events.Answer{Seq: s.Seq}
	switch {
	case err == nil && rec.Kind != "":
		g.message = append(rec.AppendJSON(g.message), '\n')
		p.slots[name] = s
		g.undo = append(g.undo, before)
		g.changes = append(g.changes, Change[S]{Record: rec.Record, Fact: rec.Decided, Before: before.state, State: s.State})
	case Repeated(err):
		answer.Repeated = true
	case err != nil:
		answer.Refusal = p.refusal(err, name, it)
	}
	if it.req == nil {
		return
	}
	if !it.request.Quiet {
		if answer.View, err = json.Marshal(p.j.o.Rules.View(s.State)); err != nil {
			p.j.o.Log.Error("view not encoded", "subject", name, "error", err)
		}
	}
	it.reply = answer.AppendJSON(nil)
}

// refusal returns the refusal in err. Anything else is a fault of ours, logged, and asks the sender to come again.
func (p *partition[S]) refusal(err error, subject string, it *item) events.Refusal {
	if r, ok := events.AsRefusal(err); ok {
		if it.req == nil {
			p.j.o.Log.Error("deadline refused", "subject", subject, "command", it.command.CommandKind(), "refusal", r)
		}
		return r
	}
	p.j.o.Log.Error("command not decided", "subject", subject, "command", it.command.CommandKind(), "error", err)
	return events.Unavailable
}

// commit appends the group's facts as one message and returns when they are on disk.
func (p *partition[S]) commit(ctx context.Context, g *group[S]) error {
	if len(g.changes) == 0 {
		return nil
	}
	sequence, err := p.append(ctx, p.subject, g.message, p.last)
	if err == nil {
		p.last = sequence
	}
	return err
}

// publish answers everybody, now that the facts are on disk, and hands the facts on.
func (p *partition[S]) publish(g *group[S], items []*item) {
	for _, it := range items {
		if it.req != nil && it.reply != nil {
			p.answer(it.req.Respond(it.reply))
		}
	}
	for _, c := range g.changes {
		p.schedule(c.Record.Subject, p.slots[c.Record.Subject])
		if p.j.o.After != nil {
			p.j.o.After(c)
		}
	}
}

// schedule enters the subject's deadline if it has a new one.
func (p *partition[S]) schedule(subject string, s *slot[S]) {
	at, _ := p.j.o.Rules.Deadline(s.State)
	if at.Equal(s.deadline) {
		return
	}
	s.deadline = at
	if !at.IsZero() {
		p.due.add(at, subject)
	}
}

// takeBack restores what every slot was before the group, newest first.
func (p *partition[S]) takeBack(g *group[S]) {
	for i := len(g.undo) - 1; i >= 0; i-- {
		u := g.undo[i]
		u.slot.State, u.slot.Seq, u.slot.At = u.state, u.seq, u.at
		if u.command != "" {
			delete(u.slot.seen, u.command)
		}
		if u.seq == 0 {
			delete(p.slots, g.changes[i].Record.Subject)
		}
	}
}

// readTail applies whatever lies in the partition behind the last message known: another writer's facts, or our own
// whose acknowledgement was lost.
func (p *partition[S]) readTail(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, appendTimeout)
	defer cancel()
	for {
		msg, err := p.j.stream.GetMsg(ctx, p.last+1, jetstream.WithGetMsgSubject(p.subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			p.unsure = false
			return nil
		}
		if err != nil {
			return err
		}
		changes, err := p.apply(msg.Data, msg.Sequence)
		if err != nil {
			return err
		}
		p.publish(&group[S]{changes: changes}, nil)
	}
}
