package blacklist_test

import (
	"fmt"
	"testing"

	"lightshare/blacklist"
	"lightshare/events/bus/embedded"
)

// BenchmarkQueue asks for a page of 10,000 cases that the list has judged before.
func BenchmarkQueue(b *testing.B) {
	k, err := blacklist.Open(b.Context(), blacklist.Config{NC: embedded.Test(b), Entries: base})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { k.Close() })
	for i := range 10_000 {
		k.Screen(listing(fmt.Sprint("n", i), fmt.Sprint("Hello (Adele cover) ", i), "1.mp3"))
	}
	for b.Loop() {
		if p := k.Queue(blacklist.Query{By: "mina", Page: 3}); p.Found != 10_000 {
			b.Fatalf("%d cases", p.Found)
		}
	}
}
