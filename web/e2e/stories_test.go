package e2e

import (
	"testing"
)

// TestStories lives what people do in a real browser, in one market.
func TestStories(t *testing.T) {
	w := newWorld(t)
	for _, story := range []struct {
		name string
		live func(*testing.T, *world)
	}{
		{"a direct sale", sale},
		{"a seller behind a router", behind},
		{"no direct way", relayed},
		{"a file that changed", changed},
		{"two bidders", fight},
		{"a seller's word", word},
		{"a saved card that asks", absent},
		{"a seller who buys", pairing},
		{"a price to talk about", haggle},
		{"a takedown", takedown},
		{"without script", plain},
		{"every page for everybody", access},
		{"light pages", weights},
	} {
		t.Run(story.name, func(t *testing.T) { story.live(t, w) })
	}
}
