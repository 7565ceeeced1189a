package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Config says which market the story is lived in.
type Config struct {
	Market  string // address of the storefront
	Console string // address of the moderators' console
	Name    string // of a moderator
	Token   string // with which the moderator signs in
	Share   string // folder that the seller shares; must hold the files of MakeSamples
	Dir     string // folder for what is received

	Agent   func() *exec.Cmd                 // the seller's agent, sharing Share, telling what it does as JSON lines
	Fetch   func(link, out string) *exec.Cmd // the command line's download, slow enough to be cut in the middle
	Advance func(time.Duration)              // moves the market's clock; nil: it cannot be moved, and that step is left out
	Stderr  io.Writer                        // of the agent; nil: nowhere

	Report func(Step) // is told of each step as it ends
}

// Step is a part of the story that has ended.
type Step struct {
	Name   string
	Detail string // what was seen
	Took   time.Duration
	Err    error // why it did not work
}

const stepLimit = 40 * time.Second // longest that one step may take

// story is what the steps share.
type story struct {
	Config
	seller         *Seller
	moderator      *Robot
	visitor        *Robot
	ann, ben, cleo Person
	picture        string // path of the auction's page
}

// Run lives the main job and returns an error if any step did not work. The seller's agent runs on afterwards, until
// ctx ends.
func Run(ctx context.Context, c Config) error {
	s := &story{Config: c, seller: NewSeller(c.Agent, c.Stderr)}
	context.AfterFunc(ctx, s.seller.Kill)
	steps := []struct {
		name string
		do   func(context.Context) (string, error)
	}{
		{"a folder is shared: its files are on sale", s.listed},
		{"three buyers sign in by e-mail", s.signIn},
		{"a blacklisted title, disguised, is refused", s.refused},
		{"a new entry: its dry run shows a lot with a bid, then takes it down", s.takenDown},
		{"a file edited on disk changes its page", s.edited},
		{"two bidders fight into a soft close", s.fight},
		{"the winner pays and receives the file from the seller", s.won},
		{"a declined card; the next one pays", s.declined},
		{"the seller vanishes in mid-transfer; the download resumes", s.resumed},
		{"a seller who never returns: the hold is released", s.released},
	}
	failed := 0
	for _, step := range steps {
		if c.Advance == nil && step.name == steps[len(steps)-1].name {
			continue
		}
		within, cancel := context.WithTimeout(ctx, stepLimit)
		began := time.Now()
		detail, err := step.do(within)
		cancel()
		c.Report(Step{step.name, detail, time.Since(began), err})
		if err != nil {
			failed++
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d steps did not work", failed, len(steps))
	}
	return nil
}

var errNot = errors.New("that is not what happened")

// since words a time for a person.
func since(began time.Time) string { return time.Since(began).Round(time.Millisecond).String() }

// sameBytes compares what was received with what the seller has.
func sameBytes(received, sold string) error {
	got, err := os.ReadFile(received)
	if err != nil {
		return err
	}
	want, err := os.ReadFile(sold)
	if err != nil {
		return err
	}
	if string(got) != string(want) {
		return fmt.Errorf("%s differs from %s: %w", received, sold, errNot)
	}
	return nil
}
