package storefront

import (
	"net/http"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/storefront/account"
)

// An export is everything that the storefront knows of somebody, for him to keep.
type export struct {
	At       time.Time       `json:"at"`
	Account  account.Account `json:"account"`
	Watching []events.LotID  `json:"watching"`
	Bids     []events.LotID  `json:"bids"` // lots that he has bid on, as far as the book remembers
	Orders   []checkout.View `json:"orders"`
	Notices  []events.Notice `json:"notices"` // the newest first
}

// exportData hands out what is known of the visitor, as a file.
func (f *Front) exportData(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r).User
	if who == "" {
		return f.toSignIn(w, r, "/account")
	}
	if err := f.limits.record.allow(string(who)); err != nil {
		return err
	}
	x := export{At: f.Clock.Now(), Orders: f.Desk.OrdersOf(who)}
	var err error
	if x.Account, err = f.accounts.Account(r.Context(), who); err != nil {
		return err
	}
	if x.Watching, err = f.accounts.Watched(r.Context(), who); err != nil {
		return err
	}
	if x.Bids, err = f.book.LotsOf(r.Context(), who, mineLength); err != nil {
		return err
	}
	if x.Notices, _, err = f.noticesOf(r.Context(), who); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="lightshare.json"`)
	return writeJSON(w, http.StatusOK, x)
}
