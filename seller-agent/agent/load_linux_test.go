package agent

import "testing"

func TestParseLoad(t *testing.T) {
	stat := "cpu  100 5 50 800 20 3 2 0 9 9\ncpu0 1 2 3\n"
	own := "42 (a) b) S 1 42 42 0 -1 4194304 1 0 0 0 30 12 0 0 20 0 9 0 1 2 3"
	if l, ok := parseLoad(stat, own); !ok || l != (load{all: 980, idle: 820, own: 42}) {
		t.Errorf("parseLoad = %+v, %v", l, ok)
	}
	for _, bad := range []string{"", "cpu a b c d e f", "mem 1 2 3 4 5 6"} {
		if l, ok := parseLoad(bad, own); ok {
			t.Errorf("parseLoad(%q) = %+v", bad, l)
		}
	}
	if _, ok := readLoad(); !ok {
		t.Error("the system's own files cannot be read")
	}
}
