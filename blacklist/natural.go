package blacklist

// bigrams says how usual one letter is behind another in names and English words: a row for each letter, a digit for the
// next, each step about half as often again.
const bigrams = "" +
	"04662353605779050877454163" + // a
	"63007000500500600510400040" + // b
	"70206007406500600523300020" + // c
	"61047020600202600540401050" + // d
	"73467331302858340987154463" + // e
	"50005400500400400402400000" + // f
	"50006035500402500531400010" + // g
	"70007000600012600305400030" + // h
	"52757460103759640576050303" + // i
	"40004000200000400000400000" + // j
	"40006001600103300140000030" + // k
	"72158200702810710053420050" + // l
	"74307000700040650030300030" + // m
	"61578081605106600166300041" + // n
	"34554242304669750756756241" + // o
	"60006003500400440542300010" + // p
	"00000000000000000000300000" + // q
	"83358241704534820566511060" + // r
	"60407007603432640068503030" + // s
	"71307007700412700656403050" + // t
	"33435240301547030665000000" + // u
	"50007000500000300000000000" + // v
	"60005004600004500220000000" + // w
	"00000000200000010001000000" + // x
	"42024000100313400142101000" + // y
	"30002000200000200000000021" + // z
	""

// naturalness returns how much a text's words look like words, 0 to 9 for the mean pair of letters, from a text of Latin
// letters; ok is false where there are too few to tell. Figures count as the letters they are typed for.
func naturalness[S string | []byte](folded S, as func(byte) byte) (float64, bool) {
	sum, n := 0, 0
	before := byte(0)
	for i := range len(folded) {
		c := folded[i]
		if c = letterOf(c); c == 0 {
			before = 0
			continue
		}
		c = as(c)
		if before != 0 {
			sum += int(bigrams[int(before-'a')*26+int(c-'a')] - '0')
			n++
		}
		before = c
	}
	return float64(sum) / float64(max(n, 1)), n >= 5
}

// naturalBackwards is the same for the text from its end.
func naturalBackwards(folded []byte) float64 {
	sum, n := 0, 0
	for i := len(folded) - 1; i > 0; i-- {
		a, b := letterOf(folded[i]), letterOf(folded[i-1])
		if a != 0 && b != 0 {
			sum += int(bigrams[int(a-'a')*26+int(b-'a')] - '0')
			n++
		}
	}
	return float64(sum) / float64(max(n, 1))
}

// letterOf returns c as a Latin letter, or 0.
func letterOf(c byte) byte {
	switch {
	case 'a' <= c && c <= 'z':
		return c
	case '0' <= c && c <= '9':
		return figureLetters[c-'0']
	}
	return 0
}

func asItIs(c byte) byte { return c }

// looksBetter reports whether letters read as given look like words clearly more than they do as they are.
func looksBetter(folded []byte, as func(byte) byte) bool {
	plain, ok := naturalness(folded, asItIs)
	if !ok || plain > natural+clearly {
		return false
	}
	read, _ := naturalness(folded, as)
	return read > plain+clearly && read > natural
}

const (
	natural = 5.0 // pairs of English letters come to between 5 and 7
	clearly = 0.5
)

// isLatinVowel reports whether c is a letter that is always a vowel.
func isLatinVowel(c byte) bool { return isSoundVowel(c) }
