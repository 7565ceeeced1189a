package storefront

import (
	"net/http"

	"lightshare/web/checkout"
)

// ticket gives the buyer's client what it needs to fetch the file from the seller's agent.
func (f *Front) ticket(w http.ResponseWriter, r *http.Request) error {
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	if err := f.limits.ticket.allow(string(o.Order)); err != nil {
		return err
	}
	var ask struct {
		Key []byte `json:"key"` // the client's session key, Ed25519 public
	}
	if err := readJSON(r, &ask); err != nil {
		return err
	}
	grant, err := f.Desk.Ticket(r.Context(), o.Order, ask.Key)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, grant)
}

// receipt hands in what the buyer's client signed for the whole file.
func (f *Front) receipt(w http.ResponseWriter, r *http.Request) error {
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	var ask struct {
		Receipt []byte `json:"receipt"`
	}
	if err := readJSON(r, &ask); err != nil {
		return err
	}
	if err := f.Desk.Deliver(r.Context(), o.Order, ask.Receipt); err != nil {
		return err
	}
	if o, err = f.Desk.Order(r.Context(), o.Order); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, struct {
		State checkout.State `json:"state"`
	}{o.State})
}
