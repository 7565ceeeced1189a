// Package payee keeps what sellers are owed, and sends it to them.
//
// # Rules
//
// What the facts of orders bring a seller, and take from him, is entered in their order, each once ([events.RecordEarnings]).
// A sale's money is held for seven days from its capture; then it is free, and all that is free in a currency is sent as
// one payout, to an account of the seller's own at the provider, if there is one that takes it. What was sold before the
// seller has set up such an account is kept for him, and he is told. One payout of a currency is under way at a time, and
// none is more than what is free; so no more is ever sent than was earned and held long enough.
//
// A refund or a lost dispute is taken from what is held of the same sale, and else from what is free, which may go below
// zero. Nothing is sent then. What the next sales do not make up for is fetched back from the newest payouts, at most what
// each of them was; if the account has not got it, that is tried again a week later.
//
// # Doing
//
// As with orders: facts intend, [Payee.Wants] says what is not answered yet, and each call to the provider has a key that
// follows from the facts. After ten minutes the outcome is looked up before the next key is taken.
//
// # Kept where
//
// Facts lie in the journal "payees", with the seller's id as subject. Nothing else is kept. The books (package ledger) take
// the same facts.
package payee
