package simulator

import "time"

// savedCard is a payment method with what only the card's bank knows.
type savedCard struct {
	Method paymentMethod `json:"method"`
	Card   card          `json:"card"`
}

// createSetup makes a page on which a card is put down for later.
func (s *Simulator) createSetup(c call) (any, *apiError) {
	e := c.only("mode", "payment_method_types[]", "client_reference_id", "expires_at", "success_url", "cancel_url", "metadata[*]",
		"customer", "customer_creation", "setup_intent_data[metadata][*]")
	if e != nil {
		return nil, e
	}
	now := s.now()
	expires, e := sessionEnd(c, now)
	if e != nil {
		return nil, e
	}
	customer := c.get("customer")
	switch {
	case !absolute(c.get("success_url")) || !absolute(c.get("cancel_url")):
		return nil, invalid("success_url", "url_invalid", "Not a valid URL")
	case customer != "" && c.get("customer_creation") != "":
		return nil, invalid("customer_creation", "", "You may only specify one of these parameters: customer, customer_creation.")
	case customer == "" && c.get("customer_creation") != "always":
		return nil, invalid("customer_creation", "", "Only cards of customers are simulated")
	case customer != "" && !s.state.Customers[customer]:
		return nil, noSuch("customer", "customer", customer)
	}
	si := &setupIntent{
		ID: newID("seti_"), Object: "setup_intent", Created: now.Unix(), Metadata: c.object("setup_intent_data[metadata]"),
		PaymentMethodTypes: []string{"card"}, Status: "requires_payment_method", Usage: "off_session",
	}
	id := newID("cs_test_")
	page := s.BaseURL + "/pay/" + id
	sess := &session{
		ID: id, Object: "checkout.session", CancelURL: c.get("cancel_url"), SuccessURL: c.get("success_url"), Created: now.Unix(),
		ExpiresAt: expires, CustomFields: []any{}, ShippingOptions: []any{}, Metadata: c.object("metadata"), Mode: "setup",
		PaymentMethodTypes: []string{"card"}, PaymentStatus: "no_payment_required", SetupIntent: si.ID, Status: "open", URL: &page,
	}
	if ref := c.get("client_reference_id"); ref != "" {
		sess.ClientReferenceID = &ref
	}
	if customer != "" {
		sess.Customer, si.Customer = &customer, &customer
	}
	s.state.Sessions[id], s.state.Setups[si.ID] = sess, si
	s.expect(time.Unix(expires, 0), id)
	return *sess, nil
}

// use puts a card on the session: to pay with it now, or to keep it.
func (s *Simulator) use(sess *session, c card, confirmed bool) *apiError {
	if sess.Mode == "setup" {
		return s.put(sess, c, confirmed)
	}
	return s.try(sess, c, confirmed)
}

// put keeps a card for its owner, who becomes a customer if he is none.
func (s *Simulator) put(sess *session, c card, confirmed bool) *apiError {
	si, kind := s.setupOf(sess), testCards[c.Number]
	if kind.asks && !confirmed {
		si.Status = "requires_action"
		return s.ask(sess, c)
	}
	if kind.decline != "" && !kind.saves {
		si.Status, si.LastSetupError = "requires_payment_method", declinedWith(kind.decline)
		return si.LastSetupError
	}
	if sess.Customer == nil {
		customer := newID("cus_")
		sess.Customer, si.Customer, s.state.Customers[customer] = &customer, &customer, true
	}
	method := paymentMethod{
		ID: newID("pm_"), Object: "payment_method", Card: c.details(), Created: s.now().Unix(), Customer: sess.Customer, Type: "card",
	}
	s.state.Methods[method.ID] = &savedCard{method, c}
	si.Status, si.PaymentMethod, si.LastSetupError = "succeeded", method.ID, nil
	s.complete(sess)
	return nil
}

func (s *Simulator) setupOf(sess *session) *setupIntent {
	id, _ := sess.SetupIntent.(string)
	return s.state.Setups[id]
}

// shownSetup returns the setup intent with its payment method.
func (s *Simulator) shownSetup(si *setupIntent) setupIntent {
	shown := *si
	id, _ := si.PaymentMethod.(string)
	if saved := s.state.Methods[id]; saved != nil {
		shown.PaymentMethod = saved.Method
	}
	return shown
}

// ask has the card's bank ask its owner on the page.
func (s *Simulator) ask(sess *session, c card) *apiError {
	s.state.Asked[sess.ID] = c
	return &apiError{Code: mustAsk}
}

// answered goes on with what the card's owner told his bank.
func (s *Simulator) answered(sess *session, confirmed bool) *apiError {
	c, asked := s.state.Asked[sess.ID]
	delete(s.state.Asked, sess.ID)
	switch {
	case !asked:
		return &apiError{Code: mustAsk} // back to the page, which shows how it stands
	case confirmed:
		return s.use(sess, c, true)
	case sess.Mode == "setup":
		si := s.setupOf(sess)
		si.Status, si.LastSetupError = "requires_payment_method", declinedWith(setupFailed)
		return si.LastSetupError
	}
	return s.failed(s.intentOf(sess), declinedWith(authenticationFailed))
}
