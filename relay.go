package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"

	"lightshare/events"
	"lightshare/events/bus"
	"lightshare/web/relay"
)

// relayKey is the file in the folder of keys with what the relay's credentials are made from.
const relayKey = "relay.key"

// relayOptions say how the relay runs.
type relayOptions struct {
	Listen  string `default:":3478" env:"LIGHTSHARE_RELAY_LISTEN" placeholder:"ADDRESS" help:"Where the relay listens, over UDP and TCP."`
	IP      net.IP `name:"ip" env:"LIGHTSHARE_RELAY_IP" help:"This machine's address as people see it; the one it reaches the Internet from otherwise."`
	Ports   string `default:"49152-65535" env:"LIGHTSHARE_RELAY_PORTS" placeholder:"FROM-TO" help:"UDP ports for what is carried."`
	TLS     string `name:"tls-listen" env:"LIGHTSHARE_RELAY_TLS_LISTEN" placeholder:"ADDRESS" help:"Where it listens over TLS too, best on port 443, for networks that allow nothing else."`
	Cert    string `env:"LIGHTSHARE_RELAY_CERT" placeholder:"FILE" help:"Its certificate and chain, PEM; read again when it is renewed."`
	CertKey string `env:"LIGHTSHARE_RELAY_CERT_KEY" placeholder:"FILE" help:"The certificate's key, PEM."`
	Private bool   `env:"LIGHTSHARE_RELAY_PRIVATE" help:"Carry to private addresses too: on a network of your own."`
}

// runRelay runs the relay alone: it needs no bus.
type runRelay struct {
	Keys string `required:"" env:"LIGHTSHARE_KEYS" placeholder:"DIR" help:"Folder of keys that run bus has made, or its relay.key alone."`
	relayOptions
}

// Run relays until it is interrupted.
func (c runRelay) Run(ctx context.Context, log *slog.Logger) error {
	g := &ground{ctx: ctx, log: log, bus: bus.Config{Keys: c.Keys}}
	defer g.Close()
	if err := g.runRelay(c.relayOptions); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// runRelay starts the relay.
func (g *ground) runRelay(o relayOptions) error {
	key, err := g.secret(relayKey, 32)
	if err != nil {
		return err
	}
	c := relay.Config{Listen: o.Listen, IP: o.IP, Secret: key, Private: o.Private, Log: g.log}
	if n, err := fmt.Sscanf(o.Ports, "%d-%d", &c.MinPort, &c.MaxPort); n != 2 || c.MinPort == 0 || c.MinPort > c.MaxPort {
		return fmt.Errorf("relay's ports %q (%v): two numbers are wanted, as 49152-65535", o.Ports, err)
	}
	if c.TLS = o.TLS; c.TLS != "" {
		if c.Certificate, err = relay.ReadCertificate(o.Cert, o.CertKey); err != nil {
			return err
		}
	}
	if c.IP == nil {
		if c.IP, err = outward(); err != nil {
			return fmt.Errorf("find this machine's address (name it with --ip): %w", err)
		}
	}
	r, err := relay.Open(c)
	if err != nil {
		return err
	}
	g.onClose(func() { r.Close() })
	g.log.Info("service up", "service", "relay", "address", r.Addr().String(), "ip", c.IP.String())
	return nil
}

// outward returns the address from which this machine reaches the Internet. Nothing is sent.
func outward() (net.IP, error) {
	c, err := net.Dial("udp4", "192.0.2.1:9")
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).IP, nil
}

// iceServers returns what tells both sides of an order of the relay; nil if there is none.
func (g *ground) iceServers(at relay.Address) (func(events.OrderID, int64) []events.ICEServer, error) {
	if at.Plain == "" {
		return nil, nil
	}
	for _, a := range []string{at.Plain, at.TLS} {
		if _, port, err := net.SplitHostPort(a); a != "" && (err != nil || port == "") {
			return nil, fmt.Errorf("relay %q: host:port is wanted", a)
		}
	}
	key, err := g.secret(relayKey, 32)
	if err != nil {
		return nil, err
	}
	return func(order events.OrderID, size int64) []events.ICEServer {
		return relay.Servers(at, key, order, size, time.Now())
	}, nil
}
