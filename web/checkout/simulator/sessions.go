package simulator

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"lightshare/events"
)

// Stripe's limits of a session.
const (
	shortestSession = 30 * time.Minute
	longestSession  = 24 * time.Hour
	largestAmount   = 99_999_999 // minor units
)

// smallest is what Stripe charges at least, in minor units (its page on minimum amounts, which names none for KRW).
var smallest = map[events.Currency]int64{events.USD: 50, events.EUR: 50, events.GBP: 30, events.JPY: 50, events.KRW: 1}

const line = "line_items[0]"

// createSession makes a page for one line at a price given with the request.
func (s *Simulator) createSession(c call) (any, *apiError) {
	if c.get("mode") == "setup" {
		return s.createSetup(c)
	}
	e := c.only("mode", "payment_method_types[]", "client_reference_id", "expires_at", "success_url", "cancel_url", "metadata[*]",
		"line_items[][quantity]", "line_items[][price_data][currency]", "line_items[][price_data][unit_amount]",
		"line_items[][price_data][product_data][name]", "payment_intent_data[capture_method]", "payment_intent_data[metadata][*]")
	if e != nil {
		return nil, e
	}
	now := s.now()
	amount, e := lineAmount(c)
	if e != nil {
		return nil, e
	}
	expires, e := sessionEnd(c, now)
	if e != nil {
		return nil, e
	}
	switch {
	case c.get("mode") != "payment":
		return nil, invalid("mode", "", "Invalid mode: must be payment")
	case c.get("payment_intent_data[capture_method]") != "manual":
		return nil, invalid("payment_intent_data[capture_method]", "", "Only manual capture is simulated")
	case !absolute(c.get("success_url")) || !absolute(c.get("cancel_url")):
		return nil, invalid("success_url", "url_invalid", "Not a valid URL")
	case c.get(line+"[price_data][product_data][name]") == "":
		return nil, invalid(line+"[price_data][product_data][name]", "parameter_missing", "Missing required param: name.")
	}
	id, currency := newID("cs_test_"), c.get(line+"[price_data][currency]")
	page := s.BaseURL + "/pay/" + id
	sess := &session{
		ID: id, Object: "checkout.session", AmountSubtotal: &amount, AmountTotal: &amount,
		CancelURL: c.get("cancel_url"), SuccessURL: c.get("success_url"), Created: now.Unix(), ExpiresAt: expires,
		Currency: &currency, CustomFields: []any{}, ShippingOptions: []any{},
		Metadata: c.object("metadata"), Mode: "payment", PaymentMethodTypes: []string{"card"},
		PaymentStatus: "unpaid", Status: "open", URL: &page,
	}
	if ref := c.get("client_reference_id"); ref != "" {
		sess.ClientReferenceID = &ref
	}
	s.state.Sessions[id] = sess
	s.state.Names[id] = c.get(line + "[price_data][product_data][name]")
	s.state.Promises[id] = promise{Metadata: c.object("payment_intent_data[metadata]")}
	s.expect(time.Unix(expires, 0), id)
	return *sess, nil
}

// lineAmount returns what the line costs, if Stripe takes that amount.
func lineAmount(c call) (int64, *apiError) {
	currency := c.get(line + "[price_data][currency]")
	least, known := smallest[events.Currency(strings.ToUpper(currency))]
	if !known || currency != strings.ToLower(currency) {
		return 0, invalid(line+"[price_data][currency]", "", "Invalid currency: "+currency)
	}
	amount, e := c.int(line+"[price_data][unit_amount]", 0)
	if e != nil {
		return 0, e
	}
	quantity, e := c.int(line+"[quantity]", 0)
	switch {
	case e != nil:
		return 0, e
	case quantity != 1:
		return 0, invalid(line+"[quantity]", "", "Only a quantity of 1 is simulated")
	case amount < least:
		return 0, invalid("", "amount_too_small", "The Checkout Session's total amount due must add up to at least "+strconv.FormatInt(least, 10)+" "+currency)
	case amount > largestAmount:
		return 0, invalid("", "amount_too_large", "Amount must be no more than "+strconv.Itoa(largestAmount))
	}
	return amount, nil
}

func sessionEnd(c call, now time.Time) (int64, *apiError) {
	expires, e := c.int("expires_at", now.Add(longestSession).Unix())
	switch at := time.Unix(expires, 0); {
	case e != nil:
		return 0, e
	case at.Before(now.Add(shortestSession).Truncate(time.Second)):
		return 0, invalid("expires_at", "", "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.")
	case at.After(now.Add(longestSession)):
		return 0, invalid("expires_at", "", "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.")
	}
	return expires, nil
}

func absolute(u string) bool {
	parsed, err := url.Parse(u)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != ""
}

func (s *Simulator) getSession(c call) (any, *apiError) {
	sess := s.state.Sessions[c.id]
	if sess == nil {
		return nil, missing("checkout.session", c.id)
	}
	shown := *sess
	id, _ := sess.PaymentIntent.(string)
	if pi := s.state.Intents[id]; pi != nil && (c.expands("payment_intent") || c.expands("payment_intent.latest_charge")) {
		shown.PaymentIntent = s.shown(pi, c.expands("payment_intent.latest_charge"))
	}
	id, _ = sess.SetupIntent.(string)
	if si := s.state.Setups[id]; si != nil && c.expands("setup_intent.payment_method") {
		shown.SetupIntent = s.shownSetup(si)
	}
	return shown, nil
}

// listSessions answers newest first, everything at once.
func (s *Simulator) listSessions(c call) (any, *apiError) {
	if e := c.only("created[gte]", "limit", "starting_after"); e != nil {
		return nil, e
	}
	since, e := c.int("created[gte]", 0)
	if e != nil {
		return nil, e
	}
	var found []*session
	for _, sess := range s.state.Sessions {
		if sess.Created >= since {
			found = append(found, sess)
		}
	}
	slices.SortFunc(found, func(a, b *session) int {
		if a.Created != b.Created {
			return int(b.Created - a.Created)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return paged("/v1/checkout/sessions", c, found, func(s *session) string { return s.ID })
}

func (s *Simulator) expireSession(c call) (any, *apiError) {
	if e := c.only(); e != nil {
		return nil, e
	}
	sess := s.state.Sessions[c.id]
	switch {
	case sess == nil:
		return nil, missing("checkout.session", c.id)
	case sess.Status != "open":
		return nil, &apiError{Type: "invalid_request_error", Message: "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `" + sess.Status + "`."}
	}
	s.expire(sess)
	return *sess, nil
}

// paged cuts a list as Stripe does: limit objects after the one named by starting_after.
func paged[T any](at string, c call, all []*T, id func(*T) string) (any, *apiError) {
	limit, e := c.int("limit", 10)
	if e != nil || limit < 1 || limit > 100 {
		return nil, invalid("limit", "parameter_invalid_integer", "Limit must be between 1 and 100")
	}
	if after := c.get("starting_after"); after != "" {
		i := slices.IndexFunc(all, func(t *T) bool { return id(t) == after })
		if i < 0 {
			return nil, missing("object", after)
		}
		all = all[i+1:]
	}
	l := list{Object: "list", Data: []any{}, URL: at, HasMore: int64(len(all)) > limit}
	for _, t := range all[:min(int64(len(all)), limit)] {
		l.Data = append(l.Data, *t)
	}
	return l, nil
}
