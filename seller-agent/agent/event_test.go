package agent

import "testing"

func TestEventInWords(t *testing.T) {
	for want, e := range map[string]Event{
		`offered    봄날.txt as "봄날"`:                           {Event: Listed, Path: "봄날.txt", Title: "봄날"},
		`offered    "a\x1b[31mred.txt" as "a red"`:            {Event: Listed, Path: "a\x1b[31mred.txt", Title: "a red"},
		`withdrawn  "line\nbreak": the file was deleted`:      {Event: Withdrawn, Path: "line\nbreak", Text: "the file was deleted"},
		`problem    "\u202egpj.exe": it cannot be read`:       {Event: Problem, Path: "\u202egpj.exe", Text: "it cannot be read"},
		`refused    "Slow Tide": it is on the copyright list`: {Event: Fate, State: "refused", Title: "Slow Tide", Text: "it is on the copyright list"},
		`listed     "Slow Tide"`:                              {Event: Fate, State: "listed", Title: "Slow Tide"},
	} {
		if got := e.String(); got != want {
			t.Errorf("%+v reads %s, want %s", e, got, want)
		}
	}
}
