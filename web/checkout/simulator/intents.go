package simulator

import "time"

// holdFor is how long a card holds an amount when its owner is there to pay.
const holdFor = 7 * 24 * time.Hour

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
	if pi.Status != "requires_capture" && pi.Status != "requires_payment_method" {
		return nil, unexpected(pi, "canceled", "requires_payment_method, requires_capture")
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

// try puts a card against a session's payment intent, which the first card makes. It returns why the card was declined.
func (s *Simulator) try(sess *session, card card) *apiError {
	now := s.now()
	id, _ := sess.PaymentIntent.(string)
	pi := s.state.Intents[id]
	if pi == nil {
		pi = &intent{
			ID: newID("pi_"), Object: "payment_intent", Amount: sess.AmountTotal, CaptureMethod: "manual",
			ConfirmationMethod: "automatic", Created: now.Unix(), Currency: sess.Currency,
			Metadata: s.state.Promises[sess.ID].Metadata, PaymentMethodTypes: []string{"card"}, Status: "requires_payment_method",
		}
		s.state.Intents[pi.ID] = pi
		sess.PaymentIntent = pi.ID
	}
	ch := &charge{
		ID: newID("ch_"), Object: "charge", Amount: pi.Amount, Created: now.Unix(), Currency: pi.Currency,
		Metadata: pi.Metadata, PaymentIntent: pi.ID,
		PaymentMethodDetails: methodDetails{Type: "card", Card: cardDetails{
			Brand: "visa", ExpMonth: card.month, ExpYear: card.year, Last4: card.number[len(card.number)-4:],
		}},
	}
	s.state.Charges[ch.ID] = ch
	pi.LatestCharge = ch.ID
	if declined := card.declined(); declined != nil {
		declined.Charge = ch.ID
		ch.Status, ch.FailureCode, pi.LastPaymentError = "failed", &declined.Code, declined
		s.happened("payment_intent.payment_failed", *pi)
		return declined
	}
	ch.Status, ch.Paid = "succeeded", true
	ch.PaymentMethodDetails.Card.CaptureBefore = now.Add(holdFor).Unix()
	pi.Status, pi.AmountCapturable, pi.LastPaymentError = "requires_capture", pi.Amount, nil
	sess.Status, sess.URL = "complete", nil
	s.happened("payment_intent.amount_capturable_updated", *pi)
	s.happened("checkout.session.completed", *sess)
	s.wake()
	return nil
}
