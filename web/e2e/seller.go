package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"
	"time"
)

// A Seller is a seller's agent that runs as a process of its own.
type Seller struct {
	start  func() *exec.Cmd
	stderr io.Writer

	mu     sync.Mutex
	cmd    *exec.Cmd     // guarded by mu
	events []agentEvent  // guarded by mu; what the agent said, one JSON line each
	heard  chan struct{} // guarded by mu; closed at the next event
	gone   chan struct{} // guarded by mu; closed when the process has ended
}

// agentEvent is the part of the agent's JSON lines that the story reads.
type agentEvent struct {
	Event string `json:"event"`
	File  string `json:"file"`
	Title string `json:"title"`
	State string `json:"state"`
	Text  string `json:"text"`
}

// NewSeller returns a seller whose agent start makes ready to run.
func NewSeller(start func() *exec.Cmd, stderr io.Writer) *Seller {
	return &Seller{start: start, stderr: stderr, heard: make(chan struct{})}
}

// Start starts the agent and waits until it is ready.
func (s *Seller) Start(ctx context.Context) error {
	cmd := s.start()
	cmd.Stderr = s.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start agent: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start agent: %w", err)
	}
	gone := make(chan struct{})
	s.mu.Lock()
	s.cmd, s.gone, s.events = cmd, gone, nil
	s.mu.Unlock()
	go func() {
		defer close(gone)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var e agentEvent
			if json.Unmarshal(lines.Bytes(), &e) == nil {
				s.hear(e)
			}
		}
		cmd.Wait() // killed, mostly: its end is all that matters
	}()
	_, err = s.Await(ctx, "ready", func(e agentEvent) bool { return e.Event == "ready" })
	return err
}

func (s *Seller) hear(e agentEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
	close(s.heard)
	s.heard = make(chan struct{})
}

// Await waits until the agent has said something for which is says yes.
func (s *Seller) Await(ctx context.Context, what string, is func(agentEvent) bool) (agentEvent, error) {
	for {
		s.mu.Lock()
		said, heard, gone := slices.Clone(s.events), s.heard, s.gone
		s.mu.Unlock()
		if i := slices.IndexFunc(said, is); i >= 0 {
			return said[i], nil
		}
		select {
		case <-heard:
		case <-gone:
			return agentEvent{}, fmt.Errorf("agent ended before it said %s", what)
		case <-ctx.Done():
			return agentEvent{}, fmt.Errorf("agent did not say %s: it said %v", what, said)
		}
	}
}

// PID returns the number of the agent's process; 0 before the first start.
func (s *Seller) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return 0
	}
	return s.cmd.Process.Pid
}

// Kill ends the agent as a power cut would, and waits until it is gone.
func (s *Seller) Kill() {
	s.mu.Lock()
	cmd, gone := s.cmd, s.gone
	s.mu.Unlock()
	if cmd == nil {
		return
	}
	cmd.Process.Kill() // it may have ended by itself
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
	}
}
