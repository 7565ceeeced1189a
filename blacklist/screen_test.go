package blacklist

import (
	"strings"
	"testing"

	"lightshare/events"
)

var someEntries = []events.Entry{
	{ID: "e1", Artist: "Adele", Title: "Hello"},
	{ID: "e2", Artist: "소녀시대 (GIRLS' GENERATION)", Title: "다시 만난 세계 (Into The New World)"},
	{ID: "e3", Artist: "The Beatles", Title: "Here Comes The Sun"},
	{ID: "e4", Artist: "Express", Title: "Express"},
	{ID: "e5", Artist: "Lil Baby & DaBaby", Title: "Baby"},
	{ID: "e6", Artist: "Four Tops", Title: "Loving You Is Sweeter Than Ever (Live)"},
	{ID: "e7", Artist: "井上陽水", Title: "少年時代", ArtistAlt: []string{"이노우에 요스이"}, TitleAlt: []string{"소년시대"}},
	{ID: "e8", Artist: "Eddie Cover", Title: "Karaoke Nights"},
}

func TestScreen(t *testing.T) {
	list := NewList(someEntries)
	for name, tc := range map[string]struct {
		title, file string
		tags        []string
		mediaType   string
		want        events.Ruling
		entry       events.EntryID
	}{
		"as it is written":                      {title: "Adele - Hello", file: "1.mp3", want: events.Block, entry: "e1"},
		"disguised by marks, width and case":    {title: "ÁDÈLÉ ｈｅｌｌｏ", file: "1.mp3", want: events.Block, entry: "e1"},
		"spread over letters":                   {title: "a-d-e-l-e h.e.l.l.o", file: "1.mp3", want: events.Block, entry: "e1"},
		"artist in a tag, title in the file":    {title: "one song", file: "hello.mp3", tags: []string{"Adele"}, want: events.Block, entry: "e1"},
		"sound by its content":                  {title: "Adele - Hello", file: "1.dat", mediaType: "audio/mpeg", want: events.Block, entry: "e1"},
		"sound by what is said":                 {title: "Adele - Hello (rename to mp3)", file: "1.txt", want: events.Block, entry: "e1"},
		"an archive":                            {title: "Adele - Hello", file: "1.zip", want: events.Block, entry: "e1"},
		"a claim does not help":                 {title: "Adele - Hello, royalty free", file: "1.mp3", want: events.Block, entry: "e1"},
		"a Korean particle at the artist":       {title: "소녀시대의 다시 만난 세계", file: "1.mp3", want: events.Block, entry: "e2"},
		"the name in brackets":                  {title: "girls generation 다시만난세계", file: "1.mp3", want: events.Block, entry: "e2"},
		"another name of the entry":             {title: "이노우에 요스이 소년시대", file: "1.mp3", want: events.Block, entry: "e7"},
		"without the article":                   {title: "Beatles: Here Comes The Sun", file: "1.mp3", want: events.Block, entry: "e3"},
		"the title's words in another order":    {title: "Beatles Sun The Comes Here", file: "1.mp3", want: events.Block, entry: "e3"},
		"nothing between artist and title":      {title: "beatlesherecomesthesun", file: "1.mp3", want: events.Block, entry: "e3"},
		"a long title alone":                    {title: "one song", file: "Loving You Is Sweeter Than Ever.mp3", want: events.Block, entry: "e6"},
		"the artist's name contains the title":  {title: "song of Lil Baby DaBaby", file: "Baby.mp3", want: events.Block, entry: "e5"},
		"review words inside the names":         {title: "Eddie Cover - Karaoke Nights", file: "1.mp3", want: events.Block, entry: "e8"},
		"a cover":                               {title: "Hello (Adele cover) by Ilse Quist", file: "1.mp3", want: events.Review, entry: "e1"},
		"sheet music":                           {title: "Adele - Hello piano", file: "hello.pdf", want: events.Review, entry: "e1"},
		"a short title and nothing else":        {title: "Hello", file: "hello.mp3", want: events.Review, entry: "e1"},
		"a long title by somebody else":         {title: "Ilse Quist - Loving You Is Sweeter Than Ever", file: "1.mp3", want: events.Review, entry: "e6"},
		"all of an artist":                      {title: "The Beatles full discography flac", file: "1.zip", want: events.Review, entry: "e3"},
		"a common title by somebody else":       {title: "Ilse Quist - Hello", file: "Ilse Quist - Hello.mp3", want: events.Allow},
		"a title that is not sound":             {title: "Hello", file: "hello.jpg", want: events.Allow},
		"a long title that is not sound":        {title: "Loving You Is Sweeter Than Ever", file: "x.pdf", want: events.Allow},
		"an artist's name for something else":   {title: "Adele penguins, photos", file: "adele.jpg", want: events.Allow},
		"inside other words":                    {title: "Adelettes", file: "othello.mp3", want: events.Allow},
		"one word said in two fields":           {title: "Express delivery sounds", file: "express_1.wav", want: events.Allow},
		"nothing but signs":                     {title: "★★★", file: "~.mp3", want: events.Allow},
		"artist and title are the same, though": {title: "Express - Express", file: "1.mp3", want: events.Block, entry: "e4"},
	} {
		l := events.Listing{Title: tc.title, FileName: tc.file, Tags: tc.tags, Type: tc.mediaType}
		got := list.Screen(l)
		if got.Ruling != tc.want || got.Entry != tc.entry {
			t.Errorf("%s: Screen(%q, %q, %q) = %s by %q (%s), want %s by %q", name, tc.title, tc.file, tc.tags, got.Ruling, got.Entry, got.Rule, tc.want, tc.entry)
		}
		if got.List != 1 {
			t.Errorf("%s: judged by version %d of the list, want 1", name, got.List)
		}
		if blank := got.Work == "" || got.Rule == "" || got.Score <= 0 || got.Score > 1 || got.Folded == "" || got.Reason == ""; blank != (tc.want == events.Allow) {
			t.Errorf("%s: verdict %+v, want all of it filled in unless allowed", name, got)
		}
		if strings.Contains(got.Reason, "%") {
			t.Errorf("%s: reason %q", name, got.Reason)
		}
	}
}

func TestListChangesWhileItIsUsed(t *testing.T) {
	list := NewList(someEntries)
	song := events.Listing{Title: "Nova - Long Way Home", FileName: "1.mp3"}
	if got := list.Screen(song); got.Ruling != events.Allow {
		t.Fatalf("Screen before the entry = %+v", got)
	}
	list.Add(events.Entry{ID: "n1", Artist: "Nova", Title: "Long Way Home"})
	if got := list.Screen(song); got.Ruling != events.Block || got.Entry != "n1" || got.List != 2 {
		t.Errorf("Screen with the entry = %+v, want a block by n1 and version 2", got)
	}
	list.Add(events.Entry{ID: "n1", Artist: "Nova", Title: "Another Song"})
	if got := list.Screen(song); got.Ruling != events.Allow {
		t.Errorf("Screen with the entry replaced = %+v, want it allowed", got)
	}
	list.Add(events.Entry{ID: "n2", Artist: "Nova", Title: "Long Way Home"})
	list.Remove("n2")
	if got := list.Screen(song); got.Ruling != events.Allow || got.List != 5 {
		t.Errorf("Screen with the entry gone = %+v, want it allowed by version 5", got)
	}
	for _, e := range someEntries {
		list.Remove(e.ID)
	}
	list.Remove("n1")
	if got := list.Find("", 1).Total; got != 0 {
		t.Errorf("an empty list still holds %d entries", got)
	}
}

func TestFind(t *testing.T) {
	var many []events.Entry
	for i := range 120 {
		many = append(many, events.Entry{ID: events.EntryID("m" + string(rune('a'+i/26)) + string(rune('a'+i%26))), Artist: "Many", Title: "Song"})
	}
	list := NewList(append(many, someEntries...))
	list.Add(events.Entry{ID: "n1", Artist: "Many", Title: "Newest"})
	for name, tc := range map[string]struct {
		query         string
		page          int
		total, number int
		first         events.EntryID
	}{
		"all":                  {"", 1, 129, 1, "n1"},
		"an artist, disguised": {"ÀDELE", 1, 1, 1, "e1"},
		"part of a title":      {"new world", 1, 1, 1, "e2"},
		"an id":                {"e4", 1, 1, 1, "e4"},
		"the newest first":     {"many", 1, 121, 1, "n1"},
		"the last page":        {"many", 3, 121, 3, "mdv"},
		"a page too far":       {"many", 9, 121, 3, "mdv"},
		"a page before":        {"many", -1, 121, 1, "n1"},
		"nothing":              {"zzz", 1, 0, 1, ""},
	} {
		got := list.Find(tc.query, tc.page)
		first := events.EntryID("")
		if len(got.Entries) > 0 {
			first = got.Entries[0].ID
		}
		if got.Total != tc.total || got.Number != tc.number || first != tc.first {
			t.Errorf("%s: Find(%q, %d) = %d in all, page %d, first %q; want %d, %d, %q", name, tc.query, tc.page, got.Total, got.Number, first, tc.total, tc.number, tc.first)
		}
	}
}
