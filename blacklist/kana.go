package blacklist

// kanaSounds are those of ぁ to ゖ.
var kanaSounds = [...]string{
	"a", "a", "i", "i", "u", "u", "e", "e", "o", "o",
	"ka", "ka", "ki", "ki", "ku", "ku", "ke", "ke", "ko", "ko",
	"sa", "sa", "si", "ji", "su", "su", "se", "se", "so", "so",
	"ta", "ta", "ji", "ji", "", "tsu", "tsu", "te", "te", "to", "to",
	"na", "ni", "nu", "ne", "no",
	"ha", "pa", "pa", "hi", "pi", "pi", "pu", "pu", "pu", "he", "pe", "pe", "ho", "po", "po",
	"ma", "mi", "mu", "me", "mo", "a", "ia", "u", "iu", "o", "io",
	"la", "li", "lu", "le", "lo", "ua", "ua", "i", "e", "o", "n", "pu", "ka", "ke",
}

// appendKanaSound appends the sound of one kana. The small ones of きゃ take the i away after a hiss, as "sha" does.
func appendKanaSound(dst []byte, r rune) []byte {
	n := len(dst)
	if r == 'ゃ' || r == 'ゅ' || r == 'ょ' {
		if n >= 2 && dst[n-1] == 'i' && (dst[n-2] == 's' || dst[n-2] == 'j') {
			dst = dst[:n-1]
		}
	}
	return append(dst, kanaSounds[r-'ぁ']...)
}
