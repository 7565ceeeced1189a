package command

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"lightshare/events"
	"lightshare/seller-agent/agent"
)

// saleCommands are what a seller can do about a sale of his.
type saleCommands struct {
	Show    saleShow    `cmd:"" help:"How a sale stands."`
	Refund  saleRefund  `cmd:"" help:"Give the buyer money back, asked for or not."`
	Decline saleDecline `cmd:"" help:"Do not give back what the buyer asks for."`
}

// A salePlace is a place and an order.
type salePlace struct {
	place
	Order orderName `arg:"" help:"The order's id, as 'orders' lists it."`
}

// An orderName is an order's id, whichever way it was written.
type orderName events.OrderID

// UnmarshalText takes an id or the address of an order's page.
func (n *orderName) UnmarshalText(text []byte) error {
	id := string(text)
	if u, err := url.Parse(id); err == nil {
		if _, last, ok := strings.Cut(u.Path, "/orders/"); ok {
			id = strings.TrimSuffix(last, "/")
		}
	}
	if id == "" || strings.ContainsAny(id, "./*> ") {
		return fmt.Errorf("%q is no order: its id is wanted", text)
	}
	*n = orderName(id)
	return nil
}

// visit signs in, says what f returns about the order, and prints how it stands then.
func (p salePlace) visit(t terminal, f func(ask func(events.Command) (events.Sale, error)) (events.Sale, string, error)) error {
	if err := p.fill(); err != nil {
		return err
	}
	e, err := agent.OpenErrand(t.ctx, p.State, p.Market)
	if err != nil {
		return err
	}
	defer e.Close()
	s, done, err := f(func(c events.Command) (events.Sale, error) { return e.DoSale(t.ctx, events.OrderID(p.Order), c) })
	if err != nil {
		return err
	}
	if p.JSON {
		return json.NewEncoder(t.stdout).Encode(s)
	}
	if done != "" {
		fmt.Fprintln(t.stdout, done)
	}
	fmt.Fprint(t.stdout, saleWords(s))
	return nil
}

// saleWords says how a sale stands, a line a matter.
func saleWords(s events.Sale) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-9s "+format+"\n", append([]any{name}, args...)...)
	}
	line("order", "%s", s.Order)
	line("title", "%s", s.Title)
	line("state", "%s", s.Headline)
	line("price", "%s", s.Price)
	if s.Back.Amount > 0 {
		line("back", "%s went back to the buyer", s.Back)
	}
	if s.Asked.Amount > 0 {
		line("asked", "the buyer wants %s back: %s. Answer by %s; without an answer it is given back", s.Asked, s.Reason.Words(), s.AnswerBy.Local().Format("2 Jan 15:04 MST"))
	}
	return b.String()
}

type saleShow struct{ salePlace }

// Run shows how the sale stands.
func (c saleShow) Run(t terminal) error {
	return c.visit(t, func(ask func(events.Command) (events.Sale, error)) (events.Sale, string, error) {
		s, err := ask(events.AskOrder{})
		return s, "", err
	})
}

type saleRefund struct {
	salePlace
	Amount string `placeholder:"AMOUNT" help:"Only so much. Otherwise what the buyer asks for, or all of it."`
	Yes    bool   `help:"Do it without asking."`
}

// Run gives money back.
func (c saleRefund) Run(t terminal) error {
	return c.visit(t, func(ask func(events.Command) (events.Sale, error)) (s events.Sale, done string, err error) {
		if s, err = ask(events.AskOrder{}); err != nil {
			return s, "", err
		}
		back := s.Price
		back.Amount -= s.Back.Amount
		if s.Asked.Amount > 0 {
			back = s.Asked
		}
		if c.Amount != "" {
			if back, err = events.ParseMoney(c.Amount, s.Price.Currency); err != nil {
				return s, "", usage("--amount %s: an amount of %s above zero is wanted", c.Amount, s.Price.Currency)
			}
		}
		if !c.Yes {
			return s, "", usage("This gives %s back to the buyer. It cannot be taken back, so nothing was changed yet.\n\n%s\nTo do it, add --yes.", back, saleWords(s))
		}
		s, err = ask(events.GrantRefund{Amount: back})
		return s, back.String() + " is given back to the buyer.", err
	})
}

type saleDecline struct{ salePlace }

// Run declines.
func (c saleDecline) Run(t terminal) error {
	return c.visit(t, func(ask func(events.Command) (events.Sale, error)) (events.Sale, string, error) {
		s, err := ask(events.DeclineRefund{})
		return s, "The buyer does not get money back. He is told.", err
	})
}
