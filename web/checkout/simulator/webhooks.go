package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
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
	s.waiting = append(s.waiting, e)
	if s.ctx.Err() != nil {
		return // sent after the next start
	}
	s.group.Go(func() { s.deliver(e) })
}

// deliver posts the event until it is heard.
func (s *Simulator) deliver(e *event) {
	s.mu.Lock()
	sent := *e
	s.mu.Unlock()
	body, err := json.Marshal(sent) // its object is a copy
	if err != nil {
		s.Log.Error("event not encoded", "event", e.ID, "error", err)
		return
	}
	delay := firstRetry
	for began := time.Now(); time.Since(began) < retryFor; delay = min(2*delay, longestRetry) {
		if s.Faults.losesWebhook() {
			return // nobody has heard of it
		}
		if !s.linger() {
			return
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

// linger lets other events overtake this one, where that is asked for. It returns false when the simulator is closed.
func (s *Simulator) linger() bool {
	window := s.Faults.disorder()
	if window == 0 {
		return true
	}
	select {
	case <-time.After(rand.N(window)):
		return true
	case <-s.ctx.Done():
		return false
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
	resp, err := s.Client.Do(req)
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
	if e := c.only("created[gte]", "created[lte]", "delivery_success", "types[]", "type", "limit", "starting_after"); e != nil {
		return nil, e
	}
	since, e := c.int("created[gte]", 0)
	if e != nil {
		return nil, e
	}
	until, e := c.int("created[lte]", s.now().Unix())
	if e != nil {
		return nil, e
	}
	var types []string
	for key, values := range c.params {
		if position.ReplaceAllString(key, "[]") == "types[]" {
			types = append(types, values...)
		}
	}
	all, undelivered := s.state.Events, c.get("delivery_success") == "false"
	if undelivered {
		all = s.undelivered()
	}
	wanted := func(e *event) bool {
		return e.Created <= until && (len(types) == 0 || slices.Contains(types, e.Type)) && (!undelivered || e.PendingWebhooks > 0)
	}
	return newestFirst(s.places, "/v1/events", c, all, since, func(e *event) int64 { return e.Created }, func(e *event) string { return e.ID }, wanted, func(e *event) any { return *e })
}

// undelivered returns the events that no webhook was heard of, oldest first. s.mu is held.
func (s *Simulator) undelivered() []*event {
	oldest := int64(0)
	if len(s.state.Events) > 0 {
		oldest = s.state.Events[0].Created
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(e *event) bool { return e.PendingWebhooks == 0 || e.Created < oldest })
	return s.waiting
}
