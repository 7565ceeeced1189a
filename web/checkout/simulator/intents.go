package simulator

import "time"

// How long a card holds an amount, by its brand (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method):
// when its owner is there to pay, and when he is not.
var (
	holdPresent = map[string]time.Duration{"visa": 7 * 24 * time.Hour, "mastercard": 7 * 24 * time.Hour}
	holdAbsent  = map[string]time.Duration{"visa": 4*24*time.Hour + 18*time.Hour, "mastercard": 7 * 24 * time.Hour}
)

// shown returns the payment intent as it goes over the wire.
func (s *Simulator) shown(pi *intent, withCharge bool) intent {
	shown := *pi
	id, _ := pi.LatestCharge.(string)
	if ch := s.state.Charges[id]; ch != nil && withCharge {
		shown.LatestCharge = *ch
	}
	return shown
}

func (s *Simulator) getIntent(c call) (any, *apiError) {
	pi := s.state.Intents[c.id]
	if pi == nil {
		return nil, missing("payment_intent", c.id)
	}
	return s.shown(pi, c.expands("latest_charge")), nil
}

func (s *Simulator) captureIntent(c call) (any, *apiError) {
	if e := c.only("amount_to_capture"); e != nil {
		return nil, e
	}
	pi := s.state.Intents[c.id]
	if pi == nil {
		return nil, missing("payment_intent", c.id)
	}
	if pi.Status != "requires_capture" {
		return nil, unexpected(pi, "captured", "requires_capture")
	}
	amount, e := c.int("amount_to_capture", pi.AmountCapturable)
	if e != nil {
		return nil, e
	}
	if amount < 1 || amount > pi.AmountCapturable {
		return nil, invalid("amount_to_capture", "amount_too_large", "The amount to capture is not within the capturable amount.")
	}
	pi.Status, pi.AmountReceived, pi.AmountCapturable = "succeeded", amount, 0
	ch := s.latest(pi)
	ch.Captured, ch.AmountCaptured, ch.AmountRefunded = true, amount, ch.Amount-amount
	ch.PaymentMethodDetails.Card.CaptureBefore = 0
	s.balanceMoved("charge", ch.ID, amount, ch.Currency)
	s.captured(ch)
	s.happened("payment_intent.succeeded", *pi)
	return s.shown(pi, c.expands("latest_charge")), nil
}

func (s *Simulator) cancelIntent(c call) (any, *apiError) {
	if e := c.only("cancellation_reason"); e != nil {
		return nil, e
	}
	pi := s.state.Intents[c.id]
	if pi == nil {
		return nil, missing("payment_intent", c.id)
	}
	if pi.Status != "requires_capture" && pi.Status != "requires_payment_method" && pi.Status != "requires_action" {
		return nil, unexpected(pi, "canceled", "requires_payment_method, requires_capture, requires_action")
	}
	s.cancel(pi, c.get("cancellation_reason"))
	return s.shown(pi, c.expands("latest_charge")), nil
}

// unexpected says that a payment intent is not in a state for that.
func unexpected(pi *intent, verb, allowed string) *apiError {
	return &apiError{
		Type: "invalid_request_error", Code: "payment_intent_unexpected_state",
		Message: "This PaymentIntent could not be " + verb + " because it has a status of " + pi.Status + ". Only a PaymentIntent with one of the following statuses may be " + verb + ": " + allowed + ".",
	}
}

// cancel drops the hold, if there is one.
func (s *Simulator) cancel(pi *intent, reason string) {
	at := s.now().Unix()
	if pi.Status == "requires_capture" {
		ch := s.latest(pi)
		ch.Refunded, ch.AmountRefunded = true, ch.Amount
		ch.PaymentMethodDetails.Card.CaptureBefore = 0
	}
	pi.Status, pi.AmountCapturable, pi.CanceledAt = "canceled", 0, &at
	if reason != "" {
		pi.CancellationReason = &reason
	}
	s.happened("payment_intent.canceled", *pi)
}

func (s *Simulator) latest(pi *intent) *charge {
	id, _ := pi.LatestCharge.(string)
	return s.state.Charges[id]
}

// try puts a card against a session's payment intent, which the first card makes. confirmed says that the bank was
// asked. It returns why the card was declined.
func (s *Simulator) try(sess *session, c card, confirmed bool) *apiError {
	pi := s.intentOf(sess)
	if testCards[c.Number].asks && !confirmed {
		pi.Status = "requires_action"
		return s.ask(sess, c)
	}
	if declined := s.hold(pi, c, testCards[c.Number].decline, holdPresent); declined != nil {
		return declined
	}
	s.complete(sess)
	return nil
}

// intentOf returns the session's payment intent and makes it if there is none.
func (s *Simulator) intentOf(sess *session) *intent {
	id, _ := sess.PaymentIntent.(string)
	if pi := s.state.Intents[id]; pi != nil {
		return pi
	}
	pi := s.newIntent(*sess.AmountTotal, *sess.Currency, s.state.Promises[sess.ID].Metadata)
	sess.PaymentIntent = pi.ID
	return pi
}

func (s *Simulator) newIntent(amount int64, currency string, metadata map[string]string) *intent {
	pi := &intent{
		ID: newID("pi_"), Object: "payment_intent", Amount: amount, CaptureMethod: "manual", ConfirmationMethod: "automatic",
		Created: s.now().Unix(), Currency: currency, Metadata: metadata, PaymentMethodTypes: []string{"card"}, Status: "requires_payment_method",
	}
	s.state.Intents[pi.ID] = pi
	return pi
}

// hold makes a charge: an amount held on the card for as long as its brand allows, or a failed one if the card is
// declined with that code.
func (s *Simulator) hold(pi *intent, c card, code string, windows map[string]time.Duration) *apiError {
	now, kind := s.now(), testCards[c.Number]
	ch := &charge{
		ID: newID("ch_"), Object: "charge", Amount: pi.Amount, Created: now.Unix(), Currency: pi.Currency, Customer: pi.Customer,
		Metadata: pi.Metadata, PaymentIntent: pi.ID, PaymentMethodDetails: methodDetails{Type: "card", Card: c.details()},
	}
	s.state.Charges[ch.ID] = ch
	pi.LatestCharge = ch.ID
	if code != "" {
		declined := declinedWith(code)
		declined.Charge = ch.ID
		ch.Status, ch.FailureCode = "failed", &declined.Code
		return s.failed(pi, declined)
	}
	ch.Status, ch.Paid = "succeeded", true
	if kind.disputes != "" {
		s.state.Banks[ch.ID] = &bank{Reason: kind.disputes, Fair: kind.fair}
	}
	ch.PaymentMethodDetails.Card.CaptureBefore = now.Add(windows[kind.brand]).Unix()
	s.expect(time.Unix(ch.PaymentMethodDetails.Card.CaptureBefore, 0), pi.ID)
	pi.Status, pi.AmountCapturable, pi.LastPaymentError = "requires_capture", pi.Amount, nil
	s.happened("payment_intent.amount_capturable_updated", *pi)
	return nil
}

// failed notes why a payment intent waits for another card.
func (s *Simulator) failed(pi *intent, declined *apiError) *apiError {
	pi.Status, pi.LastPaymentError = "requires_payment_method", declined
	s.happened("payment_intent.payment_failed", *pi)
	return declined
}

// complete ends a session well.
func (s *Simulator) complete(sess *session) {
	sess.Status, sess.URL = "complete", nil
	s.happened("checkout.session.completed", *sess)
}
