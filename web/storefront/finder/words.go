package finder

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/tidwall/btree"
)

// words are all words of the index, each with the listings that have it.
type words struct {
	ids    map[string]int32
	sorted btree.Set[string]
	texts  []string
	shapes []shape    // of the texts
	titles []postings // of the listings whose title has the word
	any    []postings // of all that have it
}

func newWords() words { return words{ids: make(map[string]int32)} }

// number returns the words' numbers: those of the title first, then the others, and how many the title has.
func (w *words) number(title, text []string) ([]int32, int32) {
	ids := make([]int32, 0, len(title)+len(text))
	seen := make(map[int32]bool, len(title)+len(text))
	for _, part := range [][]string{title, text} {
		for _, token := range part {
			id, known := w.ids[token]
			if !known {
				id = int32(len(w.texts))
				token = strings.Clone(token)
				w.ids[token] = id
				w.texts, w.shapes = append(w.texts, token), append(w.shapes, shapeOf(token))
				w.titles, w.any = append(w.titles, postings{}), append(w.any, postings{})
				w.sorted.Insert(token)
			}
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids, int32(len(title))
}

func (w *words) add(n number, ids []int32, title int32) {
	for i, id := range ids {
		w.any[id].add(n)
		if int32(i) < title {
			w.titles[id].add(n)
		}
	}
}

func (w *words) remove(n number, ids []int32, title int32) {
	for i, id := range ids {
		w.any[id].remove(n)
		if int32(i) < title {
			w.titles[id].remove(n)
		}
	}
}

// begun calls f with every word that begins with the prefix and that something has, in their order.
func (w *words) begun(prefix string, f func(id int32)) {
	w.sorted.Ascend(prefix, func(text string) bool {
		if !strings.HasPrefix(text, prefix) {
			return false
		}
		if id := w.ids[text]; w.any[id].len() > 0 {
			f(id)
		}
		return true
	})
}

// postings are the listings that have a word: a sorted list while they are few, then a bitmap.
type postings struct {
	few  []number
	many *roaring.Bitmap
}

const mostFew = 32

func (p *postings) len() int {
	if p.many != nil {
		return int(p.many.GetCardinality())
	}
	return len(p.few)
}

func (p *postings) add(n number) {
	if p.many != nil {
		p.many.Add(n)
		return
	}
	at, there := slices.BinarySearch(p.few, n)
	if there {
		return
	}
	if len(p.few) < mostFew {
		p.few = slices.Insert(p.few, at, n)
		return
	}
	p.many = roaring.BitmapOf(p.few...)
	p.many.Add(n)
	p.few = nil
}

func (p *postings) remove(n number) {
	if p.many != nil {
		p.many.Remove(n)
	} else if at, there := slices.BinarySearch(p.few, n); there {
		p.few = slices.Delete(p.few, at, at+1)
	}
}

// bitmap returns the listings as a bitmap that is only read.
func (p *postings) bitmap() *roaring.Bitmap {
	if p.many != nil {
		return p.many
	}
	return roaring.BitmapOf(p.few...)
}
