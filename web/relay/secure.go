package relay

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// lookAgain is how often the files of a certificate are looked at, when somebody connects.
const lookAgain = time.Minute

// A Certificate is in two PEM files, which may be replaced while it is used: certificates live for some weeks.
type Certificate struct {
	chain, key string // files

	mu     sync.Mutex
	loaded *tls.Certificate // guarded by mu, like all that follow
	of     time.Time        // when the chain's file was written
	looked time.Time
}

// ReadCertificate reads a certificate, with the chain that it came with, and its key.
func ReadCertificate(chain, key string) (*Certificate, error) {
	c := &Certificate{chain: chain, key: key}
	return c, c.read()
}

// read takes in what the files hold, if they were written anew. mu is held, or nobody else has c.
func (c *Certificate) read() error {
	info, err := os.Stat(c.chain)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	if c.loaded != nil && info.ModTime().Equal(c.of) {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.chain, c.key)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.loaded, c.of = &pair, info.ModTime()
	return nil
}

// get returns what the files hold. While they are being replaced, what they held before goes on.
func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) > lookAgain {
		c.looked = now
		c.read() // the next who connects tries again
	}
	return c.loaded, nil
}

// config is that of a server. A TURN client has no other protocol to choose (RFC 7443 names one that few send).
func (c *Certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
}
