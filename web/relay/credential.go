package relay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lightshare/events"
)

const (
	life   = 6 * time.Hour // of a credential
	domain = "lightshare relay 1\n"
)

// A grant is what a credential allows. Its user name is <unix seconds>:<bytes>:<order>, its password follows from that and
// the secret.
type grant struct {
	expires time.Time
	bytes   int64 // to be carried for the order
	order   events.OrderID
}

// An Address is where clients find the relay.
type Address struct {
	Plain string // host:port, over UDP and TCP
	TLS   string // host:port, its name being the certificate's; empty: not over TLS
}

// Servers returns what a client needs to use the relay for an order, whose sealed file has so many bytes. The
// file may cross the relay four times: twice for each copy when both sides use it, and once again with what was lost.
func Servers(at Address, secret []byte, order events.OrderID, size int64, now time.Time) []events.ICEServer {
	g := grant{now.Add(life), 4*size + 64<<20, order}
	urls := []string{"turn:" + at.Plain + "?transport=udp", "turn:" + at.Plain + "?transport=tcp"}
	if at.TLS != "" {
		urls = append(urls, "turns:"+at.TLS+"?transport=tcp")
	}
	return []events.ICEServer{
		{URLs: []string{"stun:" + at.Plain}},
		{URLs: urls, Username: g.name(), Credential: password(secret, g.name())},
	}
}

func (g grant) name() string {
	return fmt.Sprintf("%d:%d:%s", g.expires.Unix(), g.bytes, g.order)
}

func password(secret []byte, name string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(domain + name))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// readGrant reads a user name. Whether it was given out shows with its password.
func readGrant(name string) (grant, bool) {
	expires, rest, _ := strings.Cut(name, ":")
	bytes, order, ok := strings.Cut(rest, ":")
	at, err := strconv.ParseInt(expires, 10, 64)
	if err != nil || !ok || order == "" {
		return grant{}, false
	}
	n, err := strconv.ParseInt(bytes, 10, 64)
	if err != nil || n <= 0 {
		return grant{}, false
	}
	return grant{time.Unix(at, 0), n, events.OrderID(order)}, true
}
