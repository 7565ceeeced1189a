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
	"os"
	"path/filepath"
	"time"

	"lightshare/events"
)

// Pair tells the market that the seller in the state folder is the account whose page showed the code. A seller who has
// not shared anything yet is made. market may be nil as for [OpenErrand]. A refusal is an error that wraps it.
func Pair(ctx context.Context, state string, market *url.URL, code string) (events.Paired, error) {
	if market != nil {
		if err := os.MkdirAll(state, 0o700); err != nil {
			return events.Paired{}, fmt.Errorf("make state folder: %w", err)
		}
		if _, err := openKey(filepath.Join(state, keyFile)); err != nil {
			return events.Paired{}, err
		}
	}
	key, market, err := sellerIn(state, market)
	if err != nil {
		return events.Paired{}, err
	}
	p := events.Pairing{Key: key.Public().(ed25519.PublicKey), Code: code, At: time.Now().Unix()}
	p.Proof = ed25519.Sign(key, events.PairingProof(p))
	paired, err := postPairing(ctx, market.JoinPath("agents", "pair").String(), p)
	if err != nil {
		return paired, fmt.Errorf("pair: %w", err)
	}
	settings, err := LoadSettings(state)
	if err != nil || settings.Market != "" { // of the agent that shares, or will share again
		return paired, err
	}
	settings.Market = market.String()
	return paired, settings.save(state)
}

func postPairing(ctx context.Context, to string, p events.Pairing) (events.Paired, error) {
	var paired events.Paired
	body, err := json.Marshal(p)
	if err != nil {
		return paired, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return paired, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := enrolments.Do(r)
	if err != nil {
		return paired, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return paired, fmt.Errorf("%w: %w", ErrOffline, err)
	}
	var refused struct {
		Refusal events.Refusal `json:"refusal"`
	}
	switch {
	case answer.StatusCode == http.StatusOK:
		if err := json.Unmarshal(text, &paired); err != nil || paired.Seller != events.SellerOf(p.Key) {
			return paired, errors.New("the market's answer cannot be read")
		}
		return paired, nil
	case json.Unmarshal(text, &refused) == nil && refused.Refusal.Known():
		return paired, refused.Refusal
	case answer.StatusCode >= http.StatusInternalServerError:
		return paired, fmt.Errorf("%w: %s", ErrOffline, answer.Status)
	}
	return paired, fmt.Errorf("%w: %s", ErrNotAdmitted, answer.Status)
}
