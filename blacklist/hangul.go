package blacklist

// Hangul is spoken by the rules of the Revised Romanisation: a final consonant moves over to a vowel that follows, and
// takes after an n or m that does. The vowel ㅡ, which foreign words are padded with, is not heard.

var (
	initialSounds = [19]string{"k", "k", "n", "t", "t", "l", "m", "p", "p", "s", "s", "", "j", "j", "j", "k", "t", "p", "h"}
	vowelSounds   = [21]string{"a", "e", "ia", "ie", "o", "e", "io", "ie", "o", "ua", "ue", "e", "io", "u", "uo", "ue", "ui", "iu", "", "ui", "i"}
	// Finals before a vowel, and otherwise.
	movingFinals = [28]string{"", "k", "k", "ks", "n", "nj", "n", "t", "l", "lk", "lm", "lp", "ls", "lt", "lp", "l", "m", "p", "ps", "s", "s", "nk", "j", "j", "k", "t", "p", ""}
	closedFinals = [28]string{"", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "nk", "t", "t", "k", "t", "p", ""}
)

const (
	silentInitial = 11
	initialN      = 2
	initialM      = 6
)

// syllable takes a syllable apart into the numbers of its initial, vowel and final.
func syllable(r rune) (initial, vowel, final int, ok bool) {
	if r < 0xAC00 || r > 0xD7A3 {
		return 0, 0, 0, false
	}
	n := int(r - 0xAC00)
	return n / 588, n % 588 / 28, n % 28, true
}

func appendSyllableSound(dst []byte, word []rune, i int) []byte {
	initial, vowel, final, _ := syllable(word[i])
	began := len(dst)
	dst = append(dst, initialSounds[initial]...)
	dst = withoutDouble(dst, 0, began)
	dst = append(dst, vowelSounds[vowel]...)
	next, follows := -1, false
	if i+1 < len(word) {
		next, _, _, follows = syllable(word[i+1])
	}
	sound := closedFinals[final]
	switch {
	case follows && next == silentInitial:
		sound = movingFinals[final]
	case follows && (next == initialN || next == initialM):
		switch sound {
		case "k":
			sound = "nk"
		case "t":
			sound = "n"
		case "p":
			sound = "m"
		}
	}
	return append(dst, sound...)
}

// appendJamoSound appends the sound of a letter that belongs to no syllable.
func appendJamoSound(dst []byte, r rune) []byte {
	switch {
	case r >= 0x1100 && r < 0x1113:
		if r == 0x1100+silentInitial {
			return append(dst, "nk"...)
		}
		return append(dst, initialSounds[r-0x1100]...)
	case r >= 0x1161 && r < 0x1176:
		return append(dst, vowelSounds[r-0x1161]...)
	case r > 0x11A7 && r < 0x11C3:
		return append(dst, closedFinals[r-0x11A7]...)
	}
	return dst
}
