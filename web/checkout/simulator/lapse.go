package simulator

import (
	"container/heap"
	"context"
	"slices"
	"strings"
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

// term is when something may have to be done about a page, a payment or a card's bank, by its id. What has happened to
// it meanwhile is looked at then.
type term struct {
	at time.Time
	id string
}

// terms is a heap of what is to come, the next one first.
type terms []term

func (t terms) Len() int           { return len(t) }
func (t terms) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t terms) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *terms) Push(x any)        { *t = append(*t, x.(term)) }
func (t *terms) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

// expect has id looked at then. s.mu is held.
func (s *Simulator) expect(at time.Time, id string) {
	heap.Push(&s.terms, term{at, id})
	if s.terms[0].id == id {
		select {
		case s.moved <- struct{}{}:
		default:
		}
	}
}

// expectAll finds in the state what is to come.
func (s *Simulator) expectAll() {
	for id, sess := range s.state.Sessions {
		if sess.Status == "open" {
			s.expect(time.Unix(sess.ExpiresAt, 0), id)
		}
	}
	for id, pi := range s.state.Intents {
		if pi.Status == "requires_capture" {
			s.expect(s.holdEnds(pi), id)
		}
	}
	for id, b := range s.state.Banks {
		for _, at := range []time.Time{b.Opens, b.Decides} {
			if !at.IsZero() {
				s.expect(at, id)
			}
		}
	}
	for key := range s.state.Keys {
		s.keys = append(s.keys, key)
	}
	slices.SortFunc(s.keys, func(a, b string) int { return s.state.Keys[a].At.Compare(s.state.Keys[b].At) })
}

func (s *Simulator) holdEnds(pi *intent) time.Time {
	return time.Unix(s.latest(pi).PaymentMethodDetails.Card.CaptureBefore, 0)
}

// lapse ends the pages and holds whose time has come, forgets what is too old, and returns when the next one comes.
// s.mu is held.
func (s *Simulator) lapse(now time.Time) (next time.Time) {
	changed := false
	for len(s.terms) > 0 && !now.Before(s.terms[0].at) {
		s.due(heap.Pop(&s.terms).(term).id, now)
		changed = true
	}
	s.forget(now)
	if changed {
		if err := s.save(); err != nil {
			s.Log.Error("state not saved", "error", err)
		}
	}
	next = now.Add(time.Hour)
	if len(s.terms) > 0 && s.terms[0].at.Before(next) {
		next = s.terms[0].at
	}
	return next
}

// due does what is to be done about id by now, if anything still is.
func (s *Simulator) due(id string, now time.Time) {
	switch {
	case strings.HasPrefix(id, "cs_"):
		if sess := s.state.Sessions[id]; sess.Status == "open" && !now.Before(time.Unix(sess.ExpiresAt, 0)) {
			s.expire(sess)
		}
	case strings.HasPrefix(id, "pi_"):
		if pi := s.state.Intents[id]; pi.Status == "requires_capture" && !now.Before(s.holdEnds(pi)) {
			s.cancel(pi, "automatic")
		}
	default:
		s.judge(id, now)
	}
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

// forget drops the idempotency keys of a day ago and the events of a month ago.
func (s *Simulator) forget(now time.Time) {
	old := 0
	for old < len(s.keys) && now.Sub(s.state.Keys[s.keys[old]].At) > keyLife {
		delete(s.state.Keys, s.keys[old])
		old++
	}
	s.keys = s.keys[old:]
	old = 0
	for old < len(s.state.Events) && now.Sub(time.Unix(s.state.Events[old].Created, 0)) > remember {
		old++
	}
	s.state.Events = s.state.Events[old:]
}
