package ui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"lightshare/web/view/words"
)

const (
	glance     = 500 * time.Millisecond // between two looks at how things stand, while a page is open
	beat       = 15 * time.Second
	writeLimit = 20 * time.Second
)

// A frame is what open pages are sent: live.js in package view puts it in place.
type frame struct {
	Now   int64             `json:"now"`             // Unix milliseconds
	HTML  map[string]string `json:"html,omitempty"`  // by element id; each page takes those that it has
	Files string            `json:"files,omitempty"` // changes when the list of files did
}

// live streams what changes to the tabs of one browser.
func (s *desk) live(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	ctx := r.Context()
	if l, ok := words.Tagged(r.FormValue("in")); ok { // as the page is, whatever was chosen since
		ctx = words.With(ctx, l)
	}
	write := func(text string) bool {
		control.SetWriteDeadline(time.Now().Add(writeLimit)) // a recorder in a test has none to set
		_, err := w.Write([]byte(text))
		return err == nil && control.Flush() == nil
	}
	sent := make(map[string]string)
	look, alive := time.NewTicker(glance), time.NewTicker(beat)
	defer look.Stop()
	defer alive.Stop()
	for going := write("retry: 1000\n\n"); going; {
		f, err := s.news(ctx, sent)
		if err == nil && len(f.HTML)+len(f.Files) > 0 {
			text, _ := json.Marshal(f) // strings always encode
			going = write(fmt.Sprintf("data: %s\n\n", text))
		}
		select {
		case <-look.C:
		case <-alive.C:
			going = going && write(fmt.Sprintf("event: beat\ndata: %d\n\n", time.Now().UnixMilli()))
		case <-s.closing.Done():
			return
		case <-r.Context().Done():
			return
		}
	}
}

// news returns the pieces that are not as they were sent, and notes them as sent.
func (s *desk) news(ctx context.Context, sent map[string]string) (frame, error) {
	f := frame{Now: time.Now().UnixMilli(), HTML: make(map[string]string)}
	o, err := s.Overview(ctx)
	if err != nil {
		return f, err
	}
	v := newOverview(ctx, o, time.Now())
	all := s.Transfers()
	for id, piece := range map[string]templ.Component{
		"connection": connection(v.Connection), "reading": reading(v.Reading), "sending": sending(v.Sending),
		"troubles": troubles(v), "auctions": auctions(v.Auctions), "folders": folders(v.Folders), "today": today(v.Today),
		"transfers": transfers(newTransfers(ctx, all, o.Delivery.Limits)), "sales": sales(newSales(ctx, s.Sales())),
	} {
		var b bytes.Buffer
		if err := piece.Render(ctx, &b); err != nil {
			return f, err
		}
		if html := b.String(); sent[id] != html {
			sent[id], f.HTML[id] = html, html
		}
	}
	sum := fnv.New64a()
	for _, folder := range o.Folders {
		fmt.Fprintln(sum, folder.Dir, folder.Version)
	}
	if files := fmt.Sprint(sum.Sum64()); sent["files"] != files {
		sent["files"], f.Files = files, files
	}
	return f, nil
}
