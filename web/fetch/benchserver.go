package fetch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

// A plainServer hands out one file over TLS on the loopback, to anybody who asks: what a download is compared with.
type plainServer struct {
	url         string
	certificate string // its SHA-256, hexadecimal
	server      *http.Server
	done        chan struct{} // closed when the server has ended
}

// servePlain serves the file at path, which must be there, until close.
func servePlain(path string) (*plainServer, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	cert, err := selfSigned()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(cert.Certificate[0])
	s := &plainServer{
		url:         "https://" + l.Addr().String() + "/",
		certificate: hex.EncodeToString(sum[:]),
		done:        make(chan struct{}),
		server: &http.Server{
			Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) }),
			ReadHeaderTimeout: 10 * time.Second,
		},
	}
	// HTTP/1.1 only, which is the faster one for a single large body.
	tlsListener := tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"http/1.1"}})
	go func() {
		defer close(s.done)
		s.server.Serve(tlsListener) // ends with http.ErrServerClosed
	}()
	return s, nil
}

func (s *plainServer) close() {
	s.server.Close()
	<-s.done
}

// selfSigned makes a certificate for a day.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(24 * time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
