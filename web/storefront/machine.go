package storefront

import (
	"encoding/json"
	"fmt"
	"net/http"

	"lightshare/events"
)

// enrol gives a seller's agent its credentials.
func (f *Front) enrol(w http.ResponseWriter, r *http.Request) error {
	if err := f.limits.enrol.allow(from(r)); err != nil {
		return err
	}
	var e events.Enrolment
	if err := readJSON(r, &e); err != nil {
		return err
	}
	c, err := f.Enroller.Enrol(r.Context(), e)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, c)
}

// webhook takes the payment provider's events.
func (f *Front) webhook(w http.ResponseWriter, r *http.Request) error {
	f.Desk.Webhook().ServeHTTP(w, r)
	return nil
}

// healthz says whether this process can serve pages.
func (f *Front) healthz(w http.ResponseWriter, r *http.Request) error {
	if !f.NC.IsConnected() {
		return writeJSON(w, http.StatusServiceUnavailable, map[string]bool{"bus": false})
	}
	return writeJSON(w, http.StatusOK, map[string]bool{"bus": true})
}

// readJSON reads the body of a request that a program sent.
func readJSON(r *http.Request, into any) error {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		return fmt.Errorf("read request (%w): %w", err, events.Malformed)
	}
	return nil
}
