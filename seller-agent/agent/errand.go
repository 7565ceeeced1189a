package agent

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/bus"
)

// ErrNoSeller says that nobody has sold from this state folder yet.
var ErrNoSeller = errors.New("nothing has been shared from here yet; begin with: seller-agent share DIR --market URL")

const (
	errandWait = 12 * time.Second // for the house, which may be taking over
	errandOnce = 4 * time.Second  // for one answer, before the same is asked again
)

// An Errand is a connection to the market on which a seller says something about his lots and leaves. An agent that
// shares at the same time is not disturbed.
type Errand struct {
	Seller events.SellerID
	nc     *nats.Conn
}

// OpenErrand signs in with the key in the state folder. market may be nil: then it is the one that was shared on last.
// Errors wrap [ErrNoSeller], [ErrOffline] or [ErrNotAdmitted].
func OpenErrand(ctx context.Context, state string, market *url.URL) (*Errand, error) {
	key, market, err := sellerIn(state, market)
	if err != nil {
		return nil, err
	}
	seller := events.SellerOf(key.Public().(ed25519.PublicKey))
	c, err := enrol(ctx, market, key, nameOf(seller), time.Now())
	if err != nil {
		return nil, err
	}
	nc, err := bus.ConnectAgent(ctx, c, key, nats.Name(bus.Errand))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	return &Errand{c.Seller, nc}, nil
}

// Close leaves.
func (e *Errand) Close() { e.nc.Close() }

// Do asks for something to be done with a lot of the seller's, and returns how the lot stands: with bidders masked. A
// refusal is an error that wraps it. Sent twice, because an answer was lost, it has one effect.
func (e *Errand) Do(ctx context.Context, lot events.LotID, c events.Command) (events.Standing, error) {
	var s events.Standing
	err := e.do(ctx, events.SellerLotSubject(e.Seller, lot), string(lot), c, &s)
	return s, err
}

// DoSale asks for something to be done about a sale of the seller's, and returns how it stands, as Do does of a lot.
func (e *Errand) DoSale(ctx context.Context, order events.OrderID, c events.Command) (events.Sale, error) {
	var s events.Sale
	err := e.do(ctx, events.SellerSaleSubject(e.Seller, order), string(order), c, &s)
	return s, err
}

// Object says something against what was refused of the seller's.
func (e *Errand) Object(ctx context.Context, listing events.ListingID, c events.FileObjection) error {
	return e.do(ctx, events.SellerObjectionSubject(e.Seller, listing), string(listing), c, nil)
}

// DoPayee asks about the seller's own money, and returns how it stands.
func (e *Errand) DoPayee(ctx context.Context, c events.Command) (events.Payee, error) {
	var p events.Payee
	err := e.do(ctx, events.SellerPayeeSubject(e.Seller), string(e.Seller), c, &p)
	return p, err
}

func (e *Errand) do(ctx context.Context, to, about string, c events.Command, view any) error {
	ctx, cancel := context.WithTimeout(ctx, errandWait)
	defer cancel()
	r, err := events.NewRequest(events.CommandID(events.NewID()), about, c)
	if err != nil {
		return err
	}
	a, err := e.ask(ctx, to, r.AppendJSON(nil))
	if err != nil {
		return err
	}
	if len(a.View) > 0 {
		if err := json.Unmarshal(a.View, view); err != nil {
			return fmt.Errorf("read answer about %s: %w", about, err)
		}
	}
	if a.Refusal != "" {
		return fmt.Errorf("%s %s: %w", c.CommandKind(), about, a.Refusal)
	}
	return nil
}

// ask sends the request until it is answered.
func (e *Errand) ask(ctx context.Context, subject string, data []byte) (a events.Answer, err error) {
	for ctx.Err() == nil {
		once, cancel := context.WithTimeout(ctx, errandOnce)
		var msg *nats.Msg
		msg, err = e.nc.RequestWithContext(once, subject, data)
		cancel()
		if err == nil {
			if err := json.Unmarshal(msg.Data, &a); err != nil {
				return a, fmt.Errorf("read answer: %w", err)
			}
			return a, nil
		}
		select {
		case <-time.After(pauseMin):
		case <-ctx.Done():
		}
	}
	return a, fmt.Errorf("%w: %w", ErrOffline, err)
}

// sellerIn returns the key in the state folder, and the market that was shared on last unless another one is given.
func sellerIn(state string, market *url.URL) (ed25519.PrivateKey, *url.URL, error) {
	file := filepath.Join(state, keyFile)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, ErrNoSeller
	}
	key, err := openKey(file)
	if err != nil || market != nil {
		return key, market, err
	}
	settings, err := LoadSettings(state)
	if err == nil {
		market, err = url.Parse(settings.Market)
	}
	if err != nil || market.Host == "" {
		return nil, nil, fmt.Errorf("%w (or say --market URL)", ErrNoSeller)
	}
	return key, market, nil
}

// nameOf is what a seller is called who says nothing else.
func nameOf(s events.SellerID) string { return "Seller " + string(s[:6]) }
