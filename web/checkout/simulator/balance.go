package simulator

// balanceTransaction is a movement of the balance: what reconciling goes by.
type balanceTransaction struct {
	ID                string `json:"id"`
	Object            string `json:"object"`
	Amount            int64  `json:"amount"` // below zero for what goes out
	AvailableOn       int64  `json:"available_on"`
	BalanceType       string `json:"balance_type"`
	Created           int64  `json:"created"`
	Currency          string `json:"currency"`
	Fee               int64  `json:"fee"`
	FeeDetails        []any  `json:"fee_details"`
	Net               int64  `json:"net"`
	ReportingCategory string `json:"reporting_category"`
	Source            any    `json:"source"` // id, or the object where expanded
	Status            string `json:"status"`
	Type              string `json:"type"`
}

// kinds of movements, by what Stripe calls them in reports and in its API.
var movements = map[string]string{
	"charge": "charge", "refund": "refund", "dispute": "adjustment", "dispute_reversal": "adjustment",
	"transfer": "transfer", "transfer_reversal": "transfer_refund",
}

// balanceMoved notes a movement of the balance for which no fee is kept. s.mu is held.
func (s *Simulator) balanceMoved(category, source string, amount int64, currency string) {
	s.balanceMovedWithFee(category, source, amount, 0, currency)
}

func (s *Simulator) balanceMovedWithFee(category, source string, amount, fee int64, currency string) *balanceTransaction {
	now := s.now().Unix()
	bt := &balanceTransaction{
		ID: newID("txn_"), Object: "balance_transaction", Amount: amount, AvailableOn: now, BalanceType: "payments", Created: now,
		Currency: currency, Fee: fee, FeeDetails: []any{}, Net: amount - fee, ReportingCategory: category, Source: source, Status: "available",
		Type: movements[category],
	}
	s.state.Balance = append(s.state.Balance, bt)
	return bt
}

// listBalance answers newest first.
func (s *Simulator) listBalance(c call) (any, *apiError) {
	if e := c.only("created[gte]", "limit", "starting_after"); e != nil {
		return nil, e
	}
	since, e := c.int("created[gte]", 0)
	if e != nil {
		return nil, e
	}
	show := func(bt *balanceTransaction) any {
		shown := *bt
		if id, _ := bt.Source.(string); c.expands("data.source") {
			shown.Source = s.source(id)
		}
		return shown
	}
	return newestFirst(s.places, "/v1/balance_transactions", c, s.state.Balance, since, func(bt *balanceTransaction) int64 { return bt.Created },
		func(bt *balanceTransaction) string { return bt.ID }, func(*balanceTransaction) bool { return true }, show)
}

// source returns the object that moved the balance, or its id if it has none here.
func (s *Simulator) source(id string) any {
	if ch := s.state.Charges[id]; ch != nil {
		return *ch
	}
	if re := s.state.Refunds[id]; re != nil {
		return *re
	}
	if t := s.state.Transfers[id]; t != nil {
		return *t
	}
	if r := s.state.Reversals[id]; r != nil {
		return *r
	}
	if d := s.state.Disputes[id]; d != nil {
		shown := *d
		shown.BalanceTransactions = []*balanceTransaction{} // it is among them itself
		return shown
	}
	return id
}
