package events

import "time"

func init() {
	command[SetUpPayouts]()
	command[RecordSetup]()
	command[RecordAccount]()
	command[RecordEarnings]()
	command[RecordPayout]()
	command[RecordReversal]()
	command[SettlePayee]()
	command[AskPayee]()
	fact[SetupWanted]()
	fact[SetupOpened]()
	fact[AccountChanged]()
	fact[EarningsEntered]()
	fact[EarningsReleased]()
	fact[PayoutIntended]()
	fact[PayoutMade]()
	fact[PayoutRefused]()
	fact[ReversalIntended]()
	fact[ReversalMade]()
	fact[ReversalRefused]()
}

// SellerPayeeSubject is where a seller's agent asks about his own money. Payload: [Request] with [AskPayee] or
// [SetUpPayouts]; an [Answer] with a [Payee] comes back.
func SellerPayeeSubject(s SellerID) string { return "seller." + string(s) + ".payee." + string(s) }

// An Earning is what a fact of an order brought a seller, or took from him.
type Earning struct {
	Money Money     `json:"money"` // below zero for what was taken
	At    time.Time `json:"at"`    // of the sale's capture, UTC: the hold counts from then
}

// Commands to a payee, on the journal "payees". The subject is the [SellerID].

// SetUpPayouts wants a page on which the seller tells the provider where his money goes.
type SetUpPayouts struct{}

// RecordSetup tells the payee which account the provider has made for him, and where he completes it.
type RecordSetup struct {
	Number  int       `json:"number"`  // which wish it answers
	Account string    `json:"account"` // the provider's id
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"` // UTC
}

// RecordAccount tells the payee how the provider says that his account stands.
type RecordAccount struct {
	Account string `json:"account"`
	Ready   bool   `json:"ready"`           // money can be sent to it
	Needs   string `json:"needs,omitempty"` // the provider's word for what is missing
}

// RecordEarnings tells the payee what facts of orders brought him, those of one partition in their order. From is how
// far he knows them already, so that nothing counts twice whoever tells it.
type RecordEarnings struct {
	Partition int       `json:"partition"`
	From      uint64    `json:"from"` // the place in the partition of the newest fact that he knows
	Upto      uint64    `json:"upto"` // that of the newest one here
	Earnings  []Earning `json:"earnings"`
}

// RecordPayout tells the payee what became of a payout.
type RecordPayout struct {
	Number   int    `json:"number"`
	Transfer string `json:"transfer,omitempty"` // the provider's id; empty: refused
	Code     string `json:"code,omitempty"`     // why
}

// RecordReversal tells the payee what became of money that was to be fetched back.
type RecordReversal struct {
	Number   int    `json:"number"`
	Reversal string `json:"reversal,omitempty"` // the provider's id; empty: refused
	Code     string `json:"code,omitempty"`     // why
}

// SettlePayee fires when money becomes free, or can be sent. The journal sends it by itself.
type SettlePayee struct{}

// AskPayee changes nothing; the answer's view is what was asked for.
type AskPayee struct{}

func (SetUpPayouts) CommandKind() string   { return "set_up_payouts" }
func (RecordSetup) CommandKind() string    { return "record_setup" }
func (RecordAccount) CommandKind() string  { return "record_account" }
func (RecordEarnings) CommandKind() string { return "record_earnings" }
func (RecordPayout) CommandKind() string   { return "record_payout" }
func (RecordReversal) CommandKind() string { return "record_reversal" }
func (SettlePayee) CommandKind() string    { return "settle_payee" }
func (AskPayee) CommandKind() string       { return "ask_payee" }

// Question marks AskPayee as one.
func (AskPayee) Question() {}

// Facts of a payee, written by checkout in Seq order per payee to the journal "payees".

// SetupWanted says that the seller wants to say where his money goes; an account and a page are to be made.
type SetupWanted struct {
	Number int `json:"number"` // 1 is the first
}

// SetupOpened says where he does.
type SetupOpened struct {
	Account string    `json:"account"`
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"` // UTC
}

// AccountChanged says whether money can be sent to the seller's account.
type AccountChanged struct {
	Ready bool   `json:"ready"`
	Needs string `json:"needs,omitempty"`
}

// EarningsEntered says what facts of orders brought the seller.
type EarningsEntered struct {
	Partition int       `json:"partition"`
	Upto      uint64    `json:"upto"`
	Earnings  []Earning `json:"earnings"`
}

// EarningsReleased says that the hold of what was earned up to then is over.
type EarningsReleased struct {
	Money   Money     `json:"money"` // may be below zero
	Through time.Time `json:"through"`
}

// PayoutIntended says that an amount is to be sent to the seller.
type PayoutIntended struct {
	Number int   `json:"number"` // 1 is the seller's first
	Money  Money `json:"money"`
}

// PayoutMade says that it is on its way.
type PayoutMade struct {
	Number   int    `json:"number"`
	Money    Money  `json:"money"`
	Transfer string `json:"transfer"`
}

// PayoutRefused says that the provider does not send it. What was to be sent is the seller's as before.
type PayoutRefused struct {
	Number int    `json:"number"`
	Code   string `json:"code"`
}

// ReversalIntended says that an amount is to be fetched back of a payout, since a refund or a dispute took more than the
// seller had.
type ReversalIntended struct {
	Number   int    `json:"number"` // 1 is the seller's first
	Payout   int    `json:"payout"`
	Transfer string `json:"transfer"`
	Money    Money  `json:"money"`
}

// ReversalMade says that it came back.
type ReversalMade struct {
	Number   int    `json:"number"`
	Payout   int    `json:"payout"`
	Money    Money  `json:"money"`
	Reversal string `json:"reversal"`
}

// ReversalRefused says that the account does not have it. It is kept from what the seller earns next.
type ReversalRefused struct {
	Number int    `json:"number"`
	Code   string `json:"code"`
}

func (SetupWanted) FactKind() string      { return "setup_wanted" }
func (SetupOpened) FactKind() string      { return "setup_opened" }
func (AccountChanged) FactKind() string   { return "account_changed" }
func (EarningsEntered) FactKind() string  { return "earnings_entered" }
func (EarningsReleased) FactKind() string { return "earnings_released" }
func (PayoutIntended) FactKind() string   { return "payout_intended" }
func (PayoutMade) FactKind() string       { return "payout_made" }
func (PayoutRefused) FactKind() string    { return "payout_refused" }
func (ReversalIntended) FactKind() string { return "reversal_intended" }
func (ReversalMade) FactKind() string     { return "reversal_made" }
func (ReversalRefused) FactKind() string  { return "reversal_refused" }

// A Payee is how a seller stands with his money, in words.
type Payee struct {
	Account  string        `json:"account,omitempty"`
	Ready    bool          `json:"ready"`
	Status   string        `json:"status"` // in words, with the next step
	SetUp    string        `json:"set_up,omitempty"`
	Purses   []Purse       `json:"purses"`
	Payouts  []Payout      `json:"payouts"` // the newest, newest first
	Upto     []uint64      `json:"upto,omitempty"`
	Setups   int           `json:"setups"`
	HoldTime time.Duration `json:"hold_time"`
}

// A Purse is a seller's money in one currency.
type Purse struct {
	Held    Money     `json:"held"`             // earned, and not free yet
	Next    time.Time `json:"next,omitzero"`    // when the next of it becomes free, UTC
	Free    Money     `json:"free"`             // below zero: he owes it
	Sending Money     `json:"sending,omitzero"` // on its way, not confirmed
	Sent    Money     `json:"sent"`             // in all, less what was fetched back
}

// A Payout is money that was sent to a seller.
type Payout struct {
	Number int       `json:"number"`
	At     time.Time `json:"at"` // UTC
	Money  Money     `json:"money"`
	Back   Money     `json:"back,omitzero"` // fetched back of it
	State  string    `json:"state"`         // intended, made, refused
}
