package fetch

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

// Options say what to fetch and how. Only Link must be set.
type Options struct {
	Link     string        // <market>/orders/<id>#<token>
	Out      string        // file or folder to save to; empty: the market's file name in the present folder
	Progress io.Writer     // where to tell how far it is, usually os.Stderr; nil: nowhere
	HTTP     *http.Client  // to the market; nil: one with a time-out of 30 s. Agents are spoken to directly
	Log      *slog.Logger  // nil: none
	Pause    time.Duration // longest wait between two attempts; 0 takes 15 s
	Limit    int64         // most bytes a second; 0: as fast as they come
	Stall    time.Duration // a connection silent for so long is given up; 0 takes 30 s
}

// Result says what was received.
type Result struct {
	Path    string        `json:"path"`
	Size    int64         `json:"size"`    // bytes
	Sealed  int64         `json:"sealed"`  // bytes that it has sealed
	Resumed int64         `json:"resumed"` // sealed bytes of them that were here before
	Root    string        `json:"root"`
	State   string        `json:"state"` // of the order; empty when the file was here already
	Took    time.Duration `json:"took"`  // nanoseconds
}

// marketTries is how often the market is asked in vain at first: a wrong address should be told soon.
const marketTries = 3

// Run fetches the sealed file of an order, hands in the receipt for it, and opens it once the payment is captured. It
// waits for a seller who is away until ctx ends. Errors wrap those of errors.go and [events.Refusal]. Whatever got so far
// is kept: another Run goes on from there.
func Run(ctx context.Context, o Options) (Result, error) {
	start := time.Now()
	link, err := ParseLink(o.Link)
	if err != nil {
		return Result{}, err
	}
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return Result{}, fmt.Errorf("make session key: %w", err)
	}
	o.setDefaults()
	m := market{link: link, http: o.HTTP}
	d := &download{
		ask:    func(ctx context.Context) (Grant, error) { return m.grant(ctx, public) },
		market: m, key: key,
		progress: newProgress(o.Progress), log: o.Log, pause: o.Pause, stall: o.Stall, limit: newLimiter(o.Limit),
	}
	defer d.progress.end()
	if err := d.first(ctx); err != nil {
		return Result{}, err
	}
	result, err := d.save(ctx, o.Out)
	if err != nil {
		return Result{}, err
	}
	result.Took = time.Since(start)
	return result, nil
}

// pay signs for the sealed file and returns the key to it, once the payment is captured. An order that was signed for
// before only waits for that.
func (d *download) pay(ctx context.Context) (key sealed.Key, err error) {
	signed := d.handIn(ctx, sealed.Receipt{
		Order: d.market.link.Order, Root: d.grant.tree(), Bytes: d.grant.total(), At: time.Now(),
	}.Sign(d.key))
	if signed != nil && !errors.Is(signed, events.WrongState) {
		return sealed.Key{}, signed
	}
	if d.grant.plain() {
		return sealed.Key{}, nil // there is none
	}
	err = d.persist(ctx, marketTries, func() error {
		key, err = d.market.key(ctx)
		return err
	})
	if err != nil && signed != nil {
		return sealed.Key{}, signed
	}
	return key, err
}

// handIn hands the receipt in. If another client of the buyer bound its key to the order meanwhile, ours is bound again
// once, with another ticket.
func (d *download) handIn(ctx context.Context, receipt []byte) error {
	again := false
	return d.persist(ctx, marketTries, func() error {
		if again {
			if err := d.renew(ctx); err != nil {
				return err
			}
		}
		err := d.market.receipt(ctx, receipt)
		if errors.Is(err, events.NoReceipt) && !again {
			again = true
			return fmt.Errorf("%w: %w", errAgain, err)
		}
		return err
	})
}

func (o *Options) setDefaults() {
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 30 * time.Second}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Pause == 0 {
		o.Pause = 15 * time.Second
	}
	if o.Stall == 0 {
		o.Stall = 30 * time.Second
	}
}

// first gets the first grant.
func (d *download) first(ctx context.Context) error {
	return d.persist(ctx, marketTries, func() (err error) {
		if d.grant, err = d.ask(ctx); !errors.Is(err, ErrOffline) {
			d.tell(err)
		}
		return err
	})
}

// persist calls f until it succeeds, fails for good, or the market did not answer the given number of times.
func (d *download) persist(ctx context.Context, tries int, f func() error) error {
	for idle := 0; ; idle++ {
		err := f()
		if err == nil {
			return nil
		}
		if errors.Is(err, ErrOffline) {
			tries--
		}
		switch {
		case ctx.Err() != nil:
			return ended(ctx, err)
		case tries == 0, !errors.Is(err, errAgain):
			return err
		}
		if err := d.wait(ctx, idle); err != nil {
			return ended(ctx, err)
		}
	}
}
