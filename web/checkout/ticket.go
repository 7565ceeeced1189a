package checkout

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
	"lightshare/events/sealed"
)

const (
	ticketLife   = 10 * time.Minute
	agentPatient = 3 * time.Second // for an agent to say where it is, or to answer an offer
	maxURLs      = 8               // of one agent
)

// ErrSellerAway says that the seller's agent does not answer now. The order is none the worse for it.
var ErrSellerAway = errors.New("the seller's computer is not connected right now")

// A Grant is what a buyer's client needs to fetch the file.
type Grant struct {
	Ticket   string             `json:"ticket"`
	Reach    events.Reach       `json:"reach"`
	FileName string             `json:"file_name"`
	Size     int64              `json:"size"` // bytes
	Type     string             `json:"type"`
	Root     string             `json:"root"`
	Sealed   string             `json:"sealed"` // root over the sealed records, for which the client signs
	Listing  events.ListingID   `json:"listing"`
	ICE      []events.ICEServer `json:"ice,omitempty"` // for a connection over WebRTC
}

// Ticket binds the client's session key to the order and returns a ticket for the seller's agent, good for ten minutes.
// A client that starts again simply asks again, with another key if it lost the first. Before the first ticket the agent
// deposits the key of what was sold, unless that was listed before files were sealed and goes as it is. The error wraps ErrSellerAway when the agent does not answer before the file is
// signed for (later the grant names no address), [events.NoKey] when it deposits none, and [events.WrongState] when the order is not one to be delivered.
func (d *Desk) Ticket(ctx context.Context, order events.OrderID, clientKey []byte) (Grant, error) {
	var v View
	id := events.CommandID("client:" + events.NewID()) // binding again is allowed, so no id may repeat
	_, err := d.self.Do(ctx, string(order), id, events.RecordClient{Key: clientKey}, &v)
	if err != nil && !errors.Is(err, events.Unchanged) {
		return Grant{}, err
	}
	if !v.CanFetch {
		return Grant{}, fmt.Errorf("ticket for order %s: %w", order, events.WrongState)
	}
	reach, err := d.reach(ctx, v.Seller)
	if errors.Is(err, ErrSellerAway) && v.State != Delivering { // all of it is signed for; whoever kept it needs no seller
		reach, err = events.Reach{Seller: v.Seller}, nil
	}
	if err != nil {
		return Grant{}, fmt.Errorf("ticket for order %s: %w", order, err)
	}
	if !v.HasKey && v.SealedRoot != "" {
		if err := d.deposit(ctx, v); err != nil {
			return Grant{}, fmt.Errorf("ticket for order %s: %w", order, err)
		}
	}
	expires := d.Clock.Now().Add(ticketLife)
	if !v.DeliverBy.IsZero() && expires.After(v.DeliverBy) {
		expires = v.DeliverBy
	}
	ticket := sealed.Ticket{
		ID: events.NewID(), Order: order, Listing: v.Lot.Listing(), Agent: v.Seller,
		Root: v.Root, Sealed: v.SealedRoot, Size: v.Size, Client: clientKey, Expires: expires,
	}
	return Grant{
		Ticket: ticket.Sign(d.TicketKey), Reach: reach, FileName: v.FileName, Size: v.Size, Type: v.Type,
		Root: v.Root, Sealed: v.SealedRoot, Listing: ticket.Listing, ICE: d.ice(order, v.Size),
	}, nil
}

// reach asks the seller's agent where it can be reached.
func (d *Desk) reach(ctx context.Context, seller events.SellerID) (events.Reach, error) {
	answer, err := d.ask(ctx, seller, events.AskConnect, nil)
	if err != nil {
		return events.Reach{}, err
	}
	var r events.Reach
	if err := json.Unmarshal(answer, &r); err != nil || !goodReach(r, seller) {
		return events.Reach{}, fmt.Errorf("seller %s told nowhere to go: %w", seller, ErrSellerAway)
	}
	return r, nil
}

// ask returns what the seller's agent answers. The error wraps ErrSellerAway when it does not.
func (d *Desk) ask(ctx context.Context, seller events.SellerID, verb string, question []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, agentPatient)
	defer cancel()
	msg, err := d.NC.RequestWithContext(ctx, events.AskSubject(seller, verb), question)
	if errors.Is(err, nats.ErrNoResponders) || errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("seller %s: %w", seller, ErrSellerAway)
	}
	if err != nil {
		return nil, fmt.Errorf("ask seller %s: %w", seller, err)
	}
	return msg.Data, nil
}

// goodReach reports whether a stranger's answer can be shown to a buyer's client.
func goodReach(r events.Reach, seller events.SellerID) bool {
	if r.Seller != seller || len(r.URLs) > maxURLs {
		return false
	}
	for _, u := range r.URLs {
		parsed, err := url.Parse(u)
		if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" || parsed.User != nil {
			return false
		}
	}
	sum, err := hex.DecodeString(r.Certificate)
	return err == nil && (len(sum) == 0 || len(sum) == sha256.Size)
}

// Deliver hands in the receipt for the whole sealed file. The same receipt twice is no error.
func (d *Desk) Deliver(ctx context.Context, order events.OrderID, receipt []byte) error {
	sum := sha256.Sum256(receipt)
	id := events.CommandID("receipt:" + hex.EncodeToString(sum[:16]))
	_, err := d.self.Do(ctx, string(order), id, events.RecordDelivery{Receipt: receipt}, nil)
	return err
}

// Link returns the token that lets whoever holds it act as the order's buyer: on the page of the order, or from the
// command line.
func (d *Desk) Link(order events.OrderID) string {
	mac := hmac.New(sha256.New, d.LinkKey)
	mac.Write([]byte("lightshare link 1\n" + string(order)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// CheckLink reports whether token is the order's, in a time that tells nothing.
func (d *Desk) CheckLink(order events.OrderID, token string) bool {
	return hmac.Equal([]byte(d.Link(order)), []byte(strings.TrimSpace(token)))
}
