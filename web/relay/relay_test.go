package relay

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"lightshare/events/peer"
)

var secret = []byte("known to the market and the relay")

// open starts a relay on the loopback.
func open(t *testing.T, change func(*Config)) *Relay {
	t.Helper()
	c := Config{
		Listen: "127.0.0.1:0", TLS: "127.0.0.1:0", Certificate: testCertificate(t), IP: net.IPv4(127, 0, 0, 1), MinPort: 20000, MaxPort: 29999, Secret: secret, Private: true,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	if change != nil {
		change(&c)
	}
	r, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// Two who may not speak to each other directly get a file across the relay, whichever way they reach it.
func TestCarriesADelivery(t *testing.T) {
	file := bytes.Repeat([]byte("sealed "), 400_000)
	host, err := peer.NewHost(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(file) }), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	for i, way := range []struct{ name, url string }{{"UDP", "?transport=udp"}, {"TCP", "?transport=tcp"}, {"TLS", "?transport=tcp"}} {
		r := open(t, nil)
		servers := Servers(r.at(), secret, "o1", int64(len(file)), time.Now())
		if servers[1].URLs = servers[1].URLs[i : i+1]; !strings.HasSuffix(servers[1].URLs[0], way.url) {
			t.Errorf("over %s: %q, want %s", way.name, servers[1].URLs, way.url)
		}
		l, err := peer.Dial(t.Context(), servers, true, func(ctx context.Context, offer string) (string, error) {
			if strings.Contains(offer, "typ host") || strings.Contains(offer, "typ srflx") {
				t.Errorf("the offer names a direct way:\n%s", offer)
			}
			return host.Answer(ctx, "o1", offer, servers)
		})
		if err != nil {
			t.Fatalf("%s: %v", way.name, err)
		}
		defer l.Close()
		request, _ := http.NewRequestWithContext(t.Context(), "GET", "http://agent/", nil)
		answer, err := l.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !bytes.Equal(got, file) || !l.Relayed() {
			t.Errorf("%s: %d bytes, %v, relayed %t; want %d, relayed", way.name, len(got), err, l.Relayed(), len(file))
		}
	}
}

// client signs in to the relay and has a port there, unless it is refused.
func client(t *testing.T, r *Relay, name, pass string) (net.PacketConn, error) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: r.Addr().String(), TURNServerAddr: r.Addr().String(), Conn: conn, Username: name, Password: pass, Realm: realm,
		LoggerFactory: &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	return c.Allocate()
}

func TestRefusesCredentials(t *testing.T) {
	r := open(t, nil)
	now := time.Now()
	good := grant{now.Add(time.Minute), 1 << 20, "o1"}
	if _, err := client(t, r, good.name(), password(secret, good.name())); err != nil {
		t.Fatalf("a good credential: %v", err)
	}
	other, more, later, past := good, good, good, good
	other.order, more.bytes, later.expires, past.expires = "o2", 1<<40, now.Add(time.Hour), now.Add(-time.Second)
	for name, tc := range map[string]struct{ name, password string }{
		"of another order": {other.name(), password(secret, good.name())},
		"for more bytes":   {more.name(), password(secret, good.name())},
		"for longer":       {later.name(), password(secret, good.name())},
		"expired":          {past.name(), password(secret, past.name())},
		"another secret":   {good.name(), password([]byte("a guess"), good.name())},
		"no order":         {fmt.Sprintf("%d:1000:", good.expires.Unix()), "x"},
		"no bytes":         {fmt.Sprintf("%d:0:o1", good.expires.Unix()), "x"},
		"nothing":          {"o1", ""},
	} {
		if _, err := client(t, r, tc.name, tc.password); err == nil {
			t.Errorf("a credential %s is taken", name)
		}
	}
}

// A stranger does not get behind the relay's router by it.
func TestRefusesSpecialAddresses(t *testing.T) {
	r := open(t, func(c *Config) { c.Private = false })
	g := grant{time.Now().Add(time.Minute), 1 << 20, "o1"}
	c, err := client(t, r, g.name(), password(secret, g.name()))
	if err != nil {
		t.Fatal(err)
	}
	for _, ip := range []string{"10.0.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.2", "100.64.0.1", "0.0.0.0", "224.0.0.1"} {
		if _, err := c.WriteTo([]byte("hello"), &net.UDPAddr{IP: net.ParseIP(ip), Port: 53}); err == nil {
			t.Errorf("the relay sends to %s", ip)
		}
	}
	neighbour, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer neighbour.Close()
	if at := neighbour.LocalAddr().(*net.UDPAddr).Port; at >= 20000 && at <= 29999 {
		t.Skipf("the system gave a port of the relay's own: %d", at)
	}
	if _, err := c.WriteTo([]byte("hello"), neighbour.LocalAddr()); err != nil {
		t.Fatal(err) // the address is the relay's own, so it may be asked for; the port is looked at for each packet
	}
	neighbour.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if n, _, err := neighbour.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("another program on the relay's machine was sent %d bytes", n)
	}
}

func TestPublicAddresses(t *testing.T) {
	for ip, want := range map[string]bool{
		"1.1.1.1": true, "8.8.8.8": true, "2606:4700::1111": true, "::ffff:1.1.1.1": true,
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "::ffff:10.1.1.1": false, "fe80::1": false, "fc00::1": false,
		"172.16.0.1": false, "172.32.0.1": true, "100.127.255.255": false, "100.128.0.1": true, "255.255.255.255": false, "ff02::1": false,
		"2002:7f00:1::": false, "64:ff9b::7f00:1": false, "::": false, "198.19.0.1": false,
	} {
		if got := isPublic(net.ParseIP(ip)); got != want {
			t.Errorf("isPublic(%s) = %t, want %t", ip, got, want)
		}
	}
}

// An order whose bytes were carried is cut off, and gets no other allocation.
func TestCarriesNoMoreThanGranted(t *testing.T) {
	r := open(t, nil)
	g := grant{time.Now().Add(time.Minute), 50_000, "o1"}
	c, err := client(t, r, g.name(), password(secret, g.name()))
	if err != nil {
		t.Fatal(err)
	}
	far, err := net.ListenPacket("udp4", "127.0.0.2:0") // the relay's own address is for its own ports alone
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	got, piece := 0, make([]byte, 1000)
	for range 100 {
		if _, err := c.WriteTo(piece, far.LocalAddr()); err != nil {
			break
		}
		far.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		n, _, err := far.ReadFrom(piece)
		if err != nil {
			break
		}
		got += n
	}
	if got > 50_000 || got < 40_000 {
		t.Errorf("%d bytes were carried of 50000 granted", got)
	}
	if _, err := client(t, r, g.name(), password(secret, g.name())); err == nil {
		t.Error("an order that has had its bytes gets another allocation")
	}
	other := grant{g.expires, 50_000, "o2"}
	if _, err := client(t, r, other.name(), password(secret, other.name())); err != nil {
		t.Errorf("another order pays for it: %v", err)
	}
}

func TestNoMoreAllocationsThanAllowed(t *testing.T) {
	r := open(t, nil)
	g := grant{time.Now().Add(time.Minute), 1 << 20, "o1"}
	for i := range maxOfOne {
		if _, err := client(t, r, g.name(), password(secret, g.name())); err != nil {
			t.Fatalf("allocation %d: %v", i, err)
		}
	}
	if _, err := client(t, r, g.name(), password(secret, g.name())); err == nil {
		t.Errorf("an order has more than %d allocations", maxOfOne)
	}
}
