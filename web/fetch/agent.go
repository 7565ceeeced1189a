package fetch

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

// An agent is the seller's side of a download, at one of its addresses.
type agent struct {
	url   string // of the file
	grant Grant
	http  *http.Client
	stall time.Duration // silence after which an answer is given up
}

var errCertificate = errors.New("certificate is not the seller's")

// newTransport speaks to an agent. A certificate, the hexadecimal SHA-256 of the agent's own, is the only one accepted
// then; without one the usual authorities count. HTTP/1.1 only: one large body is nearly half as fast again over it as
// over HTTP/2.
func newTransport(certificate string) *http.Transport {
	config := &tls.Config{MinVersion: tls.VersionTLS13}
	if certificate != "" {
		config.InsecureSkipVerify = true // the pin below replaces chain and name
		config.VerifyConnection = func(s tls.ConnectionState) error {
			sum := sha256.Sum256(s.PeerCertificates[0].Raw)
			if !strings.EqualFold(hex.EncodeToString(sum[:]), certificate) {
				return errCertificate
			}
			return nil
		}
	}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    10 * time.Second,
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{},
		DisableCompression:     true,
		ReadBufferSize:         64 << 10,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// newAgent returns the agent at one of its addresses. A redirect is no answer: it would lead past the pin.
func newAgent(base string, g Grant, t http.RoundTripper, stall time.Duration) agent {
	return agent{
		url:   strings.TrimSuffix(base, "/") + "/v1/files/" + string(g.Listing),
		grant: g,
		stall: stall,
		http: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
	}
}

// leaves returns the leaves of the records that the agent hands out, checked against the root that was sold; others are an [ErrMismatch].
func (a agent) leaves(ctx context.Context) ([]sealed.Hash, error) {
	body, err := a.get(ctx, a.url+"/tree", 0)
	if err != nil {
		return nil, fmt.Errorf("get tree: %w", err)
	}
	defer body.Close()
	want := a.grant.records() * sealed.HashSize
	b, err := io.ReadAll(io.LimitReader(body, want+1))
	if err != nil {
		return nil, fmt.Errorf("get tree: %w: %w", errAgain, err)
	}
	if int64(len(b)) < want {
		return nil, fmt.Errorf("get tree: %w: ends after %d of %d bytes", errAgain, len(b), want)
	}
	leaves := sealed.Hashes(b)
	if int64(len(b)) > want || sealed.Root(leaves).String() != a.grant.tree() {
		return nil, fmt.Errorf("tree is %w", ErrMismatch)
	}
	return leaves, nil
}

// file returns the bytes of those records from the given one on. Reading fails when nothing comes for too long.
func (a agent) file(ctx context.Context, from int64) (io.ReadCloser, error) {
	body, err := a.get(ctx, a.url, from)
	if err != nil {
		return nil, fmt.Errorf("get file from byte %d: %w", from, err)
	}
	return body, nil
}

func (a agent) get(ctx context.Context, url string, from int64) (io.ReadCloser, error) {
	ctx, guard := guardStall(ctx, a.stall)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		guard.Close()
		return nil, fmt.Errorf("%w: %w", errAgain, err)
	}
	req.Header.Set("Authorization", "Ticket "+a.grant.Ticket)
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	resp, err := a.http.Do(req)
	switch {
	case errors.Is(err, errCertificate):
		err = fmt.Errorf("%w: %w", ErrMismatch, err)
	case err != nil:
		err = fmt.Errorf("%w: %w", errAgain, err)
	default:
		guard.body = resp.Body
		err = checkAnswer(resp, from)
	}
	if err != nil {
		guard.Close()
		return nil, err
	}
	return guard, nil
}

// checkAnswer reports why resp is not the file from the given byte on.
func checkAnswer(resp *http.Response, from int64) error {
	switch resp.StatusCode {
	case http.StatusOK:
		if from == 0 {
			return nil
		}
		return fmt.Errorf("%w: agent ignores the range", ErrMismatch)
	case http.StatusPartialContent:
		if strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", from)) {
			return nil
		}
		return fmt.Errorf("%w: agent sends another range", ErrMismatch)
	case http.StatusRequestedRangeNotSatisfiable:
		return fmt.Errorf("%w: agent's file ends before byte %d", ErrMismatch, from)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("%w: agent answered %d: %w", errAgain, resp.StatusCode, err)
	}
	refusal, words := readRefusal(b)
	switch {
	case refusal == events.NoTicket || resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%w: agent answered %d: %w", ErrDenied, resp.StatusCode, events.NoTicket)
	case refusal != "":
		return fmt.Errorf("%w: agent answered %d: %s (%w)", errAgain, resp.StatusCode, words, refusal)
	default:
		return fmt.Errorf("%w: agent answered %d", errAgain, resp.StatusCode)
	}
}
