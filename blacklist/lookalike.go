package blacklist

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.mau.fi/util/confusable"
)

// lookAlikes says which Latin letters a reader takes a letter or sign for. Case counts: a capital Η looks like another
// letter than a small η.
var lookAlikes = newLookAlikes()

// Rows that Unicode's table of confusables lacks, gives in another direction, or gives as no letter: each rune of the
// first string is read as the letter of the second that stands below it.
var lookAlikeRows = [...][2]string{
	{"авегиіјкмнопрстухѕһԁԛԝѵґђћ", "aberuijkmhonpctyxshdqwvrhh"},                                             // Cyrillic; и as flipped, г as r
	{"αβγδεζηθικλμνξοπρστυφχψωςϲϳ", "abydezn0iklmvxonpotuoxwwccj"},                                           // Greek
	{"ոսօցհզղյրքտեիաբդւվլկմնՏԼ", "nuoghqnjpqsthwpnpllkuusl"},                                                 // Armenian
	{"ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"},                                               // small capitals
	{"ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ", "acefghijkmrtvwy"},                                                                   // turned
	{"øłđðħıŧƀɨɑɡʃʒŋɛɩʋɣƶȼꞓɇɉꝁꝗɍȿⱦɏʉɵəɓɗɖɠƙɱɲɳƥʠʂʈⱱⱳʐƅ", "olddhitbiagszneivyzccejkqrstyueebddgkmnnpqstvvzb"}, // with strokes and hooks
	{"🅐🅑🅒🅓🅔🅕🅖🅗🅘🅙🅚🅛🅜🅝🅞🅟🅠🅡🅢🅣🅤🅥🅦🅧🅨🅩", "abcdefghijklmnopqrstuvwxyz"},
	{"🅰🅱🅲🅳🅴🅵🅶🅷🅸🅹🅺🅻🅼🅽🅾🅿🆀🆁🆂🆃🆄🆅🆆🆇🆈🆉", "abcdefghijklmnopqrstuvwxyz"},
	{"🇦🇧🇨🇩🇪🇫🇬🇭🇮🇯🇰🇱🇲🇳🇴🇵🇶🇷🇸🇹🇺🇻🇼🇽🇾🇿", "abcdefghijklmnopqrstuvwxyz"},
	{"⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", "abcdefghijklmnopqrstuvwxyz"}, // Braille
	{"€£¥¢₩₦₱₴₭₮₳฿∀∃∂∆∑√∞⍺⊂⊃∩∪⊥ℓ℮", "elycwnpskTabaedeavoacdnutle"},
}

// Letters that are read as two.
var lookAlikePairs = map[rune]string{'æ': "ae", 'œ': "oe", 'ß': "ss", 'þ': "th", 'ю': "io", 'ы': "bi", '🆎': "ab", '🆑': "cl", '🆗': "ok", '🆒': "cool", '🆕': "new", '🆓': "free", '🆙': "up"}

// newLookAlikes joins the rows above, which go first, with the table of confusables as far as it leads from another
// script to one Latin letter. East Asian letters keep to themselves.
func newLookAlikes() map[rune]string {
	all := make(map[rune]string)
	for r := rune(utf8.RuneSelf); r <= 0x1FFFF; r++ {
		plain := confusable.GetReplacement(r)
		if len(plain) == 1 && unicode.IsLetter(rune(plain[0])) && !unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Mn) {
			if plain == "l" && unicode.IsUpper(r) {
				plain = "i" // the table takes a capital I for an l
			}
			all[r] = strings.ToLower(plain)
		}
	}
	for _, row := range lookAlikeRows {
		plain := []rune(row[1])
		for i, r := range []rune(row[0]) {
			all[r] = string(plain[i])
		}
	}
	maps.Copy(all, lookAlikePairs)
	return all
}
