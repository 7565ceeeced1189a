package console

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
)

// batchForm is works as they were typed, with what is wrong.
type batchForm struct {
	Works, Reason           string
	WorksError, ReasonError string
	Broken                  []string // lines that cannot be used, each with why
	Count                   int      // works that can
}

// batchView is a batch, worded.
type batchView struct {
	ID, By, Reason, At, Size string
	Undoable                 bool
	RemovalBy                string // who wants it taken back already
}

// maxWorks is how many works are previewed and added at once.
const maxWorks = 1000

// read returns the works of the form; with none, or too many, it says so.
func (f *batchForm) read() []events.Entry {
	works, broken := blacklist.ReadWorks(f.Works)
	for _, b := range broken {
		f.Broken = append(f.Broken, fmt.Sprintf("Line %d: %v", b.Line, b.Err))
	}
	f.Count = len(works)
	switch {
	case len(works) == 0:
		f.WorksError = "Enter artist and title a line, with a comma between them."
	case len(works) > maxWorks:
		f.WorksError = fmt.Sprintf("These are %d works; at most %d go at once.", len(works), maxWorks)
	}
	if f.Reason == "" {
		f.ReasonError = "Say why, for the log: the notice or the rights owner."
	}
	return works
}

func (f *batchForm) isGood() bool { return f.WorksError+f.ReasonError == "" }

func (s *console) showBatches(w http.ResponseWriter, r *http.Request, name string) {
	s.renderBatches(w, r, http.StatusOK, name, batchForm{}, "")
}

func (s *console) renderBatches(w http.ResponseWriter, r *http.Request, status int, name string, form batchForm, wrong string) {
	var batches []batchView
	for _, b := range s.Keeper.Batches() {
		size := some(b.Added, "work")
		switch {
		case b.Added == 0:
			size = "Proposed, nothing added"
		case b.Left == 0:
			size += ", all taken back"
		case b.Left < b.Added:
			size += ", " + strconv.Itoa(b.Left) + " left"
		}
		by := b.By
		if b.Second != "" {
			by += ", confirmed by " + b.Second
		}
		batches = append(batches, batchView{b.ID, by, b.Reason, view.Moment(b.At), size, b.Left > 0, b.RemovalBy})
	}
	s.render(w, r, status, batchesPage(s.page(r, name, "Batches"), form, s.importRows(), batches, wrong))
}

// previewBatch shows what the works would do, with the button that adds them.
func (s *console) previewBatch(w http.ResponseWriter, r *http.Request, name string) {
	form := batchForm{Works: r.PostFormValue("works"), Reason: typed(r, "reason")}
	works := form.read()
	if !form.isGood() {
		s.renderBatches(w, r, http.StatusUnprocessableEntity, name, form, "")
		return
	}
	s.render(w, r, http.StatusOK, batchPreviewPage(s.page(r, name, "What it would do"), form, newEffect(s.Keeper.Preview(r.Context(), works))))
}

func (s *console) takeBatch(w http.ResponseWriter, r *http.Request, name string) {
	form := batchForm{Works: r.PostFormValue("works"), Reason: typed(r, "reason")}
	works := form.read()
	if !form.isGood() {
		s.renderBatches(w, r, http.StatusUnprocessableEntity, name, form, "")
		return
	}
	_, _, err := s.Keeper.AddBatch(r.Context(), works, name, form.Reason)
	if errors.Is(err, events.Unchanged) {
		form.WorksError = "All of these are on the list already."
		s.renderBatches(w, r, http.StatusConflict, name, form, "")
		return
	}
	if errors.Is(err, events.FourEyes) {
		form.WorksError = fmt.Sprintf("More than %d listings would be taken down. Send them as a file: there a second person can confirm it.", blacklist.MassLimit)
		s.renderBatches(w, r, http.StatusConflict, name, form, "")
		return
	}
	if err != nil {
		status, words := s.wording(r, err)
		s.renderBatches(w, r, status, name, form, words)
		return
	}
	http.Redirect(w, r, "/batches?done=batch", http.StatusSeeOther)
}

func (s *console) takeUndo(w http.ResponseWriter, r *http.Request, name string) {
	reason := typed(r, "reason")
	if reason == "" {
		s.renderBatches(w, r, http.StatusUnprocessableEntity, name, batchForm{}, "Say why the batch is taken back, for the log.")
		return
	}
	if _, err := s.Keeper.UndoBatch(r.Context(), r.PathValue("batch"), name, reason); err != nil {
		status, words := s.wording(r, err)
		if errors.Is(err, events.NoSuchEntry) {
			words = "Nothing of this batch is on the list any more."
		}
		if errors.Is(err, events.FourEyes) {
			words = "This is a large batch. It is noted that you want it taken back; somebody else must confirm that here."
		}
		s.renderBatches(w, r, status, name, batchForm{}, words)
		return
	}
	http.Redirect(w, r, "/batches?done=undone", http.StatusSeeOther)
}

func undoPath(batch string) templ.SafeURL {
	return templ.SafeURL("/batches/" + url.PathEscape(batch) + "/undo")
}
