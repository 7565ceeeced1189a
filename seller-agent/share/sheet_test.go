package share

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

var dollars = Defaults{Price: "1.00", Currency: events.USD}

func TestCard(t *testing.T) {
	direct := events.Terms{Format: events.Direct, Currency: events.USD, Price: 100}
	auction := events.Terms{Format: events.Auction, Currency: events.USD, Edition: 1, Start: 500, Duration: 7 * 24 * time.Hour}
	with := func(t events.Terms, change func(*events.Terms)) events.Terms { change(&t); return t }
	for name, tc := range map[string]struct {
		sheet string
		want  Card
	}{
		"empty":        {"", Card{Title: "dawn", Terms: direct}},
		"a comment":    {"# nothing yet\n", Card{Title: "dawn", Terms: direct}},
		"words":        {"title: ' New: dawn '\ndescription: |\n  Two\n  lines\ntags: [a, 2026]", Card{"New: dawn", "Two\nlines", []string{"a", "2026"}, direct}},
		"price":        {"price: 12.50", Card{Title: "dawn", Terms: with(direct, func(t *events.Terms) { t.Price = 1250 })}},
		"quoted price": {"price: \"$1,250\"", Card{Title: "dawn", Terms: with(direct, func(t *events.Terms) { t.Price = 125000 })}},
		"won":          {"price: 12500\ncurrency: krw", Card{Title: "dawn", Terms: with(direct, func(t *events.Terms) { t.Price, t.Currency = 12500, events.KRW })}},
		"edition":      {"edition: 25", Card{Title: "dawn", Terms: with(direct, func(t *events.Terms) { t.Edition = 25 })}},
		"auction":      {"auction: {start: 5}", Card{Title: "dawn", Terms: auction}},
		"open auction": {"edition: open\nauction: {start: 5}", Card{Title: "dawn", Terms: with(auction, func(t *events.Terms) { t.Edition = 0 })}},
		"whole auction": {"auction:\n  start: 5\n  reserve: 20\n  buy_now: 50\n  duration: 1d12h\n  soft_close: 90s\n  max_extension: 30m\n  increments:\n    - {from: 0, step: 0.50}\n    - {from: 100, step: 5}", Card{Title: "dawn", Terms: with(auction, func(t *events.Terms) {
			t.Reserve, t.BuyNow, t.Duration, t.SoftClose, t.MaxExtension = 2000, 5000, 36*time.Hour, 90*time.Second, 30*time.Minute
			t.Increments = []events.Increment{{From: 0, Step: 50}, {From: 10000, Step: 500}}
		})}},
		"one's own": {"price: 5\nleast: 2", Card{Title: "dawn", Terms: with(direct, func(t *events.Terms) { t.Price, t.Least = 500, 200 })}},
		"offers":    {"price: 5\noffers: yes", Card{Title: "dawn", Terms: with(direct, func(t *events.Terms) { t.Price, t.Proposals = 500, true })}},
		"codes": {"price: 5\ncodes:\n  - {code: spring, off: 20%, until: 2026-12-31, uses: 50, once: yes}\n  - {code: 봄날, off: 1.50, until: 2026-12-24T18:00:00+09:00}", Card{Title: "dawn", Terms: with(direct, func(t *events.Terms) {
			t.Price = 500
			t.Codes = []events.Code{
				{Name: "SPRING", Percent: 20, Until: time.Date(2027, 1, 1, 0, 0, 0, 0, time.Local).UTC(), Uses: 50, Once: true},
				{Name: "봄날", Off: 150, Until: time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC)},
			}
		})}},
		"ends": {"auction: {start: 5, ends: 2026-12-24T18:00:00+09:00}", Card{Title: "dawn", Terms: with(auction, func(t *events.Terms) {
			t.Duration, t.EndsAt = 0, time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC)
		})}},
		"ends here": {"auction: {start: 5, ends: 2026-12-24 18:00}", Card{Title: "dawn", Terms: with(auction, func(t *events.Terms) {
			t.Duration, t.EndsAt = 0, time.Date(2026, 12, 24, 18, 0, 0, 0, time.Local).UTC()
		})}},
	} {
		sheet, err := ParseSheet([]byte(tc.sheet))
		if err != nil {
			t.Errorf("%s: ParseSheet: %v", name, err)
			continue
		}
		if got, err := CardFor("dawn.jpg", sheet, dollars); err != nil || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: CardFor = %+v, %v, want %+v", name, got, err, tc.want)
		}
	}
}

func TestWrongSheet(t *testing.T) {
	for name, tc := range map[string]struct{ sheet, want string }{
		"unknown key":         {"title: a\nprize: 5", `line 2: "prize" is not known here; known are title, description`},
		"unknown auction key": {"auction:\n  start: 5\n  finish: 3d", `line 3: "finish" is not known here`},
		"twice":               {"price: 1\nprice: 2", "line 2: "},
		"both":                {"price: 1\nauction: {start: 1}", "line 1: price and auction"},
		"no YAML":             {"title: [a", "line 1: "},
		"a list":              {"- a\n- b", "line 1: "},
		"a map for a value":   {"title: {a: b}", "line 1: one value is wanted here"},
		"price in words":      {"\nprice: cheap", `line 2: price "cheap": an amount of USD above zero is wanted, with no more than 2 decimals`},
		"free":                {"price: 0", `line 1: price "0"`},
		"too dear":            {"price: 10000000000.01", "line 1: price"},
		"decimals of won":     {"currency: KRW\nprice: 1.5", "line 2: price \"1.5\": an amount of KRW above zero is wanted, with no more than 0 decimals"},
		"negative":            {"price: -5", "line 1: price"},
		"exponent":            {"price: 1e3", "line 1: price"},
		"currency":            {"currency: XXX", `line 1: currency "XXX"`},
		"edition":             {"edition: 0", `line 1: edition "0"`},
		"no start":            {"auction: {duration: 3d}", "start: bad_amount"},
		"duration":            {"auction: {start: 5, duration: soon}", `line 1: duration "soon": a time like`},
		"long":                {"auction: {start: 5, duration: 31d}", "duration"},
		"ends":                {"auction: {start: 5, ends: friday}", `line 1: ends "friday"`},
		"reserve under start": {"auction: {start: 5, reserve: 4}", "reserve: bad_amount"},
		"least above price":   {"price: 5\nleast: 6", `line 2: least "6": at most the price`},
		"least and offers":    {"price: 5\nleast: 2\noffers: yes", "neither offers nor codes"},
		"offers perhaps":      {"offers: perhaps", `line 1: offers "perhaps": yes or no is wanted`},
		"offers at auction":   {"offers: yes\nauction: {start: 5}", "are for direct sales"},
		"code of nothing":     {"codes: [{code: SPRING}]", `line 1: code "SPRING": off is missing`},
		"code without a name": {"codes: [{off: 20%}]", `line 1: code "20%": 3 to 40 bytes`},
		"code for free":       {"price: 5\ncodes: [{code: SPRING, off: 5}]", `line 2: off "5": it leaves no price`},
		"code of 100%":        {"codes: [{code: SPRING, off: 100%}]", `line 1: off "100%": 1% to 99%`},
		"code twice":          {"price: 5\ncodes: [{code: SPRING, off: 1}, {code: spring, off: 2}]", "twice"},
		"code until whenever": {"codes: [{code: SPRING, off: 1%, until: whenever}]", `line 1: until "whenever"`},
		"code used never":     {"price: 5\ncodes: [{code: SPRING, off: 1%, uses: 0}]", `line 2: uses "0"`},
		"code unknown key":    {"codes: [{code: SPRING, percent: 5}]", `"percent" is not known here`},
		"anchor":              {"a: &x [1]\ntags: *x", "line 1: anchors and aliases are not taken"},
		"bomb":                {"a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]", "anchors and aliases"},
		"large":               {strings.Repeat("# a\n", MaxSheet/4+1), "longer than"},
		"long title":          {"title: " + strings.Repeat("a", 201), "title"},
		"turned title":        {"title: \"a\\u202Eb\"", "title"},
		"many tags":           {"tags: [" + strings.Repeat("a,", 21) + "]", "tags"},
	} {
		sheet, err := ParseSheet([]byte(tc.sheet))
		if err == nil {
			var card Card
			if card, err = CardFor("a.txt", sheet, dollars); err == nil {
				err = card.check("a.txt")
			}
		}
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error = %v, want it to say %q", name, err, tc.want)
		}
	}
}

func FuzzParseSheet(f *testing.F) {
	f.Add([]byte("title: a\nauction:\n  start: 5\n  increments: [{from: 0, step: 1}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("? : -\n!!binary x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		sheet, err := ParseSheet(text)
		if err == nil {
			CardFor("a.txt", sheet, dollars) // whatever it says, it does not panic
		}
	})
}

// What a folder says of direct sales holds for its files, until one of them is auctioned.
func TestMergeOfDirectSales(t *testing.T) {
	parse := func(text string) Sheet {
		s, err := ParseSheet([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	folder := parse("price: 5\ncodes: [{code: SPRING, off: 20%}]\noffers: yes")
	card, err := CardFor("a.txt", merge(folder, parse("price: 8\noffers: no")), dollars)
	if err != nil || card.Terms.Price != 800 || len(card.Terms.Codes) != 1 || card.Terms.Proposals {
		t.Errorf("a file with another price is sold as %+v, %v", card.Terms, err)
	}
	if card, err = CardFor("a.txt", merge(folder, parse("auction: {start: 5}")), dollars); err != nil || card.Terms.Codes != nil || card.Terms.Proposals {
		t.Errorf("an auctioned file is sold as %+v, %v", card.Terms, err)
	}
}
