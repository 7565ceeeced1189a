package console

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lightshare/blacklist"
)

// logView is the log, worded.
type logView struct {
	By, Did, Text  string
	People, Deeds  []string
	Acts           []actView
	Summary, Page  string
	Earlier, Later string
	Checked        string // what a walk along the chain has found; empty when nobody asked
	Whole          bool
	Head           string
}

func (s *console) showLog(w http.ResponseWriter, r *http.Request, name string) {
	s.renderLog(w, r, name, logView{})
}

func (s *console) renderLog(w http.ResponseWriter, r *http.Request, name string, v logView) {
	q := blacklist.LogQuery{By: r.FormValue("by"), Did: r.FormValue("did"), Text: strings.TrimSpace(r.FormValue("q"))}
	q.Page, _ = strconv.Atoi(r.FormValue("page"))
	p := s.Keeper.FindLog(q)
	v.By, v.Did, v.Text, v.People, v.Deeds = q.By, q.Did, q.Text, p.People, p.Deeds
	v.Summary, v.Page = say(r.Context(), "%d lines", p.Found), say(r.Context(), "Page %d of %d", p.Number, p.Pages)
	for _, a := range p.Acts {
		v.Acts = append(v.Acts, newAct(r.Context(), a))
	}
	at := func(page int) string {
		return "/log?" + url.Values{"by": {q.By}, "did": {q.Did}, "q": {q.Text}, "page": {strconv.Itoa(page)}}.Encode()
	}
	if p.Number > 1 {
		v.Earlier = at(p.Number - 1)
	}
	if p.Number < p.Pages {
		v.Later = at(p.Number + 1)
	}
	s.render(w, r, http.StatusOK, logPage(s.page(r, name, say(r.Context(), "Log")), v))
}

// checkLog walks along the whole chain and says what it found.
func (s *console) checkLog(w http.ResponseWriter, r *http.Request, name string) {
	c, err := s.Keeper.Check(r.Context())
	if err != nil {
		s.fail(w, r, name, err)
		return
	}
	v := logView{Whole: c.Broken == "", Head: c.Head}
	v.Checked = say(r.Context(), "The chain holds: each fact follows from the one before, checked on disk in %s. Facts: %d; subjects that they are about: %d.", c.Took.Round(time.Millisecond), c.Facts, c.Subjects)
	if !v.Whole {
		v.Checked = say(r.Context(), "The chain is broken: %s.", heard(r.Context(), c.Broken))
	}
	s.renderLog(w, r, name, v)
}

// exportLog hands out every decision with its reason, from the journal: as CSV, or a JSON line each.
func (s *console) exportLog(w http.ResponseWriter, r *http.Request, name string) {
	write := csvOf(w)
	media, file := "text/csv; charset=utf-8", "decisions.csv"
	if r.PathValue("format") == "decisions.jsonl" {
		media, file = "application/jsonl", "decisions.jsonl"
		lines := json.NewEncoder(w)
		write = func(d blacklist.Ruled) error { return lines.Encode(exported(d)) }
	} else if r.PathValue("format") != "decisions.csv" {
		s.showNothing(w, r, name)
		return
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+file+`"`)
	if err := s.Keeper.Export(r.Context(), write); err != nil {
		s.Log.WarnContext(r.Context(), "decisions not exported", "error", err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
}

// A decision is a line of an export.
type decision struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"` // empty for a consequence of the list
	Did     string    `json:"did"`
	Subject string    `json:"subject"`
	Seq     uint64    `json:"seq"`
	What    string    `json:"what"`
	Reason  string    `json:"reason"`
	Entry   string    `json:"entry,omitempty"`
	Rule    string    `json:"rule,omitempty"`
	Batch   string    `json:"batch,omitempty"`
	Hash    string    `json:"hash"`
}

func exported(d blacklist.Ruled) decision {
	return decision{d.At, d.By, d.Did, d.Subject, d.Seq, d.What, d.Reason, string(d.Entry), d.Rule, d.Batch, d.Hash}
}

var exportColumns = []string{"at", "by", "did", "subject", "seq", "what", "reason", "entry", "rule", "batch", "hash"}

// csvOf writes a heading at the first line, and flushes each: the file is as long as the history.
func csvOf(w http.ResponseWriter) func(blacklist.Ruled) error {
	out := csv.NewWriter(w)
	first := true
	return func(d blacklist.Ruled) error {
		if first {
			first = false
			if err := out.Write(exportColumns); err != nil {
				return err
			}
		}
		e := exported(d)
		err := out.Write([]string{e.At.Format(time.RFC3339Nano), cell(e.By), e.Did, e.Subject, strconv.FormatUint(e.Seq, 10), cell(e.What), cell(e.Reason), cell(e.Entry), e.Rule, e.Batch, e.Hash})
		out.Flush()
		if err == nil {
			err = out.Error()
		}
		return err
	}
}

// cell keeps a spreadsheet from taking what strangers wrote for a formula.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
