package relay

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
)

// realm is the relay's name in the protocol.
const realm = "lightshare"

// Config says how to relay.
type Config struct {
	Listen           string           // host:port, for UDP and TCP
	TLS              string           // host:port, for TLS; empty: none
	Certificate      *Certificate     // for TLS
	IP               net.IP           // of this machine, as clients see it
	MinPort, MaxPort uint16           // of this machine, for what is carried
	Secret           []byte           // that the market makes credentials with
	Private          bool             // addresses that are not public may be sent to, too
	Log              *slog.Logger     // nil: the default
	Now              func() time.Time // nil: the machine's
}

// A Relay serves until Close.
type Relay struct {
	server *turn.Server
	addr   net.Addr
	secure net.Addr // nil: none
}

// Open starts a relay.
func Open(c Config) (*Relay, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.TLS != "" && c.Certificate == nil {
		return nil, errors.New("open relay: TLS needs a certificate")
	}
	if c.IP == nil || len(c.Secret) == 0 || c.MinPort == 0 || c.MinPort > c.MaxPort {
		return nil, errors.New("open relay: an address, ports and a secret are needed")
	}
	r := &Relay{}
	listeners, udp, err := r.listen(c)
	if err != nil {
		return nil, fmt.Errorf("open relay: %w", err)
	}
	d := newDesk(c)
	config := turn.ServerConfig{
		Realm:             realm,
		AuthHandler:       d.admit,
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: udp, RelayAddressGenerator: d, PermissionHandler: d.permit}},
		LoggerFactory:     &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	}
	for _, l := range listeners {
		config.ListenerConfigs = append(config.ListenerConfigs, turn.ListenerConfig{Listener: l, RelayAddressGenerator: d, PermissionHandler: d.permit})
	}
	if r.server, err = turn.NewServer(config); err != nil {
		closeAll(listeners)
		udp.Close()
		return nil, fmt.Errorf("open relay: %w", err)
	}
	return r, nil
}

// listen opens what clients connect to: over TCP, over TLS if that is wanted, and over UDP.
func (r *Relay) listen(c Config) (listeners []net.Listener, udp net.PacketConn, err error) {
	tcp, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, nil, err
	}
	listeners, r.addr = append(listeners, tcp), tcp.Addr()
	if c.TLS != "" {
		l, err := net.Listen("tcp", c.TLS)
		if err != nil {
			closeAll(listeners)
			return nil, nil, err
		}
		listeners, r.secure = append(listeners, tls.NewListener(l, c.Certificate.config())), l.Addr()
	}
	if udp, err = net.ListenPacket("udp", tcp.Addr().String()); err != nil {
		closeAll(listeners)
		return nil, nil, err
	}
	if u, ok := udp.(*net.UDPConn); ok {
		u.SetReadBuffer(socketBuffer) // as much as the system allows
	}
	return listeners, udp, nil
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}

// Addr returns where it listens, over UDP and TCP.
func (r *Relay) Addr() net.Addr { return r.addr }

// TLSAddr returns where it listens over TLS; nil if it does not.
func (r *Relay) TLSAddr() net.Addr { return r.secure }

// Close ends everything that is carried.
func (r *Relay) Close() error { return r.server.Close() }
