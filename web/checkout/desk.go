package checkout

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/events/sealed"
	"lightshare/web/checkout/ledger"
	"lightshare/web/checkout/payee"
)

// Config says what a desk works with.
type Config struct {
	NC         *nats.Conn
	Clock      *journal.Clock // nil: the machine's
	Log        *slog.Logger   // nil: the default
	Cashier    Cashier
	TicketKey  ed25519.PrivateKey                                        // signs the tickets that agents honour
	DepositKey sealed.DepositKey                                         // opens the keys that agents deposit
	LinkKey    []byte                                                    // makes the links to orders; at least 16 bytes, secret
	BaseURL    string                                                    // of the market's pages, without a slash at the end
	ICE        func(order events.OrderID, size int64) []events.ICEServer // for an order's sealed file of so many bytes; nil: none
	Bank       payee.Bank                                                // sends sellers their money; nil: nobody does, and nothing is kept of what they are owed
	AtOnce     int                                                       // orders worked on at the same time, each with a call to the provider under way; 0 takes 16
	Poll       time.Duration                                             // between looks for news that no webhook brought; 0 takes 15 seconds
}

// A Desk writes the journal of orders and does what its facts intend.
type Desk struct {
	Config
	js      jetstream.JetStream
	orders  *journal.Journal[Order]
	self    *journal.Sender
	auction *journal.Sender
	index   *index
	books   *ledger.Bookkeeper
	errands *errands
	wallet  wallet
	heard   heard
	hearing turns
	brought atomic.Bool // news, since the last look at the provider's list
	sellers *journal.Sellers
	payees  *payee.Office // nil without a Bank

	mu     sync.Mutex
	unpaid []News // guarded by mu; pages that were open when the desk opened

	stop  context.CancelFunc
	group sync.WaitGroup
	stops []func() // of what is followed
}

// Open replays the orders, resumes what their facts intend, and takes commands until Close.
func Open(ctx context.Context, c Config) (*Desk, error) {
	if c.DepositKey.IsZero() || len(c.LinkKey) < 16 || len(c.TicketKey) != ed25519.PrivateKeySize {
		return nil, errors.New("open checkout: key missing or too short")
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Poll == 0 {
		c.Poll = 15 * time.Second
	}
	if c.AtOnce == 0 {
		c.AtOnce = errandsAtOnce
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	d := &Desk{
		Config:  c,
		self:    journal.NewSender(c.NC, events.CheckoutService),
		auction: journal.NewSender(c.NC, events.AuctionService),
		index:   newIndex(),
		books:   ledger.NewBookkeeper(c.Log),
		hearing: newTurns(),
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop, d.errands = stop, newErrands(running, c.AtOnce, d.perform, c.Log)
	if err := d.open(ctx, running); err != nil {
		return nil, fmt.Errorf("open checkout: %w", errors.Join(err, d.Close()))
	}
	return d, nil
}

func (d *Desk) open(ctx, running context.Context) error {
	var err error
	if d.js, err = jetstream.New(d.NC); err != nil {
		return err
	}
	if d.wallet, err = openWallet(ctx, d.js); err != nil {
		return err
	}
	d.orders, err = journal.Open(ctx, d.NC, journal.Options[Order]{
		Name: events.Orders, Service: events.CheckoutService, Rules: Rules{}, Clock: d.Clock, Log: d.Log,
		After: d.after, Ready: d.ready,
	})
	if err != nil {
		return err
	}
	if d.Bank != nil {
		d.payees, err = payee.Open(ctx, payee.Config{NC: d.NC, Clock: d.Clock, Log: d.Log, Bank: d.Bank, BaseURL: d.BaseURL, Tell: d.tellPayee})
		if err != nil {
			return err
		}
	}
	follow := func(stop func(), err error) error {
		if err == nil {
			d.stops = append(d.stops, stop)
		}
		return err
	}
	if err := follow(journal.FollowAll(ctx, d.NC, events.Orders, d.learn)); err != nil {
		return err
	}
	if err := follow(journal.Follow(ctx, d.NC, events.Orders, "checkout-notices", d.tell)); err != nil {
		return err
	}
	if err := follow(journal.Follow(ctx, d.NC, events.Lots, "checkout", d.lotFact)); err != nil {
		return err
	}
	mark := bookmark{kv: d.wallet.kv}
	since, err := mark.read(ctx, d.Clock.Now())
	if err != nil {
		return err
	}
	d.group.Go(func() { d.poll(running, since, mark) })
	d.sellers = newSellers(d.self, d.Log)
	return d.sellers.Open(ctx, d.NC, events.SellerSaleSubject("*", "*"), events.CheckoutService)
}

// after wakes whoever does what a new fact intends. It runs in the journal's writer.
func (d *Desk) after(c journal.Change[Order]) {
	d.errands.wake(c.State)
	if _, over := c.Fact.(events.PaymentAbandoned); over && c.State.Session != "" {
		d.errands.once(func(ctx context.Context) { d.closePage(ctx, c.State) })
	}
	if _, undecided := c.Fact.(events.DisputeAwaited); undecided {
		d.errands.once(func(ctx context.Context) { d.lookAgain(ctx, c.State) })
	}
}

// ready resumes an order that the desk finds at start.
func (d *Desk) ready(_ string, o Order) {
	d.errands.wake(o)
	if o.State == Payable {
		d.mu.Lock()
		d.unpaid = append(d.unpaid, News{Session: o.Session})
		d.mu.Unlock()
	}
}

// Close stops taking commands and waits for what is under way. What was not answered is resumed at the next Open.
func (d *Desk) Close() error {
	if d.sellers != nil {
		d.sellers.Close()
	}
	for _, stop := range d.stops {
		stop()
	}
	d.stop()
	d.group.Wait()
	d.errands.close()
	var errs []error
	if d.payees != nil {
		errs = append(errs, d.payees.Close())
	}
	if d.orders != nil {
		errs = append(errs, d.orders.Close())
	}
	return errors.Join(errs...)
}

// Start begins a purchase at the price that the offer shows. The same id of the same buyer gives the same order. It is
// refused with NotForSale, SoldOut or BuyNowGone if the offer does not allow it, with TooLow, NoSuchCode or CodeSpent if
// it does not allow the deal.
func (d *Desk) Start(ctx context.Context, id events.CommandID, buyer events.UserID, kind events.OrderKind, offer events.Offer, deal Deal) (events.OrderID, error) {
	price, err := deal.priceOf(kind, offer, d.Clock.Now())
	if err != nil {
		return "", fmt.Errorf("order %s: %w", offer.Lot, err)
	}
	sum := sha256.Sum256([]byte(string(buyer) + "\n" + string(id)))
	order := events.OrderID(hex.EncodeToString(sum[:16]))
	create := createOrder(order, kind, buyer, price, offer)
	create.Code = deal.Code
	_, err = d.self.Do(ctx, string(order), id, create, nil)
	return order, err
}

// priceOf returns what a purchase of that kind costs now.
func (deal Deal) priceOf(kind events.OrderKind, offer events.Offer, now time.Time) (int64, error) {
	s := offer.Standing
	switch {
	case offer.State == events.OfferEnded && s.State == events.Sold && kind == events.OrderDirect:
		return 0, events.SoldOut
	case offer.State != events.OfferListed:
		return 0, events.NotForSale
	case kind == events.OrderDirect && offer.Terms.Format == events.Direct:
		if s.Edition != events.OpenEdition && s.Copies >= s.Edition {
			return 0, events.SoldOut
		}
		return deal.direct(offer, now)
	case kind == events.OrderBuyNow && offer.Terms.Format == events.Auction:
		if s.BuyNow <= 0 {
			return 0, events.BuyNowGone
		}
		return s.BuyNow, nil
	}
	return 0, events.NotForSale
}

func createOrder(id events.OrderID, kind events.OrderKind, buyer events.UserID, price int64, o events.Offer) events.CreateOrder {
	return events.CreateOrder{
		Order: id, Kind: kind, Lot: o.Lot, Seller: o.Seller, Buyer: buyer,
		Price: events.Money{Amount: price, Currency: o.Terms.Currency},
		Title: o.Title, FileName: o.FileName, Size: o.Size, Type: o.Type, Root: o.Root, SealedRoot: o.SealedRoot, Shares: o.Terms.Shares,
	}
}

// Order returns the order as it stands, or an error that wraps [events.NoSuchOrder].
func (d *Desk) Order(ctx context.Context, id events.OrderID) (View, error) {
	var v View
	_, err := d.self.Do(ctx, string(id), "", events.AskOrder{}, &v)
	return v, err
}

// OrdersOf returns the buyer's orders, newest first.
func (d *Desk) OrdersOf(buyer events.UserID) []View {
	var views []View
	for _, o := range d.index.buyers(buyer) {
		views = append(views, o.View())
	}
	return views
}

// Await returns the order as soon as ready says so, or as it then is with ctx's error.
func (d *Desk) Await(ctx context.Context, id events.OrderID, ready func(View) bool) (View, error) {
	o, err := d.index.await(ctx, id, func(o Order) bool { return ready(o.View()) })
	return o.View(), err
}
