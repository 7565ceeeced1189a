package deliver

import "testing"

func TestSpanOf(t *testing.T) {
	type want struct {
		from, length  int64
		whole, beyond bool
	}
	for name, tc := range map[string]struct {
		header string
		size   int64
		want   want
	}{
		"none":                   {"", 10, want{0, 10, true, false}},
		"first":                  {"bytes=0-3", 10, want{0, 4, false, false}},
		"one byte":               {"bytes=9-9", 10, want{9, 1, false, false}},
		"from":                   {"bytes=4-", 10, want{4, 6, false, false}},
		"last":                   {"bytes=-3", 10, want{7, 3, false, false}},
		"last, more than it has": {"bytes=-30", 10, want{0, 10, false, false}},
		"to beyond the end":      {"bytes=4-99", 10, want{4, 6, false, false}},
		"to beyond any number":   {"bytes=4-99999999999999999999", 10, want{4, 6, false, false}},
		"from the end":           {"bytes=10-", 10, want{beyond: true}},
		"from beyond":            {"bytes=11-12", 10, want{beyond: true}},
		"from beyond any number": {"bytes=99999999999999999999-", 10, want{beyond: true}},
		"last of none":           {"bytes=-0", 10, want{10, 0, false, true}},
		"of an empty file":       {"bytes=0-", 0, want{beyond: true}},
		"backwards":              {"bytes=5-4", 10, want{0, 10, true, false}},
		"several":                {"bytes=0-1,3-4", 10, want{0, 10, true, false}},
		"other unit":             {"lines=0-1", 10, want{0, 10, true, false}},
		"signs":                  {"bytes=+1-2", 10, want{0, 10, true, false}},
		"nothing":                {"bytes=-", 10, want{0, 10, true, false}},
		"no dash":                {"bytes=5", 10, want{0, 10, true, false}},
	} {
		s, whole, beyond := spanOf(tc.header, tc.size)
		if got := (want{s.from, s.length, whole, beyond}); got != tc.want {
			t.Errorf("%s: spanOf(%q, %d) = %+v, want %+v", name, tc.header, tc.size, got, tc.want)
		}
	}
}

func FuzzSpanOf(f *testing.F) {
	f.Add("bytes=0-1", int64(10))
	f.Add("bytes=-5", int64(0))
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			t.Skip("no size")
		}
		s, whole, beyond := spanOf(header, size)
		if s.from < 0 || s.length < 0 || s.from > size || s.from+s.length > size || whole && (beyond || s.length != size) {
			t.Errorf("spanOf(%q, %d) = %+v, %v, %v", header, size, s, whole, beyond)
		}
	})
}
