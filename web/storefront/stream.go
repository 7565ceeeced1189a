package storefront

import (
	"net/http"
	"sync"
	"time"

	"github.com/a-h/templ"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/live"
	"lightshare/web/view/words"
)

// A source makes the frames of one page's stream: everything at first, then what changed. The id names the state that
// the frame leads to; an empty one means that there is nothing to send.
type source func() (id string, f live.Frame, err error)

// run keeps a page's stream going until the visitor leaves or the storefront closes.
func (f *Front) run(w http.ResponseWriter, r *http.Request, watch *live.Watch, next source) error {
	id, frame, err := next()
	if err != nil {
		return err
	}
	stream, err := live.Open(w)
	if err != nil {
		return nil // the visitor has gone
	}
	if r.Header.Get("Last-Event-ID") == id {
		err = stream.Beat(f.Clock.Now())
	} else {
		err = f.send(stream, id, frame)
	}
	beat := time.NewTicker(live.Beat)
	defer beat.Stop()
	for err == nil {
		select {
		case <-watch.Ready():
			watch.Take()
			if id, frame, err = next(); err != nil {
				f.Log.ErrorContext(r.Context(), "a stream broke", "route", r.Pattern, "error", err)
			} else if id != "" {
				err = f.send(stream, id, frame)
			}
		case <-beat.C:
			err = stream.Beat(f.Clock.Now())
		case <-f.closing:
			return nil
		case <-r.Context().Done():
			return nil
		}
	}
	return nil // it comes back by itself
}

func (f *Front) send(s *live.Stream, id string, frame live.Frame) error {
	frame.Now = f.Clock.Now().UnixMilli()
	return s.Send(id, frame)
}

// A set is the pieces of a page that a stream has sent, by element id.
type set map[string]string

// news returns which of the pieces are not as they were sent, and remembers them.
func (s set) news(pieces ...map[string]string) map[string]string {
	changed := make(map[string]string)
	for _, some := range pieces {
		for id, html := range some {
			if s[id] != html {
				s[id], changed[id] = html, html
			}
		}
	}
	return changed
}

// pieces remembers what everybody sees of a lot, drawn once for each of its versions. The zero value is ready.
type pieces struct {
	mu   sync.Mutex
	lots map[pieceKey]drawn // guarded by mu
}

type pieceKey struct {
	lot  events.LotID
	what string // "page" or "card"
	in   words.Language
}

type drawn struct {
	lot  *catalogue.Lot // as it was when it was drawn
	html map[string]string
}

// maxDrawn is how many lots are remembered.
const maxDrawn = 10_000

// of returns the pieces of l in the request’s language, which draw makes if nobody has seen this version yet.
func (p *pieces) of(r *http.Request, l *catalogue.Lot, what string, draw func() (map[string]string, error)) (map[string]string, error) {
	key := pieceKey{l.ID(), what, words.Of(r.Context())}
	p.mu.Lock()
	defer p.mu.Unlock()
	if d := p.lots[key]; d.lot == l {
		return d.html, nil
	}
	html, err := draw()
	if err != nil {
		return nil, err
	}
	if p.lots == nil || len(p.lots) >= maxDrawn {
		p.lots = make(map[pieceKey]drawn)
	}
	p.lots[key] = drawn{l, html}
	return html, nil
}

// drawAll draws components by the ids of their elements.
func drawAll(r *http.Request, components map[string]templ.Component) (map[string]string, error) {
	html := make(map[string]string, len(components))
	for id, c := range components {
		text, err := draw(r, c)
		if err != nil {
			return nil, err
		}
		html[id] = text
	}
	return html, nil
}
