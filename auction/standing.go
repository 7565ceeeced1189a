package auction

import "lightshare/events"

// Standing returns how the lot stands in public. It depends on nothing but the lot, so that a book written twice is
// the same book.
func (l *Lot) Standing() events.Standing {
	terms := &l.Listing.Terms
	s := events.Standing{
		Lot: l.ID(), Version: l.Version, At: l.At, State: l.State(),
		Format: terms.Format, Currency: terms.Currency, Seller: l.Listing.Seller,
		Edition: terms.Edition, Copies: int64(len(l.Sales)),
	}
	if terms.Format == events.Direct {
		s.Price, s.Proposals = terms.Price, l.shownProposals()
		return s
	}
	s.Price, s.Leader, s.Outbid, s.Bids = l.Price, l.Leader, l.Outbid, len(l.Bids)
	s.EndsAt, s.LatestEnd, s.SoftClose = l.Ends, l.LatestEnd, l.SoftClose.Milliseconds()
	s.Extended = len(l.Bids) > 0 && l.Ends.After(l.FirstEnd)
	if l.Reserve > 0 {
		met := l.ReserveMet()
		s.ReserveMet = &met
	}
	s.Chance = l.Chance
	if len(l.Sales) > 0 {
		s.Order = l.Sales[0].Order
	}
	if s.State == events.Open {
		s.Next = l.Least()
		if l.BuyNowOffered() {
			s.BuyNow = l.BuyNow
		}
	}
	return s
}

// Offer returns what became of the listing. The reserve is left out; the version is that of the newest fact that
// changed what it says, not of the newest bid.
func (l *Lot) Offer() events.Offer {
	n := l.Listing
	o := events.Offer{
		Listing: n.ID, Lot: l.ID(), Version: l.Shown, At: l.ShownAt, State: l.OfferState(), Reason: l.Reason, Verdict: l.Verdict,
		Rev: l.Rev, Seller: n.Seller, SellerName: n.SellerName, Title: n.Title, Description: shown(*n), Tags: n.Tags,
		FileName: n.FileName, Size: n.Size, Type: n.Type, Root: n.Root, SealedRoot: n.SealedRoot, Terms: n.Terms, Standing: l.Standing(), Acts: l.Acts,
	}
	o.Terms.Reserve, o.Terms.Codes = 0, nil
	for _, c := range n.Terms.Codes {
		c.Name = events.CodeName(l.ID(), c.Name)
		o.Terms.Codes = append(o.Terms.Codes, c)
	}
	if o.State == events.OfferEnded {
		o.Reason = l.Ending
	}
	return o
}
