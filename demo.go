package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"text/tabwriter"
	"time"

	"lightshare/events/journal"
	"lightshare/web/e2e"
)

// demoCommand shows the main job.
type demoCommand struct {
	Share    string `placeholder:"DIR" type:"existingdir" help:"A folder of yours to offer as well, once the story is told."`
	HTTP     string `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Where the storefront listens."`
	Console  string `default:"127.0.0.1:8081" placeholder:"ADDRESS" help:"Where the moderators' console listens."`
	Payments string `default:"127.0.0.1:8082" placeholder:"ADDRESS" help:"Where test payments listen."`
	Exit     bool   `help:"End after the story."`
	JSON     bool   `help:"Print a JSON line a step."`
	Verbose  bool   `help:"Show what the services and the seller's agent log."`
}

// The demo's auction is short, and its soft close too, so that nobody has to wait.
const (
	demoAuction   = 16 * time.Second
	demoSoftClose = 4 * time.Second
	demoFetchRate = 24 << 20 // bytes a second: slow enough to be cut in the middle
)

// Run starts a market of its own, lives the main job in it, and stays up.
func (c demoCommand) Run(ctx context.Context, log *slog.Logger) error {
	dir, err := os.MkdirTemp("", "lightshare-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	share, received := filepath.Join(dir, "shared"), filepath.Join(dir, "received")
	for _, d := range []string{share, received} {
		if err := os.Mkdir(d, 0o755); err != nil {
			return err
		}
	}
	if !c.Verbose {
		log = slog.New(slog.DiscardHandler)
		slog.SetDefault(log)
	}
	clock := journal.NewClock()
	up := upCommand{Data: filepath.Join(dir, "market"), Bus: -1}
	up.HTTP, up.Console, up.Payments = c.HTTP, c.Console, c.Payments
	m, err := openMarket(ctx, log, clock, up)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := e2e.MakeSamples(share, demoAuction, demoSoftClose); err != nil {
		return err
	}
	return c.tell(ctx, m, clock, dir, share, received)
}

// tell lives the story and reports it.
func (c demoCommand) tell(ctx context.Context, m *market, clock *journal.Clock, dir, share, received string) error {
	agents, stopAgents := context.WithCancel(ctx)
	defer stopAgents()
	agent := func(share, state string) *exec.Cmd {
		return self(agents, "seller-agent", "share", share, "--market", m.store, "--name", "Lighthouse Studio", "--state", filepath.Join(dir, state), "--json")
	}
	var agentLog io.Writer
	if c.Verbose {
		agentLog = os.Stderr
	}
	var steps []e2e.Step
	began := time.Now()
	err := e2e.Run(agents, e2e.Config{
		Market: m.store, Console: m.console, Name: m.moderator, Token: m.token, Share: share, Dir: received,
		Agent: func() *exec.Cmd { return agent(share, "agent") },
		Fetch: func(link, out string) *exec.Cmd {
			return self(ctx, "fetch", link, "--out", out, "--limit", fmt.Sprint(demoFetchRate))
		},
		Advance: clock.Advance, Stderr: agentLog,
		Report: func(s e2e.Step) { steps = append(steps, s); c.report(s) },
	})
	if c.JSON {
		fmt.Printf("{\"done\":true,\"ok\":%t,\"ms\":%d}\n", err == nil, time.Since(began).Milliseconds())
	} else {
		table(steps, time.Since(began))
	}
	if err != nil || c.Exit {
		return err
	}
	if c.Share != "" {
		yours := e2e.NewSeller(func() *exec.Cmd { return agent(c.Share, "yours") }, agentLog)
		context.AfterFunc(agents, yours.Kill)
		if err := yours.Start(agents); err != nil {
			return err
		}
	}
	c.invite(m, share)
	<-ctx.Done()
	return nil
}

// self runs this program again as a process of its own.
func self(ctx context.Context, args ...string) *exec.Cmd {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	return exec.CommandContext(ctx, path, args...)
}

func (c demoCommand) report(s e2e.Step) {
	if c.JSON {
		line := struct {
			Step   string `json:"step"`
			OK     bool   `json:"ok"`
			MS     int64  `json:"ms"`
			Detail string `json:"detail,omitempty"`
			Error  string `json:"error,omitempty"`
		}{s.Name, s.Err == nil, s.Took.Milliseconds(), s.Detail, ""}
		if s.Err != nil {
			line.Error = s.Err.Error()
		}
		json.NewEncoder(os.Stdout).Encode(line)
		return
	}
	mark, detail := "✓", s.Detail
	if s.Err != nil {
		mark, detail = "✗", s.Err.Error()
	}
	fmt.Printf("%s %6.2f s  %s\n", mark, s.Took.Seconds(), s.Name)
	if detail != "" {
		fmt.Printf("             %s\n", detail)
	}
}

// table sums the story up.
func table(steps []e2e.Step, took time.Duration) {
	fmt.Println()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "step\tresult\tseconds")
	for i, s := range steps {
		result := "ok"
		if s.Err != nil {
			result = "FAILED"
		}
		fmt.Fprintf(w, "%d. %s\t%s\t%.2f\n", i+1, s.Name, result, s.Took.Seconds())
	}
	fmt.Fprintf(w, "all\t\t%.2f\n", took.Seconds())
	w.Flush()
}

// invite says how to try by hand.
func (c demoCommand) invite(m *market, share string) {
	fmt.Printf(`
The market stays up. Try it by hand:

  storefront   %s        sign in with any e-mail address; the letter is at %s/dev/mail
  pay with     4242 4242 4242 4242   (4000 0000 0000 0002 is declined)
  console      %s        sign in as %s with the token %s
  the seller   shares %s
               change, add or delete a file there and watch its page

The market's clock is a week ahead since the last step. Ctrl-C ends it.
`, m.store, m.store, m.console, m.moderator, m.token, share)
}
