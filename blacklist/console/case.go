package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// caseView is a listing with everything that a moderator decides by, worded.
type caseView struct {
	Listing, Key          string
	Title, FileName, Tags []blacklist.Stretch
	Heading               string
	File                  string // what kind and how large
	Description           string
	Seller, SellerRecord  string
	Since                 string
	Late                  bool
	Entry                 events.Entry
	EntryPath             templ.SafeURL
	Artist, Work          []blacklist.Stretch // the entry's names, marked as they are found in the listing
	Rule, Sure, Version   string
	Folded                []blacklist.Stretch // what was compared
	Told                  string              // what the seller was told
	Effect                string
	State                 string // in words, of a case that does not wait
	Tone                  view.Tone
	Open                  bool
	Own                   bool   // the moderator looks at it
	Other                 string // who else does
	Until                 string
	Decided               bool // a person decided, so that it can be reopened
	Reasons               reasonForm
	Error                 string
	History               []actView
	MayDecide             bool
	Query                 string // of the queue that it was reached from
	Undo                  undoView
}

func (s *console) newCase(ctx context.Context, c blacklist.Case, name string) caseView {
	l, v, now := c.Listing, c.Verdict, s.Keeper.Now()
	mark := func(text string) []blacklist.Stretch { return blacklist.Marks(text, c.Entry) }
	kind := l.Type
	if kind == "" {
		kind = say(ctx, "unknown type")
	}
	shown := caseView{
		Listing: string(l.ID), Key: caseKey(c.Held), Heading: l.Title, Title: mark(l.Title), FileName: mark(l.FileName), Tags: mark(strings.Join(l.Tags, ", ")),
		File: kind + ", " + words.Size(ctx, l.Size), Description: l.Description, Seller: sellerName(l), SellerRecord: record(ctx, c.Seller, c.Strikes),
		Since: words.Moment(ctx, c.Since) + " (" + age(ctx, now.Sub(c.Since)) + ")", Late: c.Open && c.IsLate(now),
		Entry: c.Entry, EntryPath: entryPath(string(c.Entry.ID)), Rule: heard(ctx, v.Rule), Sure: sure(v), Version: fmt.Sprint(v.List),
		Folded: mark(v.Folded), Told: heard(ctx, v.Reason), Open: c.Open, Decided: c.By != "",
	}
	said := append([]string{l.Title, l.FileName, v.Folded}, l.Tags...)
	shown.Artist, shown.Work = namedIn(said, c.Entry.Artist), namedIn(said, c.Entry.Title)
	shown.Effect = caseEffect(ctx, c)
	shown.State, shown.Tone = caseState(ctx, c)
	if c.Claim.Holds(now) {
		shown.Own, shown.Until = c.Claim.By == name, c.Claim.Until.Format("15:04 MST")
		if !shown.Own {
			shown.Other = c.Claim.By
		}
	}
	for _, a := range c.History {
		shown.History = append(shown.History, newAct(ctx, a))
	}
	return shown
}

// namedIn returns a name of an entry, marked if it stands in one of the texts.
func namedIn(texts []string, name string) []blacklist.Stretch {
	for _, text := range texts {
		for _, s := range blacklist.Marks(text, events.Entry{Artist: name}) {
			if s.Marked {
				return []blacklist.Stretch{{Text: name, Marked: true}}
			}
		}
	}
	return []blacklist.Stretch{{Text: name}}
}

// record words how a seller's earlier cases went.
func record(ctx context.Context, t blacklist.Tally, strikes int) string {
	text := say(ctx, "no earlier case")
	if t != (blacklist.Tally{}) {
		text = say(ctx, "allowed by moderators: %d, refused: %d", t.Allowed, t.Blocked)
	}
	if strikes > 0 {
		text += "; " + say(ctx, "strikes: %d of %d that make a repeat infringer", strikes, blacklist.RepeatAfter)
	}
	return text
}

// caseEffect words what a refusal would cost whom.
func caseEffect(ctx context.Context, c blacklist.Case) string {
	text := say(ctx, "Nobody has bid on it or paid for it.")
	if at := stakes(ctx, c.Bids, c.Orders); at != "" {
		text = say(ctx, "A refusal voids: %s. Nobody is charged.", at)
	}
	if c.Unsure {
		text += " " + say(ctx, "The auction did not say in time how it stands; the last that is known is counted.")
	}
	return text
}

// caseState words what became of a case.
func caseState(ctx context.Context, c blacklist.Case) (string, view.Tone) {
	switch {
	case c.Open:
		return "", view.Plain
	case c.By != "" && c.DidAllow:
		return say(ctx, "Allowed by %s.", c.By), view.Good
	case c.By != "":
		return say(ctx, "Refused by %s.", c.By), view.Bad
	case c.Verdict.Ruling == events.Block:
		if strings.HasPrefix(string(c.Verdict.Entry), "notice-") {
			return say(ctx, "Taken down on a notice."), view.Bad
		}
		return say(ctx, "Refused by the list."), view.Bad
	}
	return say(ctx, "The list has nothing against it."), view.Good
}

func (s *console) showCase(w http.ResponseWriter, r *http.Request, name string) {
	s.renderCase(w, r, http.StatusOK, name, reasonForm{}, "")
}

// renderCase shows a case; the form's fields and the error are of what was sent and cannot be done.
func (s *console) renderCase(w http.ResponseWriter, r *http.Request, status int, name string, form reasonForm, wrong string) {
	c, err := s.Keeper.Case(r.Context(), events.ListingID(r.PathValue("listing")))
	if err != nil {
		s.fail(w, r, name, err)
		return
	}
	v := s.newCase(r.Context(), c, name)
	v.Reasons, v.Error, v.Undo, v.MayDecide = form, wrong, s.undo(r), s.has(name, Moderator)
	v.Query = caseQuery(query(r, name))
	page := s.page(r, name, v.Heading)
	page.Scripts = []string{assets.Path("queue.js")}
	s.render(w, r, status, casePage(page, v))
}

// caseQuery is what a case keeps of the queue, so that the next one is from the same.
func caseQuery(q blacklist.Query) string {
	_, v := parsePath(queuePath(blacklist.Query{Text: q.Text, ByWeight: q.ByWeight}))
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// takeClaim has the moderator look at a case.
func (s *console) takeClaim(w http.ResponseWriter, r *http.Request, name string) {
	id := events.ListingID(r.PathValue("listing"))
	if err := s.Keeper.Claim(r.Context(), id, name); err != nil {
		status, said := s.wording(r, err)
		s.renderCase(w, r, status, name, reasonForm{}, said)
		return
	}
	http.Redirect(w, r, string(casePath(id, ""))+caseQuery(query(r, name)), http.StatusSeeOther)
}

// takeSkip gives a case back, for others, and goes on to the next.
func (s *console) takeSkip(w http.ResponseWriter, r *http.Request, name string) {
	err := s.Keeper.Leave(r.Context(), events.ListingID(r.PathValue("listing")), name)
	if refusal, _ := events.AsRefusal(err); err != nil && refusal != events.Unchanged {
		s.fail(w, r, name, err)
		return
	}
	s.goOn(w, r, name, url.Values{})
}

// takeDecision rules on a case. With next the next case of the queue follows.
func (s *console) takeDecision(w http.ResponseWriter, r *http.Request, name string) {
	form, wrong := reasonForm{}, ""
	reason := form.read(r)
	id := events.ListingID(r.PathValue("listing"))
	d, ok := readKey(typed(r, "case"))
	if !ok || d.Listing != id {
		d = blacklist.Decision{Listing: id, Digest: typed(r, "digest")}
	}
	d.Ruling, d.By, d.Reason = events.Ruling(typed(r, "decision")), name, reason
	if d.Ruling != events.Allow && d.Ruling != events.Block {
		wrong = say(r.Context(), "Choose to allow or to refuse.")
	}
	if wrong+form.Error != "" {
		s.renderCase(w, r, http.StatusUnprocessableEntity, name, form, wrong)
		return
	}
	if err := s.Keeper.Decide(r.Context(), d); err != nil {
		status, said := s.wording(r, err)
		if refusal, _ := events.AsRefusal(err); refusal == events.WrongState {
			said = say(r.Context(), "The seller has changed this listing since you saw it. Look again, then decide.")
		}
		s.renderCase(w, r, status, name, form, said)
		return
	}
	done := url.Values{"done": {string(d.Ruling)}, "case": {string(id)}}
	if typed(r, "next") == "" {
		http.Redirect(w, r, "/queue?"+done.Encode(), http.StatusSeeOther)
		return
	}
	s.goOn(w, r, name, done)
}

// takeReopen takes a decision back and shows the case again, claimed.
func (s *console) takeReopen(w http.ResponseWriter, r *http.Request, name string) {
	id := events.ListingID(r.PathValue("listing"))
	reason := typed(r, "reason")
	if reason == "" {
		reason = takenBack
	}
	if err := s.Keeper.Reopen(r.Context(), id, name, reason); err != nil {
		status, said := s.wording(r, err)
		s.renderCase(w, r, status, name, reasonForm{}, said)
		return
	}
	if err := s.Keeper.Claim(r.Context(), id, name); err != nil {
		s.Log.WarnContext(r.Context(), "reopened case not claimed", "error", err)
	}
	http.Redirect(w, r, string(casePath(id, ""))+"?done=reopened", http.StatusSeeOther)
}
