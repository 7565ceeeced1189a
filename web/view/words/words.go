// Package words says the pages' sentences in the reader's language.
//
// A sentence stands in English where it is said, and that English is its key:
//
//	say(ctx, "Bid %s or more", price)
//
// What it is in Korean stands in the korean*.go files, by page. English needs to be told the form for one thing
// (plural.go); Korean has one form for any number. A test reads every call in the source, and holds it against the
// catalogue: no sentence without its Korean, no Korean that nobody says, the same arguments in both.
//
// What other services worded before it got here, such as the reason in a fact that was decided last year, is English on
// the wire and in the journal. [Language.Heard] recognises it by the same catalogue.
package words

import (
	"context"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"

	"lightshare/events"
)

// A Language is one that the pages speak. The zero Language is English.
type Language int

// The languages.
const (
	English Language = iota
	Korean
)

// Languages is all of them, the one to fall back to first.
var Languages = []Language{English, Korean}

var tags = []language.Tag{English: language.English, Korean: language.Korean}

var matcher = language.NewMatcher(tags)

// Tag returns the language's name for machines (BCP 47): en, ko.
func (l Language) Tag() string { return tags[l].String() }

// Name returns what the language calls itself.
func (l Language) Name() string { return []string{English: "English", Korean: "한국어"}[l] }

// Tagged returns the language with exactly that tag.
func Tagged(tag string) (Language, bool) {
	for _, l := range Languages {
		if l.Tag() == tag {
			return l, true
		}
	}
	return English, false
}

// Preferred returns the language that suits the reader best, by his browser's Accept-Language header (RFC 9110).
func Preferred(accept string) Language {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return English
	}
	_, index, _ := matcher.Match(wanted...)
	return Language(index)
}

type key struct{}

// With returns a context whose pages are drawn in l.
func With(ctx context.Context, l Language) context.Context { return context.WithValue(ctx, key{}, l) }

// Of returns the language that the context's pages are drawn in: English unless somebody chose another.
func Of(ctx context.Context) Language {
	l, _ := ctx.Value(key{}).(Language)
	return l
}

// Key marks a sentence that stands in a table and is said later.
func Key(sentence string) string { return sentence }

// Say says a sentence in the context's language.
func Say(ctx context.Context, sentence string, args ...any) string {
	return Of(ctx).Say(sentence, args...)
}

// printers are made once; they are read only.
var printers = newPrinters()

func newPrinters() []*message.Printer {
	all := catalog.NewBuilder(catalog.Fallback(language.English))
	for sentence, one := range singular {
		set(all, language.English, sentence, inNumber(sentence, one))
	}
	for _, part := range korean {
		for sentence, words := range part {
			set(all, language.Korean, sentence, catalog.String(words))
		}
	}
	printers := make([]*message.Printer, len(tags))
	for l, tag := range tags {
		printers[l] = message.NewPrinter(tag, message.Catalog(all))
	}
	return printers
}

func set(all *catalog.Builder, tag language.Tag, sentence string, m ...catalog.Message) {
	if err := all.Set(tag, sentence, m...); err != nil {
		panic("sentence " + sentence + ": " + err.Error()) // a fault of the program's own text
	}
}

// Say says a sentence, given in English, in l. Amounts of money among the args are written as l writes them.
func (l Language) Say(sentence string, args ...any) string {
	for i, arg := range args {
		if m, ok := arg.(events.Money); ok {
			args[i] = l.Money(m)
		}
	}
	return printers[l].Sprintf(sentence, args...)
}
