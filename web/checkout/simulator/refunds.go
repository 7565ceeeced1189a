package simulator

// refund is Stripe's object of that name.
type refund struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	Amount        int64             `json:"amount"`
	Charge        string            `json:"charge"`
	Created       int64             `json:"created"`
	Currency      string            `json:"currency"`
	Metadata      map[string]string `json:"metadata"`
	PaymentIntent string            `json:"payment_intent"`
	Status        string            `json:"status"` // succeeded
}

// createRefund gives back what was captured, or a part of it, once or in turns.
func (s *Simulator) createRefund(c call) (any, *apiError) {
	if e := c.only("payment_intent", "amount"); e != nil {
		return nil, e
	}
	pi := s.state.Intents[c.get("payment_intent")]
	if pi == nil {
		return nil, missing("payment_intent", c.get("payment_intent"))
	}
	if pi.Status != "succeeded" {
		return nil, unexpected(pi, "refunded", "succeeded")
	}
	ch := s.latest(pi)
	if b := s.state.Banks[ch.ID]; b != nil && b.Dispute != "" && s.state.Disputes[b.Dispute].Status != "won" {
		return nil, invalid("payment_intent", "charge_disputed", "The charge has been charged back.")
	}
	left := ch.Amount - ch.AmountRefunded
	amount, e := c.int("amount", left)
	if e != nil {
		return nil, e
	}
	switch {
	case left == 0:
		return nil, invalid("payment_intent", "charge_already_refunded", "The charge has already been refunded.")
	case amount < 1 || amount > left:
		return nil, invalid("amount", "amount_too_large", "The refund is larger than what is left of the charge.")
	}
	ch.AmountRefunded += amount
	ch.Refunded = ch.AmountRefunded == ch.Amount
	re := &refund{
		ID: newID("re_"), Object: "refund", Amount: amount, Charge: ch.ID, Created: s.now().Unix(), Currency: ch.Currency,
		Metadata: map[string]string{}, PaymentIntent: pi.ID, Status: "succeeded",
	}
	s.state.Refunds[re.ID] = re
	s.balanceMoved("refund", re.ID, -amount, re.Currency)
	s.happened("charge.refunded", *ch)
	return *re, nil
}
