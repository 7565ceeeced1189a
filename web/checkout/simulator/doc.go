// Package simulator is the part of Stripe that Lightshare uses, for a market without a Stripe account: the same client
// speaks to it, the buyer pays on its hosted page, and its signed webhooks come back.
//
// It has a state and is honest about it: an amount is held only by a card that pays, a hold lapses at the card's
// deadline on the market's own (movable) clock, a page expires, a capture happens once, an idempotency key replays its
// first answer and refuses other parameters, and webhooks are sent until they are heard. Parameters that Stripe does not
// know are refused, and so are amounts that it does not take.
//
// What it knows:
//
//	POST /v1/checkout/sessions               mode payment, one line, manual capture; mode setup, a card for later
//	GET  /v1/checkout/sessions[/{id}]        expand payment_intent.latest_charge, setup_intent.payment_method
//	POST /v1/checkout/sessions/{id}/expire
//	POST /v1/payment_intents                 off-session on a saved card, confirmed at once, manual capture
//	GET  /v1/payment_intents[/{id}]          customer, created[gte]; expand latest_charge
//	POST /v1/payment_intents/{id}/capture    whole or in part
//	POST /v1/payment_intents/{id}/cancel
//	POST /v1/refunds                         of a payment intent, whole or in parts
//	POST /v1/accounts                        Express, to send money to
//	GET  /v1/accounts/{id}
//	POST /v1/account_links                   a page to complete one
//	POST /v1/transfers                       at most the balance
//	GET  /v1/transfers                       destination, created[gte]
//	POST /v1/transfers/{id}/reversals        at most what was sent
//	GET  /v1/transfers/{id}/reversals
//	GET  /v1/disputes                        payment_intent
//	POST /v1/disputes/{id}                   evidence, submitted once
//	GET  /v1/balance_transactions            created[gte]; expand data.source
//	GET  /v1/events                          created[gte], types[]
//	GET, POST /pay/{session}                 the payment page, or that for a card
//	POST /pay/{session}/bank                 the answer to the bank's question (3-D Secure)
//	GET, POST /onboard/{link}                the page to complete an account
//
// The test cards of testcard.go pay, are declined, or have their bank ask. State is kept in one file in a folder, so that
// orders in flight survive a restart, or in memory only.
package simulator
