package peer

import (
	"io"
	"net"
	"strings"
	"time"

	"github.com/pion/datachannel"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
	"github.com/pion/webrtc/v4"

	"lightshare/events"
)

// channel is a data channel that is read and written by hand.
type channel = datachannel.ReadWriteCloserDeadliner

const (
	gathering = 2 * time.Second // for a program's own candidates; a STUN server that is not there must not hold up the rest
	silent    = 5 * time.Second // without a word from the other side before the connection counts as disturbed
	lost      = 5 * time.Second // and then before it is given up
	keepAlive = 2 * time.Second

	socketBuffer = 4 << 20 // bytes that the system may hold for us; with its default hundreds of packets are dropped
)

// engine returns pion with the settings that were measured to matter. receive is how much may arrive before it is read,
// in bytes. A machine with no network but itself talks to itself.
func engine(receive uint32) (*webrtc.API, error) {
	network, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	var s webrtc.SettingEngine
	s.DetachDataChannels()
	s.EnableDataChannelBlockWrite(true)
	s.SetSCTPMaxReceiveBufferSize(receive)
	s.SetICETimeouts(silent, lost, keepAlive)
	s.SetSTUNGatherTimeout(gathering)
	s.SetRelayAcceptanceMinWait(500 * time.Millisecond) // the default of two seconds is felt at every relayed start
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.SetIncludeLoopbackCandidate(alone())
	s.SetNet(wide{network})
	// What matters of pion's own log is in ours.
	s.LoggerFactory = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	return webrtc.NewAPI(webrtc.WithSettingEngine(s), webrtc.WithInterceptorRegistry(&interceptor.Registry{})), nil
}

// alone reports whether this machine has no address beside its own loopback.
func alone() bool {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return true
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			return false
		}
	}
	return true
}

// serversOf returns the servers as pion takes them.
func serversOf(all []events.ICEServer) []webrtc.ICEServer {
	var servers []webrtc.ICEServer
	for _, s := range all {
		server := webrtc.ICEServer{URLs: s.URLs, Username: s.Username}
		if s.Credential != "" {
			server.Credential = s.Credential
		}
		servers = append(servers, server)
	}
	return servers
}

// relayed reports whether the connection goes over a TURN server of either side.
func relayed(c *webrtc.PeerConnection) bool {
	pair, err := c.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	return err == nil && pair != nil && (pair.Local.Typ == webrtc.ICECandidateTypeRelay || pair.Remote.Typ == webrtc.ICECandidateTypeRelay)
}

// way says the same in words, and how this side reaches its TURN server unless that is over UDP.
func way(c *webrtc.PeerConnection) string {
	if !relayed(c) {
		return "direct"
	}
	pair, err := c.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil || pair.Local.Typ != webrtc.ICECandidateTypeRelay {
		return "relayed"
	}
	for _, s := range c.GetStats() {
		own, ok := s.(webrtc.ICECandidateStats)
		if !ok || own.Type != webrtc.StatsTypeLocalCandidate || own.CandidateType != webrtc.ICECandidateTypeRelay || own.IP != pair.Local.Address || own.Port != int32(pair.Local.Port) {
			continue
		}
		if p := own.RelayProtocol; p == "tcp" || p == "tls" {
			return "relayed over " + strings.ToUpper(p)
		}
	}
	return "relayed"
}

// wide is the network with room in its sockets.
type wide struct{ *stdnet.Net }

// ListenUDP implements [transport.Net].
func (w wide) ListenUDP(network string, at *net.UDPAddr) (transport.UDPConn, error) {
	c, err := w.Net.ListenUDP(network, at)
	if err == nil {
		c.SetReadBuffer(socketBuffer) // as much as the system allows
	}
	return c, err
}

// ListenPacket implements [transport.Net].
func (w wide) ListenPacket(network, at string) (net.PacketConn, error) {
	c, err := w.Net.ListenPacket(network, at)
	if u, ok := c.(*net.UDPConn); ok && err == nil {
		u.SetReadBuffer(socketBuffer)
	}
	return c, err
}
