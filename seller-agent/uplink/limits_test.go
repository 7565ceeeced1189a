package uplink

import (
	"encoding/json"
	"testing"
	"time"
)

func TestLimitsByTheClock(t *testing.T) {
	night := Quiet{From: 22 * 60, To: 6*60 + 30}
	day := Quiet{From: 9 * 60, To: 17 * 60, Rate: 5000}
	for name, tc := range map[string]struct {
		limits Limits
		at     string
		rate   int64
		open   bool
	}{
		"no limits":                      {Limits{}, "12:00", 0, true},
		"a limit":                        {Limits{Rate: 9000}, "12:00", 9000, true},
		"before the night":               {Limits{Rate: 9000, Quiet: night}, "21:59", 9000, true},
		"at night":                       {Limits{Rate: 9000, Quiet: night}, "22:00", 0, false},
		"after midnight":                 {Limits{Quiet: night}, "06:29", 0, false},
		"in the morning":                 {Limits{Quiet: night}, "06:30", 0, true},
		"less by day":                    {Limits{Rate: 9000, Quiet: day}, "09:00", 5000, true},
		"less by day, else unlimited":    {Limits{Quiet: day}, "16:59", 5000, true},
		"quiet hours do not allow more":  {Limits{Rate: 4500, Quiet: day}, "10:00", 4500, true},
		"from and to the same are never": {Limits{Quiet: Quiet{From: 60, To: 60}}, "01:00", 0, true},
	} {
		at, err := time.Parse("15:04", tc.at)
		if err != nil {
			t.Fatal(err)
		}
		if rate, open := tc.limits.At(at); rate != tc.rate || open != tc.open {
			t.Errorf("%s: At(%s) = %d, %t, want %d, %t", name, tc.at, rate, open, tc.rate, tc.open)
		}
	}
}

func TestLimitsAreChecked(t *testing.T) {
	for name, tc := range map[string]struct {
		limits Limits
		good   bool
	}{
		"none":              {Limits{}, true},
		"a kilobyte":        {Limits{Rate: 1000}, false},
		"negative":          {Limits{Rate: -1}, false},
		"four kibibytes":    {Limits{Rate: 4096, Buyers: 1}, true},
		"negative buyers":   {Limits{Buyers: -1}, false},
		"quiet, a trickle":  {Limits{Quiet: Quiet{From: 1, To: 2, Rate: 10}}, false},
		"quiet, nothing":    {Limits{Quiet: Quiet{From: 1, To: 2}}, true},
		"trickle, no hours": {Limits{Quiet: Quiet{Rate: 10}}, true},
	} {
		if err := tc.limits.Check(); (err == nil) != tc.good {
			t.Errorf("%s: Check() = %v", name, err)
		}
	}
}

func TestLimitsInJSON(t *testing.T) {
	want := Limits{Rate: 1 << 20, Buyers: 3, Quiet: Quiet{From: 22*60 + 5, To: 7 * 60, Rate: 8192}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if s := `{"rate":1048576,"buyers":3,"quiet":{"from":"22:05","to":"07:00","rate":8192}}`; string(text) != s {
		t.Errorf("Marshal = %s, want %s", text, s)
	}
	var got Limits
	if err := json.Unmarshal(text, &got); err != nil || got != want {
		t.Errorf("Unmarshal = %+v, %v, want %+v", got, err, want)
	}
	for _, bad := range []string{`{"quiet":{"from":"25:00"}}`, `{"quiet":{"from":600}}`} {
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
