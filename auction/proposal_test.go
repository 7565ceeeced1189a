package auction

import (
	"testing"
	"time"

	"lightshare/events"
)

// haggled returns a direct sale at 5.00 dollars whose seller hears proposals.
func haggled(edition int64) events.Command {
	return offer(with(direct(1), func(n *events.Listing) { n.Terms.Proposals, n.Terms.Edition = true, edition }), allowed)
}

func propose(who events.UserID, price int64) events.Command {
	return events.MakeProposal{Buyer: who, Price: price}
}

// answers is the seller's answer to a buyer.
func answers(who events.UserID, a events.ProposalAnswer, price int64) events.Command {
	return events.AnswerProposal{Seller: seller, Buyer: who, Answer: a, Price: price}
}

// replies is a buyer's answer to the seller.
func replies(who events.UserID, a events.ProposalAnswer) events.Command {
	return events.AnswerProposal{Buyer: who, Answer: a}
}

func TestAProposalAndItsAnswers(t *testing.T) {
	accept, decline, counter := events.ProposalAccept, events.ProposalDecline, events.ProposalCounter
	made := []events.Command{haggled(1), propose("ann", 300)}
	countered := append(made, answers("ann", counter, 400))
	type commands = []events.Command
	tests := map[string]struct {
		before commands
		do     events.Command
		want   events.Refusal // empty: it is done
		waits  int            // proposals afterwards
		copies int64
	}{
		"a proposal":                        {made[:1], propose("ann", 300), "", 1, 0},
		"at the price":                      {made[:1], propose("ann", 500), events.NotLess, 0, 0},
		"of nothing":                        {made[:1], propose("ann", 0), events.NotLess, 0, 0},
		"by the seller":                     {made[:1], propose(events.UserID(seller), 300), events.OwnLot, 0, 0},
		"by the seller's account":           {made[:1], events.MakeProposal{Buyer: "ann", Price: 300, Sells: seller}, events.OwnLot, 0, 0},
		"by nobody":                         {made[:1], propose("", 300), events.Malformed, 0, 0},
		"where the price is fixed":          {commands{offer(direct(1), allowed)}, propose("ann", 300), events.NotForSale, 0, 0},
		"in an auction":                     {commands{offer(auctioned(1), allowed)}, propose("ann", 300), events.NotForSale, 0, 0},
		"twice at once":                     {made, propose("ann", 350), events.Waiting, 1, 0},
		"of a second buyer":                 {made, propose("bob", 350), "", 2, 0},
		"accepted":                          {made, answers("ann", accept, 0), "", 0, 1},
		"accepted as it stands":             {made, answers("ann", accept, 300), "", 0, 1},
		"accepted at another price":         {made, answers("ann", accept, 200), events.NoProposal, 1, 0},
		"accepted by another seller":        {made, events.AnswerProposal{Seller: "another", Buyer: "ann", Answer: accept}, events.NotSeller, 1, 0},
		"accepted by its own buyer":         {made, replies("ann", accept), events.NoProposal, 1, 0},
		"accepted for somebody else":        {made, answers("bob", accept, 0), events.NoProposal, 1, 0},
		"accepted by name":                  {made, events.AnswerProposal{Seller: seller, Name: "a***n", Answer: accept}, "", 0, 1},
		"accepted by a wrong name":          {made, events.AnswerProposal{Seller: seller, Name: "b***n", Answer: accept}, events.NoProposal, 1, 0},
		"accepted by a name of two":         {append(made, propose("aidan", 350)), events.AnswerProposal{Seller: seller, Name: "an", Answer: accept}, events.Ambiguous, 2, 0},
		"declined":                          {made, answers("ann", decline, 0), "", 0, 0},
		"answered with a riddle":            {made, answers("ann", "perhaps", 0), events.Malformed, 1, 0},
		"countered":                         {made, answers("ann", counter, 400), "", 1, 0},
		"countered below it":                {made, answers("ann", counter, 300), events.NotBetween, 1, 0},
		"countered at the price":            {made, answers("ann", counter, 500), events.NotBetween, 1, 0},
		"countered by the buyer's word":     {countered, replies("ann", counter), events.NotBetween, 1, 0},
		"a counter-proposal accepted":       {countered, replies("ann", accept), "", 0, 1},
		"a counter-proposal declined":       {countered, replies("ann", decline), "", 0, 0},
		"a counter-proposal to one's own":   {countered, answers("ann", accept, 0), events.NoProposal, 1, 0},
		"a counter-proposal out-countered":  {countered, propose("ann", 350), "", 1, 0},
		"after the last copy":               {append(made, events.Buy{Buyer: "bob", Order: "o1"}), answers("ann", accept, 0), events.SoldOut, 1, 1},
		"a proposal for the last copy":      {commands{haggled(1), events.Buy{Buyer: "bob", Order: "o1"}}, propose("ann", 300), events.SoldOut, 0, 1},
		"after the file went":               {append(made, events.WithdrawListing{Rev: 2}), answers("ann", accept, 0), events.NotForSale, 1, 0},
		"declined though the file went":     {append(made, events.WithdrawListing{Rev: 2}), answers("ann", decline, 0), "", 0, 0},
		"after it became an auction":        {append(made, offer(auctioned(2), allowed)), answers("ann", accept, 0), events.NoProposal, 0, 0},
		"a fourth try":                      {commands{haggled(1), propose("ann", 100), answers("ann", decline, 0), propose("ann", 200), answers("ann", counter, 450), propose("ann", 300), answers("ann", decline, 0)}, propose("ann", 400), events.NoMoreTries, 0, 0},
		"the first yes has the only copy":   {append(made, propose("bob", 350), answers("bob", accept, 0)), answers("ann", accept, 0), events.SoldOut, 1, 1},
		"whoever has bought may come again": {commands{haggled(2), propose("ann", 100), answers("ann", decline, 0), propose("ann", 200), answers("ann", decline, 0), propose("ann", 300), answers("ann", accept, 0)}, propose("ann", 300), "", 1, 1},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, tc.before...)
			if tc.want != "" {
				b.refuses(tc.do, tc.want)
			} else {
				b.do(tc.do)
			}
			if n := len(b.lot.State.proposals()); n != tc.waits || b.stands().Copies != tc.copies {
				t.Errorf("%d proposals wait and %d copies are sold, want %d and %d", n, b.stands().Copies, tc.waits, tc.copies)
			}
		})
	}
}

func TestAProposalRunsOut(t *testing.T) {
	b := newBench(t, haggled(1), propose("ann", 300))
	b.now = noon.Add(time.Hour)
	b.do(propose("bob", 350))
	b.refuses(events.ExpireProposal{}, events.NoProposal)
	b.now = noon.Add(proposalLasts)
	b.refuses(answers("ann", events.ProposalAccept, 0), events.NoProposal)
	if f := b.next(); f != (events.ProposalPassed{Buyer: "ann", BySeller: true}) {
		t.Errorf("after 48 hours comes %+v, want that ann's has passed unanswered by the seller", f)
	}
	b.do(answers("bob", events.ProposalCounter, 400))
	if at, _ := (Rules{}).Deadline(b.lot.State); !at.Equal(b.now.Add(proposalLasts)) {
		t.Errorf("the counter-proposal ends at %s, want 48 hours after it", at)
	}
	if f := b.next(); f != (events.ProposalPassed{Buyer: "bob"}) {
		t.Errorf("then comes %+v, want that bob did not answer", f)
	}
	if _, c := (Rules{}).Deadline(b.lot.State); c != nil {
		t.Errorf("%T comes by itself, want nothing", c)
	}
}

func TestAnAgreedPriceThatIsNotPaid(t *testing.T) {
	b := newBench(t, haggled(1), propose("ann", 300))
	f := b.do(answers("ann", events.ProposalAccept, 0)).(events.ProposalAccepted)
	if f.Price != 300 || b.lot.State.Offer().State != events.OfferEnded {
		t.Errorf("agreed at %d, the offer is %s; want 300, and sold out", f.Price, b.lot.State.Offer().State)
	}
	if p := b.stands().Proposals; len(p) != 1 || p[0].Order != f.Order || p[0].Buyer != "ann" {
		t.Errorf("the buyer's page is told %+v, want the order", p)
	}
	b.do(unpaid(f.Order))
	if s := b.stands(); len(s.Proposals) != 0 || s.Copies != 0 || s.State != events.Open || b.lot.State.mark("ann").Strikes != 1 {
		t.Errorf("unpaid it stands %+v with %d strikes; want it for sale again, and one", s, b.lot.State.mark("ann").Strikes)
	}
	b.do(propose("bob", 350))
}
