package simulator

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lightshare/events"
)

//go:embed page.html
var pageSource string

//go:embed page.css
var pageStyle []byte

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// page is what the payment page shows, already worded.
type page struct {
	Title    string
	Amount   string
	Until    string
	Cancel   string
	Ended    string // why nobody can pay here any more
	Declined string
	Number   string
	Expiry   string
	Errors   cardErrors
	Invalid  bool
	Here     string     // path of this page
	Saves    bool       // a card for later is asked for, not a payment
	Asks     bool       // the bank asks whether it is the card's owner
	Cards    []testCard // that work here
}

func (s *Simulator) pages() {
	s.mux.HandleFunc("GET /pay/style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "max-age=3600")
		w.Write(pageStyle) // a browser that left does not want to know
	})
	s.mux.HandleFunc("GET /pay/{session}", s.showPage)
	s.mux.HandleFunc("POST /pay/{session}", s.pay)
	s.mux.HandleFunc("POST /pay/{session}/bank", s.answerBank)
}

// find returns a copy of the session with its page, or answers that there is none.
func (s *Simulator) find(w http.ResponseWriter, r *http.Request) (session, page, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse(s.now())
	sess := s.state.Sessions[r.PathValue("session")]
	if sess == nil {
		http.Error(w, "There is no such payment page.", http.StatusNotFound)
		return session{}, page{}, false
	}
	p := page{
		Title: s.state.Names[sess.ID], Cancel: sess.CancelURL, Here: "/pay/" + sess.ID, Saves: sess.Mode == "setup",
		Until: time.Unix(sess.ExpiresAt, 0).UTC().Format("2 Jan 2006, 15:04 MST"), Cards: cardList,
	}
	if sess.AmountTotal != nil {
		p.Amount = events.Money{Amount: *sess.AmountTotal, Currency: events.Currency(strings.ToUpper(*sess.Currency))}.String()
	}
	_, p.Asks = s.state.Asked[sess.ID]
	if sess.Status == "expired" {
		p.Ended = "This payment page has expired. Nothing was charged."
	}
	return *sess, p, true
}

func (s *Simulator) showPage(w http.ResponseWriter, r *http.Request) {
	sess, p, ok := s.find(w, r)
	switch {
	case !ok:
	case sess.Status == "complete":
		http.Redirect(w, r, sess.SuccessURL, http.StatusSeeOther)
	default:
		s.draw(w, sess, p, http.StatusOK)
	}
}

// pay tries the card that was typed in, and goes back to the market if it pays.
func (s *Simulator) pay(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form could not be read.", http.StatusBadRequest)
		return
	}
	sess, p, ok := s.find(w, r)
	if !ok {
		return
	}
	c, bad := readCard(r.PostFormValue("number"), r.PostFormValue("expiry"), r.PostFormValue("cvc"), s.now())
	p.Number, p.Expiry, p.Errors, p.Invalid = r.PostFormValue("number"), r.PostFormValue("expiry"), bad, bad.any()
	switch {
	case sess.Status == "complete":
		http.Redirect(w, r, sess.SuccessURL, http.StatusSeeOther)
	case sess.Status != "open":
		s.draw(w, sess, p, http.StatusGone)
	case p.Invalid:
		s.draw(w, sess, p, http.StatusUnprocessableEntity)
	default:
		s.goOn(w, r, sess, p, s.whileOpen(sess.ID, func(sess *session) *apiError { return s.use(sess, c, false) }))
	}
}

// answerBank takes what the card's owner answers to his bank.
func (s *Simulator) answerBank(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	sess, p, ok := s.find(w, r)
	if !ok {
		return
	}
	confirmed := r.FormValue("answer") == "confirm"
	s.goOn(w, r, sess, p, s.whileOpen(sess.ID, func(sess *session) *apiError { return s.answered(sess, confirmed) }))
}

// goOn leads back to the market, to the bank's question, or to another try.
func (s *Simulator) goOn(w http.ResponseWriter, r *http.Request, sess session, p page, declined *apiError) {
	switch {
	case sess.Status == "expired":
		s.draw(w, sess, p, http.StatusGone)
	case declined == nil:
		http.Redirect(w, r, sess.SuccessURL, http.StatusSeeOther)
	case declined.Code == mustAsk:
		http.Redirect(w, r, "/pay/"+sess.ID, http.StatusSeeOther)
	default:
		p.Asks, p.Declined = false, declined.Message+" Nothing was charged. Try another card."
		s.draw(w, sess, p, http.StatusPaymentRequired)
	}
}

// whileOpen does something with a session, unless another request has just completed or ended it.
func (s *Simulator) whileOpen(id string, do func(*session) *apiError) *apiError {
	s.mu.Lock()
	defer s.mu.Unlock()
	sess := s.state.Sessions[id]
	if sess.Status != "open" {
		return nil
	}
	declined := do(sess)
	if err := s.save(); err != nil {
		s.Log.Error("state not saved", "error", err)
	}
	return declined
}

// draw writes the page. Nothing on it can run or come from elsewhere; the form may lead back to the market.
func (s *Simulator) draw(w http.ResponseWriter, sess session, p page, status int) {
	guard(w, sess.SuccessURL, status)
	if err := pageTemplate.Execute(w, p); err != nil {
		s.Log.Debug("payment page not sent", "error", err)
	}
}

// guard begins an answer that is a page. Its form may lead here, and to where home is.
func guard(w http.ResponseWriter, home string, status int) {
	back := "'self'"
	if u, err := url.Parse(home); err == nil {
		back += " " + u.Scheme + "://" + u.Host
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action "+back+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
}
