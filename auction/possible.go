package auction

import (
	"time"

	"lightshare/events"
)

// possible is a range in which the leader's maximum can lie, given all that the public knows of a lot, together with
// whether its hidden reserve is met. A lot without reserve is one whose reserve is met.
type possible struct {
	met    bool
	lo, hi int64 // minor units; without a leader neither counts
}

const beyond = events.MaxAmount + 1 // a reserve that nobody meets

// reserve returns one that fits: with a leader, an unmet one is above his maximum.
func (p possible) reserve() int64 {
	if p.met {
		return 0
	}
	return beyond
}

// onlyOf returns what is possible for a lot without bids.
func onlyOf(l *Lot) []possible { return []possible{{met: l.Listing.Terms.Reserve == 0}} }

// afterBid returns what is possible once a bid led where the public saw it lead, or nothing if no maximum leads there. A
// bid's maximum that was opened is known. The rules themselves are asked about the maxima that lie at the edges: of what
// was possible before, and of what could have made that price.
func afterBid(l *Lot, before []possible, f events.BidPlaced, opened int64, at time.Time) []possible {
	var after []possible
	for _, p := range before {
		for _, leaders := range edges(l, p, f.Price) {
			for _, most := range maxima(l, f.Price, opened) {
				for _, reserve := range []int64{p.reserve(), f.Price} {
					if p.met && reserve != p.reserve() {
						continue
					}
					if leadsTo(l, leaders, most, reserve, f, at) {
						after = merge(after, p.after(l, f, leaders, most, reserve))
					}
				}
			}
		}
	}
	return after
}

// edges returns the leader's maxima worth asking about.
func edges(l *Lot, p possible, price int64) []int64 {
	if l.Leader == "" {
		return []int64{0}
	}
	var all []int64
	for _, most := range append(leadingUpTo(l, price), p.lo, p.hi, price, price-1) {
		if p.lo <= most && most <= p.hi {
			all = append(all, most)
		}
	}
	return all
}

// maxima returns those of the new bid worth asking about.
func maxima(l *Lot, price, opened int64) []int64 {
	if opened > 0 {
		return []int64{opened}
	}
	return append(leadingUpTo(l, price), price, price-1, events.MaxAmount)
}

// leadingUpTo returns the amounts from which one increment leads to a price.
func leadingUpTo(l *Lot, price int64) []int64 {
	var all []int64
	for _, band := range l.Increments {
		if amount := price - band.Step; amount > 0 && step(l.Increments, amount) == band.Step {
			all = append(all, amount)
		}
	}
	return all
}

// leadsTo asks the rules whether a bid of most leads to f, while the leader's maximum and the reserve are as given.
func leadsTo(l *Lot, leaders, most, reserve int64, f events.BidPlaced, at time.Time) bool {
	trial := *l
	trial.Max, trial.Reserve = leaders, reserve
	decided, err := trial.placeBid(events.PlaceBid{Bidder: f.Bidder, Max: most}, at)
	if err != nil {
		return false
	}
	got := decided.(events.BidPlaced)
	return got.Price == f.Price && got.Leader == f.Leader && got.Outbid == f.Outbid && got.EndsAt.Equal(f.EndsAt)
}

// after returns what is possible after a bid that led to f from one maximum of the leader's and one of the bidder's. At
// the far edge of either, everything nearer would have led there too.
func (p possible) after(l *Lot, f events.BidPlaced, leaders, most, reserve int64) possible {
	next := possible{met: reserve <= f.Price, lo: f.Price, hi: f.Price}
	switch {
	case f.Leader != f.Bidder && leaders == p.hi:
		next.lo, next.hi = max(p.lo, f.Price), p.hi
	case f.Leader != f.Bidder:
		next.lo, next.hi = leaders, leaders
	case most == events.MaxAmount && f.Bidder == l.Leader && next.met:
		next.lo, next.hi = max(p.lo+1, f.Price), most
	case most == events.MaxAmount && next.met:
		next.hi = most
	default:
		next.lo, next.hi = most, most
	}
	return next
}

// merge adds what is possible to the rest.
func merge(all []possible, p possible) []possible {
	for i, q := range all {
		if q.met == p.met {
			all[i].lo, all[i].hi = min(q.lo, p.lo), max(q.hi, p.hi)
			return all
		}
	}
	return append(all, p)
}

// afterReserve returns what is possible once the seller has lowered the reserve: one that was not met may be met now,
// by a leader whose maximum the price already is.
func afterReserve(before []possible) []possible {
	after := before
	for _, p := range before {
		if !p.met {
			after = merge(after, possible{true, p.lo, p.hi})
		}
	}
	return after
}

// anyOf returns what is possible when nothing is known but the price and that somebody leads.
func anyOf(l *Lot) []possible {
	all := []possible{{true, l.Price, events.MaxAmount}}
	if l.Listing.Terms.Reserve != 0 {
		all = append(all, possible{false, l.Price, l.Price})
	}
	return all
}
