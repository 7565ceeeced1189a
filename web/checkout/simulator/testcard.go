package simulator

// A testCard is one of those that work here, and how it behaves (https://docs.stripe.com/testing).
type testCard struct {
	Number string // in groups of four, as people read it
	Says   string
	brand  string

	decline string // why it does not pay; empty: it does
	saves   bool   // it can be put down although it does not pay
	asks    bool   // its bank asks its owner, when he is there
	absent  string // why it does not pay while its owner is away

	disputes string // why its owner disputes the payment afterwards; empty: he does not
	fair     bool   // his bank decides for who shows evidence
}

const (
	authenticate         = "authentication_required"
	authenticationFailed = "payment_intent_authentication_failure"
	setupFailed          = "setup_intent_authentication_failure"
	mustAsk              = "ask the bank" // no code of Stripe's: the page goes on to the bank's question
)

var cardList = []testCard{
	{Number: "4242 4242 4242 4242", Says: "pays", brand: "visa"},
	{Number: "5555 5555 5555 4444", Says: "pays, a Mastercard", brand: "mastercard"},
	{Number: "4000 0000 0000 0002", Says: "is declined", brand: "visa", decline: "generic_decline"},
	{Number: "4000 0000 0000 9995", Says: "lacks funds", brand: "visa", decline: "insufficient_funds"},
	{Number: "4000 0000 0000 0341", Says: "can be saved, and is declined when it is to pay", brand: "visa", decline: "generic_decline", saves: true},
	{Number: "4000 0000 0000 0259", Says: "pays, and is disputed an hour later; evidence wins", brand: "visa", disputes: "fraudulent", fair: true},
	{Number: "4000 0000 0000 2685", Says: "pays, and is disputed an hour later; the bank decides for its owner", brand: "visa", disputes: "product_not_received"},
	{Number: "4000 0025 0000 3155", Says: "asks for 3-D Secure", brand: "visa", asks: true},
	{Number: "4000 0027 6000 3184", Says: "asks for 3-D Secure each time, also once saved", brand: "visa", asks: true, absent: authenticate},
}

// testCards is the same by the plain number.
var testCards = func() map[string]*testCard {
	all := make(map[string]*testCard, len(cardList))
	for i := range cardList {
		all[plainNumber(cardList[i].Number)] = &cardList[i]
	}
	return all
}()

// refusesAbsent says why the card does not pay while its owner is away; empty: it does.
func (t *testCard) refusesAbsent() string {
	if t.decline != "" {
		return t.decline
	}
	return t.absent
}

// declinedWith is a card error with that decline code.
func declinedWith(code string) *apiError {
	e := &apiError{Type: "card_error", Code: "card_declined", DeclineCode: code, Message: "Your card was declined.", status: 402}
	switch code {
	case "insufficient_funds":
		e.Message = "Your card has insufficient funds."
	case authenticate:
		e.Code, e.Message = authenticate, "Your card was declined. This transaction requires authentication."
	case authenticationFailed, setupFailed:
		e.Code, e.DeclineCode, e.Message = code, "", "We are unable to authenticate your payment method."
	}
	return e
}

// details is what others may know of a card.
func (c card) details() cardDetails {
	return cardDetails{Brand: testCards[c.Number].brand, ExpMonth: c.Month, ExpYear: c.Year, Last4: c.Number[len(c.Number)-4:]}
}
