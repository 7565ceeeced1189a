package auction

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"lightshare/events"
)

const (
	fileChanged = "The file on the seller's computer changed."
	fileGone    = "The file is not offered any more."
)

// offer turns what the seller's agent says into what becomes of it.
func (l *Lot) offer(c events.OfferListing, now time.Time) (events.Fact, error) {
	n, v := c.Listing, c.Verdict
	known := l.Listing != nil
	switch {
	case known && n.ID != l.Listing.ID:
		return nil, fmt.Errorf("listing %s for lot %s: %w", n.ID, l.ID(), events.Malformed)
	case n.Rev < l.Rev:
		return nil, events.Unchanged
	case l.Result != "":
		return nil, events.Closed
	case l.IsBound() && !sameBytes(*l.Listing, n):
		if l.Status == events.OfferPaused {
			return nil, events.Unchanged
		}
		return events.ListingPaused{Rev: n.Rev, Reason: fileChanged}, nil
	}
	kept := l.keep(n, now)
	same := known && sameContent(*l.Listing, kept)
	switch v.Ruling {
	case events.Block:
		if same && l.Status == events.OfferRefused {
			return nil, events.Unchanged
		}
		return events.ListingRefused{Listing: kept, Verdict: v}, nil
	case events.Review:
		if same && l.Status == events.OfferHeld {
			return nil, events.Unchanged
		}
		return events.ListingHeld{Listing: kept, Verdict: v}, nil
	case events.Allow:
		if same && l.Status == events.OfferListed && !sameContent(kept, n) {
			return nil, events.Frozen
		}
		return l.allow(kept, v, now)
	}
	return nil, fmt.Errorf("verdict %q on listing %s: %w", v.Ruling, n.ID, events.Malformed)
}

// allow offers n, which the seller is free to offer as it is.
func (l *Lot) allow(n events.Listing, v events.Verdict, now time.Time) (events.Fact, error) {
	if l.IsBound() && (l.Status == events.OfferPaused || l.Status == events.OfferHeld && len(l.Bids) > 0) {
		return events.ListingResumed{Listing: n, Verdict: v}, nil
	}
	changes := l.Status == events.OfferListed && l.Listing.Terms.Format == n.Terms.Format
	if changes && sameContent(*l.Listing, n) {
		return nil, events.Unchanged
	}
	opens := now
	if changes {
		opens = l.Opens
	}
	end, err := firstEnd(n.Terms, opens, now)
	if changes && len(l.Bids) > 0 {
		end, err = l.FirstEnd, nil
	}
	switch {
	case err != nil:
		return nil, err
	case changes:
		return events.ListingChanged{Listing: n, Verdict: v, EndsAt: end}, nil
	}
	return events.ListingOffered{Listing: n, Verdict: v, EndsAt: end}, nil
}

// firstEnd returns when an auction that opened at the given time first ends; zero for a direct sale. An end in the
// past is [events.Closed], one too far away [events.Malformed].
func firstEnd(t events.Terms, opens, now time.Time) (time.Time, error) {
	if t.Format != events.Auction {
		return time.Time{}, nil
	}
	end := opens.Add(t.Duration)
	if !t.EndsAt.IsZero() {
		end = t.EndsAt.UTC().Truncate(time.Millisecond)
	}
	switch {
	case !end.After(now):
		return end, fmt.Errorf("ends_at %s: %w", end.Format(time.RFC3339), events.Closed)
	case end.After(now.Add(events.MaxDuration)):
		return end, fmt.Errorf("ends_at %s: %w", end.Format(time.RFC3339), events.Malformed)
	}
	return end, nil
}

// withdraw takes the listing off the market; a lot with bids waits for its bytes instead.
func (l *Lot) withdraw(c events.WithdrawListing) (events.Fact, error) {
	reason := c.Reason
	if reason == "" {
		reason = fileGone
	}
	switch {
	case c.Rev < l.Rev:
		return nil, events.Unchanged
	case l.Result != "":
		return nil, events.Closed
	case l.Status == events.OfferWithdrawn:
		return nil, events.Unchanged
	case !l.IsAuction() || len(l.Bids) == 0:
		return events.ListingWithdrawn{Rev: c.Rev, Reason: reason}, nil
	case l.Status == events.OfferPaused:
		return nil, events.Unchanged
	}
	return events.ListingPaused{Rev: c.Rev, Reason: reason}, nil
}

// rule carries out what the blacklist or a moderator says of the listing. A ruling on an older text is void: the newer
// one was judged by itself.
func (l *Lot) rule(c events.RuleListing, now time.Time) (events.Fact, error) {
	if c.Rev != 0 && c.Rev < l.Listing.Rev {
		return nil, events.Unchanged
	}
	switch c.Verdict.Ruling {
	case events.Block:
		if l.Status == events.OfferRefused || l.Status == events.OfferWithdrawn {
			return nil, events.Unchanged
		}
		return events.ListingRefused{Listing: *l.Listing, Verdict: c.Verdict, By: c.By}, nil
	case events.Review:
		if l.Result != "" || l.Status != events.OfferListed && l.Status != events.OfferRefused {
			return nil, events.Unchanged
		}
		return events.ListingHeld{Listing: *l.Listing, Verdict: c.Verdict, By: c.By}, nil
	case events.Allow:
		if l.Status != events.OfferHeld && l.Status != events.OfferRefused {
			return nil, events.Unchanged
		}
		if l.Result != "" {
			return events.ListingResumed{Listing: *l.Listing, Verdict: c.Verdict}, nil
		}
		return l.allow(*l.Listing, c.Verdict, now)
	}
	return nil, fmt.Errorf("ruling %q on listing %s: %w", c.Verdict.Ruling, l.Listing.ID, events.Malformed)
}

// keep returns n without what the seller may not change any more. After the first bid that is everything except a
// lower reserve and what is added at the end of the description; after the first copy of a direct sale the edition, its format and its currency.
func (l *Lot) keep(n events.Listing, now time.Time) events.Listing {
	n.Additions = nil
	if l.Listing != nil {
		n.Additions = told(*l.Listing)
	}
	if !l.IsBound() {
		return n
	}
	old := *l.Listing
	kept := old
	if !l.IsAuction() {
		kept = n
		if n.Terms.Format != events.Direct || n.Terms.Currency != old.Terms.Currency {
			kept.Terms = old.Terms
		}
		kept.Terms.Edition, kept.Terms.Shares = old.Terms.Edition, old.Terms.Shares
		return kept
	}
	kept.Rev, kept.Modified, kept.Key, kept.Signature = n.Rev, n.Modified, n.Key, n.Signature
	if n.Terms.Format == events.Auction && n.Terms.Reserve < old.Terms.Reserve {
		kept.Terms.Reserve = n.Terms.Reserve
	}
	kept.SealedRoot = cmp.Or(old.SealedRoot, n.SealedRoot)
	kept.Additions = extended(old, n.Description, now)
	return kept
}

// sameBytes reports whether both listings commit to the same file. One from before files were sealed names no sealed root.
func sameBytes(a, b events.Listing) bool {
	return a.Size == b.Size && a.Type == b.Type && a.Root == b.Root &&
		(a.SealedRoot == b.SealedRoot || a.SealedRoot == "" || b.SealedRoot == "")
}

// sameContent reports whether both listings say the same to a buyer.
func sameContent(a, b events.Listing) bool {
	return sameBytes(a, b) && a.SealedRoot == b.SealedRoot && sameTerms(a.Terms, b.Terms) && slices.Equal(a.Tags, b.Tags) && a.Title == b.Title &&
		written(a) == written(b) && a.FileName == b.FileName && a.SellerName == b.SellerName
}

func sameCode(a, b events.Code) bool {
	sameEnd := a.Until.Equal(b.Until)
	a.Until, b.Until = time.Time{}, time.Time{}
	return sameEnd && a == b
}

func sameTerms(a, b events.Terms) bool {
	if !a.EndsAt.Equal(b.EndsAt) || !slices.Equal(a.Increments, b.Increments) || !slices.Equal(a.Shares, b.Shares) {
		return false
	}
	return a.Format == b.Format && a.Currency == b.Currency && a.Edition == b.Edition && a.Price == b.Price &&
		a.Least == b.Least && a.Proposals == b.Proposals && slices.EqualFunc(a.Codes, b.Codes, sameCode) && a.Start == b.Start && a.Reserve == b.Reserve && a.BuyNow == b.BuyNow && a.Duration == b.Duration &&
		a.SoftClose == b.SoftClose && a.MaxExtension == b.MaxExtension
}
