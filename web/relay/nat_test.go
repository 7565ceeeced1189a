package relay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"lightshare/events"
	"lightshare/events/peer"
)

// In the test's networks the relay is at hub, an address as public as any there.
const (
	hub     = "203.0.113.1"
	natFile = 1 << 20 // bytes
)

// TestAcrossRouters connects a client with an agent's host through the routers of both, which the system's own packet
// filter plays in network namespaces, and looks at which way they found. LIGHTSHARE_NAT=1 has it run; it needs root.
func TestAcrossRouters(t *testing.T) {
	switch os.Getenv("LIGHTSHARE_NAT") {
	case "":
		t.Skip("network namespaces are for make nat")
	case "relay":
		playRelay(t)
		return
	case "agent":
		playAgent(t)
		return
	case "client":
		playClient(t)
		return
	case "chromium":
		playChromium(t)
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can make network namespaces")
	}
	var table bytes.Buffer
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "agent's router\tbuyer's router\twith\tway\tconnected after")
	for _, tc := range []struct{ agent, buyer, with, way string }{
		{"restricted", "restricted", "client", "direct"},
		{"cone", "symmetric", "client", "direct"},
		{"restricted", "symmetric", "client", "relayed"},
		{"symmetric", "symmetric", "client", "relayed"},
		{"no UDP", "restricted", "client", "relayed"},
		{"restricted", "no UDP", "client", "relayed over TCP"},
		{"no UDP", "no UDP", "client", "relayed over TCP"},
		{"restricted", "443 only", "client", "relayed over TLS"},
		{"443 only", "443 only", "client", "relayed over TLS"},
		{"restricted", "restricted", "chromium", "direct"},
		{"symmetric", "symmetric", "chromium", "relayed"},
	} {
		n := newNetworks(t, tc.agent, tc.buyer)
		way, took := n.connect(t, tc.with)
		n.remove()
		if way != tc.way {
			t.Errorf("%s and %s with %s: %s, want %s", tc.agent, tc.buyer, tc.with, way, tc.way)
		}
		fmt.Fprintf(rows, "%s\t%s\t%s\t%s\t%.1f s\n", tc.agent, tc.buyer, tc.with, way, took.Seconds())
	}
	rows.Flush()
	fmt.Print(table.String())
}

// networks are two homes, each behind a router, and a hub between them.
type networks struct{ names []string }

// home is one of two.
type home struct {
	letter, router string
	part           int // of 192.168.x and 203.0.113.x
}

func newNetworks(t *testing.T, agent, buyer string) *networks {
	t.Helper()
	n := &networks{}
	t.Cleanup(n.remove)
	n.add(t, "hub")
	run(t, "", "ip -n lshub link add br0 type bridge", "ip -n lshub link set br0 up", "ip -n lshub addr add "+hub+"/24 dev br0")
	for _, h := range []home{{"a", agent, 10}, {"b", buyer, 20}} {
		n.build(t, h)
	}
	return n
}

func (n *networks) add(t *testing.T, name string) {
	t.Helper()
	n.names = append(n.names, "ls"+name)
	exec.Command("ip", "netns", "del", "ls"+name).Run() // of a run that was killed
	run(t, "", "ip netns add ls"+name, "ip -n ls"+name+" link set lo up")
}

// remove takes all down. It may be called twice.
func (n *networks) remove() {
	for _, name := range n.names {
		exec.Command("ip", "netns", "del", name).Run()
	}
	n.names = nil
}

// build makes a home: a computer at 192.168.x.2 and its router.
func (n *networks) build(t *testing.T, h home) {
	t.Helper()
	pc, router, out, in := "pc"+h.letter, "rt"+h.letter, "w"+h.letter, "i"+h.letter
	n.add(t, pc)
	n.add(t, router)
	commands := `ip link add OUT netns lsROUTER type veth peer name pX netns lshub
ip -n lshub link set pX master br0 up
ip -n lsROUTER addr add 203.0.113.N/24 dev OUT
ip -n lsROUTER link set OUT up
ip link add IN netns lsROUTER type veth peer name eth0 netns lsPC
ip -n lsROUTER addr add 192.168.N.1/24 dev IN
ip -n lsROUTER link set IN up
ip -n lsPC addr add 192.168.N.2/24 dev eth0
ip -n lsPC link set eth0 up
ip -n lsPC route add default via 192.168.N.1
ip netns exec lsROUTER sysctl -qw net.ipv4.ip_forward=1`
	words := strings.NewReplacer("ROUTER", router, "PC", pc, "OUT", out, "IN", in, "pX", "p"+h.letter, "N", fmt.Sprint(h.part))
	run(t, "", strings.Split(words.Replace(commands), "\n")...)
	rule := map[string]struct{ masquerade, forward, back string }{
		"cone":       {"masquerade", "", "iifname OUT meta l4proto udp dnat to 192.168.N.2"},
		"restricted": {"masquerade", "iifname OUT ct state new drop", ""},
		"symmetric":  {"masquerade fully-random", "iifname OUT ct state new drop", ""},
		"no UDP":     {"masquerade", "meta l4proto udp drop", ""},
		"443 only":   {"masquerade", "iifname IN meta l4proto != tcp drop; iifname IN tcp dport != 443 drop", ""},
	}[h.router]
	run(t, words.Replace(`table ip nat {
	chain out { type nat hook postrouting priority 100; ip saddr 192.168.N.0/24 oifname OUT `+rule.masquerade+`; }
	chain back { type nat hook prerouting priority -100; `+rule.back+`; }
}
table ip filter {
	chain forward { type filter hook forward priority 0; policy accept; `+rule.forward+`; }
	chain input { type filter hook input priority 0; policy accept; iifname OUT ct state new drop; }
}`), "ip netns exec ls"+router+" nft -f -")
}

// run executes commands with the same input, one after the other.
func run(t *testing.T, input string, commands ...string) {
	t.Helper()
	for _, c := range commands {
		words := strings.Fields(c)
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Stdin = strings.NewReader(input)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", c, err, said)
		}
	}
}

// connect has the relay run at the hub, and agent and client each at home; the test passes their words on as the market
// does. It returns the way that they found and how long it took them.
func (n *networks) connect(t *testing.T, with string) (way string, took time.Duration) {
	t.Helper()
	relay := n.play(t, "lshub", "relay")
	agent, client := n.play(t, "lspca", "agent"), n.play(t, "lspcb", with)
	defer relay.end()
	defer agent.end()
	defer client.end()
	if up := relay.hears(); up != "up" {
		t.Fatalf("the relay says %q", up)
	}
	began := time.Now()
	if with == "chromium" {
		if up := client.hears(); up != "up" {
			t.Fatalf("chromium says %q", up)
		}
		began = time.Now()
	}
	client.says("go")
	agent.says(client.hears())
	client.says(agent.hears())
	way = client.hears()
	return way, time.Since(began)
}

// A player is this test as a process of its own in a namespace, which speaks in lines.
type player struct {
	t    *testing.T
	role string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
}

func (n *networks) play(t *testing.T, namespace, role string) *player {
	t.Helper()
	cmd := exec.Command("ip", "netns", "exec", namespace, os.Args[0], "-test.run", "^TestAcrossRouters$", "-test.timeout", "60s")
	cmd.Env = append(os.Environ(), "LIGHTSHARE_NAT="+role)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &player{t, role, cmd, in, bufio.NewScanner(out)}
	p.out.Buffer(nil, 1<<20)
	return p
}

// says sends a text on one line.
func (p *player) says(text string) { json.NewEncoder(p.in).Encode(text) }

// hears returns the next text that the player has sent.
func (p *player) hears() (text string) {
	p.t.Helper()
	for p.out.Scan() {
		if json.Unmarshal(p.out.Bytes(), &text) == nil {
			return text
		}
	}
	p.t.Fatalf("the %s ended without a word", p.role)
	return ""
}

func (p *player) end() {
	p.in.Close() // at which it ends
	p.cmd.Wait() // what it had to say was heard
}

// stage is what a player hears and says.
type stage struct {
	*json.Decoder
	*json.Encoder
}

func newStage() stage { return stage{json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)} }

// hears returns the next text, or false at the end of the play.
func (s stage) hears() (text string, ok bool) { return text, s.Decode(&text) == nil }

var natSecret = []byte("of the networks")

func servers() []events.ICEServer {
	return Servers(Address{hub + ":3478", hub + ":443"}, natSecret, "o1", natFile, time.Now())
}

// playRelay relays to the end of the play. All its addresses are special ones.
func playRelay(t *testing.T) {
	r, err := Open(Config{Listen: hub + ":3478", TLS: hub + ":443", Certificate: testCertificate(t), IP: net.ParseIP(hub), MinPort: 40000, MaxPort: 49999, Secret: natSecret, Private: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := newStage()
	s.Encode("up")
	s.hears()
}

// playAgent answers one offer and delivers.
func playAgent(t *testing.T) {
	file := bytes.Repeat([]byte("abcdefgh"), natFile/8)
	host, err := peer.NewHost(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(file) }), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	s := newStage()
	offer, _ := s.hears()
	sdp, err := host.Answer(t.Context(), "o1", offer, servers())
	if err != nil {
		t.Fatal(err)
	}
	s.Encode(sdp)
	s.hears()
}

// playClient connects, fetches, and says which way it came.
func playClient(t *testing.T) {
	s := newStage()
	s.hears()
	line, err := peer.Dial(t.Context(), servers(), false, func(_ context.Context, offer string) (string, error) {
		s.Encode(offer)
		sdp, _ := s.hears()
		return sdp, nil
	})
	if err != nil {
		s.Encode(err.Error())
		return
	}
	defer line.Close()
	way := line.Way()
	r, _ := http.NewRequestWithContext(t.Context(), "GET", "http://agent/", nil)
	answer, err := line.RoundTrip(r)
	if err != nil {
		s.Encode(err.Error())
		return
	}
	defer answer.Body.Close()
	if got, err := io.Copy(io.Discard, answer.Body); err != nil || got != natFile {
		way = fmt.Sprintf("%s, %d bytes, %v", way, got, err)
	}
	s.Encode(way)
}
