package blacklist

import (
	"context"
	"sync"
	"time"

	"lightshare/events"
)

// An Act is one line of the log: who did what, when and why.
type Act struct {
	At      time.Time
	By      string // a moderator's name, empty for a consequence of the list
	Did     string // added, removed, allowed, held, blocked, reopened
	Subject string // an entry or a listing
	What    string // in words: a work, or a listing's title
	Reason  string
	Batch   string // of cases decided at once; empty otherwise
}

const keptActs = 20_000

// state is what the facts of the journal come to, in memory: the list, what moderators decided, and the log. Every
// replica follows all facts in the order in which they lie in the stream, so all come to the same state.
type state struct {
	list *List

	mu        sync.Mutex
	seen      map[string]uint64         // guarded by mu; the newest fact of each subject
	decided   map[string]decision       // guarded by mu; by digest
	acts      []Act                     // guarded by mu; at least the last keptActs, oldest first
	claims    map[string]Claim          // guarded by mu; by listing
	left      map[string]string         // guarded by mu; by listing, who looked at it last and left it to others
	judged    map[string]uint64         // guarded by mu; by listing, the newest fact by which people decided
	sellers   map[events.SellerID]Tally // guarded by mu
	standing  standing                  // guarded by mu
	takedowns takedowns                 // guarded by mu
	closed    []closedCase              // guarded by mu; oldest first
	asked     map[events.EntryID]string // guarded by mu; who wants a large entry taken off the list
	batches   []*Batch                  // guarded by mu; oldest first
	changed   chan struct{}             // guarded by mu; closed when the next fact is applied
}

// A decision is what a moderator said of a text and its bytes.
type decision struct {
	verdict events.Verdict
	version uint64 // of the list at that time: it covers what was on it
	at      time.Time
}

func newState(base []events.Entry) *state { return stateOf(NewList(base)) }

func stateOf(list *List) *state {
	return &state{
		list: list, seen: make(map[string]uint64), decided: make(map[string]decision), claims: make(map[string]Claim), left: make(map[string]string),
		judged: make(map[string]uint64), asked: make(map[events.EntryID]string), sellers: make(map[events.SellerID]Tally), standing: newStanding(), takedowns: newTakedowns(), changed: make(chan struct{}),
	}
}

// apply applies a fact and returns the entries on whose account listings must be judged again. A fact that comes again
// changes nothing.
func (s *state) apply(rec events.Record) ([]events.Entry, error) {
	f, err := rec.Fact()
	if err != nil {
		return nil, err
	}
	came := s.applyMany(rec, f)
	s.mu.Lock()
	defer s.mu.Unlock()
	if rec.Seq <= s.seen[rec.Subject] {
		return nil, nil
	}
	var concerned []events.Entry
	act := Act{At: rec.At, Subject: rec.Subject}
	switch f := f.(type) {
	case events.EntryAdded:
		if old, ok := s.list.Entry(events.EntryID(rec.Subject)); ok {
			concerned = append(concerned, old)
		}
		f.Entry.ID = events.EntryID(rec.Subject)
		s.leaveBatch(f.Entry.ID)
		s.list.Add(f.Entry)
		concerned = append(concerned, f.Entry)
		s.takeBatch(f, rec.At)
		act.By, act.Did, act.What, act.Reason = f.By, "added", workName(f.Entry), f.Reason
	case events.EntryRemoved:
		old, ok := s.list.Entry(events.EntryID(rec.Subject))
		if ok {
			concerned = append(concerned, old)
			act.What = workName(old)
		}
		s.leaveBatch(events.EntryID(rec.Subject))
		s.list.Remove(events.EntryID(rec.Subject))
		delete(s.asked, events.EntryID(rec.Subject))
		act.By, act.Did, act.Reason = f.By, "removed", f.Reason
	case events.ListingRuled:
		s.ruled(rec, f)
		act.By, act.Did, act.What, act.Reason, act.Batch = f.By, did[f.Verdict.Ruling], f.Title, f.Reason, f.Batch
	case events.CaseClaimed:
		s.claims[rec.Subject] = Claim{f.By, f.Until}
		delete(s.left, rec.Subject)
	case events.CaseLeft:
		delete(s.claims, rec.Subject)
		s.left[rec.Subject] = f.By
	case events.CaseReopened:
		s.reopened(rec, f)
		act.By, act.Did, act.What, act.Reason = f.By, "reopened", f.Title, f.Reason
	}
	s.applyBatch(rec, f, came, &act)
	s.applyTakedown(rec, f, &act)
	if act.Did != "" {
		s.acts = append(s.acts, act)
	}
	if len(s.acts) > 2*keptActs {
		s.acts = append([]Act(nil), s.acts[len(s.acts)-keptActs:]...)
	}
	s.seen[rec.Subject] = rec.Seq
	close(s.changed)
	s.changed = make(chan struct{})
	return concerned, nil
}

var did = map[events.Ruling]string{events.Allow: "allowed", events.Review: "held", events.Block: "blocked"}

// judge returns the verdict on it: a moderator's refusal holds; what he allowed is only judged by what came on the list
// since. Else it is the list's, and what seller and claimant have done counts as well.
func (s *state) judge(it *item, now time.Time) events.Verdict {
	s.mu.Lock()
	d, ok := s.decided[it.digest]
	t := s.takedowns.about[it.listing.ID]
	s.mu.Unlock()
	if t != nil && (!ok || t.at.After(d.at)) {
		d, ok = decision{t.verdict, t.version, t.at}, true
	}
	if !ok {
		return s.weigh(it, s.list.judge(&it.listing, 0), now)
	}
	d.verdict.List = s.list.Version()
	if d.verdict.Ruling == events.Allow {
		if v := s.list.judge(&it.listing, d.version); v.Ruling != events.Allow {
			return s.weigh(it, v, now)
		}
	}
	return d.verdict
}

// await returns when the state has come to what enough asks for, or with ctx's error when that ends first. enough is
// called with mu held.
func (s *state) await(ctx context.Context, enough func() bool) error {
	for {
		s.mu.Lock()
		done, changed := enough(), s.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// awaitFact returns when the subject's fact of that number is part of the state.
func (s *state) awaitFact(ctx context.Context, subject string, seq uint64) error {
	return s.await(ctx, func() bool { return s.seen[subject] >= seq })
}

// log returns the newest n acts, newest first.
func (s *state) log(n int) []Act {
	s.mu.Lock()
	defer s.mu.Unlock()
	var newest []Act
	for i := len(s.acts) - 1; i >= 0 && len(newest) < n; i-- {
		newest = append(newest, s.acts[i])
	}
	return newest
}
