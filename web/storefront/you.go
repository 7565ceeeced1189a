package storefront

import (
	"context"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// A part is what the visitor is in a lot.
type part string

const (
	partNone    part = ""
	partLeading part = "leading"
	partOutbid  part = "outbid"
	partWon     part = "won"
	partLost    part = "lost"
	partOffered part = "offered" // what he offers waits for the seller
	partCounter part = "counter" // the seller would take another price
	partAgreed  part = "agreed"
	partChance  part = "chance" // may have it after all, because the winner did not pay or there is another copy
)

// A youView tells the visitor how he stands in a lot.
type youView struct {
	Part    part
	Tone    view.Tone
	Heading string
	Text    string
	Order   events.OrderID // the winner's, where he pays
	Retract string         // where he takes a bid back, while that may be possible
	Answer  string         // where he answers a second chance
	Price   string         // of the second chance

	Counter      string // where he answers what the seller would take
	CounterPrice events.Money
	Command      string // makes that answer sent twice one answer
}

// partOf says what the user is in the lot, given whether he has bid on it.
func partOf(l *catalogue.Lot, user events.UserID, bid bool) part {
	leads := user != "" && l.Standing.Leader == user
	chance := chanceOf(l, user)
	switch s := l.Standing.State; {
	case chance != nil && chance.Order != "":
		return partWon
	case chance != nil:
		return partChance
	case !l.IsAuction():
		return partInSale(l, user)
	case !bid && !leads:
		return partNone
	case s == events.Sold && leads:
		return partWon
	case s == events.Sold:
		return partLost
	case s != events.Open && s != events.Paused:
		return partNone
	case leads:
		return partLeading
	}
	return partOutbid
}

// chanceOf returns the user's second chance, taken or waiting for his answer; nil without one.
func chanceOf(l *catalogue.Lot, user events.UserID) *events.Chance {
	if c := l.Standing.Chance; c != nil && user != "" && c.Bidder == user {
		return c
	}
	return nil
}

func youOf(in words.Language, l *catalogue.Lot, user events.UserID, bid bool) youView {
	v := youView{Part: partOf(l, user, bid)}
	price, next := l.Money(l.Standing.Price), l.Money(l.Standing.Next)
	switch v.Part {
	case partLeading:
		v.Tone, v.Heading = view.Good, in.Say("You lead: yours is the highest bid")
		v.Text = in.Say("The lot stands at %s. We bid for you up to your maximum, and no more than it takes.", price)
		if met := l.Standing.ReserveMet; met != nil && !*met {
			v.Text = in.Say("The reserve is not met yet: as things stand nobody would get it. Raise your maximum to reach it.")
		}
	case partOutbid:
		v.Tone, v.Heading = view.Bad, in.Say("You have been outbid")
		v.Text = in.Say("The lot stands at %s. Bid %s or more to be in again.", price, next)
	case partChance:
		chance := chanceOf(l, user)
		v.Tone, v.Heading, v.Answer = view.Good, in.Say("It can still be yours"), "/lots/"+string(l.ID())+"/chance"
		v.Price = in.Money(l.Money(chance.Price))
		v.Text = in.Say("You may have it for %s, what you last bid yourself. Say so by %s; if you would rather not, nothing is held against you.", v.Price, in.Moment(chance.Until))
	case partOffered, partCounter, partAgreed:
		v.inSale(in, l, proposalOf(l, user))
	case partWon:
		if chance := chanceOf(l, user); chance != nil {
			price, v.Order = l.Money(chance.Price), chance.Order
			v.Tone, v.Heading = view.Good, in.Say("You took the second chance")
			v.Text = in.Say("It is yours for %s. The amount is held on your saved card; you are charged once every byte has arrived.", price)
			break
		}
		v.Tone, v.Heading, v.Order = view.Good, in.Say("You won"), l.Standing.Order
		v.Text = in.Say("It is yours for %s. The amount is held on your saved card; you are charged once every byte has arrived.", price)
	case partLost:
		v.Tone, v.Heading = view.Plain, in.Say("You did not win")
		v.Text = in.Say("It went for %s. You are not charged.", price)
	}
	if v.Part == partLeading || v.Part == partOutbid {
		v.Retract = retractPath(l.ID())
	}
	return v
}

// bidKey in a session says that its visitor has bid on the lot: the book may learn of it a moment later.
func bidKey(l events.LotID) string { return "bid:" + string(l) }

// hasBid reports whether the user has bid on the lot. Without the book only this session's bids are known.
func (f *Front) hasBid(ctx context.Context, user events.UserID, lot events.LotID) bool {
	if user == "" {
		return false
	}
	if f.sessions.GetBool(ctx, bidKey(lot)) {
		return true
	}
	bid, err := f.book.HasBid(ctx, user, lot)
	if err != nil {
		f.Log.WarnContext(ctx, "the book could not be asked about a bidder", "lot", lot, "error", err)
	}
	return bid
}
