package events

// What the public sees of the facts about a lot: prices, times and reasons that stand on its page; people under
// pseudonyms; orders too; no maximum, no reserve, and of a verdict only what it was.

func (l Listing) public() Listing {
	if l.Terms.Reserve > 0 {
		l.Terms.Reserve = HiddenReserve
	}
	l.Terms.Codes, l.Prints, l.Unread = nil, nil, ""
	return l
}

func (o OrderID) public(mask func(UserID) UserID) OrderID { return OrderID(mask(UserID(o))) }

func (v Verdict) public() Verdict { return Verdict{Ruling: v.Ruling, List: v.List} }

func (f ListingOffered) Public(func(UserID) UserID) Fact {
	f.Listing, f.Verdict = f.Listing.public(), f.Verdict.public()
	return f
}

func (f ListingChanged) Public(func(UserID) UserID) Fact {
	f.Listing, f.Verdict = f.Listing.public(), f.Verdict.public()
	return f
}

func (f ListingHeld) Public(func(UserID) UserID) Fact {
	f.Listing, f.Verdict, f.By = f.Listing.public(), f.Verdict.public(), ""
	return f
}

func (f ListingRefused) Public(func(UserID) UserID) Fact {
	f.Listing, f.Verdict, f.By = f.Listing.public(), f.Verdict.public(), ""
	return f
}

func (f ListingResumed) Public(func(UserID) UserID) Fact {
	f.Listing, f.Verdict = f.Listing.public(), f.Verdict.public()
	return f
}

func (f ListingPaused) Public(func(UserID) UserID) Fact    { return f }
func (f ListingWithdrawn) Public(func(UserID) UserID) Fact { return f }
func (f TextAdded) Public(func(UserID) UserID) Fact        { return f }
func (f EndingAnnounced) Public(func(UserID) UserID) Fact  { return f }

func (f ReserveLowered) Public(func(UserID) UserID) Fact {
	if f.Reserve > 0 {
		f.Reserve = HiddenReserve
	}
	return f
}

func (f BidPlaced) Public(mask func(UserID) UserID) Fact {
	f.Bidder, f.Leader, f.Outbid, f.Max = mask(f.Bidder), mask(f.Leader), mask(f.Outbid), 0
	return f
}

func (f BidsRetracted) Public(mask func(UserID) UserID) Fact {
	f.Bidder, f.Leader = mask(f.Bidder), mask(f.Leader)
	return f
}

func (f BidderCancelled) Public(mask func(UserID) UserID) Fact {
	f.Bidder, f.Leader, f.Reason = mask(f.Bidder), mask(f.Leader), ""
	return f
}

func (f LotClosed) Public(mask func(UserID) UserID) Fact {
	f.Winner, f.Order = mask(f.Winner), f.Order.public(mask)
	return f
}

func (f LotBought) Public(mask func(UserID) UserID) Fact {
	f.Buyer, f.Order = mask(f.Buyer), f.Order.public(mask)
	return f
}

func (f CopySold) Public(mask func(UserID) UserID) Fact {
	f.Buyer, f.Order, f.Code = mask(f.Buyer), f.Order.public(mask), ""
	return f
}

func (f CopyReturned) Public(mask func(UserID) UserID) Fact {
	f.Order = f.Order.public(mask)
	return f
}

func (f WinnerUnpaid) Public(mask func(UserID) UserID) Fact {
	f.Winner, f.Order = mask(f.Winner), f.Order.public(mask)
	return f
}

func (f ChanceOffered) Public(mask func(UserID) UserID) Fact {
	f.Bidder = mask(f.Bidder)
	return f
}

func (f ChanceTaken) Public(mask func(UserID) UserID) Fact {
	f.Bidder, f.Order = mask(f.Bidder), f.Order.public(mask)
	return f
}

func (f ChancePassed) Public(mask func(UserID) UserID) Fact {
	f.Bidder = mask(f.Bidder)
	return f
}

func (f ListingOffered) Secret() int64 { return f.Listing.Terms.Reserve }
func (f ListingChanged) Secret() int64 { return f.Listing.Terms.Reserve }
func (f ListingHeld) Secret() int64    { return f.Listing.Terms.Reserve }
func (f ListingRefused) Secret() int64 { return f.Listing.Terms.Reserve }
func (f ListingResumed) Secret() int64 { return f.Listing.Terms.Reserve }
func (f ReserveLowered) Secret() int64 { return f.Reserve }
func (f BidPlaced) Secret() int64      { return f.Max }
