package blacklist

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lightshare/events"
)

// artistForms returns how the entry's artist is written: as given, without guests, without what stands in brackets, what
// stands in brackets at the end ("태연 (TAEYEON)"), without a leading "the", with the first name's initial, the first of
// several, and the same of other names.
func artistForms(forms []string, e events.Entry) []string {
	for i := range 1 + len(e.ArtistAlt) {
		name := e.Artist
		if i > 0 {
			name = e.ArtistAlt[i-1]
		}
		plain := withoutGuests(name)
		bare, inner := splitBrackets(plain)
		forms = append(forms, name, plain, bare)
		if !isEdition(inner) {
			forms = append(forms, inner)
		}
		if len(bare) > 8 && strings.EqualFold(bare[:4], "the ") {
			forms = append(forms, bare[4:])
		}
		if short := withInitial(bare); short != "" {
			forms = append(forms, short)
		}
		if first := firstOf(bare); len(first) >= 4 {
			forms = append(forms, first)
		}
	}
	return withoutAnd(forms)
}

// withInitial returns a name of two or three Latin words with the first as its initial, or nothing.
func withInitial(s string) string {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 3 || len(words[0]) < 3 || len(words[len(words)-1]) < 4 || strings.EqualFold(words[0], "the") || !isLatin([]byte(strings.ToLower(s))) {
		return ""
	}
	return words[0][:1] + " " + strings.Join(words[1:], " ")
}

// titleForms returns how the entry's title is written: as given, without guests, without what stands in brackets, and
// what stands there if it says the same in another script ("붉은 노을 (Sunset Glow)").
func titleForms(forms []string, e events.Entry) []string {
	for i := range 1 + len(e.TitleAlt) {
		name := e.Title
		if i > 0 {
			name = e.TitleAlt[i-1]
		}
		plain := withoutGuests(name)
		bare, inner := splitBrackets(plain)
		forms = append(forms, name, plain, bare)
		if len(inner) >= 3 && hasHangul(bare) && !hasHangul(inner) && !isEdition(inner) {
			forms = append(forms, inner)
		}
	}
	return withoutAnd(forms)
}

// withoutAnd adds the forms of those who leave the ampersand out.
func withoutAnd(forms []string) []string {
	for _, f := range forms {
		if strings.ContainsAny(f, "&＆") {
			forms = append(forms, strings.NewReplacer("&", " ", "＆", " ").Replace(f))
		} else if lower := strings.ToLower(f); strings.Contains(lower, " and ") {
			forms = append(forms, strings.ReplaceAll(lower, " and ", " "))
		}
	}
	return forms
}

var guestWords = []string{"feat", "ft", "featuring", "prod", "with.", "duet."}

// withoutGuests cuts off "feat. …" and "(Prod. …": the rest of the name is kept.
func withoutGuests(s string) string {
	for i := 1; i < len(s); i++ {
		if before := s[i-1]; before != ' ' && before != '(' && before != '[' || i == 1 {
			continue
		}
		for _, g := range guestWords {
			end := i + len(g)
			if end < len(s) && strings.EqualFold(s[i:end], g) && !isWordRune(rune(s[end])) {
				return strings.TrimRight(s[:i], " ([,（")
			}
		}
	}
	return s
}

const (
	openBrackets  = "([{（［〈《「『【"
	closeBrackets = ")]}）］〉》」』】"
)

// splitBrackets returns s without what stands in brackets, and what stands in those at its end. Brackets that are
// not closed reach to the end.
func splitBrackets(s string) (bare, inner string) {
	if !strings.ContainsAny(s, openBrackets+closeBrackets) {
		return s, ""
	}
	var out, in strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune(openBrackets, r):
			if depth++; depth == 1 {
				in.Reset()
				out.WriteByte(' ')
			} else {
				in.WriteByte(' ')
			}
		case strings.ContainsRune(closeBrackets, r):
			depth = max(0, depth-1)
		case depth > 0:
			in.WriteRune(r)
		default:
			out.WriteRune(r)
		}
	}
	bare = strings.TrimSpace(out.String())
	if bare == "" {
		return s, ""
	}
	if last, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(closeBrackets, last) {
		return bare, ""
	}
	return bare, strings.TrimSpace(in.String())
}

// isEdition reports whether what stands in brackets says which recording it is, or whose, not what it is called.
func isEdition(inner string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(inner), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if editionWords[word] {
			return true
		}
	}
	return inner == ""
}

var editionWords = wordSet("ver version remix mix inst instrumental ost live edit remaster remastered acoustic feat ft prod by with duet vocal part pt " +
	"original original radio demo bonus track of from narr rap theme intro outro special new single 버전 라이브 리믹스 삽입곡 주제가 테마")

// firstOf returns the first of several artists, or nothing where there is but one.
func firstOf(s string) string {
	end := -1
	for _, sep := range []string{" & ", ",", " and ", " And ", " with ", " With ", " x ", " X ", "/", "、", "×"} {
		if i := strings.Index(s, sep); i > 0 && (end < 0 || i < end) {
			end = i
		}
	}
	if end < 0 {
		return ""
	}
	return strings.TrimSpace(s[:end])
}

func hasHangul(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 })
}

// isLatin reports whether most of a folded name is written in Latin letters.
func isLatin(folded []byte) bool {
	latin, other := 0, 0
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		if r >= 'a' && r <= 'z' {
			latin++
		} else if r >= utf8.RuneSelf {
			other++
		}
		i += size
	}
	return latin > other
}

// distinct keeps the first of equal names and drops empty ones.
func distinct(forms []string) []string {
	kept := forms[:0]
	for _, f := range forms {
		if f != "" && !slices.Contains(kept, f) {
			kept = append(kept, f)
		}
	}
	return kept
}
