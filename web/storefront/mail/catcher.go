// Package mail sends the storefront's letters: through a mail server, or, on a developer's machine, to a page.
package mail

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A Letter is a mail in plain text.
type Letter struct {
	To, Subject, Text string
	Link              string // the one link in Text, if any
	Language          string // of subject and text (BCP 47)
	At                time.Time
}

// keep is how many letters a Catcher remembers.
const keep = 100

// A Catcher keeps letters instead of sending them. The zero Catcher is ready. Safe for concurrent use.
type Catcher struct {
	mu      sync.Mutex
	letters []Letter // guarded by mu; oldest first
}

// Send keeps the letter.
func (c *Catcher) Send(_ context.Context, l Letter) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letters = append(c.letters, l)
	if len(c.letters) > keep {
		c.letters = slices.Delete(c.letters, 0, len(c.letters)-keep)
	}
	return nil
}

// Letters returns what was caught, newest first.
func (c *Catcher) Letters() []Letter {
	c.mu.Lock()
	defer c.mu.Unlock()
	letters := slices.Clone(c.letters)
	slices.Reverse(letters)
	return letters
}
