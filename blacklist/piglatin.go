package blacklist

import "strings"

// fromPigLatin moves the consonants that were carried to the end of each word back to its beginning: "ellohay" is
// "hello", "awayyay" and "awayway" are "away".
func fromPigLatin(dst, folded []byte) ([]byte, bool) {
	pig, all := 0, 0
	eachWord(folded, func(word []byte) {
		if len(word) >= 3 && isLatin(word) {
			all++
			if strings.HasSuffix(string(word), "ay") {
				pig++
			}
		}
	})
	if pig < 2 && all > 1 || pig == 0 || 3*pig < 2*all {
		return dst, false
	}
	eachWord(folded, func(word []byte) {
		dst = append(dst, unpig(string(word))...)
		dst = append(dst, ' ')
	})
	return dst, true
}

func unpig(word string) string {
	rest, ok := strings.CutSuffix(word, "ay")
	if !ok || len(rest) == 0 {
		return word
	}
	onset := len(rest)
	for onset > 0 && onsets[rest[onset-1:]] {
		onset--
	}
	for longer := onset - 1; longer >= max(0, len(rest)-3); longer-- {
		if onsets[rest[longer:]] {
			onset = longer
		}
	}
	moved := rest[onset:] + rest[:onset]
	if end := rest[onset:]; (end == "w" || end == "y" || end == "h") && len(rest) > 1 && strings.IndexByte("aeiou", rest[0]) >= 0 && !moveds[moved] {
		return rest[:onset]
	}
	return moved
}

// onsets are the consonants that an English word begins with.
var onsets = wordSet("b bh bl br c ch chr cl cr d dr dw f fl fr g gh gl gn gr gw h j k kl kn kr l ll m mc n p ph pl pr ps q qu r rh " +
	"s sc sch scr sh shr sk sl sm sn sp spl spr sq squ st str sw t th thr tr tw v w wh wr x y z")

// moveds are words that begin with a letter which others have put behind them.
var moveds = wordSet("you your yours youre yourself year years yes yeah yesterday yellow young yo yeh york yours " +
	"we want wanna was way ways walk wait waiting wish wild wind window word words work wrong wonder wonderful world with without " +
	"will well went were west wet wake war warm wash watch water wave weak wear weather wedding week welcome wicked wide wife win wine wing wings winter wise woman women won wood would " +
	"he her here hello hey hi high him his hit hold hole holiday holy home honey hope horse hot hotel house how hundred hungry hurt husband had hair half hall hand hands hang happen happy hard has hate have heart heaven heavy head hear hell help hide hill")
