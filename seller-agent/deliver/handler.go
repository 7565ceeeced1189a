package deliver

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/seller-agent/uplink"
)

// A Shelf has the files that are for sale.
type Shelf interface {
	// Open opens the file of a listing, which is as listed. Errors wrap [events.NoSuchLot], or [events.NotForSale] when
	// the file is not there as listed any more.
	Open(events.ListingID) (*os.File, events.Listing, error)
	// Listed returns the listing as it is now, or an error that wraps [events.NoSuchLot].
	Listed(events.ListingID) (events.Listing, error)
	// Leaves returns the leaves of the tree with the given root, plain or sealed, in order and in parts.
	Leaves(ctx context.Context, root string) iter.Seq2[[]byte, error]
	// Tags returns the tags of the records that were sealed to what has the given root, in order and in parts.
	Tags(ctx context.Context, sealedRoot string) iter.Seq2[[]byte, error]
	// Key returns the key to what has the given sealed root, or an error that wraps [events.NotForSale].
	Key(ctx context.Context, sealedRoot string) (sealed.Key, error)
}

// A Market is whose tickets are honoured and whose pages may ask.
type Market struct {
	TicketKey ed25519.PublicKey
	Origins   []string
}

// A Handler delivers the files of one agent. Safe for concurrent use.
type Handler struct {
	Line *uplink.Line // all bytes go through it; nil: as many as the connection carries. To be set before the first request

	agent   events.SellerID
	shelf   Shelf
	log     *slog.Logger
	now     func() time.Time
	market  atomic.Pointer[Market]
	refused rate.Sometimes // keeps strangers from filling the log
	mux     *http.ServeMux
}

// New returns the handler of the given agent. It refuses everything until it knows the market.
func New(agent events.SellerID, shelf Shelf, log *slog.Logger, now func() time.Time) *Handler {
	h := &Handler{
		agent: agent, shelf: shelf, log: log, now: now, mux: http.NewServeMux(),
		refused: rate.Sometimes{First: 20, Interval: time.Second},
	}
	h.market.Store(&Market{})
	h.mux.HandleFunc("GET /v1/files/{listing}", h.file)
	h.mux.HandleFunc("GET /v1/files/{listing}/tree", h.tree)
	h.mux.HandleFunc("OPTIONS /v1/files/{listing}", preflight)
	h.mux.HandleFunc("OPTIONS /v1/files/{listing}/tree", preflight)
	h.mux.HandleFunc("/", h.nothing)
	return h
}

// Trust sets the market.
func (h *Handler) Trust(m Market) { h.market.Store(&m) }

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "private, no-store")
	if r.Body != http.NoBody { // nobody has anything to send here; do not wait for it
		header.Set("Connection", "close")
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(5 * time.Second))
	}
	if !admit(w, r, h.market.Load().Origins) {
		h.refuse(w, r, http.StatusForbidden, fmt.Errorf("page of another origin: %w", events.NoTicket))
		return
	}
	h.mux.ServeHTTP(w, r)
}

// file sends the bytes that the ticket is for.
func (h *Handler) file(w http.ResponseWriter, r *http.Request) {
	ticket, status, err := h.ticket(r)
	if err != nil {
		h.refuse(w, r, status, err)
		return
	}
	file, listing, err := h.shelf.Open(ticket.Listing)
	if err != nil {
		h.refuse(w, r, statusOf(err), err)
		return
	}
	defer file.Close()
	g, err := h.goodsOf(r.Context(), ticket, listing)
	if err != nil {
		h.refuse(w, r, statusOf(err), err)
		return
	}
	size := g.size()
	part, whole, beyond := spanOf(rangeOf(r, g), size)
	header := w.Header()
	header.Set("Accept-Ranges", "bytes")
	if beyond {
		header.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
		h.refuse(w, r, http.StatusRequestedRangeNotSatisfiable, fmt.Errorf("range beyond the end: %w", events.Malformed))
		return
	}
	stream, err := h.join(w, r, ticket, g)
	if err != nil {
		return
	}
	defer stream.Close()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": g.fileName()}))
	header.Set("ETag", g.tag())
	header.Set("Content-Length", strconv.FormatInt(part.length, 10))
	if whole {
		w.WriteHeader(http.StatusOK)
	} else {
		header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", part.from, part.from+part.length-1, size))
		w.WriteHeader(http.StatusPartialContent)
	}
	if r.Method == http.MethodHead {
		return
	}
	var n int64
	if to := lineOf(w, r, stream); g.plain {
		n, err = sendPlain(to, file, part)
	} else {
		n, err = h.sendSealed(to, file, g, part)
	}
	h.log.InfoContext(r.Context(), "file sent", "order", ticket.Order, "listing", ticket.Listing,
		"from", part.from, "bytes", n, "complete", err == nil)
	if err != nil {
		panic(http.ErrAbortHandler) // the buyer's client sees a short answer and asks again
	}
}

// tree sends the leaves over the records that file sends.
func (h *Handler) tree(w http.ResponseWriter, r *http.Request) {
	ticket, status, err := h.ticket(r)
	if err != nil {
		h.refuse(w, r, status, err)
		return
	}
	var g goods
	listing, err := h.shelf.Listed(ticket.Listing)
	if err == nil {
		g, err = h.goodsOf(r.Context(), ticket, listing)
	}
	if err != nil {
		h.refuse(w, r, statusOf(err), err)
		return
	}
	stream, err := h.join(w, r, ticket, g)
	if err != nil {
		return
	}
	defer stream.Close()
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Length", strconv.FormatInt(g.records()*sealed.HashSize, 10))
	header.Set("ETag", g.tag())
	if r.Method == http.MethodHead {
		return
	}
	to := lineOf(w, r, stream)
	for leaves, err := range h.shelf.Leaves(r.Context(), g.root()) {
		if err != nil {
			h.log.ErrorContext(r.Context(), "tree lost", "listing", ticket.Listing, "err", err)
			panic(http.ErrAbortHandler) // the buyer's client sees a short answer and asks again
		}
		if _, err := to.write(leaves); err != nil {
			return
		}
	}
}

// join takes a place on the seller's line for a request that sends bytes, or has answered that there is none.
func (h *Handler) join(w http.ResponseWriter, r *http.Request, t sealed.Ticket, g goods) (*uplink.Stream, error) {
	if r.Method == http.MethodHead {
		return nil, nil
	}
	stream, err := h.Line.Join(r.Context(), uplink.Delivery{Order: t.Order, Listing: g.listing.ID, Title: g.listing.Title, Size: g.size()})
	if wait, ok := uplink.AsWait(err); ok {
		after := max(1, int64(math.Ceil(wait.Until.Sub(h.now()).Seconds())))
		w.Header().Set("Retry-After", strconv.FormatInt(min(after, 3600), 10))
		h.refuse(w, r, http.StatusServiceUnavailable, fmt.Errorf("%w: %w", err, events.Unavailable))
	}
	return stream, err
}

// nothing answers every other request.
func (h *Handler) nothing(w http.ResponseWriter, r *http.Request) {
	h.refuse(w, r, http.StatusNotFound, fmt.Errorf("%s %.80q: %w", r.Method, r.URL.Path, events.Malformed))
}

// ticket returns the ticket of a request if it is for this agent and the listing asked for; else the status to answer
// with, and an error that wraps [events.NoTicket].
func (h *Handler) ticket(r *http.Request) (sealed.Ticket, int, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Ticket") || token == "" {
		return sealed.Ticket{}, http.StatusUnauthorized, fmt.Errorf("no ticket sent: %w", events.NoTicket)
	}
	t, err := h.Admit(token)
	if err == nil && string(t.Listing) != r.PathValue("listing") {
		err = fmt.Errorf("ticket for another listing: %w", events.NoTicket)
	}
	return t, http.StatusForbidden, err
}

// Admit returns the ticket of a token, if it holds now and is for this agent. The error wraps [events.NoTicket].
func (h *Handler) Admit(token string) (sealed.Ticket, error) {
	t, err := sealed.OpenTicket(token, h.market.Load().TicketKey, h.now())
	if err == nil && t.Agent != h.agent {
		err = fmt.Errorf("ticket for another agent: %w", events.NoTicket)
	}
	return t, err
}

// rangeOf returns the Range header, or "" if it was asked for of other bytes.
func rangeOf(r *http.Request, g goods) string {
	if since := r.Header.Get("If-Range"); since != "" && since != g.tag() {
		return ""
	}
	return r.Header.Get("Range")
}

// statusOf returns the status for what the shelf says.
func statusOf(err error) int {
	switch {
	case errors.Is(err, events.NoSuchLot):
		return http.StatusNotFound
	case errors.Is(err, events.NotForSale):
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// refuse answers with JSON, and says why in the log.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	refusal, ok := events.AsRefusal(err)
	if !ok {
		refusal = events.Unavailable
	}
	h.refused.Do(func() {
		h.log.WarnContext(r.Context(), "delivery refused", "status", status, "err", err)
	})
	header := w.Header()
	header.Set("Content-Type", "application/json")
	if status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", "Ticket")
	}
	w.WriteHeader(status)
	said := words(refusal)
	if wait, ok := uplink.AsWait(err); ok {
		said = wait.Why
	}
	json.NewEncoder(w).Encode(map[string]string{"refusal": string(refusal), "error": said})
}

// words says a refusal to a person. The table's words for what is not for sale are meant for a shop's page.
func words(r events.Refusal) string {
	if r == events.NotForSale {
		return "The file on the seller's computer is not the one that was sold any more, or is not there right now."
	}
	return r.Words()
}
