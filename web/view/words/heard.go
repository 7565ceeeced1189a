package words

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"lightshare/events"
)

// A pattern recognises a sentence that was made with arguments.
type pattern struct {
	english *regexp.Regexp
	words   string // in Korean, with %s for each argument
	plain   int    // letters that are no argument: the more, the surer
}

// heardInKorean is all that other programs word, by the English.
var heardInKorean = sync.OnceValue(func() map[string]string {
	all := maps.Clone(koreanHeard)
	maps.Copy(all, koreanToSellers)
	maps.Copy(all, koreanToModerators)
	return all
})

// patterns are those of the sentences that other services word, the surest first.
var patterns = sync.OnceValue(func() []pattern {
	var all []pattern
	for sentence, words := range heardInKorean() {
		if strings.Contains(sentence, "%s") {
			text := strings.ReplaceAll(regexp.QuoteMeta(sentence), "%s", "(.+)")
			all = append(all, pattern{regexp.MustCompile("(?s)^" + text + "$"), words, len(strings.ReplaceAll(sentence, "%s", ""))})
		}
	}
	slices.SortFunc(all, func(a, b pattern) int {
		return cmp.Or(b.plain-a.plain, strings.Compare(a.english.String(), b.english.String()))
	})
	return all
})

// Heard says in l what another service said in English: a refusal, a reason, a notice. What nobody taught us, such as
// words that a person typed, stays as it is.
func (l Language) Heard(text string) string {
	if l == English || text == "" {
		return text
	}
	if words, ok := heardInKorean()[text]; ok {
		return words
	}
	for _, p := range patterns() {
		if found := p.english.FindStringSubmatch(text); found != nil {
			args := make([]any, len(found)-1)
			for i, arg := range found[1:] {
				args[i] = l.part(arg)
			}
			return fmt.Sprintf(p.words, args...)
		}
	}
	return text
}

// part says an argument of a sentence: another sentence, an amount, a time, or what somebody typed.
func (l Language) part(text string) string {
	for _, c := range []events.Currency{events.USD, events.EUR, events.GBP, events.JPY, events.KRW} {
		if m, err := events.ParseMoney(text, c); err == nil && m.String() == text {
			return l.Money(m)
		}
	}
	for layout, korean := range map[string]string{
		"2 Jan 15:04 MST": "1월 2일 15:04 MST", "2 January 2006, 15:04 MST": "2006년 1월 2일 15:04 MST",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(korean)
		}
	}
	return l.Heard(text)
}
