package storefront

import (
	"net/http"

	"lightshare/events"
	"lightshare/events/sealed"
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

// peer brings the offer of the buyer's client, which wants to be connected over WebRTC, to the seller's agent.
func (f *Front) peer(w http.ResponseWriter, r *http.Request) error {
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	if err := f.limits.ticket.allow("peer " + string(o.Order)); err != nil {
		return err
	}
	var ask struct {
		Ticket string `json:"ticket"`
		SDP    string `json:"sdp"`
	}
	if err := readJSON(r, &ask); err != nil {
		return err
	}
	sdp, err := f.Desk.Connect(r.Context(), o.Order, ask.Ticket, ask.SDP)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, struct {
		SDP string `json:"sdp"`
	}{sdp})
}

// receipt hands in what the buyer's client signed for the whole sealed file.
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
	return f.writeState(w, r, o.Order)
}

// writeState answers with where the order stands now.
func (f *Front) writeState(w http.ResponseWriter, r *http.Request, order events.OrderID) error {
	o, err := f.Desk.Order(r.Context(), order)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, struct {
		State checkout.State `json:"state"`
	}{o.State})
}

// key gives the buyer's client the key to the file, once it is paid for.
func (f *Front) key(w http.ResponseWriter, r *http.Request) error {
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	if err := f.limits.ticket.allow("key " + string(o.Order)); err != nil {
		return err
	}
	key, err := f.Desk.Key(r.Context(), o.Order)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, key)
}

// mismatch takes a proof that the file is another one than was offered.
func (f *Front) mismatch(w http.ResponseWriter, r *http.Request) error {
	o, err := f.orderIn(r)
	if err != nil {
		return err
	}
	if err := f.limits.proof.allow(string(o.Order)); err != nil {
		return err
	}
	var proof sealed.Proof
	if err := readJSON(r, &proof); err != nil {
		return err
	}
	if err := f.Desk.Mismatch(r.Context(), o.Order, proof); err != nil {
		return err
	}
	return f.writeState(w, r, o.Order)
}
