package storefront

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/view/words"
)

var (
	errNotFound  = errors.New("not found")
	errForbidden = errors.New("forbidden")
	errProvider  = errors.New("payment provider")
)

// panicked is a fault of the program.
type panicked struct{ fault any }

func (p panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.fault, debug.Stack()) }

// statuses says each refusal in HTTP. Those not named are 409.
var statuses = map[events.Refusal]int{
	events.Closed:      http.StatusGone,
	events.BadAmount:   http.StatusUnprocessableEntity,
	events.Malformed:   http.StatusBadRequest,
	events.BadCurrency: http.StatusUnprocessableEntity,
	events.NoSuchLot:   http.StatusNotFound,
	events.NoSuchOrder: http.StatusNotFound,
	events.NoTicket:    http.StatusForbidden,
	events.NoReceipt:   http.StatusUnprocessableEntity,
	events.NoProof:     http.StatusUnprocessableEntity,
	events.NoKey:       http.StatusServiceUnavailable,
	events.Unavailable: http.StatusServiceUnavailable,
	events.RateLimited: http.StatusTooManyRequests,
}

func statusOf(r events.Refusal) int {
	if status, ok := statuses[r]; ok {
		return status
	}
	return http.StatusConflict
}

// problem is what a visitor is told instead of the page.
type problem struct {
	Status  int            `json:"-"`
	Heading string         `json:"-"`
	Text    string         `json:"error"`
	Refusal events.Refusal `json:"refusal,omitempty"`
	ID      string         `json:"id,omitempty"` // finds the log line of what is our fault
}

// fail answers with what went wrong: a refusal in words, or an id under which the log has the rest.
func (f *Front) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the visitor has gone
	}
	p := f.problemOf(r, err)
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "2")
	}
	if wantsJSON(r) {
		writeJSON(w, p.Status, p)
		return
	}
	f.render(w, r, p.Status, problemPage(f.frame(r, p.Heading), p))
}

func (f *Front) problemOf(r *http.Request, err error) problem {
	var tooLong *http.MaxBytesError
	refusal, refused := events.AsRefusal(err)
	switch {
	case errors.Is(err, errNotFound):
		return problem{Status: http.StatusNotFound, Heading: say(r.Context(), "Nothing here"), Text: say(r.Context(), "There is no such page. What was offered here may be gone, or the address was cut short.")}
	case errors.Is(err, errForbidden):
		return problem{Status: http.StatusForbidden, Heading: say(r.Context(), "Not allowed"), Text: say(r.Context(), "This request did not come from one of our own pages, or it concerns somebody else’s order. Open the page here and try again.")}
	case errors.As(err, &tooLong):
		return problem{Status: http.StatusRequestEntityTooLarge, Heading: say(r.Context(), "Too long"), Text: say(r.Context(), "The request was longer than anything our pages send.")}
	case errors.Is(err, checkout.ErrSellerAway):
		return problem{Status: http.StatusServiceUnavailable, Heading: say(r.Context(), "The seller is away"), Text: say(r.Context(), "The seller’s computer is not connected right now. The download starts when it is back."), Refusal: events.Unavailable}
	case errors.Is(err, errProvider) && !refused:
		f.Log.WarnContext(r.Context(), "payment provider did not answer", "route", r.Pattern, "error", err)
		return problem{Status: http.StatusServiceUnavailable, Heading: say(r.Context(), "The payment provider does not answer"), Text: say(r.Context(), "Nothing was changed, and a bid you were about to make is not lost: load this page again in a moment."), Refusal: events.Unavailable}
	case refused:
		return problem{Status: statusOf(refusal), Heading: say(r.Context(), "That did not work"), Text: words.Of(r.Context()).Heard(refusal.Words()), Refusal: refusal}
	}
	p := problem{Status: http.StatusInternalServerError, Heading: say(r.Context(), "Our fault"), Text: say(r.Context(), "Something went wrong on our side. Nothing was changed by it; please try again."), ID: events.NewID()[:10]}
	f.Log.ErrorContext(r.Context(), "request failed", "id", p.ID, "method", r.Method, "route", r.Pattern, "error", err)
	return p
}

// wantsJSON reports whether the request comes from a program and not from somebody who reads pages.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") || strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}
