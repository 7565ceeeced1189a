package bus

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"lightshare/events"
)

const (
	reconcileEvery = 30 * time.Second
	reconcileWait  = 2 * time.Second // for the servers' lists of connections
	connzPage      = 1024            // connections a server lists at once
)

// Presence knows which sellers' agents are connected, from the server's own connect and disconnect events, reconciled
// regularly with its list of connections. Safe for concurrent use.
type Presence struct {
	nc      *nats.Conn
	account string
	now     func() time.Time

	mu       sync.Mutex
	conns    map[connection]events.SellerID      // guarded by mu; who is connected
	sellers  map[events.SellerID]events.Presence // guarded by mu; everybody ever seen
	watchers map[chan<- events.Presence]struct{} // guarded by mu
}

// Errand is the name of a connection that a seller's program makes to say one thing and leave. It counts as nobody's
// presence, since nothing is delivered over it.
const Errand = "errand"

// connection names one connection of one server.
type connection struct {
	server string
	id     uint64
}

// serverMessage is the part of the server's events that is read here.
type serverMessage struct {
	Server struct {
		ID string `json:"id"`
	} `json:"server"`
	Client struct {
		ID   uint64 `json:"id"`
		Name string `json:"name"`
		User string `json:"user"` // its NKey
	} `json:"client"`
	Data struct {
		Total       int `json:"total"`
		Connections []struct {
			ID   uint64 `json:"cid"`
			Name string `json:"name"`
			User string `json:"authorized_user"` // its NKey
		} `json:"connections"`
	} `json:"data"`
}

// WatchPresence follows the connections of the sellers' account over a connection to the system account, until ctx
// ends.
func WatchPresence(ctx context.Context, system *nats.Conn, account string) (*Presence, error) {
	p := &Presence{
		nc: system, account: account, now: func() time.Time { return time.Now().UTC().Truncate(time.Millisecond) },
		conns:    make(map[connection]events.SellerID),
		sellers:  make(map[events.SellerID]events.Presence),
		watchers: make(map[chan<- events.Presence]struct{}),
	}
	for event, online := range map[string]bool{"CONNECT": true, "DISCONNECT": false} {
		sub, err := system.Subscribe("$SYS.ACCOUNT."+account+"."+event, func(m *nats.Msg) { p.see(m.Data, online) })
		if err != nil {
			return nil, fmt.Errorf("watch presence: %w", err)
		}
		if err := sub.SetPendingLimits(-1, -1); err != nil {
			return nil, fmt.Errorf("watch presence: %w", err)
		}
	}
	if err := p.reconcile(ctx); err != nil {
		return nil, fmt.Errorf("watch presence: %w", err)
	}
	go p.keep(ctx)
	return p, nil
}

// Of returns what is known of a seller. Since is zero for one never seen.
func (p *Presence) Of(s events.SellerID) events.Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.sellers[s]
	seen.Seller = s
	return seen
}

// Watch returns a channel of changes until ctx ends. A reader who falls 64 changes behind misses some; [Presence.Of] is
// always right.
func (p *Presence) Watch(ctx context.Context) <-chan events.Presence {
	changes := make(chan events.Presence, 64)
	p.mu.Lock()
	p.watchers[changes] = struct{}{}
	p.mu.Unlock()
	context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, changes)
		close(changes)
	})
	return changes
}

func (p *Presence) see(data []byte, online bool) {
	var m serverMessage
	if err := json.Unmarshal(data, &m); err != nil {
		return
	}
	seller, ok := sellerOf(m.Client.User)
	if !ok || m.Client.Name == Errand {
		return // not an agent that delivers
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := connection{m.Server.ID, m.Client.ID}
	if online {
		p.conns[c] = seller
	} else {
		delete(p.conns, c)
	}
	p.settle()
}

// sellerOf returns the seller whose agent signs in with the NKey.
func sellerOf(nkey string) (events.SellerID, bool) {
	key, err := nkeys.Decode(nkeys.PrefixByteUser, []byte(nkey))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return "", false
	}
	return events.SellerOf(key), true
}

// settle tells the watchers what changed. Called with mu held.
func (p *Presence) settle() {
	online := make(map[events.SellerID]bool, len(p.conns))
	for _, s := range p.conns {
		online[s] = true
	}
	changed := make(map[events.SellerID]bool)
	for s := range online {
		if !p.sellers[s].Online {
			changed[s] = true
		}
	}
	for s, known := range p.sellers {
		if known.Online && !online[s] {
			changed[s] = true
		}
	}
	for s := range changed {
		change := events.Presence{Seller: s, Online: online[s], Since: p.now()}
		p.sellers[s] = change
		for w := range p.watchers {
			select {
			case w <- change:
			default:
			}
		}
	}
}

// keep reconciles until ctx ends.
func (p *Presence) keep(ctx context.Context) {
	tick := time.NewTicker(reconcileEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := p.reconcile(ctx); err != nil && ctx.Err() == nil {
				slog.Warn("presence not reconciled", "error", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// reconcile replaces what is known by the servers' own lists of connections.
func (p *Presence) reconcile(ctx context.Context) error {
	conns := make(map[connection]events.SellerID)
	for offset := 0; ; offset += connzPage {
		total, err := p.list(ctx, offset, conns)
		if err != nil {
			return err
		}
		if offset+connzPage >= total {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !maps.Equal(conns, p.conns) {
		p.conns = conns
		p.settle()
	}
	return nil
}

// list asks every server for one page of its connections and returns the largest total.
func (p *Presence) list(ctx context.Context, offset int, into map[connection]events.SellerID) (int, error) {
	ask, err := json.Marshal(map[string]any{"acc": p.account, "auth": true, "limit": connzPage, "offset": offset})
	if err != nil {
		return 0, err
	}
	total := 0
	err = gather(ctx, p.nc, "$SYS.REQ.SERVER.PING.CONNZ", ask, func(data []byte) error {
		var m serverMessage
		if err := json.Unmarshal(data, &m); err != nil {
			return err
		}
		for _, c := range m.Data.Connections {
			if seller, ok := sellerOf(c.User); ok && c.Name != Errand {
				into[connection{m.Server.ID, c.ID}] = seller
			}
		}
		total = max(total, m.Data.Total)
		return nil
	})
	return total, err
}

// gather asks all servers and reads their answers until none has come for a while.
func gather(ctx context.Context, nc *nats.Conn, subject string, ask []byte, read func([]byte) error) error {
	inbox := nc.NewRespInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer sub.Unsubscribe()
	if err := nc.PublishRequest(subject, inbox, ask); err != nil {
		return err
	}
	wait := reconcileWait
	for answers := 0; ; answers++ {
		within, cancel := context.WithTimeout(ctx, wait)
		m, err := sub.NextMsgWithContext(within)
		cancel()
		if err != nil {
			if answers == 0 {
				return fmt.Errorf("ask %s: %w", subject, err)
			}
			return nil
		}
		if err := read(m.Data); err != nil {
			return err
		}
		wait = 100 * time.Millisecond // the servers answer at the same time
	}
}
