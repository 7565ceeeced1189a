package blacklist

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lightshare/events"
)

// MassLimit is how many listings or works may be blocked or unblocked at once by one person. More needs a second one.
const MassLimit = 100

// BatchStanding is what the journal knows of a batch.
type BatchStanding struct {
	Proposed  events.BatchProposed
	Works     int    // put on the list
	Parts     int    // in which they came
	RemovalBy string // who wants it taken back; empty for nobody
	Removed   bool
}

// after returns the standing after a fact, in memory of its own.
func (b *BatchStanding) after(f events.Fact) *BatchStanding {
	var next BatchStanding
	if b != nil {
		next = *b
	}
	switch f := f.(type) {
	case events.BatchProposed:
		next.Proposed = f
	case events.EntriesAdded:
		next.Works, next.Parts = next.Works+len(f.Entries), f.Part
	case events.RemovalProposed:
		next.RemovalBy = f.By
	case events.BatchRemoved:
		next.Removed = true
	}
	return &next
}

func proposeBatch(s Standing, c events.ProposeBatch) (events.Fact, error) {
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	if s.Batch != nil {
		return nil, events.Unchanged
	}
	return events.BatchProposed{
		Name: c.Name, Works: c.Works, Refused: c.Refused, Held: c.Held, By: c.By, Reason: c.Reason, Second: c.Refused+c.Held > MassLimit,
	}, nil
}

// Limits of a part of a batch, so that a message holds it.
const (
	partSize  = 2000      // works
	partBytes = 256 << 10 // of their names
)

// parts cuts works into parts.
func parts(works []events.Entry) [][]events.Entry {
	var all [][]events.Entry
	for begin, size, i := 0, 0, 0; i < len(works); i++ {
		e := works[i]
		for _, name := range slices.Concat([]string{e.Artist, e.Title, e.Source}, e.ArtistAlt, e.TitleAlt) {
			size += len(name)
		}
		if i+1 == len(works) || i+1-begin == partSize || size > partBytes {
			all, begin, size = append(all, works[begin:i+1]), i+1, 0
		}
	}
	return all
}

func addEntries(s Standing, c events.AddEntries) (events.Fact, error) {
	b := s.Batch
	switch {
	case c.By == "" || len(c.Entries) == 0 || len(c.Entries) > partSize:
		return nil, fmt.Errorf("%d entries by %q: %w", len(c.Entries), c.By, events.Malformed)
	case b == nil || b.Removed || c.Part > b.Parts+1:
		return nil, events.WrongState
	case c.Part <= b.Parts:
		return nil, events.Unchanged
	case b.Proposed.Second && c.By == b.Proposed.By:
		return nil, events.FourEyes
	}
	for _, e := range c.Entries {
		if err := checkEntry(e); err != nil {
			return nil, err
		}
	}
	return events.EntriesAdded(c), nil
}

func proposeRemoval(s Standing, c events.ProposeRemoval) (events.Fact, error) {
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	if s.Removed || s.Batch != nil && s.Batch.Removed {
		return nil, events.NoSuchEntry
	}
	return events.RemovalProposed(c), nil
}

// removeBatch accepts also a batch that the journal has never seen: works used to come on the list one by one.
func removeBatch(s Standing, c events.RemoveBatch) (events.Fact, error) {
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	if b := s.Batch; b != nil {
		if b.Removed {
			return nil, events.NoSuchEntry
		}
		if b.Works > MassLimit && (b.RemovalBy == "" || b.RemovalBy == c.By) {
			return nil, events.FourEyes
		}
	}
	return events.BatchRemoved(c), nil
}

// A Batch is works that come on the list at once, so that they can be taken back at once.
type Batch struct {
	ID        string
	Name      string // of the file; empty when there was none
	By        string
	Second    string // who confirmed it; empty when nobody had to
	Reason    string
	At        time.Time
	Added     int    // works that it put on the list
	Left      int    // of them still there
	RemovalBy string // who wants it taken back, and a second person must confirm that

	came []changes // of the list, by which they came
}

// batch returns the batch of that id, made when there is none; mu is held.
func (s *state) batch(id string) *Batch {
	for _, b := range slices.Backward(s.batches) {
		if b.ID == id {
			return b
		}
	}
	b := &Batch{ID: id}
	s.batches = append(s.batches, b)
	return b
}

// applyMany changes the list by very many works. It takes a while, so mu is not held meanwhile, and nobody waits; facts
// come one after the other.
func (s *state) applyMany(rec events.Record, f events.Fact) changes {
	s.mu.Lock()
	var came []changes
	isNew := rec.Seq > s.seen[rec.Subject]
	switch f := f.(type) {
	case events.EntriesAdded:
		for _, e := range f.Entries {
			if isNew {
				s.leaveBatch(e.ID)
			}
		}
	case events.BatchRemoved:
		came = slices.Clone(s.batch(rec.Subject).came)
	}
	s.mu.Unlock()
	if !isNew {
		return changes{}
	}
	switch f := f.(type) {
	case events.EntriesAdded:
		return s.list.AddAll(f.Entries)
	case events.BatchRemoved:
		s.list.RemoveAll(came)
	}
	return changes{}
}

// applyBatch takes in what is said of a batch, and says in act what that was; mu is held. came is by which changes works
// of it came on the list.
func (s *state) applyBatch(rec events.Record, f events.Fact, came changes, act *Act) {
	switch f := f.(type) {
	case events.BatchProposed:
		b := s.batch(rec.Subject)
		b.Name, b.By, b.Reason, b.At = f.Name, f.By, f.Reason, rec.At
		act.By, act.Did, act.What, act.Reason = f.By, "proposed", fmt.Sprintf("%d works from %s", f.Works, f.Name), f.Reason
	case events.EntriesAdded:
		b := s.batch(rec.Subject)
		b.take(came)
		b.Added, b.Left = b.Added+len(f.Entries), b.Left+len(f.Entries)
		if f.By != b.By {
			b.Second = f.By
		}
		s.noteWorks(rec, f, b, act)
	case events.RemovalProposed:
		act.By, act.Did, act.Reason = f.By, "wants back", f.Reason
		if e, ok := s.list.Entry(events.EntryID(rec.Subject)); ok {
			s.asked[e.ID], act.What = f.By, workName(e)
			return
		}
		b := s.batch(rec.Subject)
		b.RemovalBy, act.What = f.By, b.works()
	case events.BatchRemoved:
		b := s.batch(rec.Subject)
		act.By, act.Did, act.What, act.Reason = f.By, "took back", b.works(), f.Reason
		b.Left, b.RemovalBy, b.came = 0, "", nil
	}
}

// removalAsked returns who wants an entry taken off the list; empty for nobody.
func (s *state) removalAsked(id events.EntryID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[id]
}

// take notes by which changes more of its works came. Those that follow each other are kept as one.
func (b *Batch) take(c changes) {
	if n := len(b.came); n > 0 && b.came[n-1].last+1 == c.first {
		b.came[n-1].last = c.last
		return
	}
	b.came = append(b.came, c)
}

// noteWorks has the log say once how many works came, and not for each part of them.
func (s *state) noteWorks(rec events.Record, f events.EntriesAdded, b *Batch, act *Act) {
	for i := len(s.acts) - 1; i >= max(0, len(s.acts)-keptActs) && f.Part > 1; i-- {
		if a := &s.acts[i]; a.Subject == rec.Subject && a.Did == "added" {
			a.What = b.works()
			return
		}
	}
	act.By, act.Did, act.What, act.Reason = f.By, "added", b.works(), b.Reason
}

func (b *Batch) works() string {
	from := ""
	if b.Name != "" {
		from = " from " + b.Name
	}
	if b.Added == 1 {
		return "1 work" + from
	}
	return fmt.Sprintf("%d works%s", b.Added, from)
}

// takeBatch notes that an entry came alone, with a batch; mu is held. Works used to come one by one.
func (s *state) takeBatch(f events.EntryAdded, at time.Time) {
	if f.Batch == "" {
		return
	}
	b := s.batch(f.Batch)
	if b.Added == 0 {
		b.By, b.Reason, b.At = f.By, f.Reason, at
	}
	b.Added, b.Left = b.Added+1, b.Left+1
	b.take(changes{s.list.Version(), s.list.Version()})
}

// leaveBatch notes that an entry is about to leave the list as its batch put it there; mu is held.
func (s *state) leaveBatch(id events.EntryID) {
	change, ok := s.list.changeOf(id)
	if !ok {
		return
	}
	for _, b := range s.batches {
		if anyHas(b.came, change) {
			b.Left--
		}
	}
}

// Batches returns all batches, the newest first.
func (k *Keeper) Batches() []Batch {
	k.state.mu.Lock()
	defer k.state.mu.Unlock()
	all := make([]Batch, 0, len(k.state.batches))
	for _, b := range slices.Backward(k.state.batches) {
		all = append(all, *b)
	}
	return all
}

// changesAtOnce is how many changes are on their way to the journal at the same time.
const changesAtOnce = 64

// AddBatch puts the works on the list that are not on it yet, and returns when this replica judges by them: the batch,
// and how many were on the list already. Where a part cannot be added those before it are, and the error says so; the
// batch can be taken back then, too. When all are on the list already it is [events.Unchanged]; where too many listings
// are concerned for one person, [events.FourEyes].
func (k *Keeper) AddBatch(ctx context.Context, entries []events.Entry, by, reason string) (batch string, known int, err error) {
	var works []events.Entry
	for _, e := range entries {
		if _, ok := k.state.list.Same(e); ok {
			known++
			continue
		}
		e.ID = events.EntryID(events.NewID())
		works = append(works, e)
	}
	if len(works) == 0 {
		return "", known, fmt.Errorf("add %d entries: %w", known, events.Unchanged)
	}
	effect := k.Preview(ctx, works)
	if effect.Refused+effect.Held > MassLimit {
		return "", known, fmt.Errorf("add %d entries: %w", len(works), events.FourEyes)
	}
	batch = newBatchID()
	if err := k.propose(ctx, batch, "a typed list", works, effect, by, reason); err != nil {
		return "", known, err
	}
	return batch, known, k.addParts(ctx, batch, works, by, func(int) {})
}

func newBatchID() string { return "batch-" + events.NewID() }

func (k *Keeper) propose(ctx context.Context, batch, name string, works []events.Entry, e Effect, by, reason string) error {
	return k.change(ctx, batch, events.ProposeBatch{Name: name, Works: len(works), Refused: e.Refused, Held: e.Held, By: by, Reason: reason})
}

// addParts puts the works of a proposed batch on the list, and tells after each part how many are there.
func (k *Keeper) addParts(ctx context.Context, batch string, works []events.Entry, by string, tell func(done int)) error {
	done := 0
	for i, some := range parts(works) {
		if err := k.addPart(ctx, batch, i+1, some, by); err != nil {
			return fmt.Errorf("add part %d of batch %s: %w", i+1, batch, err)
		}
		done += len(some)
		tell(done)
	}
	return nil
}

// addPart puts one part on the list. While the journal has no writer it tries again, for as long as ctx lasts: the same
// command twice has one effect.
func (k *Keeper) addPart(ctx context.Context, batch string, part int, works []events.Entry, by string) error {
	id := events.CommandID(fmt.Sprintf("%s-%d", batch, part))
	for {
		answer, err := k.sender.Do(ctx, batch, id, events.AddEntries{Part: part, Entries: works, By: by}, nil)
		if err == nil {
			return k.state.awaitFact(ctx, batch, answer.Seq)
		}
		if !errors.Is(err, events.Unavailable) {
			return err
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return err
		}
	}
}

// UndoBatch takes those entries of a batch off the list that are still on it, and returns how many when this replica
// judges without them. A batch of which none is left is [events.NoSuchEntry]. Of a large batch the first person only asks
// for it ([events.FourEyes]), and a second one does it.
func (k *Keeper) UndoBatch(ctx context.Context, batch, by, reason string) (int, error) {
	all := k.Batches()
	i := slices.IndexFunc(all, func(b Batch) bool { return b.ID == batch })
	if i < 0 || all[i].Left == 0 {
		return 0, fmt.Errorf("undo batch %s: %w", batch, events.NoSuchEntry)
	}
	err := k.change(ctx, batch, events.RemoveBatch{By: by, Reason: reason})
	if refusal, _ := events.AsRefusal(err); refusal == events.FourEyes && all[i].RemovalBy == "" {
		if asked := k.change(ctx, batch, events.ProposeRemoval{By: by, Reason: reason}); asked != nil {
			return 0, asked
		}
	}
	return all[i].Left, err
}
