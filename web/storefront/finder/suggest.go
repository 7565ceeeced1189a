package finder

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
)

// Suggest returns up to n ways to go on with a question whose last word may be unfinished, the most common first. Each
// has an answer.
func (f *Finder) Suggest(text string, n int) []string {
	wanted := split(text)
	if len(wanted) == 0 || len(wanted) > mostWords {
		return nil
	}
	last := wanted[len(wanted)-1]
	f.mu.RLock()
	defer f.mu.RUnlock()
	var before *roaring.Bitmap
	if len(wanted) > 1 {
		before, _ = f.match(wanted[:len(wanted)-1])
	}
	type way struct {
		text  string
		count int
	}
	var ways []way
	f.words.begun(last, func(id int32) {
		if text := f.words.texts[id]; utf8.RuneCountInString(text) > 1 {
			ways = append(ways, way{text, f.words.any[id].len()})
		}
	})
	slices.SortFunc(ways, func(a, b way) int { return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.text, b.text)) })
	var all []string
	for _, w := range ways[:min(len(ways), 20*n)] {
		if len(all) == n {
			break
		}
		if has := f.words.any[f.words.ids[w.text]]; before != nil && !before.Intersects(has.bitmap()) {
			continue
		}
		all = append(all, strings.Join(append(slices.Clone(wanted[:len(wanted)-1]), w.text), " "))
	}
	return all
}
