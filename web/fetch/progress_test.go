package fetch

import (
	"strings"
	"testing"
	"time"
)

func TestLinesTellNowAndThen(t *testing.T) {
	var b strings.Builder
	l := &lines{w: &b}
	l.begin("photo.jpg", 10_000_000, 0)
	for range 99 {
		l.checked(50_000, time.Millisecond)
	}
	l.last = l.last.Add(-lineEvery)
	l.checked(50_000, time.Millisecond)
	l.say("The seller is there again.")
	want := "Receiving photo.jpg (10 MB).\n5.0 MB of 10 MB checked, 50 MB/s\nThe seller is there again.\n"
	if got := b.String(); got != want {
		t.Errorf("lines wrote %q, want %q", got, want)
	}
}

// However a download ends, the bar leaves the terminal to others.
func TestBarEnds(t *testing.T) {
	for name, tell := range map[string]func(b *bar){
		"before it began": func(b *bar) { b.say("waiting") },
		"half way":        func(b *bar) { b.begin("x", 100, 10); b.checked(40, time.Millisecond); b.say("waiting") },
		"whole":           func(b *bar) { b.begin("x", 100, 0); b.checked(100, time.Millisecond) },
		"nothing missing": func(b *bar) { b.begin("x", 100, 100) },
	} {
		var out strings.Builder
		b := &bar{w: &out}
		tell(b)
		ended := make(chan struct{})
		go func() { b.end(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: end did not return", name)
		}
	}
}
