package catalogue

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	"golang.org/x/text/width"

	"lightshare/events"
	"lightshare/web/view"
)

// index finds listings by their words. It never knows a price: those change too often.
type index struct {
	bleve bleve.Index
	log   *slog.Logger
	wake  chan struct{}
	done  chan struct{}
	tasks sync.WaitGroup

	mu      sync.Mutex
	waiting map[events.ListingID]events.Offer // guarded by mu; not indexed yet
}

// document is what is indexed of an offer.
type document struct {
	Title string `json:"title"`
	Text  string `json:"text"` // title, description, tags, names
	Kind  string `json:"kind"`
}

const (
	gather      = 20 * time.Millisecond // how long changes are gathered before they are indexed together
	batchSize   = 100
	maxWords    = 12 // of a query; the rest is ignored
	titleWeight = 4
)

func newIndex(log *slog.Logger) (*index, error) {
	b, err := bleve.NewUsing("", words(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	x := &index{bleve: b, log: log, wake: make(chan struct{}, 1), done: make(chan struct{}), waiting: make(map[events.ListingID]events.Offer)}
	x.tasks.Go(x.run)
	return x, nil
}

func words() mapping.IndexMapping {
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeInAll = cjk.AnalyzerName, false, false
	kind := bleve.NewTextFieldMapping()
	kind.Analyzer, kind.Store, kind.IncludeInAll = keyword.Name, false, false
	listing := bleve.NewDocumentStaticMapping()
	listing.AddFieldMappingsAt("title", text)
	listing.AddFieldMappingsAt("text", text)
	listing.AddFieldMappingsAt("kind", kind)
	m := bleve.NewIndexMapping()
	m.DefaultMapping = listing
	return m
}

func (x *index) close() error {
	close(x.done)
	x.tasks.Wait()
	return x.bleve.Close()
}

// put makes the offer findable soon, or not any more if it is not on offer.
func (x *index) put(o events.Offer) {
	x.mu.Lock()
	x.waiting[o.Listing] = o
	x.mu.Unlock()
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

func (x *index) run() {
	for {
		select {
		case <-x.wake:
		case <-x.done:
			return
		}
		select {
		case <-time.After(gather):
		case <-x.done:
			return
		}
		for x.some() {
		}
	}
}

// some indexes a batch of what waits, and reports whether there was any.
func (x *index) some() bool {
	batch := x.bleve.NewBatch()
	x.mu.Lock()
	for id, o := range x.waiting {
		delete(x.waiting, id)
		if o.State != events.OfferListed {
			batch.Delete(string(id))
		} else if err := batch.Index(string(id), documentOf(o)); err != nil {
			x.log.Error("a listing could not be indexed", "listing", id, "error", err)
		}
		if batch.Size() >= batchSize {
			break
		}
	}
	x.mu.Unlock()
	if batch.Size() == 0 {
		return false
	}
	if err := x.bleve.Batch(batch); err != nil {
		x.log.Error("listings could not be indexed", "count", batch.Size(), "error", err)
	}
	return true
}

func documentOf(o events.Offer) document {
	text := []string{o.Title, o.Description, o.SellerName, apart(o.FileName), o.Type}
	return document{Title: o.Title, Text: strings.Join(append(text, o.Tags...), "\n"), Kind: string(view.KindOf(o.Type))}
}

// apart splits a file name into words.
func apart(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return ' '
	}, s)
}

// Search returns up to n lots on offer whose words match q, best first from the given position on, and how many match.
func (c *Catalogue) Search(ctx context.Context, q string, kind view.Kind, from, n int) ([]*Lot, int, error) {
	wanted := wantedBy(q, kind)
	if wanted == nil {
		return nil, 0, nil
	}
	result, err := c.index.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(wanted, n, max(from, 0), false))
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	lots := make([]*Lot, 0, len(result.Hits))
	for _, hit := range result.Hits {
		if l, ok := c.Lot(events.ListingID(hit.ID).Lot()); ok && l.State == events.OfferListed {
			lots = append(lots, l)
		}
	}
	return lots, int(result.Total), nil
}

// wantedBy asks for every word of q, in the title rather than elsewhere; nil if there is none.
func wantedBy(q string, kind view.Kind) query.Query {
	var all []query.Query
	for _, word := range strings.Fields(apart(strings.ToLower(width.Fold.String(q)))) {
		if len(all) == maxWords {
			break
		}
		all = append(all, wantedWord(word))
	}
	if len(all) == 0 {
		return nil
	}
	if kind != "" {
		only := bleve.NewTermQuery(string(kind))
		only.SetField("kind")
		all = append(all, only)
	}
	return bleve.NewConjunctionQuery(all...)
}

func wantedWord(word string) query.Query {
	var ways []query.Query
	for _, field := range []string{"title", "text"} {
		weight := 1.0
		if field == "title" {
			weight = titleWeight
		}
		whole := bleve.NewMatchQuery(word)
		whole.SetField(field)
		whole.SetOperator(query.MatchQueryOperatorAnd)
		whole.SetBoost(weight)
		begun := bleve.NewPrefixQuery(word)
		begun.SetField(field)
		begun.SetBoost(weight / 2)
		ways = append(ways, whole, begun)
		if len(word) >= 5 && utf8.RuneCountInString(word) == len(word) {
			near := bleve.NewFuzzyQuery(word)
			near.SetField(field)
			near.SetBoost(weight / 8)
			ways = append(ways, near)
		}
	}
	return bleve.NewDisjunctionQuery(ways...)
}
