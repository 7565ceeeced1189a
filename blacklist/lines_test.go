package blacklist

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"lightshare/events"
)

func TestScreenLines(t *testing.T) {
	in := `{"id":"a","text":"Adele - Hello","file_name":"1.mp3","tags":{}}
{"id":"b","text":"one song","file_name":"x.mp3","tags":{"artist":"Adele","title":"Hello"}}

{"id":"c","text":"Rain <on> a roof","file_name":"rain.wav"}`
	var out bytes.Buffer
	if err := ScreenLines(NewList(someEntries), strings.NewReader(in), &out); err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("ScreenLines with an empty line 3: %v, want an error that names it", err)
	}
	out.Reset()
	if err := ScreenLines(NewList(someEntries), strings.NewReader(strings.ReplaceAll(in, "\n\n", "\n")), &out); err != nil {
		t.Fatal(err)
	}
	want := []verdictLine{{ID: "a", Label: events.Block, Entry: "e1"}, {ID: "b", Label: events.Block, Entry: "e1"}, {ID: "c", Label: events.Allow}}
	answers := json.NewDecoder(&out)
	for _, w := range want {
		var got verdictLine
		if err := answers.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got.ID != w.ID || got.Label != w.Label || got.Entry != w.Entry || got.Micros <= 0 {
			t.Errorf("line %s: %+v, want %s by %q", w.ID, got, w.Label, w.Entry)
		}
	}
}

func TestReadListings(t *testing.T) {
	got, err := ReadListings(strings.NewReader(`{"id":"1","text":"Rain","file_name":"r.mp3","tags":{"title":"T","artist":"A"}}` + "\n" + `{"text":"Snow"}`))
	if err != nil || len(got) != 2 || got[0].FileName != "r.mp3" || strings.Join(got[0].Tags, " ") != "A T" || got[1].Title != "Snow" {
		t.Errorf("ReadListings = %+v, %v, want two listings, the tags of the first by the name of their keys", got, err)
	}
	if _, err := ReadListings(strings.NewReader("{}\n{")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("ReadListings of a broken line = %v, want an error that names it", err)
	}
}
