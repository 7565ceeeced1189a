package finder

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"lightshare/events"
)

// A Sort is an order of answers.
type Sort string

// The orders.
const (
	Best   Sort = ""       // by how well they match, then the newest first
	Newest Sort = "new"    // listed last
	Ending Sort = "ending" // the next to end; what does not end comes last
	Cheap  Sort = "low"
	Dear   Sort = "high"
)

// Sorts is all of them.
var Sorts = []Sort{Best, Newest, Ending, Cheap, Dear}

// A Query is a question.
type Query struct {
	Text string // every word of it is wanted; empty wants everything
	Filter
	Sort    Sort
	From, N int // the answers wanted
	Now     time.Time
}

// An Answer is a page of listings.
type Answer struct {
	IDs     []events.ListingID
	All     int    // how many match
	Instead string // what was searched for, if nothing matched what was asked; empty if something did
	Counts  Counts
}

const (
	mostWords = 12  // of a question; the rest is ignored
	mostBegun = 200 // words that the last word of a question is taken as the beginning of: the most common ones
)

// Ask answers a question.
func (f *Finder) Ask(q Query) Answer {
	wanted := split(q.Text)
	wanted = wanted[:min(len(wanted), mostWords)]
	f.mu.RLock()
	defer f.mu.RUnlock()
	found, titles := f.match(wanted)
	a := Answer{}
	if found.IsEmpty() && len(wanted) > 0 {
		if nearer, changed := f.nearest(wanted); changed {
			if other, inTitles := f.match(nearer); !other.IsEmpty() {
				found, titles, a.Instead = other, inTitles, strings.Join(nearer, " ")
			}
		}
	}
	ending := f.endings(q.Now)
	parts := f.parts(q.Filter, ending)
	a.Counts = f.count(found, parts, ending)
	found = filtered(found, parts, -1)
	a.All = int(found.GetCardinality())
	for _, n := range f.pick(found, titles, q) {
		a.IDs = append(a.IDs, f.entries[n].id)
	}
	return a
}

// match returns the listings that have all the words, and those of them that have all in their title. The caller holds
// mu, and only reads the answer.
func (f *Finder) match(wanted []string) (found, titles *roaring.Bitmap) {
	found, titles = f.all, nil
	for i, word := range wanted {
		any, title := f.having(word)
		if i == 0 {
			found, titles = any, title
			continue
		}
		found, titles = roaring.And(found, any), roaring.And(titles, title)
	}
	return found, titles
}

// having returns the listings that have a word, or one that begins with it; anywhere, and in their title.
func (f *Finder) having(word string) (any, title *roaring.Bitmap) {
	if isDense(word) {
		return f.havingPairs([]rune(word))
	}
	var ids []int32
	f.words.begun(word, func(id int32) { ids = append(ids, id) })
	if len([]rune(word)) < 2 { // one letter begins too much to mean anything
		ids = slices.DeleteFunc(ids, func(id int32) bool { return f.words.texts[id] != word })
	}
	if len(ids) > mostBegun {
		slices.SortFunc(ids, func(a, b int32) int {
			if whole := f.words.texts[a] == word; whole || f.words.texts[b] == word {
				return map[bool]int{true: -1, false: 1}[whole]
			}
			return cmp.Compare(f.words.any[b].len(), f.words.any[a].len())
		})
		ids = ids[:mostBegun]
	}
	return union(f.words.any, ids), union(f.words.titles, ids)
}

func union(all []postings, ids []int32) *roaring.Bitmap {
	if len(ids) == 1 {
		return all[ids[0]].bitmap()
	}
	var large []*roaring.Bitmap
	small := roaring.New()
	for _, id := range ids {
		if p := &all[id]; p.many != nil {
			large = append(large, p.many)
		} else {
			small.AddMany(p.few)
		}
	}
	return roaring.FastOr(append(large, small)...)
}

// havingPairs returns the listings that have every pair of neighbours of a dense word.
func (f *Finder) havingPairs(word []rune) (any, title *roaring.Bitmap) {
	if len(word) == 1 {
		return f.exactly(string(word))
	}
	for i := range len(word) - 1 {
		a, t := f.exactly(string(word[i : i+2]))
		if i == 0 {
			any, title = a, t
			continue
		}
		any, title = roaring.And(any, a), roaring.And(title, t)
	}
	return any, title
}

func (f *Finder) exactly(token string) (any, title *roaring.Bitmap) {
	id, known := f.words.ids[token]
	if !known {
		return roaring.New(), roaring.New()
	}
	return f.words.any[id].bitmap(), f.words.titles[id].bitmap()
}

// pick returns the numbers of the page that is wanted, in order. The caller holds mu.
func (f *Finder) pick(found, titles *roaring.Bitmap, q Query) []number {
	from, most := max(q.From, 0), max(q.From, 0)+max(q.N, 0)
	var first []number
	if q.Sort != Best || titles == nil {
		first = f.top(found, q.Sort, most)
	} else if first = f.top(roaring.And(found, titles), Newest, most); len(first) < most {
		first = append(first, f.top(roaring.AndNot(found, titles), Newest, most-len(first))...)
	}
	return first[min(from, len(first)):]
}

// top returns up to n of what was found, in order. It looks from the highest number down, since those are mostly the
// newest: then nearly all others are turned down at the first look.
func (f *Finder) top(found *roaring.Bitmap, s Sort, n int) []number {
	if n == 0 {
		return nil
	}
	ranks, sign := f.ranks(s)
	var best []ranked // the n best so far, and up to as many that came since
	last := int64(math.MaxInt64)
	for _, number := range slices.Backward(found.ToArray()) {
		rank := sign * ranks[number]
		if rank > last {
			continue
		}
		if best = append(best, ranked{rank, number}); len(best) == 2*n {
			slices.SortFunc(best, ranked.compare)
			best, last = best[:n], best[n-1].rank
		}
	}
	slices.SortFunc(best, ranked.compare)
	numbers := make([]number, min(n, len(best)))
	for i := range numbers {
		numbers[i] = best[i].number
	}
	return numbers
}

// ranks returns what listings are sorted by: the smallest first if sign is 1, the largest if it is -1.
func (f *Finder) ranks(s Sort) (of []int64, sign int64) {
	switch s {
	case Ending:
		return f.ends, 1
	case Cheap:
		return f.worths, 1
	case Dear:
		return f.worths, -1
	}
	return f.listed, -1
}

// ranked is an answer with what it is sorted by; of two alike the one with the higher number comes first.
type ranked struct {
	rank   int64
	number number
}

func (r ranked) compare(o ranked) int {
	return cmp.Or(cmp.Compare(r.rank, o.rank), cmp.Compare(o.number, r.number))
}
