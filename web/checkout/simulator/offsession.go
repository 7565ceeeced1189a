package simulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lightshare/events"
)

// createIntent holds an amount on a saved card while its owner is away.
func (s *Simulator) createIntent(c call) (any, *apiError) {
	e := c.only("amount", "currency", "capture_method", "confirm", "off_session", "customer", "payment_method", "payment_method_types[]",
		"description", "metadata[*]")
	if e != nil {
		return nil, e
	}
	amount, e := intentAmount(c)
	if e != nil {
		return nil, e
	}
	customer, method := c.get("customer"), c.get("payment_method")
	saved := s.state.Methods[method]
	switch {
	case c.get("capture_method") != "manual" || c.get("confirm") != "true" || c.get("off_session") != "true":
		return nil, invalid("off_session", "", "Only payments off-session, confirmed at once and captured by hand are simulated")
	case !s.state.Customers[customer]:
		return nil, noSuch("customer", "customer", customer)
	case saved == nil:
		return nil, noSuch("payment_method", "PaymentMethod", method)
	case saved.Method.Customer == nil || *saved.Method.Customer != customer:
		return nil, invalid("payment_method", "", "The provided PaymentMethod does not belong to this Customer.")
	}
	pi := s.newIntent(amount, c.get("currency"), c.object("metadata"))
	pi.Customer = &customer
	if declined := s.hold(pi, saved.Card, testCards[saved.Card.Number].refusesAbsent(), holdAbsent); declined != nil {
		answer := *declined
		shown := s.shown(pi, false)
		answer.PaymentIntent = &shown
		return nil, &answer
	}
	pi.PaymentMethod = &method
	return s.shown(pi, c.expands("latest_charge")), nil
}

// intentAmount returns the amount, if Stripe takes it.
func intentAmount(c call) (int64, *apiError) {
	currency := c.get("currency")
	least, known := smallest[events.Currency(strings.ToUpper(currency))]
	if !known || currency != strings.ToLower(currency) {
		return 0, invalid("currency", "", "Invalid currency: "+currency)
	}
	amount, e := c.int("amount", 0)
	switch {
	case e != nil:
		return 0, e
	case amount < least:
		return 0, invalid("amount", "amount_too_small", "Amount must be at least "+strconv.FormatInt(least, 10)+" "+currency)
	case amount > largestAmount:
		return 0, invalid("amount", "amount_too_large", "Amount must be no more than "+strconv.Itoa(largestAmount))
	}
	return amount, nil
}

// listIntents answers newest first.
func (s *Simulator) listIntents(c call) (any, *apiError) {
	if e := c.only("customer", "created[gte]", "limit", "starting_after"); e != nil {
		return nil, e
	}
	since, e := c.int("created[gte]", 0)
	if e != nil {
		return nil, e
	}
	customer, withCharge := c.get("customer"), c.expands("data.latest_charge")
	var found []*intent
	for _, pi := range s.state.Intents {
		if pi.Created >= since && (customer == "" || pi.Customer != nil && *pi.Customer == customer) {
			shown := s.shown(pi, withCharge)
			found = append(found, &shown)
		}
	}
	slices.SortFunc(found, func(a, b *intent) int {
		return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(a.ID, b.ID))
	})
	return paged("/v1/payment_intents", c, found, func(pi *intent) string { return pi.ID })
}

// noSuch is an error about an object that a parameter names.
func noSuch(param, what, id string) *apiError {
	return &apiError{Type: "invalid_request_error", Code: "resource_missing", Param: param, Message: "No such " + what + ": '" + id + "'", invalid: true}
}
