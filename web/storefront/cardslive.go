package storefront

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
	"lightshare/web/storefront/live"
	"lightshare/web/view/words"
)

// maxCards is how many lots one page may watch.
const maxCards = 60

// livePath returns where the stream of a page that shows those lots is; empty without any.
func livePath(lots []*catalogue.Lot) string {
	if len(lots) == 0 {
		return ""
	}
	q := url.Values{}
	seen := make(map[events.LotID]bool)
	for _, l := range lots {
		if !seen[l.ID()] {
			seen[l.ID()] = true
			q.Add("lot", string(l.ID()))
		}
	}
	return "/live?" + q.Encode()
}

// cardsLive is the stream of a page with many lots.
func (f *Front) cardsLive(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()["lot"]
	if len(asked) == 0 || len(asked) > maxCards {
		return fmt.Errorf("stream of %d lots: %w", len(asked), events.Malformed)
	}
	var topics []string
	for _, id := range asked {
		topics = append(topics, catalogue.Topic(events.LotID(id)))
	}
	watch := f.hub.Watch(topics...)
	defer watch.Close()
	sent := make(set)
	return f.run(w, r, watch, func() (string, live.Frame, error) {
		html, state := make(map[string]string), fnv.New64a()
		for _, id := range asked {
			l, ok := f.market.Lot(events.LotID(id))
			if !ok {
				continue
			}
			some, err := f.cardPieces(r, l)
			if err != nil {
				return "", live.Frame{}, err
			}
			for id, text := range some {
				html[id] = text
			}
			fmt.Fprintf(state, "%s %d %d %t\n", id, l.Version, l.Standing.Version, l.Presence.Online)
		}
		return strconv.FormatUint(state.Sum64(), 36), live.Frame{HTML: sent.news(html)}, nil
	})
}

func (f *Front) cardPieces(r *http.Request, l *catalogue.Lot) (map[string]string, error) {
	return f.pieces.of(r, l, "card", func() (map[string]string, error) {
		return drawAll(r, map[string]templ.Component{"c-" + string(l.ID()): cardPiece(cardOf(words.Of(r.Context()), l, f.Clock.Now()))})
	})
}
