package simulator

import (
	"context"
	"slices"
	"time"
)

const remember = 30 * 24 * time.Hour // events, as Stripe does

// age lets time pass: it wakes when the next page or hold ends.
func (s *Simulator) age() {
	for s.ctx.Err() == nil {
		s.mu.Lock()
		next := s.lapse(s.now())
		s.mu.Unlock()
		waiting, cancel := context.WithDeadline(s.ctx, time.Now().Add(time.Hour))
		go func() {
			defer cancel()
			select {
			case <-s.moved:
			case <-waiting.Done():
			}
		}()
		s.Clock.Wait(waiting, next) // the reason for waking does not matter
		cancel()
	}
}

// wake tells age that something new can lapse.
func (s *Simulator) wake() {
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

// lapse ends the pages and holds whose time has come, forgets what is too old, and returns when the next one comes.
// s.mu is held.
func (s *Simulator) lapse(now time.Time) (next time.Time) {
	next = now.Add(time.Hour)
	changed := false
	due := func(at time.Time) bool {
		if now.Before(at) {
			if at.Before(next) {
				next = at
			}
			return false
		}
		changed = true
		return true
	}
	for _, sess := range s.state.Sessions {
		if sess.Status == "open" && due(time.Unix(sess.ExpiresAt, 0)) {
			s.expire(sess)
		}
	}
	for _, pi := range s.state.Intents {
		if pi.Status == "requires_capture" && due(time.Unix(s.latest(pi).PaymentMethodDetails.Card.CaptureBefore, 0)) {
			s.cancel(pi, "automatic")
		}
	}
	s.judge(due)
	s.forget(now)
	if changed {
		if err := s.save(); err != nil {
			s.Log.Error("state not saved", "error", err)
		}
	}
	return next
}

// expire ends a page on which nobody has paid.
func (s *Simulator) expire(sess *session) {
	sess.Status, sess.URL = "expired", nil
	id, _ := sess.PaymentIntent.(string)
	if pi := s.state.Intents[id]; pi != nil && (pi.Status == "requires_payment_method" || pi.Status == "requires_action") {
		s.cancel(pi, "abandoned")
	}
	delete(s.state.Asked, sess.ID)
	s.happened("checkout.session.expired", *sess)
}

func (s *Simulator) forget(now time.Time) {
	for key, r := range s.state.Keys {
		if now.Sub(r.At) > keyLife {
			delete(s.state.Keys, key)
		}
	}
	s.state.Events = slices.DeleteFunc(s.state.Events, func(e *event) bool {
		return e.PendingWebhooks == 0 && now.Sub(time.Unix(e.Created, 0)) > remember
	})
}
