package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/a-h/templ"

	"lightshare/blacklist"
	"lightshare/events"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// importView is an import, worded.
type importView struct {
	ID, Name, By, At string
	Path             templ.SafeURL
	State            string
	Tone             view.Tone
	Running          bool
	Share            string // of the present stage, 0 to 100
	Progress         string
	Counts           [][2]string
	Broken           int
	Effect           effectView
	Checked          bool // the effect is known
	Addable          bool
	Second           bool // somebody else must confirm
	Mine             bool
	Reason           string
	Problem          string
	Form             entryForm // of the reason
}

// maxUpload is how large a file of works may be, in bytes.
const maxUpload = 512 << 20

var stageWords = map[blacklist.Stage]string{
	blacklist.Reading:  words.Key("Being read"),
	blacklist.Checking: words.Key("Dry run"),
	blacklist.Waiting:  words.Key("Waits for you to add it"),
	blacklist.Seconded: words.Key("Waits for a second person"),
	blacklist.Adding:   words.Key("Being added"),
	blacklist.Added:    words.Key("Added"),
	blacklist.Failed:   words.Key("Failed"),
}

var stageTones = map[blacklist.Stage]view.Tone{blacklist.Waiting: view.Warn, blacklist.Seconded: view.Warn, blacklist.Added: view.Good, blacklist.Failed: view.Bad}

func importPath(id, verb string) templ.SafeURL {
	path := "/imports/" + url.PathEscape(id)
	if verb != "" {
		path += "/" + verb
	}
	return templ.SafeURL(path)
}

func newImport(ctx context.Context, i blacklist.Import, name string) importView {
	v := importView{
		ID: i.ID, Name: i.Name, By: i.By, At: words.Moment(ctx, i.At), Path: importPath(i.ID, ""), State: say(ctx, stageWords[i.Stage]), Tone: stageTones[i.Stage],
		Broken: i.Broken, Reason: i.Reason, Problem: heard(ctx, i.Problem), Mine: i.By == name, Second: i.Stage == blacklist.Seconded,
	}
	if v.Tone == "" {
		v.Tone = view.Plain
	}
	of := map[blacklist.Stage]func() string{
		blacklist.Reading:  func() string { return say(ctx, "%s of %s read", words.Size(ctx, i.Done), words.Size(ctx, i.Of)) },
		blacklist.Checking: func() string { return say(ctx, "%d of %d listings judged", i.Done, i.Of) },
		blacklist.Adding:   func() string { return say(ctx, "%d of %d works added", i.Done, i.Of) },
	}[i.Stage]
	if of != nil {
		v.Running, v.Progress, v.Share = true, of(), "0"
		if i.Of > 0 {
			v.Share = fmt.Sprint(100 * i.Done / i.Of)
		}
	}
	v.Counts = [][2]string{
		{say(ctx, "Rows read"), fmt.Sprint(i.Rows)}, {say(ctx, "New works"), fmt.Sprint(i.Works)}, {say(ctx, "On the list already"), fmt.Sprint(i.Known)},
		{say(ctx, "Twice in the file"), fmt.Sprint(i.Twice)}, {say(ctx, "Rows that cannot be used"), fmt.Sprint(i.Broken)},
	}
	v.Checked = i.Stage == blacklist.Waiting || i.Stage == blacklist.Seconded || i.Stage == blacklist.Adding || i.Stage == blacklist.Added
	v.Addable = i.Works > 0 && (i.Stage == blacklist.Waiting || i.Stage == blacklist.Seconded && !v.Mine)
	if v.Checked {
		v.Effect = newEffect(ctx, i.Effect)
	}
	return v
}

func (s *console) importRows(ctx context.Context) []importView {
	var all []importView
	for _, i := range s.Keeper.Imports() {
		all = append(all, newImport(ctx, i, ""))
	}
	return all
}

// takeUpload begins an import with the file of a form. The file is written to disk as it comes.
func (s *console) takeUpload(w http.ResponseWriter, r *http.Request, name string) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	i, err := s.receive(r, name)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		s.renderBatches(w, r, http.StatusRequestEntityTooLarge, name, batchForm{}, say(r.Context(), "The file is larger than %s. Send it in parts.", words.Size(r.Context(), maxUpload)))
		return
	}
	if errors.Is(err, errNoFile) {
		s.renderBatches(w, r, http.StatusUnprocessableEntity, name, batchForm{}, say(r.Context(), "Choose a CSV file first."))
		return
	}
	if err != nil {
		s.fail(w, r, name, err)
		return
	}
	http.Redirect(w, r, string(importPath(i.ID, "")), http.StatusSeeOther)
}

var errNoFile = errors.New("no file was sent")

func (s *console) receive(r *http.Request, name string) (blacklist.Import, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return blacklist.Import{}, errNoFile
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return blacklist.Import{}, errNoFile
		}
		if err != nil {
			return blacklist.Import{}, fmt.Errorf("receive a file: %w", err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		file, err := os.CreateTemp("", "works-*.csv")
		if err != nil {
			return blacklist.Import{}, err
		}
		size, err := io.Copy(file, part)
		if err == nil {
			_, err = file.Seek(0, io.SeekStart)
		}
		if err != nil {
			file.Close()
			os.Remove(file.Name())
			return blacklist.Import{}, fmt.Errorf("receive a file: %w", err)
		}
		return s.Keeper.Import(file, size, cut(part.FileName(), 100), name)
	}
}

// cut returns at most n runes of a text.
func cut(text string, n int) string {
	if runes := []rune(strings.ToValidUTF8(text, "")); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return strings.ToValidUTF8(text, "")
}

func (s *console) showImport(w http.ResponseWriter, r *http.Request, name string) {
	s.renderImport(w, r, http.StatusOK, name, entryForm{})
}

func (s *console) renderImport(w http.ResponseWriter, r *http.Request, status int, name string, form entryForm) {
	i, ok := s.Keeper.ImportOf(r.PathValue("import"))
	if !ok {
		s.render(w, r, http.StatusNotFound, errorPage(s.page(r, name, say(r.Context(), "No such import")), say(r.Context(), "This import is not known here. Imports are kept until the service restarts; what was added is among the batches.")))
		return
	}
	v := newImport(r.Context(), i, name)
	v.Form, v.Addable = form, v.Addable && s.has(name, Lead)
	page := s.page(r, name, i.Name)
	page.Scripts = []string{assets.Path("progress.js")}
	s.render(w, r, status, importPage(page, v))
}

// takeImport has an import added, or confirmed by a second person.
func (s *console) takeImport(w http.ResponseWriter, r *http.Request, name string) {
	id, form := r.PathValue("import"), entryForm{Reason: typed(r, "reason")}
	if i, ok := s.Keeper.ImportOf(id); ok && i.Stage == blacklist.Waiting && form.Reason == "" {
		form.ReasonError = say(r.Context(), "Say why, for the log: the notice or the rights owner.")
		s.renderImport(w, r, http.StatusUnprocessableEntity, name, form)
		return
	}
	err := s.Keeper.AddImport(r.Context(), id, name, form.Reason)
	if i, ok := s.Keeper.ImportOf(id); err != nil && !(errors.Is(err, events.FourEyes) && ok && i.Stage == blacklist.Seconded) {
		status, said := s.wording(r, err)
		form.Error = said
		s.renderImport(w, r, status, name, form)
		return
	}
	http.Redirect(w, r, string(importPath(id, "")), http.StatusSeeOther)
}

// showBroken hands out the rows that cannot be used.
func (s *console) showBroken(w http.ResponseWriter, r *http.Request, name string) {
	i, ok := s.Keeper.ImportOf(r.PathValue("import"))
	if !ok {
		s.fail(w, r, name, events.NoSuchEntry)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="broken-rows.csv"`)
	if err := s.Keeper.WriteBroken(i.ID, w); err != nil {
		s.Log.WarnContext(r.Context(), "broken rows not sent", "error", err)
	}
}
