package agent

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"lightshare/events"
)

var (
	// ErrOffline says that the market could not be reached.
	ErrOffline = errors.New("the market cannot be reached")
	// ErrNotAdmitted says that the market does not take this agent.
	ErrNotAdmitted = errors.New("the market does not take this agent")
	// ErrNoMarket says that nobody has said yet where to sell.
	ErrNoMarket = errors.New("no market is known yet; say which with --market")
)

// enrolments asks the market's pages, which answer at once or not at all.
var enrolments = http.Client{Timeout: 10 * time.Second}

// enrol posts an enrolment to the market and returns its answer. Errors wrap [ErrOffline], when trying again may help, or
// [ErrNotAdmitted].
func enrol(ctx context.Context, market *url.URL, key ed25519.PrivateKey, name string, now time.Time) (events.Credentials, error) {
	e := events.Enrolment{Key: key.Public().(ed25519.PublicKey), Name: name, At: now.Unix()}
	e.Proof = ed25519.Sign(key, events.EnrolmentProof(e))
	body, err := json.Marshal(e)
	if err != nil {
		return events.Credentials{}, fmt.Errorf("enrol: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, market.JoinPath("agents").String(), bytes.NewReader(body))
	if err != nil {
		return events.Credentials{}, fmt.Errorf("enrol: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := enrolments.Do(r)
	if err != nil {
		return events.Credentials{}, fmt.Errorf("enrol: %w: %w", ErrOffline, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return events.Credentials{}, fmt.Errorf("enrol: %w: %w", ErrOffline, err)
	}
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
		return events.Credentials{}, notAdmitted(answer.StatusCode, text)
	}
	var c events.Credentials
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("enrol: read answer: %w: %w", ErrNotAdmitted, err)
	}
	if c.Seller != events.SellerOf(e.Key) || len(c.TicketKey) != ed25519.PublicKeySize || len(c.DepositKey) == 0 || len(c.Bus) == 0 {
		return c, fmt.Errorf("enrol: answer of a market that is none: %w", ErrNotAdmitted)
	}
	return c, nil
}

// notAdmitted words what the market said instead of credentials.
func notAdmitted(status int, text []byte) error {
	why := ErrNotAdmitted
	if status >= 500 || status == http.StatusTooManyRequests {
		why = ErrOffline
	}
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(text, &said) != nil || said.Error == "" {
		said.Error = http.StatusText(status)
	}
	return fmt.Errorf("enrol: %w: %d: %.300s", why, status, said.Error)
}
