package blacklist

import (
	"slices"
	"strings"
	"time"

	"lightshare/events"
)

// How long what people did counts.
const (
	StrikeLength = 180 * 24 * time.Hour // a strike against a seller
	TrustWindow  = 365 * 24 * time.Hour // what became of a claimant's notices
)

// RepeatAfter is how many strikes make a repeat infringer: everything he offers waits for a person.
const RepeatAfter = 3

// FailuresOf: a claimant of whose notices within [TrustWindow] this many or more were decided, and more than half failed,
// has nothing blocked without a person any more.
const FailuresOf = 3

// A Strike is a takedown that counts against a seller.
type Strike struct {
	At      time.Time
	Notice  string
	Listing events.ListingID
	Lifted  bool // the notice turned out to be wrong
}

// A record of claims is what became of one claimant's notices.
type claimsRecord struct {
	filed    int
	outcomes []outcome // oldest first
}

// An outcome is a notice that was decided; it fails when it is turned down, or when its listings are given back.
type outcome struct {
	notice string
	at     time.Time
	failed bool
}

// standing is what sellers and claimants have done so far, as far as it changes what is decided. It is guarded by the
// state's mu.
type standing struct {
	strikes map[events.SellerID][]Strike
	claims  map[string]*claimsRecord // by claimant
}

func newStanding() standing {
	return standing{strikes: make(map[events.SellerID][]Strike), claims: make(map[string]*claimsRecord)}
}

// activeStrikes returns those that count now.
func (s *standing) activeStrikes(seller events.SellerID, now time.Time) []Strike {
	return slices.DeleteFunc(slices.Clone(s.strikes[seller]), func(k Strike) bool { return k.Lifted || now.Sub(k.At) > StrikeLength })
}

func (s *standing) isRepeat(seller events.SellerID, now time.Time) bool {
	return len(s.strikes[seller]) >= RepeatAfter && len(s.activeStrikes(seller, now)) >= RepeatAfter
}

// strike counts one takedown against each of the listings' sellers, however many listings of his it names.
func (s *standing) strike(n *NoticeStanding) {
	struck := make(map[events.SellerID]bool)
	for _, l := range n.Notice.Listings {
		if seller := l.Seller(); seller != "" && !struck[seller] {
			struck[seller] = true
			s.strikes[seller] = append(s.strikes[seller], Strike{At: n.Decided, Notice: n.ID, Listing: l})
		}
	}
}

// lift takes the strikes of a notice back.
func (s *standing) lift(notice string) {
	for _, strikes := range s.strikes {
		for i := range strikes {
			strikes[i].Lifted = strikes[i].Lifted || strikes[i].Notice == notice
		}
	}
}

func (s *standing) record(claimant string) *claimsRecord {
	if s.claims[claimant] == nil {
		s.claims[claimant] = &claimsRecord{}
	}
	return s.claims[claimant]
}

// recent returns how many notices were decided within the window, and how many of them failed.
func (r *claimsRecord) recent(now time.Time) (decided, failed int) {
	for _, o := range r.outcomes {
		if now.Sub(o.at) <= TrustWindow {
			decided++
			if o.failed {
				failed++
			}
		}
	}
	return decided, failed
}

func (r *claimsRecord) fail(notice string) {
	for i := range r.outcomes {
		r.outcomes[i].failed = r.outcomes[i].failed || r.outcomes[i].notice == notice
	}
}

// isDoubted reports whether the claimant's claims keep failing.
func (s *standing) isDoubted(claimant string, now time.Time) bool {
	r := s.claims[claimant]
	if r == nil {
		return false
	}
	decided, failed := r.recent(now)
	return decided >= FailuresOf && 2*failed > decided
}

// claimantSource is how an entry names the claimant who asked for it.
const claimantSource = "claimant "

// weigh makes a verdict of the list milder where the claimant is doubted, and stricter where the seller is a repeat
// infringer.
func (s *state) weigh(it *item, v events.Verdict, now time.Time) events.Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.Ruling == events.Block && len(s.standing.claims) > 0 {
		e, _ := s.list.Entry(v.Entry)
		if by, ok := strings.CutPrefix(e.Source, claimantSource); ok && s.standing.isDoubted(by, now) {
			v.Ruling, v.Rule = events.Review, v.Rule+", of a claimant whose claims keep failing"
			v.Reason = strings.Replace(v.Reason, "It cannot be offered here.", "A moderator looks at it before it is offered.", 1)
		}
	}
	if v.Ruling == events.Allow && s.standing.isRepeat(it.listing.Seller, now) {
		v.Ruling, v.Rule = events.Review, ruleRepeat
		v.Reason = "Several of this seller’s listings were taken down. A moderator looks at each new one before it is offered."
	}
	return v
}

// ruleRepeat is why nothing of a repeat infringer is offered without a look.
const ruleRepeat = "repeat infringer"

// inDoubt returns everybody whose standing changes what is decided now, in one order.
func (s *state) inDoubt(now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for seller := range s.standing.strikes {
		if s.standing.isRepeat(seller, now) {
			all = append(all, "seller "+string(seller))
		}
	}
	for claimant := range s.standing.claims {
		if s.standing.isDoubted(claimant, now) {
			all = append(all, claimantSource+claimant)
		}
	}
	slices.Sort(all)
	return all
}
