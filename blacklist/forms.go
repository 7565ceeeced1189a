package blacklist

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"lightshare/events"
)

// A form is one way in which an artist or a title is written, folded and without spaces.
type form struct {
	letters string
	words   int
	artists []*work // whose artist is written so
	titles  []*work // whose title is written so
}

// A work is an entry with its forms.
type work struct {
	entry   events.Entry
	change  uint64 // which change of the list put it there; 0 for the list it began with
	artists []*form
	titles  []*form
	words   []string // of the title, for those who change their order
}

// distinctive reports whether a title written so names one song by itself: four words and 17 letters, or two words and
// seven syllables of Hangul.
func (f *form) distinctive() bool {
	syllables := 0
	for _, r := range f.letters {
		if classOf(r) == hangul {
			syllables++
		}
	}
	letters := utf8.RuneCountInString(f.letters)
	return f.words >= 4 && letters >= 17 || f.words >= 2 && syllables >= 7
}

// belongsToOne reports whether every work with this title is by the same artist.
func (f *form) belongsToOne() bool {
	return !slices.ContainsFunc(f.titles, func(w *work) bool { return w.artists[0] != f.titles[0].artists[0] })
}

var (
	inBrackets = regexp.MustCompile(`[(\[（［]([^()\[\]（）［］]+)[)\]）］]\s*$`)
	brackets   = regexp.MustCompile(`[(\[{（［〈《「『【][^()\[\]{}（）［］〈〉《》「」『』【】]*[)\]}）］〉》」』】]`)
	featured   = regexp.MustCompile(`(?i)[\s(\[（]+(feat|ft|featuring|prod)\b.*$`)
)

// artistForms returns how the entry's artist is written, folded: as given, without guests, without what stands in
// brackets, what stands in brackets at the end ("태연 (TAEYEON)"), without a leading "the", and the same of other names.
func artistForms(e events.Entry) []string {
	var forms []string
	for _, name := range append([]string{e.Artist}, e.ArtistAlt...) {
		plain := featured.ReplaceAllString(name, "")
		forms = append(forms, Fold(name), Fold(plain), Fold(brackets.ReplaceAllString(plain, " ")))
		if inner := inBrackets.FindStringSubmatch(plain); inner != nil {
			forms = append(forms, Fold(inner[1]))
		}
	}
	for _, f := range forms {
		if rest, ok := strings.CutPrefix(f, "the "); ok && len(rest) >= 6 {
			forms = append(forms, rest)
		}
	}
	return distinct(withoutAnd(forms))
}

// titleForms returns how the entry's title is written, folded: as given, without guests, and without what stands in
// brackets.
func titleForms(e events.Entry) []string {
	var forms []string
	for _, name := range append([]string{e.Title}, e.TitleAlt...) {
		plain := featured.ReplaceAllString(name, "")
		forms = append(forms, Fold(name), Fold(plain), Fold(brackets.ReplaceAllString(plain, " ")))
	}
	return distinct(withoutAnd(forms))
}

// withoutAnd adds the forms of those who leave the ampersand out.
func withoutAnd(forms []string) []string {
	for _, f := range forms {
		forms = append(forms, strings.ReplaceAll(f, " and ", " "))
	}
	return forms
}

// distinct keeps the first of equal forms and drops empty ones.
func distinct(forms []string) []string {
	var kept []string
	for _, f := range forms {
		if f != "" && !slices.Contains(kept, f) {
			kept = append(kept, f)
		}
	}
	return kept
}
