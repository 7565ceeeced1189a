package blacklist

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"lightshare/events"
)

func liveListing(name, title, file string) events.Listing {
	const seller = events.SellerID("abcdefghijklmnop")
	return events.Listing{ID: seller.Listing(name), Seller: seller, Rev: 1, Title: title, FileName: file}
}

func TestReverseAgreesWithScreen(t *testing.T) {
	live, noon := NewLive(), time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	listings := []events.Listing{
		liveListing("a", "ADELE – hello", "1.mp3"),
		liveListing("b", "a d e l e", "hello.flac"),
		liveListing("c", "Hello (Adele cover)", "1.mp3"),
		liveListing("d", "Hello", "hello.mp3"),
		liveListing("e", "Ilse Quist - Hello", "1.mp3"),
		liveListing("f", "Adele penguins", "adele.jpg"),
		liveListing("g", "Beatles Sun The Comes Here", "1.mp3"),
		liveListing("h", "소녀시대의 다시 만난 세계", "1.mp3"),
		liveListing("i", "Rain on a roof", "rain.wav"),
		liveListing("j", "The Beatles - Heer Coems The Sun", "1.mp3"),
		liveListing("k", "Beatles - Heir Kams Se Son", "1.mp3"),
		liveListing("m", "Hello", "1.mp3"),
		liveListing("n", "BtlsHrCmsThSn", "1.mp3"),
		liveListing("o", "비틀즈 히어 컴즈 더 선", "1.mp3"),
		liveListing("p", "Adele discography mp3", "1.zip"),
	}
	for _, l := range listings {
		live.screen(newItem(l, noon))
	}
	for _, e := range someEntries {
		alone := NewList([]events.Entry{e})
		got := live.Reverse(e)
		for _, l := range listings {
			want := alone.Screen(l)
			at := slices.IndexFunc(got, func(m Match) bool { return m.Listing.ID == l.ID })
			if found := at >= 0; found != (want.Ruling != events.Allow) || found && got[at].Verdict != want {
				t.Errorf("Reverse(%s – %s): %q found %t, Screen says %+v", e.Artist, e.Title, l.Title, found, want)
			}
		}
	}
}

func TestLiveKeepsWhatIsOnOfferAndWhatComesNext(t *testing.T) {
	noon := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	first, second := liveListing("a", "first", "1.mp3"), liveListing("a", "second", "1.mp3")
	second.Rev = 2
	third := second
	third.Rev = 3
	at := func(l events.Listing) *item { return newItem(l, noon) }
	for name, tc := range map[string]struct {
		do   func(*Live)
		want []string
	}{
		"screened":                      {func(l *Live) { l.screen(at(first)) }, []string{"first"}},
		"an older text comes late":      {func(l *Live) { l.screen(at(second)); l.screen(at(first)) }, []string{"second"}},
		"offered as screened":           {func(l *Live) { l.screen(at(first)); l.offer(at(first)) }, []string{"first"}},
		"a newer text under way":        {func(l *Live) { l.offer(at(first)); l.screen(at(second)) }, []string{"second", "first"}},
		"the newer text offered":        {func(l *Live) { l.offer(at(first)); l.screen(at(second)); l.offer(at(second)) }, []string{"second"}},
		"asked again about the offer":   {func(l *Live) { l.offer(at(second)); l.screen(at(third)) }, []string{"second"}},
		"gone":                          {func(l *Live) { l.screen(at(first)); l.offer(at(first)); l.leave(first.ID, 1) }, nil},
		"gone, and back before we knew": {func(l *Live) { l.offer(at(first)); l.screen(at(second)); l.leave(first.ID, 1) }, []string{"second"}},
	} {
		live := NewLive()
		tc.do(live)
		var got []string
		for _, it := range live.items(first.ID) {
			got = append(got, it.listing.Title)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: live are %q, want %q", name, got, tc.want)
		}
	}
}

func TestDigestIsOfTextBytesAndSeller(t *testing.T) {
	one := liveListing("a", "title", "file")
	same := one
	same.ID, same.Rev, same.Description, same.Terms.Price = "other", 7, "words", 100
	if Digest(one) != Digest(same) {
		t.Error("id, revision, description and price change the digest")
	}
	for name, change := range map[string]func(*events.Listing){
		"title":  func(l *events.Listing) { l.Title += "x" },
		"file":   func(l *events.Listing) { l.FileName += "x" },
		"tags":   func(l *events.Listing) { l.Tags = []string{"x"} },
		"bytes":  func(l *events.Listing) { l.Root = "x" },
		"seller": func(l *events.Listing) { l.Seller = "x" },
	} {
		other := one
		change(&other)
		if Digest(one) == Digest(other) {
			t.Errorf("another %s leaves the digest as it is", name)
		}
	}
}

func BenchmarkReverse(b *testing.B) {
	live, now := NewLive(), time.Now()
	cases := evalCases(b, "innocent-bulk-dev.jsonl")
	for i := range 100_000 {
		c := cases[i%len(cases)]
		live.screen(newItem(liveListing(fmt.Sprintf("n%d", i), c.Text, c.FileName), now))
	}
	for b.Loop() {
		live.Reverse(someEntries[0])
	}
}
