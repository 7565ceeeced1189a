package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view/words"
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
func (f *batchForm) read(ctx context.Context) []events.Entry {
	works, broken := blacklist.ReadWorks(f.Works)
	for _, b := range broken {
		f.Broken = append(f.Broken, say(ctx, "Line %d:", b.Line)+" "+heard(ctx, b.Err.Error()))
	}
	f.Count = len(works)
	switch {
	case len(works) == 0:
		f.WorksError = say(ctx, "Enter artist and title a line, with a comma between them.")
	case len(works) > maxWorks:
		f.WorksError = say(ctx, "Works here: %d; at most %d go at once.", len(works), maxWorks)
	}
	if f.Reason == "" {
		f.ReasonError = say(ctx, "Say why, for the log: the notice or the rights owner.")
	}
	return works
}

func (f *batchForm) isGood() bool { return f.WorksError+f.ReasonError == "" }

func (s *console) showBatches(w http.ResponseWriter, r *http.Request, name string) {
	s.renderBatches(w, r, http.StatusOK, name, batchForm{}, "")
}

func (s *console) renderBatches(w http.ResponseWriter, r *http.Request, status int, name string, form batchForm, wrong string) {
	var batches []batchView
	ctx := r.Context()
	for _, b := range s.Keeper.Batches() {
		size := say(ctx, "%d works", b.Added)
		switch {
		case b.Added == 0:
			size = say(ctx, "Proposed, nothing added")
		case b.Left == 0:
			size = say(ctx, "%s, all taken back", size)
		case b.Left < b.Added:
			size = say(ctx, "%s, %d left", size, b.Left)
		}
		by := b.By
		if b.Second != "" {
			by = say(ctx, "%s, confirmed by %s", by, b.Second)
		}
		batches = append(batches, batchView{b.ID, by, b.Reason, words.Moment(ctx, b.At), size, b.Left > 0, b.RemovalBy})
	}
	s.render(w, r, status, batchesPage(s.page(r, name, say(ctx, "Batches")), form, s.importRows(ctx), batches, wrong))
}

// previewBatch shows what the works would do, with the button that adds them.
func (s *console) previewBatch(w http.ResponseWriter, r *http.Request, name string) {
	form := batchForm{Works: r.PostFormValue("works"), Reason: typed(r, "reason")}
	works := form.read(r.Context())
	if !form.isGood() {
		s.renderBatches(w, r, http.StatusUnprocessableEntity, name, form, "")
		return
	}
	s.render(w, r, http.StatusOK, batchPreviewPage(s.page(r, name, say(r.Context(), "What it would do")), form, newEffect(r.Context(), s.Keeper.Preview(r.Context(), works))))
}

func (s *console) takeBatch(w http.ResponseWriter, r *http.Request, name string) {
	form := batchForm{Works: r.PostFormValue("works"), Reason: typed(r, "reason")}
	works := form.read(r.Context())
	if !form.isGood() {
		s.renderBatches(w, r, http.StatusUnprocessableEntity, name, form, "")
		return
	}
	_, _, err := s.Keeper.AddBatch(r.Context(), works, name, form.Reason)
	if errors.Is(err, events.Unchanged) {
		form.WorksError = say(r.Context(), "All of these are on the list already.")
		s.renderBatches(w, r, http.StatusConflict, name, form, "")
		return
	}
	if errors.Is(err, events.FourEyes) {
		form.WorksError = say(r.Context(), "More than %d listings would be taken down. Send them as a file: there a second person can confirm it.", blacklist.MassLimit)
		s.renderBatches(w, r, http.StatusConflict, name, form, "")
		return
	}
	if err != nil {
		status, said := s.wording(r, err)
		s.renderBatches(w, r, status, name, form, said)
		return
	}
	http.Redirect(w, r, "/batches?done=batch", http.StatusSeeOther)
}

func (s *console) takeUndo(w http.ResponseWriter, r *http.Request, name string) {
	reason := typed(r, "reason")
	if reason == "" {
		s.renderBatches(w, r, http.StatusUnprocessableEntity, name, batchForm{}, say(r.Context(), "Say why the batch is taken back, for the log."))
		return
	}
	if _, err := s.Keeper.UndoBatch(r.Context(), r.PathValue("batch"), name, reason); err != nil {
		status, said := s.wording(r, err)
		if errors.Is(err, events.NoSuchEntry) {
			said = say(r.Context(), "Nothing of this batch is on the list any more.")
		}
		if errors.Is(err, events.FourEyes) {
			said = say(r.Context(), "This is a large batch. It is noted that you want it taken back; somebody else must confirm that here.")
		}
		s.renderBatches(w, r, status, name, batchForm{}, said)
		return
	}
	http.Redirect(w, r, "/batches?done=undone", http.StatusSeeOther)
}

func undoPath(batch string) templ.SafeURL {
	return templ.SafeURL("/batches/" + url.PathEscape(batch) + "/undo")
}
