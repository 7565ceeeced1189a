package ledger

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

// statementHead names the columns of a statement. Amounts are decimal numbers of the currency; those that the seller
// loses are negative.
var statementHead = []string{"time", "order", "lot", "account", "what", "amount", "balance", "currency", "sale_price", "transfer"}

// Statement writes what came to the seller and what went from him, as CSV, from the journal of orders: his own sales, his
// shares of others', and what became of them, with the balance of the account after each. A seller without any gets the
// head alone. Orders that are stopped are left out from where they stopped.
func Statement(ctx context.Context, nc *nats.Conn, seller events.SellerID, w io.Writer) error {
	s := statement{seller: seller, book: New(), csv: csv.NewWriter(w), balances: make(map[Account]int64)}
	err := s.csv.Write(statementHead)
	if err == nil {
		err = read(ctx, nc, s.apply)
	}
	s.csv.Flush()
	if err := errors.Join(err, s.csv.Error()); err != nil {
		return fmt.Errorf("statement of seller %s: %w", seller, err)
	}
	return nil
}

type statement struct {
	seller   events.SellerID
	book     *Book
	csv      *csv.Writer
	balances map[Account]int64
}

// apply writes the lines that follow from a fact.
func (s *statement) apply(rec events.Record, payee bool) error {
	transfers, err := s.book.apply(rec, payee)
	if err != nil && !errors.As(err, new(*Violation)) {
		return err
	}
	for _, t := range transfers {
		if t.Phase == Pending || t.Phase == Voided {
			continue
		}
		if err := errors.Join(s.line(t, t.Debit, -t.Amount), s.line(t, t.Credit, t.Amount)); err != nil {
			return err
		}
	}
	return nil
}

// line writes one side of a transfer if it is the seller's.
func (s *statement) line(t Transfer, a Account, amount int64) error {
	if a.Owner != string(s.seller) || a.Kind != SellerPayable && a.Kind != RoyaltyPayable && a.Kind != Reserve {
		return nil
	}
	s.balances[a] += amount
	sale := s.book.sales[t.ID.Order]
	decimal := func(n int64) string { return events.Money{Amount: n, Currency: a.Currency}.Decimal() }
	return s.csv.Write([]string{
		t.At.Format(time.RFC3339Nano), string(t.ID.Order), string(sale.lot), a.Kind.String(), t.Flow.String(),
		decimal(amount), decimal(s.balances[a]), string(a.Currency), decimal(sale.price.Amount),
		strconv.FormatUint(t.ID.Seq, 10) + "/" + strconv.Itoa(t.ID.N),
	})
}
