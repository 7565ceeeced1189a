package blacklist

import "bytes"

// A disguise is a family of ways to take letters apart, or to put others in their place, that a person reads and a
// comparison of letters does not.
type disguise struct {
	name string // as a verdict says it
	// Exactly one of the two: undo appends what a field says without the disguise to dst, from its raw text or from its
	// folded words, or reports that the field does not look disguised so.
	undoRaw  func(dst []byte, raw string) ([]byte, bool)
	undoWord func(dst []byte, folded []byte) ([]byte, bool)
	// What is only a guess reads honest listings otherwise as well. As it leaves every letter as it was written, one name
	// must be there letter by letter before anything is compared roughly.
	guess bool
}

// Names of disguises that are compared otherwise than the rest.
const (
	ofAlphabets    = "letters of another script" // of which some have no vowels
	hangulReversed = "Hangul written backwards"  // which no English is heard in
)

// disguises that are tried. None knows of a list: a listing is read the same way whatever it is compared with.
var disguises = []disguise{
	{name: "pig latin", undoWord: fromPigLatin},
	{name: "written backwards", undoWord: backwards, guess: true},
	{name: "words written backwards", undoWord: wordsBackwards, guess: true},
	{name: "letters moved along the alphabet", undoWord: fromCaesar, guess: true},
	{name: "letters exchanged with the other end of the alphabet", undoWord: fromAtbash, guess: true},
	{name: "typed one key beside", undoWord: fromShiftedKeys, guess: true},
	{name: "syllables put in", undoWord: withoutSyllables},
	{name: "letters repeated", undoWord: withoutRepeats},
	{name: "letters put in", undoWord: withoutFiller},
	{name: "figures put in", undoWord: withoutFigures},
	{name: "numbers for letters", undoWord: fromNumbers},
	{name: "spelling alphabet", undoWord: fromSpellingAlphabet},
	{name: "syllables of Hangul put in", undoWord: withoutHangulSyllables},
	{name: "typed on the Korean keyboard", undoRaw: toKoreanKeys},
	{name: "typed on the Latin keyboard", undoWord: fromKoreanKeys},
	{name: "Morse code", undoRaw: fromMorse},
	{name: "escaped", undoRaw: fromEscapes},
	{name: "base64", undoRaw: fromBase64},
	{name: "codes of letters", undoRaw: fromCodes},
	{name: "signs drawn as letters", undoRaw: fromDrawnLetters},
	{name: "another alphabet", undoRaw: fromCyrillic},
	{name: "upside down", undoRaw: fromUpsideDown},
	{name: ofAlphabets, undoRaw: fromAlphabets},
	{name: "typed on another keyboard", undoRaw: fromLayouts},
	{name: "signs moved by half", undoRaw: fromRot47},
	{name: "letters masked", undoRaw: fromMasks},
	{name: "marks put in", undoRaw: withoutMarkup},
	{name: "the same at each word's end", undoWord: withoutEndings},
	{name: "vowels moved", undoWord: withVowelsMoved, guess: true},
	{name: "vowels of Hangul bent", undoWord: fromYVowels},
	{name: "finals of Hangul put in", undoWord: withoutFinals},
	{name: hangulReversed, undoWord: hangulBackwards, guess: true},
}

// A decoder reads documents without their disguises.
type decoder struct {
	undone [maxFields][]byte // what each field says without the disguise
	has    [maxFields]bool
}

// each calls search with every reading of the listing that undoes a disguise of one of its fields; d is the listing as
// it is, into the memory for the readings.
func (dec *decoder) each(d, into *document, r *reader, search func()) {
	for i := range disguises {
		if g := &disguises[i]; dec.detect(g, d) {
			dec.undo(g, d, into, r)
			search()
		}
	}
}

// detect reports whether a field of d has the disguise.
func (dec *decoder) detect(g *disguise, d *document) bool {
	any := false
	for i := range d.fields {
		if g.undoRaw != nil {
			dec.undone[i], dec.has[i] = g.undoRaw(dec.undone[i][:0], d.raw[i])
		} else {
			dec.undone[i], dec.has[i] = g.undoWord(dec.undone[i][:0], d.fields[i].folded)
		}
		any = any || dec.has[i]
	}
	return any
}

// undo makes into the reading of d without the disguise that was detected.
func (dec *decoder) undo(g *disguise, d, into *document, r *reader) {
	into.fields, into.raw, into.tags = into.fields[:0], into.raw[:0], 0
	into.media, into.says, into.cut, into.disguise, into.guess = d.media, d.says, d.cut, g.name, g.guess
	for i := range d.fields {
		t := into.next()
		if dec.has[i] {
			r.read(t, string(dec.undone[i]))
		} else {
			t.folded = append(t.folded[:0], d.fields[i].folded...)
			r.take(t)
		}
		if into.keep(t, false) {
			into.raw = append(into.raw, d.raw[i])
			if i >= len(d.fields)-d.tags {
				into.tags++
			}
		}
	}
}

// eachWord calls f with the words of a folded text.
func eachWord(folded []byte, f func(word []byte)) {
	for i := 0; i < len(folded); {
		end := bytes.IndexByte(folded[i:], ' ')
		if end < 0 {
			end = len(folded) - i
		}
		f(folded[i : i+end])
		i += end + 1
	}
}
