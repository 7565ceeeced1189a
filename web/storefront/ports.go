package storefront

import (
	"context"
	"net/http"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/web/checkout"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/mail"
)

// A Desk takes orders through payment and delivery. Errors wrap an [events.Refusal] where the buyer can do something.
type Desk interface {
	// Start begins a purchase and returns its order, at once; the payment page follows. The same id begins nothing new.
	Start(ctx context.Context, id events.CommandID, buyer events.UserID, kind events.OrderKind, offer events.Offer, deal checkout.Deal) (events.OrderID, error)
	// SaveCard opens a page at the payment provider where the user saves a card; it leads back to a path of ours.
	SaveCard(ctx context.Context, user events.UserID, back string) (checkout.CardView, error)
	// Card returns how the user stands with his saved card.
	Card(ctx context.Context, user events.UserID) (checkout.CardView, error)
	// Order returns how the order stands, or [events.NoSuchOrder].
	Order(ctx context.Context, order events.OrderID) (checkout.View, error)
	// Await returns the order as soon as ready says so, or as it then is with ctx's error.
	Await(ctx context.Context, order events.OrderID, ready func(checkout.View) bool) (checkout.View, error)
	// OrdersOf returns the buyer's orders, newest first.
	OrdersOf(buyer events.UserID) []checkout.View
	// Ticket binds the client's session key, an Ed25519 public key, to the order and says where the file is fetched. The
	// error wraps [checkout.ErrSellerAway] while the seller's agent does not answer.
	Ticket(ctx context.Context, order events.OrderID, clientKey []byte) (checkout.Grant, error)
	// Connect brings the WebRTC offer of the client that has the ticket to the seller's agent, and returns the answer. The
	// error wraps [checkout.ErrSellerAway], [events.NoTicket] or [events.Malformed].
	Connect(ctx context.Context, order events.OrderID, ticket, sdp string) (string, error)
	// Deliver hands in the client's receipt for the whole sealed file.
	Deliver(ctx context.Context, order events.OrderID, receipt []byte) error
	// Key returns the key to what was sold. It may wait a moment for the capture; the error wraps [events.KeyHeld] while
	// that is not done.
	Key(ctx context.Context, order events.OrderID) (checkout.Opening, error)
	// Mismatch takes a proof that what was sold does not open to what was offered, or returns [events.NoProof].
	Mismatch(ctx context.Context, order events.OrderID, p sealed.Proof) error
	// AskRefund asks the seller for money back. More than is left is [events.BadAmount].
	AskRefund(ctx context.Context, id events.CommandID, order events.OrderID, ask events.AskRefund) error
	// Link returns the secret that stands for the order's buyer outside of a browser.
	Link(order events.OrderID) string
	// CheckLink reports whether the secret is the order's.
	CheckLink(order events.OrderID, secret string) bool
	// Webhook takes the payment provider's events.
	Webhook() http.Handler
}

// Presence knows which sellers' agents are connected.
type Presence = catalogue.Presence

// An Enroller gives sellers' agents their credentials.
type Enroller interface {
	// Enrol checks the proof in e; one that does not hold is [events.Malformed].
	Enrol(ctx context.Context, e events.Enrolment) (events.Credentials, error)
}

// A Mailer sends letters.
type Mailer interface {
	Send(context.Context, mail.Letter) error
}
