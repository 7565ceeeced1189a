// Package stripe is the cashier at Stripe: a Checkout Session that holds the amount (manual capture), the payment
// intent behind it that is captured or cancelled, and the webhook that says when to look.
//
// All calls go through a client of its own with a key of its own, never stripe-go's global one, so that the same code
// speaks to Stripe, to the simulator next door and to stripe-mock in tests. The API version is that of stripe-go
// (stripe.APIVersion); the webhook endpoint must be registered with it and for [EventTypes].
//
// Orders are named in Stripe's objects by client_reference_id and metadata: order, and attempt for the page.
package stripe
