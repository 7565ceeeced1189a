package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"
)

const (
	webhookTimeout = 10 * time.Second
	firstRetry     = 200 * time.Millisecond // doubled each time
	longestRetry   = 5 * time.Minute
	retryFor       = 3 * 24 * time.Hour
)

// happened states an event and sends it on its way. s.mu is held.
func (s *Simulator) happened(kind string, object any) {
	e := &event{
		ID: newID("evt_"), Object: "event", APIVersion: stripe.APIVersion, Created: s.now().Unix(),
		Data: eventData{Object: object}, Type: kind,
	}
	s.state.Events = append(s.state.Events, e)
	if s.WebhookURL == "" {
		return
	}
	e.PendingWebhooks = 1
	if s.ctx.Err() != nil {
		return // sent after the next start
	}
	s.group.Go(func() { s.deliver(e) })
}

// deliver posts the event until it is heard.
func (s *Simulator) deliver(e *event) {
	s.mu.Lock()
	body, err := json.Marshal(e)
	s.mu.Unlock()
	if err != nil {
		s.Log.Error("event not encoded", "event", e.ID, "error", err)
		return
	}
	delay := firstRetry
	for began := time.Now(); time.Since(began) < retryFor; delay = min(2*delay, longestRetry) {
		if s.Faults.losesWebhook() {
			break
		}
		heard := true
		for range 1 + s.Faults.extraCopies() {
			if err := s.send(body); err != nil {
				heard = false
				s.Log.Debug("webhook not heard, sent again", "event", e.ID, "error", err)
			}
		}
		if heard {
			break
		}
		select {
		case <-time.After(delay):
		case <-s.ctx.Done():
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e.PendingWebhooks = 0
	if err := s.save(); err != nil {
		s.Log.Error("state not saved", "error", err)
	}
}

// send posts the event once, signed now: the signature's time is the machine's, whatever the market's clock shows.
func (s *Simulator) send(body []byte) error {
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: s.WebhookSecret})
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, s.WebhookURL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Stripe-Signature", signed.Header)
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}

// listEvents answers newest first.
func (s *Simulator) listEvents(c call) (any, *apiError) {
	if e := c.only("created[gte]", "types[]", "type", "limit", "starting_after"); e != nil {
		return nil, e
	}
	since, e := c.int("created[gte]", 0)
	if e != nil {
		return nil, e
	}
	var types []string
	for key, values := range c.params {
		if position.ReplaceAllString(key, "[]") == "types[]" {
			types = append(types, values...)
		}
	}
	var found []*event
	for _, e := range slices.Backward(s.state.Events) {
		if e.Created >= since && (len(types) == 0 || slices.Contains(types, e.Type)) {
			found = append(found, e)
		}
	}
	return paged("/v1/events", c, found, func(e *event) string { return e.ID })
}

// Faults are what a test can do to a simulator. The zero value is none. Safe for concurrent use.
type Faults struct {
	mu      sync.Mutex
	lose    bool // guarded by mu, like all
	copies  int
	fail    int
	unheard int
}

// LoseWebhooks says whether webhooks are thrown away from now on.
func (f *Faults) LoseWebhooks(lose bool) { f.mu.Lock(); defer f.mu.Unlock(); f.lose = lose }

// RepeatWebhooks says how many more times each webhook is sent.
func (f *Faults) RepeatWebhooks(copies int) { f.mu.Lock(); defer f.mu.Unlock(); f.copies = copies }

// FailCalls makes the next n writing calls fail before they do anything.
func (f *Faults) FailCalls(n int) { f.mu.Lock(); defer f.mu.Unlock(); f.fail = n }

// LoseAnswers makes the next n writing calls succeed without an answer.
func (f *Faults) LoseAnswers(n int) { f.mu.Lock(); defer f.mu.Unlock(); f.unheard = n }

func (f *Faults) losesWebhook() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.lose }
func (f *Faults) extraCopies() int   { f.mu.Lock(); defer f.mu.Unlock(); return f.copies }
func (f *Faults) fails() bool        { f.mu.Lock(); defer f.mu.Unlock(); return used(&f.fail) }
func (f *Faults) losesAnswer() bool  { f.mu.Lock(); defer f.mu.Unlock(); return used(&f.unheard) }

func used(n *int) bool {
	if *n == 0 {
		return false
	}
	*n--
	return true
}
