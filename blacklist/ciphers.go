package blacklist

import "strings"

// appendAs appends the text with each Latin letter read as another.
func appendAs(dst, folded []byte, as func(byte) byte) []byte {
	for _, c := range folded {
		if 'a' <= c && c <= 'z' {
			c = as(c)
		}
		dst = append(dst, c)
	}
	return dst
}

// fromCaesar undoes a move of all letters by the same number of places, 13 or another.
func fromCaesar(dst, folded []byte) ([]byte, bool) {
	if plain, ok := naturalness(folded, asItIs); !ok || plain > natural+clearly {
		return dst, false
	}
	best, by := 0.0, byte(0)
	for n := byte(1); n < 26; n++ {
		if read, _ := naturalness(folded, func(c byte) byte { return 'a' + (c-'a'+n)%26 }); read > best {
			best, by = read, n
		}
	}
	moved := func(c byte) byte { return 'a' + (c-'a'+by)%26 }
	if !looksBetter(folded, moved) {
		return dst, false
	}
	return appendAs(dst, folded, moved), true
}

// fromAtbash reads a as z, b as y and so on.
func fromAtbash(dst, folded []byte) ([]byte, bool) {
	mirrored := func(c byte) byte { return 'a' + 'z' - c }
	if !looksBetter(folded, mirrored) {
		return dst, false
	}
	return appendAs(dst, folded, mirrored), true
}

var keyRows = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// besideKeys are the letters' neighbours to the left and to the right on a keyboard, round the row's end.
var besideKeys = func() (keys [2][26]byte) {
	for side, step := range [...]int{-1, 1} {
		for _, row := range keyRows {
			for i := range row {
				keys[side][row[i]-'a'] = row[(i+step+len(row))%len(row)]
			}
		}
	}
	return keys
}()

// fromShiftedKeys undoes that the hands lay one key to the side.
func fromShiftedKeys(dst, folded []byte) ([]byte, bool) {
	for _, keys := range besideKeys {
		as := func(c byte) byte { return keys[c-'a'] }
		if looksBetter(folded, as) {
			return appendAs(dst, folded, as), true
		}
	}
	return dst, false
}

// fromNumbers reads 1 as a, 2 as b and so on, where a text says at least five such numbers.
func fromNumbers(dst, folded []byte) ([]byte, bool) {
	numbers, others := 0, 0
	eachWord(folded, func(word []byte) {
		n := 0
		for _, c := range word {
			if c < '0' || c > '9' || n > 26 {
				others++
				return
			}
			n = n*10 + int(c-'0')
		}
		if n < 1 || n > 26 {
			others++
			return
		}
		numbers++
		dst = append(dst, 'a'+byte(n-1))
	})
	return dst, numbers >= 5 && numbers > 2*others
}

var spellingAlphabet = func() map[string]byte {
	letters := make(map[string]byte)
	for _, words := range []string{
		"alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu",
		"alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whisky xray yankee zulu",
	} {
		for i, word := range strings.Fields(words) {
			letters[word] = 'a' + byte(i)
		}
	}
	return letters
}()

// fromSpellingAlphabet reads "hotel echo lima lima oscar".
func fromSpellingAlphabet(dst, folded []byte) ([]byte, bool) {
	spelled, all := 0, 0
	eachWord(folded, func(word []byte) {
		all++
		if c, ok := spellingAlphabet[string(word)]; ok {
			spelled++
			dst = append(dst, c)
		}
	})
	return dst, spelled >= 5 && 3*spelled >= 2*all
}
