package command

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"lightshare/events"
	"lightshare/seller-agent/agent"
)

// lotCommands are what a seller can do with a lot of his.
type lotCommands struct {
	Show         lotShow    `cmd:"" help:"How a lot stands."`
	CancelBidder lotCancel  `cmd:"" help:"Void a bidder's bids and take no more of them."`
	End          lotEnd     `cmd:"" help:"End an auction before its time."`
	Reserve      lotReserve `cmd:"" help:"Lower an auction's reserve."`
	Add          lotAdd     `cmd:"" help:"Add to the description, dated."`
	Offer        lotOffer   `cmd:"" help:"Offer an auction that is over to the next bidder."`
	Accept       lotAccept  `cmd:"" help:"Take what a buyer offers for a copy."`
	Counter      lotCounter `cmd:"" help:"Name another price to a buyer who made an offer."`
	Decline      lotDecline `cmd:"" help:"Do not take what a buyer offers."`
	Object       lotObject  `cmd:"" help:"Object, once, to a lot that was refused."`
}

// A place says where the seller is and which market he means.
type place struct {
	Market *url.URL `placeholder:"URL" help:"The market; the one that was shared on last otherwise."`
	State  string   `type:"path" placeholder:"DIR" help:"Where the agent keeps its key. (default: lightshare in $XDG_STATE_HOME or ~/.local/state)"`
	JSON   bool     `name:"json" help:"Print how the lot stands as one JSON line."`
}

// A lotPlace is a place and a lot.
type lotPlace struct {
	place
	Lot lotName `arg:"" help:"The lot's id, or the address of its page."`
}

// A lotName is a lot's id, whichever way it was written.
type lotName events.LotID

// UnmarshalText takes an id or the address of a lot's page.
func (n *lotName) UnmarshalText(text []byte) error {
	id := events.LotID(text)
	if u, err := url.Parse(string(text)); err == nil {
		_, last, ok := strings.Cut(u.Path, "/lots/")
		if ok {
			id = events.LotID(strings.TrimSuffix(last, "/"))
		}
	}
	if id.Listing().Seller() == "" {
		return fmt.Errorf("%q is no lot: its id or the address of its page is wanted", text)
	}
	*n = lotName(id)
	return nil
}

// A visit is an errand about one lot.
type visit struct {
	*agent.Errand
	term terminal
	lot  events.LotID
}

// visit signs in, does f, and says how the lot stands then.
func (p lotPlace) visit(t terminal, f func(*visit) (events.Standing, string, error)) error {
	if err := p.place.fill(); err != nil {
		return err
	}
	e, err := agent.OpenErrand(t.ctx, p.State, p.Market)
	if err != nil {
		return err
	}
	defer e.Close()
	v := &visit{e, t, events.LotID(p.Lot)}
	s, done, err := f(v)
	if err != nil {
		return err
	}
	if p.JSON {
		return json.NewEncoder(t.stdout).Encode(s)
	}
	if done != "" {
		fmt.Fprintln(t.stdout, done)
	}
	fmt.Fprint(t.stdout, standingWords(s))
	return nil
}

// fill puts in what was not said.
func (p *place) fill() (err error) {
	if p.Market != nil && (p.Market.Host == "" || p.Market.Scheme != "http" && p.Market.Scheme != "https") {
		return usage("--market %s: an http or https URL is wanted", p.Market)
	}
	if p.State == "" {
		p.State, err = agent.DefaultState()
	}
	return err
}

func (v *visit) do(c events.Command) (events.Standing, error) { return v.Do(v.term.ctx, v.lot, c) }

// amount reads an amount in the lot's currency.
func (v *visit) amount(flag, text string) (int64, error) {
	s, err := v.do(events.AskStanding{})
	if err != nil {
		return 0, err
	}
	m, err := events.ParseMoney(text, s.Currency)
	if err != nil {
		return 0, usage("%s %s: an amount of %s above zero is wanted", flag, text, s.Currency)
	}
	return m.Amount, nil
}

// consent returns an error that says what would happen, unless the seller said yes.
func (v *visit) consent(yes bool, what string) error {
	if yes {
		return nil
	}
	s, err := v.do(events.AskStanding{})
	if err != nil {
		return err
	}
	return usage("%s It cannot be taken back, so nothing was changed yet.\n\n%s\nTo do it, add --yes.", what, standingWords(s))
}

// standingWords says how a lot stands, a line a matter.
func standingWords(s events.Standing) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-9s "+format+"\n", append([]any{name}, args...)...)
	}
	line("lot", "%s", s.Lot)
	line("state", "%s", s.State)
	line("price", "%s", events.Money{Amount: s.Price, Currency: s.Currency})
	if s.Format == events.Auction {
		line("bids", "%d", s.Bids)
		if s.Leader != "" {
			line("leader", "%s", s.Leader)
		}
		if s.ReserveMet != nil {
			line("reserve", "%s", map[bool]string{true: "met", false: "not met"}[*s.ReserveMet])
		}
		line("ends", "%s", s.EndsAt.Local().Format("2 Jan 2006 15:04:05 MST"))
	}
	if s.Chance != nil {
		line("chance", "%s may have it for %s until %s", s.Chance.Bidder, events.Money{Amount: s.Chance.Price, Currency: s.Currency}, s.Chance.Until.Local().Format("2 Jan 15:04 MST"))
	}
	line("copies", "%d sold", s.Copies)
	for _, p := range s.Proposals {
		price, until := events.Money{Amount: p.Price, Currency: s.Currency}, p.Until.Local().Format("2 Jan 15:04 MST")
		switch {
		case p.BySeller:
			line("offer", "you would take %s from %s, who has until %s", price, p.Buyer, until)
		default:
			line("offer", "%s offers %s; answer by %s", p.Buyer, price, until)
		}
	}
	return b.String()
}
