package simulator

import (
	"cmp"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
)

const linkLife = 10 * time.Minute // of an onboarding page, as Stripe's

// account is Stripe's object of that name: a seller who can be sent money.
type account struct {
	ID               string            `json:"id"`
	Object           string            `json:"object"`
	Capabilities     map[string]string `json:"capabilities"`
	ChargesEnabled   bool              `json:"charges_enabled"`
	Created          int64             `json:"created"`
	DetailsSubmitted bool              `json:"details_submitted"`
	Metadata         map[string]string `json:"metadata"`
	PayoutsEnabled   bool              `json:"payouts_enabled"`
	Requirements     requirements      `json:"requirements"`
	Type             string            `json:"type"`
}

type requirements struct {
	CurrentlyDue   []string `json:"currently_due"`
	DisabledReason *string  `json:"disabled_reason"`
}

// accountLink is a page on which somebody completes his account.
type accountLink struct {
	Object    string `json:"object"`
	Created   int64  `json:"created"`
	ExpiresAt int64  `json:"expires_at"`
	URL       string `json:"url"`
}

// onboarding is what an account link leads to.
type onboarding struct {
	Account string `json:"account"`
	Back    string `json:"back"`
	Until   int64  `json:"until"`
}

func (s *Simulator) createAccount(c call) (any, *apiError) {
	if e := c.only("type", "capabilities[transfers][requested]", "metadata[*]", "country"); e != nil {
		return nil, e
	}
	if c.get("type") != "express" || c.get("capabilities[transfers][requested]") != "true" {
		return nil, invalid("type", "", "Only Express accounts that want transfers are simulated")
	}
	a := &account{
		ID: newID("acct_"), Object: "account", Capabilities: map[string]string{"transfers": "inactive"}, Created: s.now().Unix(),
		Metadata: c.object("metadata"), Requirements: requirements{CurrentlyDue: []string{"external_account", "individual.first_name", "tos_acceptance.date"}}, Type: "express",
	}
	s.state.Accounts[a.ID] = a
	return *a, nil
}

func (s *Simulator) getAccount(c call) (any, *apiError) {
	a := s.state.Accounts[c.id]
	if a == nil {
		return nil, missing("account", c.id)
	}
	return *a, nil
}

func (s *Simulator) createAccountLink(c call) (any, *apiError) {
	if e := c.only("account", "type", "refresh_url", "return_url"); e != nil {
		return nil, e
	}
	switch {
	case s.state.Accounts[c.get("account")] == nil:
		return nil, noSuch("account", "account", c.get("account"))
	case c.get("type") != "account_onboarding":
		return nil, invalid("type", "", "Invalid type: must be account_onboarding")
	case !absolute(c.get("return_url")) || !absolute(c.get("refresh_url")):
		return nil, invalid("return_url", "url_invalid", "Not a valid URL")
	}
	now, id := s.now(), newID("")
	until := now.Add(linkLife).Unix()
	s.state.Onboardings[id] = &onboarding{c.get("account"), c.get("return_url"), until}
	return accountLink{Object: "account_link", Created: now.Unix(), ExpiresAt: until, URL: s.BaseURL + "/onboard/" + id}, nil
}

//go:embed onboard.html
var onboardSource string

var onboardTemplate = template.Must(template.New("onboard").Parse(onboardSource))

// onboardPage is what the onboarding page shows, already worded.
type onboardPage struct {
	Here, Back, Ended string
	Name              string
	Wrong             string
}

func (s *Simulator) onboardPages() {
	s.mux.HandleFunc("GET /onboard/{link}", s.showOnboarding)
	s.mux.HandleFunc("POST /onboard/{link}", s.onboard)
}

// link returns a copy of an onboarding with its page, or answers that there is none.
func (s *Simulator) link(w http.ResponseWriter, r *http.Request) (onboarding, onboardPage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.state.Onboardings[r.PathValue("link")]
	if o == nil {
		http.Error(w, "There is no such page.", http.StatusNotFound)
		return onboarding{}, onboardPage{}, false
	}
	p := onboardPage{Here: "/onboard/" + r.PathValue("link"), Back: o.Back}
	if s.now().Unix() > o.Until {
		p.Ended = "This page is too old. Ask for another one."
	}
	return *o, p, true
}

func (s *Simulator) showOnboarding(w http.ResponseWriter, r *http.Request) {
	if o, p, ok := s.link(w, r); ok {
		s.drawOnboarding(w, o, p, http.StatusOK)
	}
}

// onboard takes a name and an account number, of which it keeps nothing, and opens the account for transfers.
func (s *Simulator) onboard(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	o, p, ok := s.link(w, r)
	if !ok {
		return
	}
	p.Name = strings.TrimSpace(r.FormValue("name"))
	switch {
	case p.Ended != "":
		s.drawOnboarding(w, o, p, http.StatusGone)
		return
	case p.Name == "" || plainNumber(r.FormValue("iban")) == "":
		p.Wrong = "Enter a name and a test account number."
		s.drawOnboarding(w, o, p, http.StatusUnprocessableEntity)
		return
	}
	s.mu.Lock()
	a := s.state.Accounts[o.Account]
	a.DetailsSubmitted, a.PayoutsEnabled, a.Capabilities["transfers"] = true, true, "active"
	a.Requirements.CurrentlyDue = []string{}
	s.happened("account.updated", *a)
	if err := s.save(); err != nil {
		s.Log.Error("state not saved", "error", err)
	}
	s.mu.Unlock()
	http.Redirect(w, r, o.Back, http.StatusSeeOther)
}

func (s *Simulator) drawOnboarding(w http.ResponseWriter, o onboarding, p onboardPage, status int) {
	guard(w, o.Back, status)
	if err := onboardTemplate.Execute(w, p); err != nil {
		s.Log.Debug("onboarding page not sent", "error", err)
	}
}

// transfer is Stripe's object of that name: money sent to an account.
type transfer struct {
	ID             string            `json:"id"`
	Object         string            `json:"object"`
	Amount         int64             `json:"amount"`
	AmountReversed int64             `json:"amount_reversed"`
	Created        int64             `json:"created"`
	Currency       string            `json:"currency"`
	Destination    string            `json:"destination"`
	Livemode       bool              `json:"livemode"`
	Metadata       map[string]string `json:"metadata"`
	Reversals      list              `json:"reversals"`
	Reversed       bool              `json:"reversed"`
}

type reversal struct {
	ID       string            `json:"id"`
	Object   string            `json:"object"`
	Amount   int64             `json:"amount"`
	Created  int64             `json:"created"`
	Currency string            `json:"currency"`
	Metadata map[string]string `json:"metadata"`
	Transfer string            `json:"transfer"`
}

// balance is what the market has at the provider, less fees.
func (s *Simulator) balance(currency string) (sum int64) {
	for _, bt := range s.state.Balance {
		if bt.Currency == currency {
			sum += bt.Net
		}
	}
	return sum
}

// createTransfer sends what is there, to an account that takes it.
func (s *Simulator) createTransfer(c call) (any, *apiError) {
	if e := c.only("amount", "currency", "destination", "metadata[*]"); e != nil {
		return nil, e
	}
	amount, e := c.int("amount", 0)
	a, currency := s.state.Accounts[c.get("destination")], c.get("currency")
	switch {
	case e != nil:
		return nil, e
	case a == nil:
		return nil, noSuch("destination", "destination", c.get("destination"))
	case a.Capabilities["transfers"] != "active":
		return nil, &apiError{Type: "invalid_request_error", Code: "insufficient_capabilities_for_transfer", Message: "Your destination account needs to have at least one of the following capabilities enabled: transfers"}
	case amount < 1:
		return nil, invalid("amount", "parameter_invalid_integer", "This value must be greater than or equal to 1.")
	case amount > s.balance(currency):
		return nil, &apiError{Type: "invalid_request_error", Code: "balance_insufficient", Message: "You have insufficient available funds in your Stripe account."}
	}
	t := &transfer{
		ID: newID("tr_"), Object: "transfer", Amount: amount, Created: s.now().Unix(), Currency: currency, Destination: a.ID, Metadata: c.object("metadata"),
		Reversals: list{Object: "list", Data: []any{}, URL: "/v1/transfers/reversals"},
	}
	s.state.Transfers[t.ID] = t
	s.balanceMoved("transfer", t.ID, -amount, currency)
	return *t, nil
}

// listTransfers answers newest first.
func (s *Simulator) listTransfers(c call) (any, *apiError) {
	if e := c.only("destination", "created[gte]", "limit", "starting_after"); e != nil {
		return nil, e
	}
	since, e := c.int("created[gte]", 0)
	if e != nil {
		return nil, e
	}
	var found []*transfer
	for _, t := range s.state.Transfers {
		if t.Created >= since && (c.get("destination") == "" || c.get("destination") == t.Destination) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b *transfer) int { return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(a.ID, b.ID)) })
	return paged("/v1/transfers", c, found, func(t *transfer) string { return t.ID })
}

// createReversal fetches back at most what was sent.
func (s *Simulator) createReversal(c call) (any, *apiError) {
	if e := c.only("amount", "metadata[*]"); e != nil {
		return nil, e
	}
	t := s.state.Transfers[c.id]
	if t == nil {
		return nil, missing("transfer", c.id)
	}
	left := t.Amount - t.AmountReversed
	amount, e := c.int("amount", left)
	switch {
	case e != nil:
		return nil, e
	case amount < 1 || amount > left:
		return nil, invalid("amount", "amount_too_large", "The reversal is larger than what is left of the transfer.")
	case s.Faults.emptyAccounts():
		return nil, &apiError{Type: "invalid_request_error", Code: "balance_insufficient", Message: "The connected account has insufficient available balance."}
	}
	t.AmountReversed += amount
	t.Reversed = t.AmountReversed == t.Amount
	r := &reversal{ID: newID("trr_"), Object: "transfer_reversal", Amount: amount, Created: s.now().Unix(), Currency: t.Currency, Metadata: c.object("metadata"), Transfer: t.ID}
	s.state.Reversals[r.ID] = r
	s.balanceMoved("transfer_reversal", r.ID, amount, t.Currency)
	return *r, nil
}

func (s *Simulator) listReversals(c call) (any, *apiError) {
	if e := c.only("limit", "starting_after"); e != nil {
		return nil, e
	}
	var found []*reversal
	for _, r := range s.state.Reversals {
		if r.Transfer == c.id {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *reversal) int { return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(a.ID, b.ID)) })
	return paged("/v1/transfers/"+c.id+"/reversals", c, found, func(r *reversal) string { return r.ID })
}
