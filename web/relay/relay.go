package relay

import (
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
}

// Open starts a relay.
func Open(c Config) (*Relay, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.IP == nil || len(c.Secret) == 0 || c.MinPort == 0 || c.MinPort > c.MaxPort {
		return nil, errors.New("open relay: an address, ports and a secret are needed")
	}
	tcp, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("open relay: %w", err)
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		tcp.Close()
		return nil, fmt.Errorf("open relay: %w", err)
	}
	if u, ok := udp.(*net.UDPConn); ok {
		u.SetReadBuffer(socketBuffer) // as much as the system allows
	}
	d := newDesk(c)
	server, err := turn.NewServer(turn.ServerConfig{
		Realm:             realm,
		AuthHandler:       d.admit,
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: udp, RelayAddressGenerator: d, PermissionHandler: d.permit}},
		ListenerConfigs:   []turn.ListenerConfig{{Listener: tcp, RelayAddressGenerator: d, PermissionHandler: d.permit}},
		LoggerFactory:     &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	if err != nil {
		tcp.Close()
		udp.Close()
		return nil, fmt.Errorf("open relay: %w", err)
	}
	return &Relay{server, tcp.Addr()}, nil
}

// Addr returns where it listens.
func (r *Relay) Addr() net.Addr { return r.addr }

// Close ends everything that is carried.
func (r *Relay) Close() error { return r.server.Close() }
