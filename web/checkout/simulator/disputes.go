package simulator

import (
	"cmp"
	"slices"
	"time"
)

// When things about disputes happen, and what one costs (Stripe's fee in the United States; the same number in each
// currency).
const (
	disputeAfter = time.Hour          // the capture
	evidenceTime = 7 * 24 * time.Hour // to answer
	bankTime     = 3 * 24 * time.Hour // for the bank to decide
	disputeFee   = 1500
)

// dispute is Stripe's object of that name.
type dispute struct {
	ID                  string                `json:"id"`
	Object              string                `json:"object"`
	Amount              int64                 `json:"amount"`
	BalanceTransactions []*balanceTransaction `json:"balance_transactions"`
	Charge              string                `json:"charge"`
	Created             int64                 `json:"created"`
	Currency            string                `json:"currency"`
	EligibilityTypes    []string              `json:"enhanced_eligibility_types"`
	Evidence            map[string]string     `json:"evidence"`
	EvidenceDetails     evidenceDetails       `json:"evidence_details"`
	IsChargeRefundable  bool                  `json:"is_charge_refundable"`
	Livemode            bool                  `json:"livemode"`
	Metadata            map[string]string     `json:"metadata"`
	PaymentIntent       string                `json:"payment_intent"`
	Reason              string                `json:"reason"`
	Status              string                `json:"status"` // needs_response, under_review, won, lost
}

type evidenceDetails struct {
	DueBy           int64 `json:"due_by"`
	HasEvidence     bool  `json:"has_evidence"`
	PastDue         bool  `json:"past_due"`
	SubmissionCount int64 `json:"submission_count"`
}

// bank is what the owner of a disputing card and his bank will do.
type bank struct {
	Opens   time.Time `json:"opens,omitzero"`   // the dispute, once the money is taken
	Decides time.Time `json:"decides,omitzero"` // once the evidence is there, or can no longer come
	Reason  string    `json:"reason"`
	Fair    bool      `json:"fair"` // decides for who has evidence
	Dispute string    `json:"dispute"`
}

// captured plans the dispute of a card that disputes.
func (s *Simulator) captured(ch *charge) {
	if b := s.state.Banks[ch.ID]; b != nil {
		b.Opens = s.now().Add(disputeAfter)
		s.expect(b.Opens, ch.ID)
	}
}

// judge opens or decides the dispute about a charge, if its time has come. s.mu is held.
func (s *Simulator) judge(charge string, now time.Time) {
	b := s.state.Banks[charge]
	due := func(at time.Time) bool { return !at.IsZero() && !now.Before(at) }
	if b.Dispute == "" && due(b.Opens) {
		s.openDispute(b, s.state.Charges[charge])
	}
	if b.Dispute != "" && due(b.Decides) {
		s.decide(b, s.state.Disputes[b.Dispute])
	}
}

// openDispute takes back what is left of a charge.
func (s *Simulator) openDispute(b *bank, ch *charge) {
	amount := ch.Amount - ch.AmountRefunded
	if amount <= 0 {
		b.Opens = time.Time{} // all went back already
		return
	}
	now := s.now()
	d := &dispute{
		ID: newID("du_"), Object: "dispute", Amount: amount, Charge: ch.ID, Created: now.Unix(), Currency: ch.Currency, EligibilityTypes: []string{}, Evidence: map[string]string{},
		EvidenceDetails: evidenceDetails{DueBy: now.Add(evidenceTime).Unix()}, Metadata: map[string]string{}, PaymentIntent: ch.PaymentIntent,
		Reason: b.Reason, Status: "needs_response",
	}
	s.state.Disputes[d.ID] = d
	ch.Disputed, b.Dispute, b.Decides = true, d.ID, now.Add(evidenceTime)
	s.expect(b.Decides, ch.ID)
	d.BalanceTransactions = append(d.BalanceTransactions, s.balanceMovedWithFee("dispute", d.ID, -amount, disputeFee, d.Currency))
	s.happened("charge.dispute.created", *d)
	s.happened("charge.dispute.funds_withdrawn", *d)
}

// decide ends a dispute.
func (s *Simulator) decide(b *bank, d *dispute) {
	b.Decides = time.Time{}
	if d.Status = "lost"; b.Fair && d.EvidenceDetails.SubmissionCount > 0 && d.Evidence["access_activity_log"] != "" {
		d.Status = "won"
		d.BalanceTransactions = append(d.BalanceTransactions, s.balanceMovedWithFee("dispute_reversal", d.ID, d.Amount, -disputeFee, d.Currency))
		s.happened("charge.dispute.funds_reinstated", *d)
	}
	s.happened("charge.dispute.closed", *d)
}

// listDisputes answers newest first.
func (s *Simulator) listDisputes(c call) (any, *apiError) {
	if e := c.only("payment_intent", "limit", "starting_after"); e != nil {
		return nil, e
	}
	var found []*dispute
	for _, d := range s.state.Disputes {
		if pi := c.get("payment_intent"); pi == "" || pi == d.PaymentIntent {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b *dispute) int {
		return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(a.ID, b.ID))
	})
	return paged("/v1/disputes", c, found, func(d *dispute) string { return d.ID })
}

// updateDispute takes evidence, once.
func (s *Simulator) updateDispute(c call) (any, *apiError) {
	if e := c.only("evidence[*]", "submit"); e != nil {
		return nil, e
	}
	d := s.state.Disputes[c.id]
	switch {
	case d == nil:
		return nil, missing("dispute", c.id)
	case d.Status != "needs_response":
		return nil, &apiError{Type: "invalid_request_error", Message: "This dispute is already closed or was answered."}
	}
	for field, text := range c.object("evidence") {
		d.Evidence[field] = text
	}
	d.EvidenceDetails.HasEvidence = len(d.Evidence) > 0
	if c.get("submit") != "false" {
		d.Status = "under_review"
		d.EvidenceDetails.SubmissionCount++
		decides := s.now().Add(bankTime)
		s.state.Banks[d.Charge].Decides = decides
		s.expect(decides, d.Charge)
	}
	return *d, nil
}
