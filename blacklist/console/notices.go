package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// noticeRow is a notice in the list, worded.
type noticeRow struct {
	Path              templ.SafeURL
	Work, Claimant    string
	State, Clock, Law string
	Tone              view.Tone
}

// noticeForm is a notice as it was typed.
type noticeForm struct {
	Law, Artist, Title, Listings, Why string
	GoodFaith, Accurate, Signed       bool
	Party                             blacklist.Party
	Error                             string
}

// noticeView is a notice with all that is done about it, worded.
type noticeView struct {
	ID, Heading      string
	State            string
	Tone             view.Tone
	Clock            string
	Missing          []string
	Form             noticeForm
	Listings         []caseLink
	Filed, FiledBy   string
	Decided, Reason  string
	Countered        string
	Statement, Party string
	Sender           string
	Open, Upheld     bool
	Running          bool
	MayList          bool // the moderator may put its work on the list
	Error            string
}

// caseLink is a listing that a notice names.
type caseLink struct {
	Path templ.SafeURL
	ID   string
}

var noticeTones = map[blacklist.NoticeState]view.Tone{
	blacklist.NoticeOpen: view.Warn, blacklist.NoticeUpheld: view.Bad, blacklist.NoticeTurnedDown: view.Plain,
	blacklist.NoticeCountered: view.Warn, blacklist.NoticeInCourt: view.Bad, blacklist.NoticeReinstated: view.Good,
}

// noticeWords word a notice's state.
func noticeWords(ctx context.Context, n blacklist.NoticeStanding) string {
	switch n.State {
	case blacklist.NoticeOpen:
		if len(blacklist.Missing(n.Notice)) > 0 {
			return say(ctx, "incomplete")
		}
	case blacklist.NoticeCountered:
		return say(ctx, "counter-notice runs")
	}
	return heard(ctx, string(n.State))
}

// noticeClock words how long is left for what must be done next; empty when nothing must.
func noticeClock(ctx context.Context, n blacklist.NoticeStanding, now time.Time) string {
	switch n.State {
	case blacklist.NoticeOpen:
		if left := n.Filed.Add(blacklist.ReviewTime).Sub(now); left > 0 {
			return say(ctx, "to be decided within %s", words.Left(ctx, left.Truncate(time.Minute)))
		}
		return say(ctx, "waits for more than 24 hours")
	case blacklist.NoticeCountered:
		return say(ctx, "given back in %s, unless the claimant goes to court", words.Left(ctx, n.Due.Sub(now).Truncate(time.Minute)))
	}
	return ""
}

func noticePath(id, verb string) templ.SafeURL {
	path := "/notices/" + url.PathEscape(id)
	if verb != "" {
		path += "/" + verb
	}
	return templ.SafeURL(path)
}

func (s *console) showNotices(w http.ResponseWriter, r *http.Request, name string) {
	now := s.Keeper.Now()
	var rows []noticeRow
	for _, n := range s.Keeper.Notices() {
		rows = append(rows, noticeRow{
			Path: noticePath(n.ID, ""), Work: n.Notice.Artist + " – " + n.Notice.Title, Claimant: s.partyName(r, n.Notice.Claimant),
			State: noticeWords(r.Context(), n), Clock: noticeClock(r.Context(), n, now), Law: strings.ToUpper(n.Notice.Law), Tone: noticeTones[n.State],
		})
	}
	s.render(w, r, http.StatusOK, noticesPage(s.page(r, name, say(r.Context(), "Takedown notices")), rows))
}

// partyName returns what a party is called.
func (s *console) partyName(r *http.Request, id string) string {
	p, err := s.Keeper.Party(r.Context(), id)
	switch {
	case err != nil:
		s.Log.WarnContext(r.Context(), "party not read", "error", err)
		return id
	case p.Name == "":
		return say(r.Context(), "erased (%s)", id[:min(8, len(id))])
	case p.For != "":
		return say(r.Context(), "%s, for %s", p.Name, p.For)
	}
	return p.Name
}

func (s *console) showNewNotice(w http.ResponseWriter, r *http.Request, name string) {
	form := noticeForm{Law: "dmca", Listings: r.FormValue("listing")}
	s.render(w, r, http.StatusOK, newNoticePage(s.page(r, name, say(r.Context(), "Take a notice in")), form))
}

// readNotice returns what was typed, as a notice and as it was typed.
func (s *console) readNotice(r *http.Request) (events.TakedownNotice, noticeForm) {
	f := noticeForm{
		Law: typed(r, "law"), Artist: typed(r, "artist"), Title: typed(r, "title"), Listings: typed(r, "listings"), Why: typed(r, "why"),
		GoodFaith: typed(r, "good_faith") != "", Accurate: typed(r, "accurate") != "", Signed: typed(r, "signed") != "",
		Party: blacklist.Party{ID: typed(r, "claimant"), Name: typed(r, "name"), For: typed(r, "for"), Email: typed(r, "email"), Address: typed(r, "address"), Phone: typed(r, "phone")},
	}
	if f.Law != "dsa" {
		f.Law = "dmca"
	}
	n := events.TakedownNotice{
		Law: f.Law, Artist: f.Artist, Title: f.Title, Why: f.Why, GoodFaith: f.GoodFaith, Accurate: f.Accurate, Signed: f.Signed,
		Reachable: f.Party.IsReachable(f.Law), Claimant: f.Party.ID,
	}
	seen := make(map[events.ListingID]bool)
	for word := range strings.FieldsFuncSeq(f.Listings, func(c rune) bool { return c == ' ' || c == '\n' || c == '\r' || c == ',' }) {
		id := listingIn(word)
		switch {
		case id == "":
			f.Error = say(r.Context(), "“%s” is neither a listing’s id nor the address of its page.", cut(word, 80))
		case !seen[id]:
			seen[id] = true
			n.Listings = append(n.Listings, id)
		}
	}
	return n, f
}

// listingIn returns the listing that an id or the address of a lot's page names; empty for none.
func listingIn(word string) events.ListingID {
	if u, err := url.Parse(word); err == nil && u.Scheme != "" {
		_, after, _ := strings.Cut(u.Path, "/lots/")
		word, _, _ = strings.Cut(after, "/")
		return knownSeller(events.LotID(word).Listing())
	}
	return knownSeller(events.ListingID(word))
}

func knownSeller(id events.ListingID) events.ListingID {
	if id.Seller() == "" {
		return ""
	}
	return id
}

// takeNotice takes a notice in, complete or not: its clock runs in either case.
func (s *console) takeNotice(w http.ResponseWriter, r *http.Request, name string) {
	n, form := s.readNotice(r)
	if form.Party.Name == "" && form.Error == "" {
		form.Error = say(r.Context(), "Say who sent it.")
	}
	again := func(status int, said string) {
		form.Error = said
		s.render(w, r, status, newNoticePage(s.page(r, name, say(r.Context(), "Take a notice in")), form))
	}
	if form.Error != "" {
		again(http.StatusUnprocessableEntity, form.Error)
		return
	}
	form.Party.ID = ""
	var id string
	claimant, err := s.claimant(r, form.Party)
	if err == nil {
		n.Claimant = claimant
		id, err = s.Keeper.FileNotice(r.Context(), n, name)
	}
	if err != nil {
		again(s.wording(r, err))
		return
	}
	http.Redirect(w, r, string(noticePath(id, ""))+"?done=noticed", http.StatusSeeOther)
}

// claimant returns the id of a party: that of the claimant who sent notices from the same e-mail address before.
func (s *console) claimant(r *http.Request, p blacklist.Party) (string, error) {
	for _, h := range s.Keeper.Holders() {
		known, err := s.Keeper.Party(r.Context(), h.Claimant)
		if err == nil && p.Email != "" && strings.EqualFold(known.Email, p.Email) {
			p.ID = known.ID
			break
		}
	}
	return s.Keeper.KeepParty(r.Context(), p)
}

func (s *console) showNotice(w http.ResponseWriter, r *http.Request, name string) {
	s.renderNotice(w, r, http.StatusOK, name, "")
}

func (s *console) renderNotice(w http.ResponseWriter, r *http.Request, status int, name, wrong string) {
	n, ok := s.Keeper.Notice(r.PathValue("notice"))
	if !ok {
		s.fail(w, r, name, events.NoSuchNotice)
		return
	}
	now := s.Keeper.Now()
	party, err := s.Keeper.Party(r.Context(), n.Notice.Claimant)
	if err != nil {
		s.fail(w, r, name, err)
		return
	}
	v := noticeView{
		ID: n.ID, Heading: n.Notice.Artist + " – " + n.Notice.Title, State: noticeWords(r.Context(), n), Tone: noticeTones[n.State], Clock: noticeClock(r.Context(), n, now),
		Filed: words.Moment(r.Context(), n.Filed), FiledBy: n.By, Open: n.State == blacklist.NoticeOpen, Upheld: n.State == blacklist.NoticeUpheld,
		Running: n.State == blacklist.NoticeCountered, Error: wrong, Statement: n.Statement, Sender: s.partyName(r, n.Notice.Claimant), MayList: s.roleOf(name) == Lead,
		Form: noticeForm{
			Law: n.Notice.Law, Artist: n.Notice.Artist, Title: n.Notice.Title, Why: n.Notice.Why,
			GoodFaith: n.Notice.GoodFaith, Accurate: n.Notice.Accurate, Signed: n.Notice.Signed, Party: party,
		},
	}
	var ids []string
	for _, id := range n.Notice.Listings {
		ids = append(ids, string(id))
		v.Listings = append(v.Listings, caseLink{casePath(id, ""), string(id)})
	}
	v.Form.Listings = strings.Join(ids, "\n")
	if v.Open {
		v.Missing = blacklist.Missing(n.Notice)
	} else {
		v.Decided, v.Reason = say(r.Context(), "%s by %s", words.Moment(r.Context(), n.Decided), n.DecidedBy), n.Reason
	}
	if !n.Countered.IsZero() {
		v.Countered, v.Party = words.Moment(r.Context(), n.Countered), s.partyName(r, n.Party)
	}
	s.render(w, r, status, noticePage(s.page(r, name, v.Heading), v))
}

// after shows the notice again with what was done, or with what is wrong.
func (s *console) after(w http.ResponseWriter, r *http.Request, name, did string, err error) {
	if err != nil {
		status, said := s.wording(r, err)
		s.renderNotice(w, r, status, name, said)
		return
	}
	http.Redirect(w, r, string(noticePath(r.PathValue("notice"), ""))+"?done="+did, http.StatusSeeOther)
}

// takeCompletion takes in what was missing in a notice.
func (s *console) takeCompletion(w http.ResponseWriter, r *http.Request, name string) {
	n, form := s.readNotice(r)
	was, ok := s.Keeper.Notice(r.PathValue("notice"))
	if !ok {
		s.fail(w, r, name, events.NoSuchNotice)
		return
	}
	if form.Error != "" {
		s.renderNotice(w, r, http.StatusUnprocessableEntity, name, form.Error)
		return
	}
	n.Claimant, form.Party.ID = was.Notice.Claimant, was.Notice.Claimant
	_, err := s.Keeper.KeepParty(r.Context(), form.Party)
	if err == nil {
		err = s.Keeper.CompleteNotice(r.Context(), was.ID, n, name)
	}
	s.after(w, r, name, "completed", err)
}

// takeNoticeDecision upholds a notice or turns it down.
func (s *console) takeNoticeDecision(w http.ResponseWriter, r *http.Request, name string) {
	reason, did := typed(r, "reason"), typed(r, "decision")
	switch {
	case reason == "":
		s.renderNotice(w, r, http.StatusUnprocessableEntity, name, say(r.Context(), "Say why; the seller reads it too."))
		return
	case did != "upheld" && did != "rejected":
		s.renderNotice(w, r, http.StatusUnprocessableEntity, name, say(r.Context(), "Choose to uphold it or to turn it down."))
		return
	}
	list := typed(r, "list") != "" && s.roleOf(name) == Lead
	s.after(w, r, name, did, s.Keeper.DecideNotice(r.Context(), r.PathValue("notice"), did == "upheld", list, name, reason))
}

// takeCounter takes a seller's counter-notice in.
func (s *console) takeCounter(w http.ResponseWriter, r *http.Request, name string) {
	c := events.FileCounter{
		Statement: typed(r, "statement"), GoodFaith: typed(r, "good_faith") != "", Jurisdiction: typed(r, "jurisdiction") != "", Signed: typed(r, "signed") != "", By: name,
	}
	party := blacklist.Party{Name: typed(r, "name"), Email: typed(r, "email"), Address: typed(r, "address"), Phone: typed(r, "phone")}
	var err error
	if party.IsReachable("dmca") {
		c.Party, err = s.Keeper.KeepParty(r.Context(), party)
	}
	if err == nil {
		err = s.Keeper.FileCounter(r.Context(), r.PathValue("notice"), c)
	}
	if err != nil && c.Party != "" { // nothing refers to it
		if forget := s.Keeper.ForgetParty(r.Context(), c.Party); forget != nil {
			s.Log.WarnContext(r.Context(), "party not erased", "error", forget)
		}
	}
	s.after(w, r, name, "countered", err)
}

// takeSuit notes that the claimant has gone to court.
func (s *console) takeSuit(w http.ResponseWriter, r *http.Request, name string) {
	reason := typed(r, "reason")
	if reason == "" {
		s.renderNotice(w, r, http.StatusUnprocessableEntity, name, say(r.Context(), "Say which court, and under which number."))
		return
	}
	s.after(w, r, name, "suit", s.Keeper.NoteSuit(r.Context(), r.PathValue("notice"), name, reason))
}

// takeForgetting erases the contact data of a notice's parties.
func (s *console) takeForgetting(w http.ResponseWriter, r *http.Request, name string) {
	n, ok := s.Keeper.Notice(r.PathValue("notice"))
	if !ok {
		s.fail(w, r, name, events.NoSuchNotice)
		return
	}
	err := s.Keeper.ForgetParty(r.Context(), n.Notice.Claimant)
	if err == nil && n.Party != "" {
		err = s.Keeper.ForgetParty(r.Context(), n.Party)
	}
	s.after(w, r, name, "forgotten", err)
}
