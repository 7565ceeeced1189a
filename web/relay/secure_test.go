package relay

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// trusted names the file with the certificate that this process and those that it starts take for an authority's, and its key.
const trusted = "LIGHTSHARE_TEST_CERTIFICATE"

// TestMain has this process trust a certificate of its own: clients look at it as at any other.
func TestMain(m *testing.M) {
	if os.Getenv(trusted) != "" {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "lightshare-relay-")
	if err != nil {
		panic(err)
	}
	file := filepath.Join(dir, "relay.pem")
	if err := writeCertificate(file, 1); err != nil {
		panic(err)
	}
	os.Setenv(trusted, file)
	os.Setenv("SSL_CERT_FILE", file)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// writeCertificate writes a certificate for the loopback and the hub, and its key.
func writeCertificate(file string, serial int64) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.ParseIP(hub)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	own, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: own})...)
	return os.WriteFile(file, both, 0o600)
}

func testCertificate(t *testing.T) *Certificate {
	t.Helper()
	c, err := ReadCertificate(os.Getenv(trusted), os.Getenv(trusted))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// at is where the test's clients find the relay.
func (r *Relay) at() Address { return Address{r.Addr().String(), r.TLSAddr().String()} }

// A certificate that was renewed is used without anybody starting anything anew, and one that is half written is not.
func TestCertificateIsReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relay.pem")
	if err := writeCertificate(file, 7); err != nil {
		t.Fatal(err)
	}
	c, err := ReadCertificate(file, file)
	if err != nil {
		t.Fatal(err)
	}
	serial := func() string {
		t.Helper()
		c.looked = time.Time{}
		got, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(got.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(leaf.SerialNumber)
	}
	for i, change := range []struct {
		do   func() error
		want string
	}{
		{func() error { return nil }, "7"},
		{func() error { return os.WriteFile(file, bytes.Repeat([]byte("-"), 100), 0o600) }, "7"},
		{func() error { return os.Remove(file) }, "7"},
		{func() error { return writeCertificate(file, 8) }, "8"},
	} {
		if err := change.do(); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(file, time.Time{}, time.Now().Add(time.Duration(i)*time.Hour)) // the clock of a file system may be coarse
		if got := serial(); got != change.want {
			t.Errorf("certificate %s after change %d, want %s", got, i, change.want)
		}
	}
	if _, err := ReadCertificate(file+".gone", file); err == nil {
		t.Error("a certificate that is not there is read")
	}
}
