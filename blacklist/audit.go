package blacklist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/events/journal"
)

// A Checked is what a walk along the whole journal has found.
type Checked struct {
	At       time.Time
	Took     time.Duration
	Facts    int
	Subjects int
	Broken   string // where the chain breaks first, in words; empty while it holds
	Head     string // SHA-256 over the newest fact of each subject, hexadecimal: two copies of the journal agree on it
}

// Check reads the whole journal of rulings from disk and follows every subject's chain of hashes: a fact that is missing,
// changed or out of order is found.
func (k *Keeper) Check(ctx context.Context) (Checked, error) {
	began := time.Now()
	chains := newChains()
	err := journal.Read(ctx, k.c.NC, events.Rulings, func(rec events.Record) error {
		chains.add(rec)
		return ctx.Err()
	})
	if err != nil {
		return Checked{}, fmt.Errorf("check the journal: %w", err)
	}
	return Checked{
		At: k.c.Clock.Now(), Took: time.Since(began), Facts: chains.facts, Subjects: len(chains.heads), Broken: chains.broken, Head: chains.head(),
	}, nil
}

// chains are the chains of all subjects, as far as they were followed.
type chains struct {
	heads  map[string]link // by subject
	facts  int
	broken string // where one breaks first, in words
}

// A link is the newest fact of a subject.
type link struct {
	seq  uint64
	hash [sha256.Size]byte
}

func newChains() *chains { return &chains{heads: make(map[string]link)} }

// add follows its subject's chain to a fact.
func (c *chains) add(rec events.Record) {
	c.facts++
	last := c.heads[rec.Subject]
	follows := rec.Seq == last.seq+1 && (last.seq == 0 && len(rec.Prev) == 0 || last.seq > 0 && bytes.Equal(rec.Prev, last.hash[:]))
	if !follows && c.broken == "" {
		c.broken = fmt.Sprintf("fact %d of %s does not follow from fact %d", rec.Seq, rec.Subject, last.seq)
	}
	c.heads[rec.Subject] = link{rec.Seq, rec.Hash()}
}

// head returns the SHA-256 over the newest fact of each subject, hexadecimal.
func (c *chains) head() string {
	all := sha256.New()
	for _, subject := range slices.Sorted(maps.Keys(c.heads)) {
		hash := c.heads[subject].hash
		all.Write(hash[:])
	}
	return hex.EncodeToString(all.Sum(nil))
}

// A Ruled is a decision as it is handed out, with its place in the journal.
type Ruled struct {
	Act
	Seq   uint64
	Entry events.EntryID // that matched; empty where none did
	Rule  string
	Hash  string // SHA-256 of the fact, hexadecimal
}

// Export calls f with everything that was decided, from the journal on disk, in its order.
func (k *Keeper) Export(ctx context.Context, f func(Ruled) error) error {
	past := newState(nil)
	titles := make(map[string]string) // of entries, for those who take them off
	return journal.Read(ctx, k.c.NC, events.Rulings, func(rec events.Record) error {
		fact, err := rec.Fact()
		if err != nil {
			return err
		}
		hash := rec.Hash()
		r := Ruled{Act: Act{At: rec.At, Subject: rec.Subject}, Seq: rec.Seq, Hash: hex.EncodeToString(hash[:])}
		switch fact := fact.(type) {
		case events.EntryAdded:
			titles[rec.Subject] = workName(fact.Entry)
			r.By, r.Did, r.What, r.Reason, r.Batch = fact.By, "added", titles[rec.Subject], fact.Reason, fact.Batch
		case events.EntryRemoved:
			r.By, r.Did, r.What, r.Reason = fact.By, "removed", titles[rec.Subject], fact.Reason
		case events.EntriesAdded:
			r.By, r.Did, r.What = fact.By, "added", fmt.Sprintf("part %d, %d works", fact.Part, len(fact.Entries))
		case events.ListingRuled:
			r.By, r.Did, r.What, r.Reason, r.Batch, r.Entry, r.Rule = fact.By, did[fact.Verdict.Ruling], fact.Title, fact.Reason, fact.Batch, fact.Verdict.Entry, fact.Verdict.Rule
		case events.CaseReopened:
			r.By, r.Did, r.What, r.Reason = fact.By, "reopened", fact.Title, fact.Reason
		case events.CaseClaimed, events.CaseLeft:
			return nil
		default:
			past.applyBatchWords(rec, fact, &r.Act)
			past.applyTakedown(rec, fact, &r.Act)
		}
		if r.Did == "" {
			return nil
		}
		return f(r)
	})
}

// applyBatchWords says in act what is said of a batch, and changes no list.
func (s *state) applyBatchWords(rec events.Record, f events.Fact, act *Act) {
	switch f := f.(type) {
	case events.BatchProposed:
		act.By, act.Did, act.What, act.Reason = f.By, "proposed", fmt.Sprintf("%d works from %s", f.Works, f.Name), f.Reason
	case events.RemovalProposed:
		act.By, act.Did, act.What, act.Reason = f.By, "wants back", rec.Subject, f.Reason
	case events.BatchRemoved:
		act.By, act.Did, act.What, act.Reason = f.By, "took back", rec.Subject, f.Reason
	}
}

// LogQuery is what somebody asks of the log.
type LogQuery struct {
	By   string // who; empty for everybody
	Did  string // what was done; empty for everything
	Text string // in what it was done to or why, in any way of writing it
	Page int    // 1 is the first
}

// LogSize is how many lines a page of the log has.
const LogSize = 100

// A LogPage is a part of the log, the newest line first.
type LogPage struct {
	Acts          []Act
	Found         int
	Number, Pages int
	People, Deeds []string // all there are, to choose from
}

// FindLog returns a page of the lines that the query finds. One beyond the last is the last.
func (k *Keeper) FindLog(q LogQuery) LogPage {
	sought := strings.ReplaceAll(Fold(q.Text), " ", "")
	people, deeds := make(map[string]bool), make(map[string]bool)
	var found []Act
	k.state.mu.Lock()
	for _, a := range slices.Backward(k.state.acts) {
		people[a.By], deeds[a.Did] = true, true
		if q.By != "" && a.By != q.By || q.Did != "" && a.Did != q.Did ||
			sought != "" && !strings.Contains(strings.ReplaceAll(Fold(a.What+" "+a.Reason), " ", ""), sought) {
			continue
		}
		found = append(found, a)
	}
	k.state.mu.Unlock()
	p := LogPage{Found: len(found), Pages: max(1, (len(found)+LogSize-1)/LogSize), People: sorted(people), Deeds: sorted(deeds)}
	p.Number = min(max(1, q.Page), p.Pages)
	from := (p.Number - 1) * LogSize
	p.Acts = found[from:min(from+LogSize, len(found))]
	return p
}

func sorted(set map[string]bool) []string {
	var all []string
	for s := range set {
		if s != "" {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	return all
}
