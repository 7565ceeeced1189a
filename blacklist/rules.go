package blacklist

import (
	"fmt"
	"slices"
	"time"

	"lightshare/events"
)

// A Standing is the state of one subject of the journal: an entry, or a listing that was ruled on.
type Standing struct {
	Entry   *events.Entry // as it is on the list; nil when it is not, or was never changed by a moderator
	Removed bool
	Seq     uint64                // the newest fact
	Decided []events.ListingRuled // what moderators decided about the listing, oldest first
	Judged  uint64                // the newest fact by which people decided, or took a decision back
	Claim   Claim
	Batch   *BatchStanding
	Notice  *NoticeStanding
	Objects []Objection // of the listing's seller, oldest first
}

// decision returns what a moderator last decided about the text and bytes of that digest.
func (s Standing) decision(digest string) (events.ListingRuled, bool) {
	for i := len(s.Decided) - 1; i >= 0; i-- {
		if s.Decided[i].Digest == digest {
			return s.Decided[i], true
		}
	}
	return events.ListingRuled{}, false
}

// rules decide about entries and listings, for the journal.
type rules struct{}

func (rules) Decide(s Standing, c events.Command, now time.Time) (events.Fact, error) {
	switch c := c.(type) {
	case events.AddEntry:
		return addEntry(s, c)
	case events.RemoveEntry:
		return removeEntry(s, c)
	case events.Rule:
		return ruleListing(s, c, now)
	case events.ClaimCase:
		return claimCase(s, c, now)
	case events.LeaveCase:
		return leaveCase(s, c, now)
	case events.ReopenCase:
		return reopenCase(s, c, now)
	case events.ProposeBatch:
		return proposeBatch(s, c)
	case events.AddEntries:
		return addEntries(s, c)
	case events.ProposeRemoval:
		return proposeRemoval(s, c)
	case events.RemoveBatch:
		return removeBatch(s, c)
	case events.FileObjection:
		return fileObjection(s, c)
	case events.DecideObjection:
		return decideObjection(s, c)
	}
	if f, ok, err := decideTakedown(s.Notice, c, now); ok {
		return f, err
	}
	return nil, fmt.Errorf("command %s: %w", c.CommandKind(), events.Malformed)
}

func addEntry(s Standing, c events.AddEntry) (events.Fact, error) {
	if err := checkEntry(c.Entry); err != nil {
		return nil, err
	}
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	return events.EntryAdded(c), nil
}

// removeEntry accepts also an entry that the journal has never seen: the lists that a program starts with are not in it.
func removeEntry(s Standing, c events.RemoveEntry) (events.Fact, error) {
	if s.Removed {
		return nil, events.NoSuchEntry
	}
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	return events.EntryRemoved{By: c.By, Reason: c.Reason}, nil
}

// ruleListing lets a moderator decide anything he has not decided already. What only follows from the list gives way to
// what a moderator said of the same text and bytes, unless another entry speaks against them. While one moderator looks
// at the listing no other decides, nor on what another has decided since.
func ruleListing(s Standing, c events.Rule, now time.Time) (events.Fact, error) {
	decided, ok := s.decision(c.Digest)
	switch r := c.Verdict.Ruling; {
	case len(c.Digest) != 64 || len(c.Reason) > maxReason,
		r != events.Allow && r != events.Review && r != events.Block,
		c.By != "" && (r == events.Review || c.Reason == ""):
		return nil, fmt.Errorf("ruling %q by %q: %w", r, c.By, events.Malformed)
	case c.By != "" && c.Notice == "" && s.Claim.bars(c.By, now):
		return nil, events.Claimed
	case c.Based != nil && *c.Based < s.Judged:
		return nil, events.Decided
	case ok && c.By != "" && decided.Verdict.Ruling == r,
		ok && c.By == "" && (r == events.Allow || c.Verdict.Entry == decided.Verdict.Entry):
		return nil, events.Unchanged
	}
	return events.ListingRuled{
		Digest: c.Digest, Rev: c.Rev, Title: c.Title, Verdict: c.Verdict, By: c.By, Reason: c.Reason, Batch: c.Batch,
		Notice: c.Notice, Since: c.Since,
	}, nil
}

const maxReason = 1000 // bytes

func checkBy(by, reason string) error {
	if by == "" || reason == "" || len(reason) > maxReason {
		return fmt.Errorf("change by %q without a reason: %w", by, events.Malformed)
	}
	return nil
}

func (rules) Apply(s Standing, f events.Fact, at time.Time, seq uint64) Standing {
	s.Seq = seq
	switch f := f.(type) {
	case events.EntryAdded:
		s.Entry, s.Removed = &f.Entry, false
	case events.EntryRemoved:
		s.Entry, s.Removed = nil, true
	case events.ListingRuled:
		if f.By != "" {
			s.Decided, s.Judged, s.Claim = append(s.Decided, f), seq, Claim{}
		}
	case events.CaseClaimed:
		s.Claim = Claim{By: f.By, Until: f.Until}
	case events.CaseLeft:
		s.Claim = Claim{}
	case events.CaseReopened:
		s.Decided, s.Judged = s.without(f.Digest), seq
	case events.RemovalProposed:
		if s.Batch != nil { // and no entry
			s.Batch = s.Batch.after(f)
		}
	case events.BatchProposed, events.EntriesAdded, events.BatchRemoved:
		s.Batch = s.Batch.after(f)
	case events.NoticeFiled, events.NoticeDecided, events.CounterFiled, events.SuitNoted, events.NoticeReinstated:
		s.Notice = s.Notice.after(f, at)
	case events.ObjectionFiled:
		s.Objects = append(s.Objects, Objection{ObjectionFiled: f, At: at})
	case events.ObjectionDecided:
		s.Objects = slices.Clone(s.Objects)
		for i := range s.Objects {
			if s.Objects[i].Digest == f.Digest {
				s.Objects[i].By, s.Objects[i].Granted, s.Objects[i].Answer = f.By, f.Grant, f.Reason
			}
		}
	}
	return s
}

// Deadline is when a counter-notice has the listings given back.
func (rules) Deadline(s Standing) (time.Time, events.Command) {
	if n := s.Notice; n != nil && n.State == NoticeCountered {
		return n.Due, events.Reinstate{}
	}
	return time.Time{}, nil
}

func (rules) View(s Standing) any { return s }
