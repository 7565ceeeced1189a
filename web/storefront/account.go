package storefront

import (
	"net/http"

	"lightshare/events"
)

// An accountView is the visitor's own page.
type accountView struct {
	Email   string
	Record  string
	Sellers []events.SellerID
	Code    string // to pair a seller's program with; empty until it is asked for
	Market  string
	Devices []deviceView
}

// account shows what is known of the visitor, and how to sell.
func (f *Front) account(w http.ResponseWriter, r *http.Request) error {
	if f.viewer(r).User == "" {
		return f.toSignIn(w, r, "/account")
	}
	return f.showAccount(w, r, "")
}

func (f *Front) showAccount(w http.ResponseWriter, r *http.Request, code string) error {
	who := f.viewer(r)
	a, err := f.accounts.Account(r.Context(), who.User)
	if err != nil {
		return err
	}
	v := accountView{Email: a.Email, Sellers: a.Sellers, Code: code, Market: f.BaseURL, Record: say(r.Context(), "Your record cannot be read at the moment.")}
	record, err := f.book.Record(r.Context(), who.User)
	if err != nil {
		f.Log.WarnContext(r.Context(), "a bidder's record could not be read", "error", err)
	} else {
		v.Record = say(r.Context(), "%d lots won and not paid for", record.Strikes) + ", " +
			say(r.Context(), "%d bids taken back", record.Retractions) + "."
	}
	if v.Devices, err = f.devicesOf(r, who.User); err != nil {
		f.Log.WarnContext(r.Context(), "sessions could not be listed", "error", err)
	}
	return f.render(w, r, http.StatusOK, accountPage(f.frame(r, say(r.Context(), "Account")), v))
}
