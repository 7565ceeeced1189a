package blacklist

import (
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/content"
)

// looks returns the print of a picture of waves, mirrored or not.
func looks(mirrored bool) events.Print {
	p := image.NewGray(image.Rect(0, 0, 200, 120))
	for y := range 120 {
		for x := range 200 {
			light := uint8(x*x/160 ^ y)
			if mirrored {
				p.SetGray(199-x, y, color.Gray{Y: light})
			} else {
				p.SetGray(x, y, color.Gray{Y: light})
			}
		}
	}
	looks, _ := content.PictureOf(p)
	return looks.Print()
}

func TestContentOutranksTheTitle(t *testing.T) {
	digits := strings.Repeat("ab", 32)
	song := events.Entry{ID: "song", Artist: "Somebody", Title: "The Song", Prints: []events.Print{events.PrintOf(events.RootPrint, digits), events.PrintOf(events.BytesPrint, digits)}}
	photo := events.Entry{ID: "photo", Artist: "Some Agency", Title: "The Photo", Prints: []events.Print{looks(false)}}
	list := NewList([]events.Entry{song, photo, {ID: "other", Artist: "Adele", Title: "Hello"}})
	for name, tc := range map[string]struct {
		listing events.Listing
		entry   events.EntryID
		ruling  events.Ruling
		rule    string
	}{
		"the very bytes":        {events.Listing{Title: "holiday notes", FileName: "notes.pdf", Root: digits}, "song", events.Block, ruleContent},
		"in an archive":         {events.Listing{Title: "holiday notes", FileName: "notes.zip", Prints: song.Prints[1:]}, "song", events.Block, ruleContent},
		"under another's title": {events.Listing{Title: "Adele - Hello", FileName: "Adele - Hello.mp3", Root: digits}, "song", events.Block, ruleContent},
		"the picture, mirrored": {events.Listing{Title: "my cat", FileName: "cat.jpg", Prints: []events.Print{looks(true)}}, "photo", events.Block, rulePicture},
		"a burst archive":       {events.Listing{Title: "holiday notes", FileName: "notes.zip", Unread: "an archive that unpacks to far more than it is"}, "", events.Review, ruleUnread},
		"nothing known":         {events.Listing{Title: "holiday notes", FileName: "notes.zip", Root: strings.Repeat("cd", 32)}, "", events.Allow, ""},
	} {
		if v := list.Screen(tc.listing); v.Ruling != tc.ruling || v.Entry != tc.entry || v.Rule != tc.rule {
			t.Errorf("%s: Screen = %s by %q, %q, want %s by %q, %q", name, v.Ruling, v.Entry, v.Rule, tc.ruling, tc.entry, tc.rule)
		}
	}
	if list.Remove("song"); list.Screen(events.Listing{Title: "holiday notes", FileName: "notes.pdf", Root: digits}).Ruling != events.Allow {
		t.Error("Screen refuses the content of an entry that was removed")
	}
}

// What an entry finds on the market by its content it finds under any title, and after the list was put together anew.
func TestReverseFindsContent(t *testing.T) {
	digits := strings.Repeat("ab", 32)
	live := NewLive()
	for id, l := range map[events.ListingID]events.Listing{
		"same":  {Title: "holiday notes", FileName: "notes.pdf", Root: digits},
		"other": {Title: "holiday notes", FileName: "notes.pdf", Root: strings.Repeat("cd", 32)},
		"photo": {Title: "my cat", FileName: "cat.jpg", Prints: []events.Print{looks(true)}},
	} {
		l.ID = id
		live.Offer(l, time.Now())
	}
	e := events.Entry{ID: "e", Artist: "Somebody", Title: "The Song", Prints: []events.Print{events.PrintOf(events.RootPrint, digits), looks(false)}}
	found := make(map[events.ListingID]bool)
	for _, m := range live.Reverse(e) {
		found[m.Listing.ID] = m.Verdict.Ruling == events.Block
	}
	if len(found) != 2 || !found["same"] || !found["photo"] {
		t.Errorf("Reverse found %v, want the same bytes and the picture blocked", found)
	}
}

func TestPrintsComeFromTheFile(t *testing.T) {
	print := string(looks(false))
	entries, broken, err := ReadCSV(strings.NewReader("entry_id,artist,title,prints\n1,A,One," + print + "\n2,B,Two,sha256:short\n3,C,Three,\n"))
	if err != nil || len(broken) != 1 || len(entries) != 2 || len(entries[0].Prints) != 1 || string(entries[0].Prints[0]) != print {
		t.Errorf("ReadCSV = %v, %v, %v, want the first with its print, the third, and the second broken", entries, broken, err)
	}
}
