package command

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/agent"
)

const (
	pageWait = 20 * time.Second       // for the market to have the page made
	pageLook = 200 * time.Millisecond // between two looks
)

type payoutsCommand struct {
	place
	SetUp bool `help:"Print the address of a page on which you say where your money goes."`
	CSV   bool `name:"csv" help:"Print the payouts as a table for a spreadsheet."`
}

// Run shows how the seller stands with his money.
func (c payoutsCommand) Run(t terminal) error {
	if err := c.fill(); err != nil {
		return err
	}
	e, err := agent.OpenErrand(t.ctx, c.State, c.Market)
	if err != nil {
		return err
	}
	defer e.Close()
	p, err := e.DoPayee(t.ctx, events.AskPayee{})
	if err == nil && c.SetUp {
		p, err = setUp(t, e, p)
	}
	switch {
	case err != nil:
		return err
	case c.JSON:
		return json.NewEncoder(t.stdout).Encode(p)
	case c.CSV:
		return payoutTable(t.stdout, p)
	}
	payeeWords(t.stdout, p)
	return nil
}

// setUp wants a page, and waits until it is there.
func setUp(t terminal, e *agent.Errand, p events.Payee) (events.Payee, error) {
	if p.Ready {
		return p, nil
	}
	before := p
	p, err := e.DoPayee(t.ctx, events.SetUpPayouts{})
	if errors.Is(err, events.Unchanged) { // one is open, or being made
		before, err = events.Payee{}, nil
	}
	for late := time.Now().Add(pageWait); err == nil && (p.SetUp == "" || p.SetUp == before.SetUp); {
		if time.Now().After(late) {
			return p, fmt.Errorf("the page was not made in time, try again: %w", events.Unavailable)
		}
		select {
		case <-time.After(pageLook):
		case <-t.ctx.Done():
			return p, t.ctx.Err()
		}
		p, err = e.DoPayee(t.ctx, events.AskPayee{})
	}
	return p, err
}

// payeeWords says how the seller stands, a line a matter.
func payeeWords(w io.Writer, p events.Payee) {
	fmt.Fprintln(w, p.Status)
	if p.SetUp != "" {
		fmt.Fprintln(w, "page     ", p.SetUp)
	}
	for _, x := range p.Purses {
		fmt.Fprintf(w, "free      %s\n", x.Free)
		if x.Held.Amount != 0 {
			fmt.Fprintf(w, "held      %s, the next of it until %s\n", x.Held, x.Next.Local().Format("2 Jan 15:04 MST"))
		}
		if x.Sending.Amount != 0 {
			fmt.Fprintf(w, "sending   %s\n", x.Sending)
		}
		fmt.Fprintf(w, "sent      %s in all\n", x.Sent)
	}
	for _, x := range p.Payouts {
		line := fmt.Sprintf("payout %d  %s  %s  %s", x.Number, x.At.Local().Format("2 Jan 2006 15:04 MST"), x.Money, x.State)
		if x.Back.Amount != 0 {
			line += fmt.Sprintf(", %s fetched back", x.Back)
		}
		fmt.Fprintln(w, line)
	}
}

// payoutTable writes the payouts, the newest first.
func payoutTable(w io.Writer, p events.Payee) error {
	table := csv.NewWriter(w)
	table.Write([]string{"payout", "time", "amount", "fetched_back", "currency", "state"}) // Flush tells of errors
	for _, x := range p.Payouts {
		table.Write([]string{strconv.Itoa(x.Number), x.At.UTC().Format(time.RFC3339), x.Money.Decimal(), x.Back.Decimal(), string(x.Money.Currency), x.State})
	}
	table.Flush()
	return table.Error()
}
