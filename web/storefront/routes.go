package storefront

import (
	"net/http"

	"lightshare/web/view"
)

// A handler answers a request, or returns what is to be said instead: a refusal, notFound, or something that is our
// fault.
type handler func(w http.ResponseWriter, r *http.Request) error

type route struct {
	pattern string
	handle  handler
}

// routes is every path there is.
func (f *Front) routes() []route {
	return []route{
		{"GET /{$}", f.home},
		{"GET /browse", f.browse},
		{"GET /search", f.search},
		{"GET /suggest", f.suggest},
		{"GET /live", f.cardsLive},

		{"GET /lots/{lot}", f.lot},
		{"GET /lots/{lot}/live", f.lotLive},
		{"GET /lots/{lot}/record", f.record},
		{"GET /lots/{lot}/bid", f.reviewBid},
		{"POST /lots/{lot}/bid", f.reviewBid},
		{"POST /lots/{lot}/bid/confirm", f.placeBid},
		{"POST /lots/{lot}/buy", f.buy},
		{"GET /lots/{lot}/propose", f.reviewProposal},
		{"POST /lots/{lot}/propose", f.reviewProposal},
		{"POST /lots/{lot}/propose/confirm", f.propose},
		{"POST /lots/{lot}/propose/answer", f.answerProposal},
		{"GET /lots/{lot}/retract", f.askRetract},
		{"POST /lots/{lot}/retract", f.retract},
		{"POST /lots/{lot}/chance", f.answerChance},

		{"GET /card", f.card},
		{"POST /card", f.saveCard},
		{"GET /watching", f.watching},
		{"POST /watching", f.watch},
		{"GET /library", f.library},
		{"GET /bids", f.bids},
		{"GET /bids/live", f.bidsLive},
		{"GET /notices", f.notices},
		{"GET /notices/live", f.noticesLive},
		{"GET /orders", f.orders},
		{"GET /orders/{order}", f.order},
		{"GET /orders/{order}/live", f.orderLive},
		{"GET /orders/{order}/refund", f.reviewRefund},
		{"POST /orders/{order}/refund", f.askRefund},
		{"POST /orders/{order}/ticket", f.ticket},
		{"POST /orders/{order}/peer", f.peer},
		{"POST /orders/{order}/receipt", f.receipt},
		{"POST /orders/{order}/key", f.key},
		{"POST /orders/{order}/mismatch", f.mismatch},

		{"GET /account", f.account},
		{"POST /account/pair", f.newCode},
		{"GET /account/export", f.exportData},
		{"POST /account/sessions", f.endSession},
		{"GET /account/delete", f.reviewDeletion},
		{"POST /account/delete", f.deleteAccount},
		{"GET /sign-in", f.askAddress},
		{"POST /sign-in", f.mailLink},
		{"GET /sign-in/{token}", f.askSignIn},
		{"POST /sign-in/{token}", f.signIn},
		{"POST /sign-out", f.signOut},
		{"GET /dev/mail", f.devMail},

		{"POST /agents", f.enrol},
		{"POST /agents/pair", f.pair},
		{"POST /stripe/webhook", f.webhook},
		{"GET /healthz", f.healthz},
		{"GET /house-key", f.houseKey},
		{"GET /assets/", serve(view.Assets())},
		{"GET /client/", f.clientFile},
		{"/", func(http.ResponseWriter, *http.Request) error { return errNotFound }},
	}
}

// Handler serves the whole storefront.
func (f *Front) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, route := range f.routes() {
		mux.Handle(route.pattern, f.page(route.handle))
	}
	return f.guard(mux)
}

func (f *Front) page(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			f.fail(w, r, err)
		}
	})
}

func serve(h http.Handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}
