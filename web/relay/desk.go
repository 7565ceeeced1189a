package relay

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/pion/turn/v5"

	"lightshare/events"
)

const (
	// maxOfOne is how many allocations an order has at once: each side makes one for each way to the relay and each of
	// its own addresses, and again for each connection.
	maxOfOne = 32
	maxAll   = 4096

	tries        = 20      // at finding a free port
	socketBuffer = 4 << 20 // bytes
)

var (
	errQuota = errors.New("as much as may be is carried already")
	errNoTCP = errors.New("only UDP is relayed")
)

// A desk admits clients and keeps account of what is carried for whom.
type desk struct {
	Config
	bind string // address that is sent from: the one that clients see, unless another machine has it and passes things on

	mu       sync.Mutex
	accounts map[events.OrderID]*account // guarded by mu
	open     int                         // guarded by mu; allocations
}

// An account is one order's. Guarded by the desk's mu.
type account struct {
	open    int   // allocations
	carried int64 // bytes
	touched time.Time
}

func newDesk(c Config) *desk {
	d := &desk{Config: c, accounts: make(map[events.OrderID]*account)}
	if own, err := net.ListenPacket("udp", net.JoinHostPort(c.IP.String(), "0")); err == nil {
		own.Close()
		d.bind = c.IP.String()
	}
	return d
}

// admit returns the key that whoever gives this name must have. What the name allows is passed on as the user's id.
func (d *desk) admit(r *turn.RequestAttributes) (user string, key []byte, ok bool) {
	g, ok := readGrant(r.Username)
	if !ok || !d.Now().Before(g.expires) || r.Realm != realm {
		return "", nil, false
	}
	return r.Username, turn.GenerateAuthKey(r.Username, realm, password(d.Secret, r.Username)), true
}

// permit reports whether an address may be sent to.
func (d *desk) permit(_ net.Addr, ip net.IP) bool { return d.Private || isPublic(ip) || ip.Equal(d.IP) }

// Validate implements [turn.RelayAddressGenerator].
func (d *desk) Validate() error { return nil }

// AllocateListener implements [turn.RelayAddressGenerator].
func (d *desk) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errNoTCP
}

// AllocateConn implements [turn.RelayAddressGenerator].
func (d *desk) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errNoTCP }

// AllocatePacketConn implements [turn.RelayAddressGenerator]. The user has shown that the name is his.
func (d *desk) AllocatePacketConn(a turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	g, ok := readGrant(a.UserID)
	if !ok {
		return nil, nil, fmt.Errorf("allocate for %.80q: no grant", a.UserID)
	}
	own, err := d.enter(g)
	if err != nil {
		d.Log.Warn("relay refused", "order", g.order, "err", err)
		return nil, nil, err
	}
	conn, err := d.listen(a.Network)
	if err != nil {
		d.leave(own)
		return nil, nil, err
	}
	d.Log.Info("relaying", "order", g.order)
	at := &net.UDPAddr{IP: d.IP, Port: conn.LocalAddr().(*net.UDPAddr).Port}
	return &carrier{PacketConn: conn, desk: d, grant: g, account: own}, at, nil
}

// listen opens a free port, a random one.
func (d *desk) listen(network string) (conn net.PacketConn, err error) {
	for range tries {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(d.MaxPort-d.MinPort)+1))
		if err != nil {
			return nil, err
		}
		port := int(d.MinPort) + int(n.Int64())
		if conn, err = net.ListenPacket(network, net.JoinHostPort(d.bind, strconv.Itoa(port))); err == nil {
			if u, ok := conn.(*net.UDPConn); ok {
				u.SetReadBuffer(socketBuffer)
			}
			return conn, nil
		}
	}
	return nil, fmt.Errorf("no free port: %w", errQuota)
}

// enter opens an allocation on the order's account.
func (d *desk) enter(g grant) (*account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.Now()
	own := d.accounts[g.order]
	if own == nil {
		d.forget(now)
		own = &account{}
		d.accounts[g.order] = own
	}
	if own.touched = now; own.open >= maxOfOne || d.open >= maxAll || own.carried >= g.bytes {
		return nil, fmt.Errorf("%d of %d allocations, %d bytes of %d: %w", own.open, d.open, own.carried, g.bytes, errQuota)
	}
	own.open++
	d.open++
	return own, nil
}

// forget closes the accounts of orders whose credentials are all too old. mu is held.
func (d *desk) forget(now time.Time) {
	for order, a := range d.accounts {
		if a.open == 0 && now.Sub(a.touched) > life {
			delete(d.accounts, order)
		}
	}
}

func (d *desk) leave(a *account) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a.open--
	d.open--
}

// count notes n more bytes, and reports whether they are within what was granted.
func (d *desk) count(a *account, g grant, n int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	a.carried += int64(n)
	a.touched = d.Now()
	return a.carried <= g.bytes
}

// A carrier is the port at which the others reach one client. It closes when the order has had its bytes.
type carrier struct {
	net.PacketConn
	desk    *desk
	grant   grant
	account *account
	closing sync.Once
}

// ReadFrom implements [net.PacketConn].
func (c *carrier) ReadFrom(p []byte) (int, net.Addr, error) {
	n, from, err := c.PacketConn.ReadFrom(p)
	if err == nil && !c.desk.count(c.account, c.grant, n) {
		c.Close()
		return 0, nil, net.ErrClosed
	}
	return n, from, err
}

// WriteTo implements [net.PacketConn]. Of the relay's own ports it writes to those of other clients alone.
func (c *carrier) WriteTo(p []byte, to net.Addr) (int, error) {
	if u, ok := to.(*net.UDPAddr); !ok || u.IP.Equal(c.desk.IP) && (u.Port < int(c.desk.MinPort) || u.Port > int(c.desk.MaxPort)) {
		return len(p), nil // dropped, as a network drops what has no way
	}
	if !c.desk.count(c.account, c.grant, len(p)) {
		c.Close()
		return 0, net.ErrClosed
	}
	return c.PacketConn.WriteTo(p, to)
}

// Close implements [net.PacketConn].
func (c *carrier) Close() (err error) {
	c.closing.Do(func() {
		c.desk.leave(c.account)
		err = c.PacketConn.Close()
	})
	return err
}
