package blacklist

import "strings"

// English is written unlike it is spoken, and somebody who writes it in Hangul or kana writes what he hears. The rules
// below guess how a name is spoken, as sounds; they need only be right about most consonants.

// A spelling says how letters are spoken in a place: after what, before what.
type spelling struct {
	letters string
	before  beside // what must stand before
	after   beside // what must stand behind
	sound   string
}

// A beside is a condition on a neighbouring letter.
type beside byte

const (
	anything  beside = iota
	edge             // the word begins or ends there
	vowel            // a e i o u y
	consonant        // any other letter, or the edge
	front            // e i y
	magicE           // one consonant and a last e, or es
	inner            // some letter
	voiced           // a letter that is spoken with the voice, in a word that has sounded already
)

// spellings go by their first letter; the first that fits holds.
var spellings = groupSpellings([]spelling{
	{"augh", 0, 0, "o"}, {"au", 0, 0, "o"}, {"aw", 0, 0, "o"}, {"air", 0, 0, "eo"}, {"ai", 0, 0, "ei"}, {"ay", 0, 0, "ei"},
	{"are", 0, edge, "eo"}, {"ar", 0, consonant, "a"}, {"alk", 0, 0, "ok"}, {"all", 0, 0, "ol"}, {"al", 0, consonant, "ol"},
	{"ange", 0, 0, "einj"}, {"able", 0, edge, "eipol"}, {"ation", 0, 0, "eison"}, {"a", 0, magicE, "ei"}, {"a", 0, edge, "o"}, {"a", edge, edge, "o"}, {"a", 0, 0, "e"},
	{"bt", 0, edge, "t"}, {"mb", 0, edge, "m"}, {"b", 0, 0, "p"},
	{"chr", 0, 0, "kl"}, {"ch", 0, edge, "ji"}, {"ch", 0, 0, "j"}, {"ck", 0, 0, "k"}, {"cious", 0, edge, "sos"}, {"cial", 0, edge, "sol"}, {"cc", 0, front, "ks"}, {"c", 0, front, "s"}, {"c", 0, 0, "k"},
	{"dge", 0, 0, "ji"}, {"d", 0, 0, "t"},
	{"eigh", 0, 0, "ei"}, {"eau", 0, 0, "o"}, {"ear", 0, 0, "io"}, {"eer", 0, 0, "io"}, {"ea", 0, 0, "i"}, {"ee", 0, 0, "i"},
	{"er", 0, consonant, "o"}, {"ew", 0, 0, "iu"}, {"ey", 0, edge, "i"}, {"ei", 0, 0, "i"}, {"es", voiced, edge, "j"}, {"es", inner, edge, "s"}, {"e", inner, edge, ""}, {"e", 0, edge, "i"}, {"e", 0, 0, "e"},
	{"f", 0, 0, "p"},
	{"gh", edge, 0, "k"}, {"gh", 0, 0, ""}, {"ge", 0, edge, "ji"}, {"gn", edge, 0, "n"}, {"gy", 0, 0, "ji"}, {"ge", 0, 0, "je"}, {"g", 0, 0, "k"},
	{"h", 0, vowel, "h"}, {"h", 0, 0, ""},
	{"igh", 0, 0, "ai"}, {"ie", inner, edge, "i"}, {"ied", 0, edge, "ait"}, {"ie", 0, 0, "i"}, {"ir", 0, consonant, "o"}, {"ind", 0, edge, "aint"}, {"ild", 0, edge, "ailt"},
	{"ion", 0, 0, "ion"}, {"ing", 0, edge, "ink"}, {"i", 0, magicE, "ai"}, {"i", edge, edge, "ai"}, {"i", 0, 0, "i"},
	{"j", 0, 0, "j"},
	{"kn", edge, 0, "n"}, {"k", 0, 0, "k"},
	{"le", inner, edge, "ol"}, {"l", 0, 0, "l"},
	{"m", 0, 0, "m"},
	{"ng", 0, edge, "nk"}, {"nge", 0, edge, "nji"}, {"n", 0, 0, "n"},
	{"ould", 0, 0, "ut"}, {"ough", 0, 0, "o"}, {"oo", 0, 0, "u"}, {"ous", 0, edge, "os"}, {"our", 0, 0, "o"}, {"ou", 0, 0, "au"}, {"own", 0, 0, "aun"}, {"owd", 0, 0, "aut"}, {"ower", 0, 0, "auo"},
	{"ow", 0, 0, "o"}, {"oa", 0, 0, "o"}, {"oi", 0, 0, "oi"}, {"oy", 0, 0, "oi"}, {"or", 0, consonant, "o"}, {"o", 0, 0, "o"},
	{"ph", 0, 0, "p"}, {"ps", edge, 0, "s"}, {"p", 0, 0, "p"},
	{"qu", 0, 0, "ku"}, {"q", 0, 0, "k"},
	{"r", 0, vowel, "l"}, {"r", edge, 0, "l"}, {"r", 0, 0, ""},
	{"sch", 0, 0, "sk"}, {"sh", 0, edge, "si"}, {"sh", 0, 0, "s"}, {"ssion", 0, 0, "son"}, {"sion", 0, 0, "jon"}, {"sc", 0, front, "s"}, {"sure", 0, edge, "jo"}, {"s", vowel, edge, "j"}, {"s", voiced, edge, "j"}, {"s", 0, 0, "s"},
	{"tch", 0, 0, "ji"}, {"tion", 0, 0, "son"}, {"ture", 0, edge, "jo"}, {"tial", 0, 0, "sol"}, {"ther", 0, 0, "to"}, {"th", 0, 0, "s"}, {"t", 0, 0, "t"},
	{"ur", 0, consonant, "o"}, {"ue", 0, edge, "u"}, {"ui", 0, 0, "u"}, {"u", 0, magicE, "u"}, {"u", 0, edge, "u"}, {"u", edge, vowel, "iu"}, {"u", 0, 0, "o"},
	{"v", 0, 0, "p"},
	{"who", edge, edge, "hu"}, {"wh", 0, 0, "u"}, {"wr", edge, 0, "l"}, {"war", 0, 0, "uo"}, {"wor", 0, 0, "uo"}, {"wa", 0, 0, "uo"}, {"w", 0, vowel, "u"}, {"w", 0, 0, "u"},
	{"x", edge, 0, "j"}, {"x", 0, 0, "ks"},
	{"y", edge, vowel, "i"}, {"y", 0, edge, "i"}, {"y", 0, magicE, "ai"}, {"y", 0, 0, "i"},
	{"z", 0, 0, "j"},
})

// Words that follow no rule.
var spokenWords = map[string]string{
	"the": "to", "of": "op", "to": "tu", "you": "iu", "your": "iuo", "youre": "iuo", "my": "mai", "me": "mi", "be": "pi", "we": "ui",
	"he": "hi", "she": "si", "do": "tu", "are": "a", "one": "uon", "once": "uons", "love": "lop", "come": "kom", "some": "som", "girl": "kol",
	"this": "tis", "that": "tet", "they": "tei", "them": "tem", "there": "teo", "then": "ten", "with": "uit", "have": "hep", "give": "kip",
	"live": "lip", "what": "uot", "was": "uoj", "were": "uo", "where": "ueo", "who": "hu", "by": "pai", "why": "uai", "sky": "skai", "cry": "klai",
	"fly": "plai", "try": "tlai", "dont": "tont", "wont": "uont", "cant": "kent", "im": "aim", "ill": "ail", "ive": "aip", "no": "no", "go": "ko",
	"so": "so", "two": "tu", "and": "ent", "for": "po", "from": "plom", "down": "taun", "now": "nau", "how": "hau", "town": "taun", "brown": "plaun",
	"heart": "hat", "world": "uolt", "night": "nait", "tonight": "tunait", "eye": "ai", "eyes": "aij", "gone": "kon", "done": "ton", "world's": "uoltj",
	"woman": "umon", "women": "uimin", "people": "pipol", "through": "slu", "though": "to", "enough": "inop", "said": "set", "says": "sej",
	"head": "het", "dead": "tet", "bread": "plet", "any": "eni", "many": "meni", "only": "onli", "again": "oken", "is": "ij", "his": "hij",
	"as": "ej", "has": "hej", "their": "teo", "would": "ut", "could": "kut", "should": "sut", "put": "put", "full": "pul", "pull": "pul",
	"u": "iu", "r": "a", "a": "o", "b": "pi", "c": "si", "d": "ti", "e": "i", "f": "epu", "g": "ji", "j": "jei", "k": "kei", "l": "el",
	"m": "em", "n": "en", "o": "o", "p": "pi", "q": "kiu", "s": "es", "t": "ti", "v": "pi", "w": "topuliu", "x": "eks", "z": "jet",
	"0": "jelo", "1": "uon", "2": "tu", "3": "sli", "4": "po", "5": "paip", "6": "siks", "7": "sepon", "8": "eit", "9": "nain", "10": "ten",
	"mr": "misto", "mrs": "misis", "dr": "tokto", "lil": "lil", "jr": "junio", "st": "seint", "feat": "", "vs": "posos",
}

func groupSpellings(all []spelling) (by [26][]spelling) {
	for _, s := range all {
		by[s.letters[0]-'a'] = append(by[s.letters[0]-'a'], s)
	}
	return by
}

// appendSpoken appends to dst how an English name, folded, is spoken; what is no Latin word is left out.
func appendSpoken(dst []byte, folded string) []byte {
	began := len(dst)
	for word := range strings.FieldsSeq(folded) {
		from := len(dst)
		if s, ok := spokenWords[word]; ok {
			dst = append(dst, s...)
		} else {
			dst = appendSpokenWord(dst, word)
		}
		dst = withoutDouble(dst, began, from)
	}
	return dst
}

func appendSpokenWord(dst []byte, word string) []byte {
	began := len(dst)
	for i := 0; i < len(word); {
		if word[i] < 'a' || word[i] > 'z' {
			if s, ok := spokenWords[word[i:i+1]]; ok {
				dst = append(dst, s...)
			}
			i++
			continue
		}
		for _, s := range spellings[word[i]-'a'] {
			if end := i + len(s.letters); strings.HasPrefix(word[i:], s.letters) && s.before.holds(word, i-1) && s.after.holds(word, end) {
				from := len(dst)
				dst = append(dst, s.sound...)
				dst = withoutDouble(dst, began, from)
				i = end
				break
			}
		}
	}
	return dst
}

// holds reports whether the letter at word[i] is what the condition asks for. A last e is silent only in a word that has
// sounded already.
func (p beside) holds(word string, i int) bool {
	outside := i < 0 || i >= len(word)
	switch p {
	case edge:
		return outside
	case inner:
		return !outside && hasVowel(word[:i+1])
	case voiced:
		return !outside && hasVowel(word[:i+1]) && strings.IndexByte("bdglmnrvw", word[i]) >= 0
	case vowel:
		return !outside && isVowelLetter(word[i])
	case consonant:
		return outside || !isVowelLetter(word[i])
	case front:
		return !outside && (word[i] == 'e' || word[i] == 'i' || word[i] == 'y')
	case magicE:
		return !outside && !isVowelLetter(word[i]) && (word[i+1:] == "e" || word[i+1:] == "es" || word[i+1:] == "ed")
	}
	return true
}

func hasVowel(s string) bool {
	return strings.ContainsAny(s, "aeiouy")
}

func isVowelLetter(c byte) bool { return strings.IndexByte("aeiouy", c) >= 0 }
