package deliver

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// A Server listens for buyers, with and without TLS.
type Server struct {
	plain, secure net.Listener // nil when not wanted
	servers       []*http.Server
	certificate   tls.Certificate
	done          chan error
}

// Addresses to listen on, as host:port. Empty means not at all.
type Addresses struct{ HTTP, HTTPS string }

// Listen opens the listeners and serves h on them until Close.
func Listen(a Addresses, c tls.Certificate, h http.Handler, log *slog.Logger) (*Server, error) {
	s := &Server{certificate: c, done: make(chan error, 2)}
	var err error
	if a.HTTP != "" {
		if s.plain, err = net.Listen("tcp", a.HTTP); err != nil {
			return nil, fmt.Errorf("listen for buyers: %w", err)
		}
	}
	if a.HTTPS != "" {
		if s.secure, err = net.Listen("tcp", a.HTTPS); err != nil {
			if s.plain != nil {
				s.plain.Close()
			}
			return nil, fmt.Errorf("listen for buyers: %w", err)
		}
	}
	if s.plain != nil {
		s.serve(s.plain, h, log)
	}
	if s.secure != nil {
		s.serve(tls.NewListener(s.secure, &tls.Config{
			MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c},
			NextProtos: []string{"http/1.1"}, DynamicRecordSizingDisabled: true, // HTTP/2 is slower for one large file
		}), h, log)
	}
	return s, nil
}

func (s *Server) serve(l net.Listener, h http.Handler, log *slog.Logger) {
	server := &http.Server{ // writing sets its own deadlines
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // mostly strangers' failed handshakes
	}
	s.servers = append(s.servers, server)
	go func() { s.done <- server.Serve(l) }()
}

// Close lets running transfers go on until ctx is done and then ends them; buyers resume later.
func (s *Server) Close(ctx context.Context) error {
	var errs []error
	for _, server := range s.servers {
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}
	for range s.servers {
		if err := <-s.done; !errors.Is(err, http.ErrServerClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Fingerprint returns the SHA-256 of the certificate, hexadecimal.
func (s *Server) Fingerprint() string {
	sum := sha256.Sum256(s.certificate.Certificate[0])
	return hex.EncodeToString(sum[:])
}

// URLs returns where the server can be reached, best first: what the seller says of it, this computer itself without
// TLS, and then every address of this computer.
func (s *Server) URLs(advertised string) []string {
	var urls []string
	if advertised != "" {
		urls = append(urls, advertised)
	}
	if s.plain != nil {
		urls = append(urls, addresses("http", s.plain.Addr().(*net.TCPAddr))...)
	}
	if s.secure != nil {
		urls = append(urls, addresses("https", s.secure.Addr().(*net.TCPAddr))...)
	}
	return urls
}

// addresses returns the URLs of a listener; one that listens on all addresses has many, loopback the first.
func addresses(scheme string, at *net.TCPAddr) []string {
	url := func(ip net.IP) string { return scheme + "://" + (&net.TCPAddr{IP: ip, Port: at.Port}).String() }
	if !at.IP.IsUnspecified() {
		return []string{url(at.IP)}
	}
	urls := []string{url(net.IPv4(127, 0, 0, 1))}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return urls
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			urls = append(urls, url(n.IP))
		}
	}
	return urls
}
