package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// queueView is the queue, worded.
type queueView struct {
	Summary        string
	Views          []view.Link
	Order          []view.Link
	Query, View    string // what was searched for, and the view's name
	ByWeight       bool
	Cases          []rowView
	Page           string
	Earlier, Later string // paths; empty where there is none
	Reasons        reasonForm
	Error          string
	Undo           undoView
	MayDecide      bool
}

// rowView is a case in the queue, worded.
type rowView struct {
	Listing, Key  string // Key is what a decision about it is sent under
	Title, File   string
	Work, Rule    string
	Sure, Age     string
	Stakes        string
	Late          bool
	Claim         string // who else looks at it; empty for nobody
	Own           bool   // the moderator himself does
	Checked       bool
	Seller        string
	PathToSeeIt   templ.SafeURL
	PathToClaimIt templ.SafeURL
}

// reasonForm is what a moderator says about why.
type reasonForm struct {
	Chosen string // number of a template
	Typed  string
	Error  string
}

// reasons are what sellers are told most often, in English and Korean.
var reasons = []string{
	"The recording belongs to somebody else and no licence was shown.",
	"The title and the file show that this is the seller’s own work.",
	"A licence for this work was shown.",
	"The words in the title only look like those of the work; the file is another one.",
	"타인의 음원이며 이용 허락이 확인되지 않았습니다.",
	"판매자 본인의 저작물임이 확인되었습니다.",
}

// read returns the reason of a form: what was typed, or else the template that was chosen.
func (f *reasonForm) read(r *http.Request) string {
	f.Chosen, f.Typed = typed(r, "template"), typed(r, "reason")
	if f.Typed != "" {
		return f.Typed
	}
	if n, err := strconv.Atoi(f.Chosen); err == nil && n >= 1 && n <= len(reasons) {
		return reasons[n-1]
	}
	f.Error = say(r.Context(), "Choose a reason or type one; the seller reads it too.")
	return ""
}

// query reads what a moderator asks of the queue from the address.
func query(r *http.Request, name string) blacklist.Query {
	q := blacklist.Query{By: name, View: blacklist.View(r.FormValue("view")), Text: strings.TrimSpace(r.FormValue("q")), ByWeight: r.FormValue("order") == "weight"}
	q.Page, _ = strconv.Atoi(r.FormValue("page"))
	return q
}

// queuePath is where the queue is shown so; what is as usual is left out.
func queuePath(q blacklist.Query) string {
	v := url.Values{}
	if q.View != blacklist.EveryCase {
		v.Set("view", string(q.View))
	}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	if q.ByWeight {
		v.Set("order", "weight")
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	if len(v) == 0 {
		return "/queue"
	}
	return "/queue?" + v.Encode()
}

func (s *console) showQueue(w http.ResponseWriter, r *http.Request, name string) {
	s.renderQueue(w, r, http.StatusOK, name, queueView{})
}

// renderQueue shows what waits; v says what was typed and what is wrong with it.
func (s *console) renderQueue(w http.ResponseWriter, r *http.Request, status int, name string, v queueView) {
	q := query(r, name)
	p := s.Keeper.Queue(q)
	now := s.Keeper.Now()
	ctx := r.Context()
	v.Summary = say(ctx, "Cases waiting: %d", p.Waiting)
	if p.Late > 0 {
		v.Summary += ", " + say(ctx, "for more than 24 hours: %d", p.Late)
	}
	if p.Found != p.Waiting {
		v.Summary += ", " + say(ctx, "shown: %d", p.Found)
	}
	v.Query, v.View, v.ByWeight = q.Text, string(q.View), q.ByWeight
	v.Page = say(ctx, "Page %d of %d", p.Number, p.Pages)
	chosen := make(map[string]bool)
	for _, key := range r.Form["case"] {
		chosen[key] = true
	}
	for _, h := range p.Cases {
		row := newRow(ctx, h, name, now)
		row.Checked = chosen[row.Key]
		v.Cases = append(v.Cases, row)
	}
	at := func(change func(*blacklist.Query)) string {
		other := q
		other.Page = 0
		change(&other)
		return queuePath(other)
	}
	for _, one := range []struct {
		is   blacklist.View
		text string
	}{{blacklist.EveryCase, words.Key("All")}, {blacklist.FreeCases, words.Key("Free")}, {blacklist.OwnCases, words.Key("Mine")}, {blacklist.LateCases, words.Key("Over 24 h")}} {
		v.Views = append(v.Views, view.Link{Href: at(func(q *blacklist.Query) { q.View = one.is }), Text: say(ctx, one.text), Current: q.View == one.is})
	}
	v.Order = []view.Link{
		{Href: at(func(q *blacklist.Query) { q.ByWeight = false }), Text: say(ctx, "Longest waiting"), Current: !q.ByWeight},
		{Href: at(func(q *blacklist.Query) { q.ByWeight = true }), Text: say(ctx, "Most at stake"), Current: q.ByWeight},
	}
	if p.Number > 1 {
		v.Earlier = at(func(q *blacklist.Query) { q.Page = p.Number - 1 })
	}
	if p.Number < p.Pages {
		v.Later = at(func(q *blacklist.Query) { q.Page = p.Number + 1 })
	}
	v.Undo, v.MayDecide = s.undo(r), s.has(name, Moderator)
	page := s.page(r, name, say(ctx, "Queue"))
	page.Scripts = []string{assets.Path("queue.js")}
	s.render(w, r, status, queuePage(page, v))
}

func newRow(ctx context.Context, h blacklist.Held, name string, now time.Time) rowView {
	row := rowView{
		Listing: string(h.Listing.ID), Key: caseKey(h), Title: h.Listing.Title, File: h.Listing.FileName, Work: h.Verdict.Work, Rule: heard(ctx, h.Verdict.Rule),
		Sure: sure(h.Verdict), Age: age(ctx, now.Sub(h.Since)), Late: h.IsLate(now), Stakes: stakes(ctx, h.Bids, h.Orders), Seller: sellerName(h.Listing),
		PathToSeeIt: casePath(h.Listing.ID, ""), PathToClaimIt: casePath(h.Listing.ID, "claim"),
	}
	if h.Claim.Holds(now) {
		row.Own = h.Claim.By == name
		if !row.Own {
			row.Claim = h.Claim.By
		}
	}
	return row
}

func casePath(id events.ListingID, verb string) templ.SafeURL {
	path := "/cases/" + url.PathEscape(string(id))
	if verb != "" {
		path += "/" + verb
	}
	return templ.SafeURL(path)
}

// caseKey says which case a decision is about and what was seen of it.
func caseKey(h blacklist.Held) string {
	return fmt.Sprintf("%s %s %d", h.Listing.ID, h.Digest, h.Based)
}

// readKey is the decision about what caseKey said.
func readKey(key string) (d blacklist.Decision, ok bool) {
	fields := strings.Fields(key)
	if len(fields) != 3 {
		return d, false
	}
	based, err := strconv.ParseUint(fields[2], 10, 64)
	return blacklist.Decision{Listing: events.ListingID(fields[0]), Digest: fields[1], Based: &based}, err == nil
}

func sure(v events.Verdict) string { return fmt.Sprintf("%.0f %%", 100*v.Score) }

func sellerName(l events.Listing) string {
	if l.SellerName != "" {
		return l.SellerName
	}
	return string(l.Seller)
}

func stakes(ctx context.Context, bids, orders int) string {
	var all []string
	if bids > 0 {
		all = append(all, say(ctx, "%d bids", bids))
	}
	if orders > 0 {
		all = append(all, say(ctx, "%d paid orders", orders))
	}
	return strings.Join(all, ", ")
}

// age words how long a case waits.
func age(ctx context.Context, d time.Duration) string {
	if d < time.Minute {
		return say(ctx, "just now")
	}
	return words.Left(ctx, d.Truncate(time.Minute))
}

// takeBulk decides about every case that was chosen, with one reason.
func (s *console) takeBulk(w http.ResponseWriter, r *http.Request, name string) {
	v := queueView{}
	reason := v.Reasons.read(r)
	ruling := events.Ruling(typed(r, "decision"))
	var all []blacklist.Decision
	for _, key := range r.PostForm["case"] {
		if d, ok := readKey(key); ok {
			d.Ruling, d.By, d.Reason = ruling, name, reason
			all = append(all, d)
		}
	}
	switch {
	case len(all) == 0:
		v.Error = say(r.Context(), "Choose at least one case.")
	case ruling != events.Allow && ruling != events.Block:
		v.Error = say(r.Context(), "Choose to allow or to refuse.")
	}
	if v.Error+v.Reasons.Error != "" {
		s.renderQueue(w, r, http.StatusUnprocessableEntity, name, v)
		return
	}
	s.afterBulk(w, r, name, string(ruling), s.Keeper.DecideAll(r.Context(), all))
}

// afterBulk says what became of decisions taken at once. Those that could not be carried out are named.
func (s *console) afterBulk(w http.ResponseWriter, r *http.Request, name, did string, b blacklist.Bulk) {
	back := query(r, name)
	back.Page = 0
	if len(b.Left) == 0 {
		u, v := parsePath(queuePath(back))
		v.Set("done", did)
		v.Set("undo", b.Batch)
		v.Set("n", strconv.Itoa(b.Done))
		http.Redirect(w, r, u+"?"+v.Encode(), http.StatusSeeOther)
		return
	}
	why := make(map[string]int)
	for _, err := range b.Left {
		_, said := s.wording(r, err)
		why[said]++
	}
	v := queueView{Error: say(r.Context(), "Cases done: %d, left: %d.", b.Done, len(b.Left))}
	for said, n := range why {
		v.Error += fmt.Sprintf(" %d× %s", n, said)
	}
	s.renderQueue(w, r, http.StatusConflict, name, v)
}

func parsePath(path string) (string, url.Values) {
	before, after, _ := strings.Cut(path, "?")
	v, _ := url.ParseQuery(after)
	return before, v
}

// undoView is the offer to take back what was just decided.
type undoView struct {
	Action string // path; empty when there is nothing
	Words  string
}

// undo reads from the address what was just decided.
func (s *console) undo(r *http.Request) undoView {
	q := r.URL.Query()
	many, one := words.Key("Cases allowed: %d."), words.Key("Listing allowed.")
	switch events.Ruling(q.Get("done")) {
	case events.Block:
		many, one = words.Key("Cases refused: %d."), words.Key("Listing refused.")
	case events.Allow:
	default:
		return undoView{}
	}
	if batch := q.Get("undo"); batch != "" {
		n, _ := strconv.Atoi(q.Get("n"))
		return undoView{"/queue/undo?batch=" + url.QueryEscape(batch), say(r.Context(), many, n)}
	}
	if id := q.Get("case"); id != "" {
		return undoView{string(casePath(events.ListingID(id), "reopen")), say(r.Context(), one)}
	}
	return undoView{}
}

// takeUndoBulk takes decisions back that were taken at once.
func (s *console) takeUndoBulk(w http.ResponseWriter, r *http.Request, name string) {
	s.afterBulk(w, r, name, "reopened", s.Keeper.ReopenAll(r.Context(), r.URL.Query().Get("batch"), name, takenBack))
}

// takenBack is the reason of an undo, for the log.
const takenBack = "Taken back by the moderator."

// takeNext claims the first case that nobody looks at and shows it.
func (s *console) takeNext(w http.ResponseWriter, r *http.Request, name string) {
	s.goOn(w, r, name, url.Values{})
}

// goOn leads to the next case of the queue, or to the queue when there is none; said is what was just done.
func (s *console) goOn(w http.ResponseWriter, r *http.Request, name string, said url.Values) {
	q := query(r, name)
	path := "/queue"
	if id, ok := s.Keeper.Next(r.Context(), q); ok {
		path = string(casePath(id, ""))
		if q.ByWeight {
			said.Set("order", "weight")
		}
		if q.Text != "" {
			said.Set("q", q.Text)
		}
	}
	if len(said) > 0 {
		path += "?" + said.Encode()
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}
