package fetch

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"golang.org/x/time/rate"
)

// strikes is how often in a row the agent may hand out something wrong, or refuse a fresh ticket, before the download
// is given up.
const strikes = 3

// A download leads one file from an agent to the disk.
type download struct {
	ask      func(context.Context) (Grant, error) // gets a new grant
	market   market
	key      ed25519.PrivateKey // of the session
	grant    Grant
	stale    bool // the grant did not lead further: ask for another
	progress progress
	log      *slog.Logger
	pause    time.Duration // longest wait between two attempts
	stall    time.Duration
	limit    *rate.Limiter // nil: none
	waiting  bool          // the user was told that the seller is away
	behind   bool          // WebRTC led to the seller last time, where no address did
}

// receive fills p, however many attempts it takes, until the file is whole, ctx ends, the disk fails or the seller's
// side has proven wrong.
func (d *download) receive(ctx context.Context, p *part) error {
	if p.leaves != nil && p.size == p.total() {
		return nil // it was here already
	}
	wrong := 0
	for idle := 0; ; idle++ {
		before := p.size
		err := d.attempt(ctx, p)
		if err == nil {
			return nil
		}
		if p.size > before {
			idle, wrong = 0, 0
		}
		isWrong := errors.Is(err, ErrMismatch) || errors.Is(err, ErrDenied)
		if isWrong {
			wrong++
		}
		switch {
		case ctx.Err() != nil:
			return ended(ctx, err)
		case wrong >= strikes, !isWrong && !errors.Is(err, errAgain):
			return err
		}
		d.log.WarnContext(ctx, "attempt broken off", "listing", d.grant.Listing, "checked", p.size, "err", err)
		if d.stale = isWrong || p.size == before; !d.stale {
			continue
		}
		d.tell(err)
		if err := d.wait(ctx, idle); err != nil {
			return ended(ctx, err)
		}
	}
}

// attempt tries each address of the agent until one leads further, and then WebRTC. Once that has been the way, it is tried
// first: addresses that nothing comes back from take their time.
func (d *download) attempt(ctx context.Context, p *part) error {
	if d.stale {
		if err := d.renew(ctx); err != nil {
			return err
		}
	}
	before := p.size
	if d.behind {
		err := d.overLine(ctx, p)
		if d.behind = err == nil || p.size > before; d.behind || ctx.Err() != nil {
			return err
		}
	}
	err := d.overAddresses(ctx, p)
	theirs := errors.Is(err, errAgain) || errors.Is(err, ErrMismatch) || errors.Is(err, ErrDenied) // and maybe another's: private addresses repeat
	if !theirs || p.size > before || ctx.Err() != nil {
		return err
	}
	lineErr := d.overLine(ctx, p)
	d.behind = lineErr == nil || p.size > before
	if d.behind || !errors.Is(lineErr, errAgain) {
		return lineErr
	}
	return err
}

func (d *download) overAddresses(ctx context.Context, p *part) error {
	transport := newTransport(d.grant.Reach.Certificate)
	defer transport.CloseIdleConnections()
	failed := fmt.Errorf("seller %s has no address: %w", d.grant.Listing.Seller(), errAgain)
	for i, url := range d.grant.Reach.URLs {
		before := p.size
		err := d.from(ctx, newAgent(url, d.grant, transport, d.stall), p)
		if err == nil || p.size > before || ctx.Err() != nil {
			return err
		}
		if i == 0 || !errors.Is(failed, errAgain) {
			failed = err // as long as one address is silent, whoever answered at another may not be the seller
		}
	}
	return failed
}

// from receives what is missing from one address.
func (d *download) from(ctx context.Context, a agent, p *part) error {
	if p.leaves == nil {
		leaves, err := a.leaves(ctx)
		if err != nil {
			return err
		}
		if err := p.keep(leaves); err != nil {
			return err
		}
		d.progress.begin(p.final, p.total(), p.size)
	}
	body, err := a.file(ctx, p.size)
	if err != nil {
		return err
	}
	if d.waiting {
		d.waiting = false
		d.progress.say("The seller is there again.")
	}
	return stream(p, limited(ctx, body, d.limit), d.progress.checked)
}

// renew gets another grant for the same file.
func (d *download) renew(ctx context.Context) error {
	g, err := d.ask(ctx)
	if err != nil {
		return err
	}
	if g.Root != d.grant.Root || g.Sealed != d.grant.Sealed || g.Size != d.grant.Size || g.Listing != d.grant.Listing {
		return errors.New("market names another file for the order than before")
	}
	d.grant, d.stale = g, false
	return nil
}

// tell says once that there is nothing to do but wait for the seller, or for the market that knows where he is.
func (d *download) tell(err error) {
	if d.waiting || !errors.Is(err, errAgain) {
		return
	}
	d.waiting = true
	who := "seller"
	if errors.Is(err, ErrOffline) {
		who = "market"
	}
	d.progress.say("The " + who + " cannot be reached. Waiting; the download goes on by itself.")
}

// wait waits twice as long as before, within bounds and spread so that many clients do not come back at once.
func (d *download) wait(ctx context.Context, attempt int) error {
	longest := min(d.pause, 100*time.Millisecond<<min(attempt, 10))
	timer := time.NewTimer(longest/2 + rand.N(longest/2+1))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for the seller: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}

// ended words err, which is due to the end of ctx: no time left is [ErrOffline], anything else was the user.
func ended(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("download ran out of time: seller or market %w: %v", ErrOffline, err)
	}
	return fmt.Errorf("download interrupted: %w", context.Canceled)
}
