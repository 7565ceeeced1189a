package blacklist

import (
	"slices"
	"time"

	"lightshare/events"
)

// ClaimLength is how long a moderator may look at a case before others can have it. Claiming again prolongs it.
const ClaimLength = 10 * time.Minute

// A Claim says who looks at a listing. The zero value is nobody.
type Claim struct {
	By    string
	Until time.Time // UTC
}

// Holds reports whether somebody looks at the listing now.
func (c Claim) Holds(now time.Time) bool { return c.By != "" && now.Before(c.Until) }

// bars reports whether the claim keeps that moderator from deciding now.
func (c Claim) bars(by string, now time.Time) bool { return c.Holds(now) && c.By != by }

func claimCase(s Standing, c events.ClaimCase, now time.Time) (events.Fact, error) {
	if c.By == "" {
		return nil, events.Malformed
	}
	if s.Claim.bars(c.By, now) {
		return nil, events.Claimed
	}
	return events.CaseClaimed{By: c.By, Until: now.Add(ClaimLength)}, nil
}

func leaveCase(s Standing, c events.LeaveCase, now time.Time) (events.Fact, error) {
	if !s.Claim.Holds(now) || s.Claim.By != c.By {
		return nil, events.Unchanged
	}
	return events.CaseLeft(c), nil
}

// reopenCase takes a decision back that is there, unless somebody else looks at the case.
func reopenCase(s Standing, c events.ReopenCase, now time.Time) (events.Fact, error) {
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	if _, ok := s.decision(c.Digest); !ok {
		return nil, events.Unchanged
	}
	if s.Claim.bars(c.By, now) {
		return nil, events.Claimed
	}
	return events.CaseReopened(c), nil
}

// without returns the decisions about other texts and bytes, in memory of their own.
func (s Standing) without(digest string) []events.ListingRuled {
	return slices.DeleteFunc(slices.Clone(s.Decided), func(d events.ListingRuled) bool { return d.Digest == digest })
}
