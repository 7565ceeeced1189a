package blacklist

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"lightshare/events"
)

const heading = "entry_id,artist,title,artist_alt,title_alt,lang,year,source\n"

func TestReadCSV(t *testing.T) {
	for name, tc := range map[string]struct {
		in     string
		want   []events.Entry
		broken []int // lines
	}{
		"a row": {heading + "d1,Adele,Hello,,,en,2015,chart\n",
			[]events.Entry{{ID: "d1", Artist: "Adele", Title: "Hello", Source: "chart"}}, nil},
		"other names": {heading + "d1,A,B,a|aa, b ,,,\n",
			[]events.Entry{{ID: "d1", Artist: "A", Title: "B", ArtistAlt: []string{"a", "aa"}, TitleAlt: []string{"b"}}}, nil},
		"quotes, a comma, CRLF, a byte order mark, no last line end": {"\ufeffentry_id,title,artist\r\nd1,\"Hello, \"\"you\"\"\",Adele",
			[]events.Entry{{ID: "d1", Artist: "Adele", Title: `Hello, "you"`}}, nil},
		"a quote left open harms no other row": {heading + "d1,\"Ade,le,,,,,\nd2,A,B,,,,,\n\nd3,C,D,,,,,\n",
			[]events.Entry{{ID: "d2", Artist: "A", Title: "B"}, {ID: "d3", Artist: "C", Title: "D"}}, []int{2}},
		"broken rows": {heading + "d1,A\n,A,B,,,,,\nd2,,B,,,,,\nd3,A,!!!,,,,,\nd4,A,B,,,,,\nd4,A,C,,,,,\n",
			[]events.Entry{{ID: "d4", Artist: "A", Title: "B"}}, []int{2, 3, 4, 5, 7}},
		"no rows": {heading, nil, nil},
	} {
		got, broken, err := ReadCSV(strings.NewReader(tc.in))
		var lines []int
		for _, b := range broken {
			lines = append(lines, b.Line)
		}
		if err != nil || !reflect.DeepEqual(got, tc.want) || !reflect.DeepEqual(lines, tc.broken) {
			t.Errorf("%s: ReadCSV = %+v, broken lines %v, %v; want %+v, %v", name, got, lines, err, tc.want, tc.broken)
		}
	}
}

func TestReadCSVRefusesWhatIsNoList(t *testing.T) {
	for name, in := range map[string]string{
		"empty":            "",
		"another heading":  "id,name\n1,x\n",
		"a broken heading": "\"entry_id,artist,title\n",
	} {
		if got, _, err := ReadCSV(strings.NewReader(in)); err == nil {
			t.Errorf("%s: ReadCSV = %v, want an error", name, got)
		}
	}
	torn := errors.New("torn")
	if _, _, err := ReadCSV(iotest.ErrReader(torn)); !errors.Is(err, torn) {
		t.Errorf("ReadCSV of a torn file: %v, want %v", err, torn)
	}
}
