package storefront

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/view/words"
)

// lot is the page of one lot: an auction, or a direct sale.
func (f *Front) lot(w http.ResponseWriter, r *http.Request) error {
	l, err := f.lotIn(r)
	if err != nil {
		return err
	}
	return f.showLot(w, r, http.StatusOK, l, f.reduced(r, l))
}

// A bidForm is what the visitor typed, and what was wrong with it.
type bidForm struct {
	Max, Wrong            string
	Amount, AmountWrong   string // his own price of a direct sale
	Code, CodeWrong       string // of a discount
	Reduced               string // what the price is with the code; empty without one
	Propose, ProposeWrong string // what he offers
}

func (f *Front) showLot(w http.ResponseWriter, r *http.Request, status int, l *catalogue.Lot, form bidForm) error {
	who := f.viewer(r)
	page := lotPage{
		lotView: lotViewOf(words.Of(r.Context()), l, f.Clock.Now()),
		You:     youOf(words.Of(r.Context()), l, who.User, f.hasBid(r.Context(), who.User, l.ID())),
		History: f.historyOf(r.Context(), l),
		Act:     actOf(form),
		Watched: f.isWatched(r, who.User, l.ID()),
	}
	sells, err := f.sells(r.Context(), who.User, l)
	if err != nil {
		return err
	}
	page.Act.Own, page.Act.Leads = sells != "", page.You.Part == partLeading
	p := f.frame(r, l.Title)
	p.Live = "/lots/" + string(l.ID()) + "/live"
	return f.render(w, r, status, lotPageOf(p, page))
}

// A lotPage is a lot's page as this visitor sees it.
type lotPage struct {
	lotView
	You     youView
	History []bidLine
	Act     actView
	Watched bool // by the visitor
}

// An actView is what the forms of a lot hold.
type actView struct {
	bidForm
	Command string // makes a purchase sent twice one purchase
	Own     bool   // the visitor is the seller
	Leads   bool   // the visitor's bid is the highest
}

// amount is what stands in the field for one's own price.
func (a actView) amount(v lotView) string {
	if a.Amount == "" && a.AmountWrong == "" {
		return v.BuyPrice.Decimal()
	}
	return a.Amount
}

// actKey names what the forms of a lot depend on: while it stays the same a stream leaves them alone, with what the
// visitor typed and what he was told about it.
func actKey(v lotView, own bool) string {
	return fmt.Sprint(v.CanBid, v.CanBuy, v.BuyPrice, v.Least, v.HasCodes, v.TakesOffers, own)
}

func actOf(form bidForm) actView { return actView{bidForm: form, Command: events.NewID()} }

// lotIn returns the lot in the request's path, with a standing that is not older than this program.
func (f *Front) lotIn(r *http.Request) (*catalogue.Lot, error) {
	id := events.LotID(r.PathValue("lot"))
	l, ok := f.market.Lot(id)
	if !ok {
		return nil, errNotFound
	}
	if l.Confirmed {
		return l, nil
	}
	f.confirm(r.Context(), id)
	l, _ = f.market.Lot(id)
	return l, nil
}

// confirmTimeout is how long a page waits for a standing that nobody has told us yet.
const confirmTimeout = time.Second

// confirm reads the lot's standing from the book, or asks the house when the book does not know. Without either the
// page shows what the last offer said.
func (f *Front) confirm(ctx context.Context, id events.LotID) {
	ctx, cancel := context.WithTimeout(ctx, confirmTimeout)
	defer cancel()
	standings, err := f.book.Standings(ctx, []events.LotID{id})
	if err != nil {
		f.Log.WarnContext(ctx, "the book could not be read", "lot", id, "error", err)
	}
	if len(standings) == 0 {
		var s events.Standing
		if _, err := f.house.Do(ctx, string(id), "", events.AskStanding{}, &s); err != nil {
			f.Log.WarnContext(ctx, "the house could not be asked", "lot", id, "error", err)
			return
		}
		standings = append(standings, s)
	}
	f.market.Stands(standings[0])
}

// historyOf returns the lot's public history, newest first.
func (f *Front) historyOf(ctx context.Context, l *catalogue.Lot) []bidLine {
	if !l.IsAuction() || l.Standing.Bids == 0 {
		return nil
	}
	return bidLines(f.history.of(ctx, l), l.Terms.Currency)
}
