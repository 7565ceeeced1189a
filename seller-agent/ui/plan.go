package ui

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/share"
)

// A plan is a change of many listings that the seller sees before it is done.
type plan struct {
	ID        string    `json:"id"`
	What      string    `json:"what"`      // is going to be done, in words
	Unchanged int       `json:"unchanged"` // rows that say what is so already
	Changes   []change  `json:"changes"`
	Wrong     []mistake `json:"wrong"` // rows that cannot be done, which stay as they are

	made time.Time
}

// A change is what becomes of one listing.
type change struct {
	Listing events.ListingID `json:"listing"`
	Path    string           `json:"path"`
	Was     string           `json:"was"`
	Becomes string           `json:"becomes"`

	edit share.Sheet
}

// A mistake is a row that cannot be done.
type mistake struct {
	Line int    `json:"line,omitempty"` // of the list, from 1; 0: there is none
	Path string `json:"path"`
	Text string `json:"text"`
}

const (
	planShown = 50 // rows of each kind on the page
	mostPlans = 8
	planLife  = time.Hour
)

// plans are those that wait for a yes. The zero value is ready.
type plans struct {
	mu  sync.Mutex
	all []*plan // guarded by mu; the oldest first
}

// put keeps a plan for a while.
func (p *plans) put(made *plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	made.ID, made.made = string(events.NewID()), time.Now()
	if len(p.all) >= mostPlans {
		p.all = p.all[1:]
	}
	p.all = append(p.all, made)
}

var errNoPlan = errors.New("this preview is too old; make the change once more")

func (p *plans) get(id string) (*plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, made := range p.all {
		if made.ID == id && time.Since(made.made) < planLife {
			return made, nil
		}
	}
	return nil, errNoPlan
}

// drop forgets a plan that is done.
func (p *plans) drop(done *plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, made := range p.all {
		if made == done {
			p.all = append(p.all[:i:i], p.all[i+1:]...)
			return
		}
	}
}

// propose shows a plan.
func (s *desk) propose(w http.ResponseWriter, r *http.Request, made *plan) {
	s.plans.put(made)
	if wantsJSON(r) {
		s.send(w, r, http.StatusOK, made)
		return
	}
	http.Redirect(w, r, "/plans/"+made.ID, http.StatusSeeOther)
}

func (s *desk) showPlan(w http.ResponseWriter, r *http.Request) {
	made, err := s.plans.get(r.PathValue("plan"))
	if err != nil {
		s.refuse(w, r, http.StatusGone, sentence(r.Context(), err))
		return
	}
	s.answer(w, r, made, planPage(s.page(r, say(r.Context(), "Preview")), made))
}

// takePlan does what was planned. A listing whose file went meanwhile is passed over.
func (s *desk) takePlan(w http.ResponseWriter, r *http.Request) {
	made, err := s.plans.get(r.PathValue("plan"))
	if err != nil {
		s.refuse(w, r, http.StatusGone, sentence(r.Context(), err))
		return
	}
	edits := make(map[events.ListingID]share.Sheet, len(made.Changes))
	for _, c := range made.Changes {
		if _, err := s.CheckEdit(c.Listing, c.edit); err == nil {
			edits[c.Listing] = c.edit
		}
	}
	if err := s.Edit(r.Context(), edits); err != nil {
		s.fail(w, r, err)
		return
	}
	s.plans.drop(made)
	if wantsJSON(r) {
		s.send(w, r, http.StatusOK, map[string]any{"done": done["saved"], "changed": len(edits)})
		return
	}
	http.Redirect(w, r, "/files?done=saved", http.StatusSeeOther)
}

// plannedFor works out what f makes of a listing, and puts it into the plan.
func (s *desk) plannedFor(ctx context.Context, made *plan, id events.ListingID, line int, path string, apply func(*form)) {
	d, err := s.Draft(id)
	if err != nil {
		made.Wrong = append(made.Wrong, mistake{line, path, sentence(ctx, err)})
		return
	}
	now := formOf(cardOf(d.Listing))
	f := now
	apply(&f)
	if f = f.clean(); f == now.clean() {
		made.Unchanged++
		return
	}
	edit, err := s.editOf(id, d, f)
	if err != nil {
		made.Wrong = append(made.Wrong, mistake{line, path, sentence(ctx, withoutID(err, id))})
		return
	}
	card, _ := s.CheckEdit(id, edit) // editOf has checked it
	made.Changes = append(made.Changes, change{id, path, inALine(ctx, cardOf(d.Listing)), inALine(ctx, card), edit})
}

// inALine words a card.
func inALine(ctx context.Context, c share.Card) string {
	return c.Title + " – " + terms(ctx, c.Terms)
}
