package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"lightshare/seller-agent/ui"
)

// errNotRunning says that no agent answers.
var errNotRunning = errors.New("the agent is not running; start it with: seller-agent share")

// A deskPlace says which agent is meant, and how it is answered.
type deskPlace struct {
	State string `type:"path" placeholder:"DIR" help:"Where the agent keeps its key. (default: lightshare in $XDG_STATE_HOME or ~/.local/state)"`
	JSON  bool   `name:"json" help:"Print JSON on standard output."`
}

// A client speaks to the running agent, by the requests of its page.
type client struct {
	key  ui.Key
	json bool
	term terminal
	http http.Client
}

// open finds the running agent.
func (p deskPlace) open(t terminal) (*client, error) {
	state, err := stateOr(p.State)
	if err != nil {
		return nil, err
	}
	key, err := ui.ReadKey(state)
	if err != nil {
		return nil, errNotRunning
	}
	return &client{key: key, json: p.JSON, term: t, http: http.Client{Timeout: time.Minute}}, nil
}

// ask sends a request and reads the answer as JSON into to, unless that is nil. What the agent refuses is an error in its
// words.
func (c *client) ask(method, path string, body io.Reader, contentType string, to any) error {
	r, err := http.NewRequestWithContext(c.term.ctx, method, c.key.URL+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.key.Token)
	r.Header.Set("Accept", "application/json")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("%w (%w)", errNotRunning, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("ask the agent: %w", err)
	}
	if answer.StatusCode >= 300 {
		var said struct{ Error string }
		if json.Unmarshal(text, &said) != nil || said.Error == "" { // another program has the port now
			return errNotRunning
		}
		return errors.New(strings.TrimSuffix(said.Error, "."))
	}
	if raw, ok := to.(*[]byte); ok {
		*raw = text
		return nil
	}
	if to == nil {
		return nil
	}
	if err := json.Unmarshal(text, to); err != nil {
		return fmt.Errorf("read what the agent says: %w", err)
	}
	return nil
}

// tell asks for something to be done, and says that it was.
func (c *client) tell(method, path string, form url.Values) error {
	var said struct {
		Done string `json:"done"`
	}
	if err := c.ask(method, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded", &said); err != nil {
		return err
	}
	return c.done(said.Done, said)
}

// done says that something was done: to people on stderr, to programs as JSON.
func (c *client) done(words string, value any) error {
	if c.json {
		return json.NewEncoder(c.term.stdout).Encode(value)
	}
	fmt.Fprintln(c.term.stderr, words)
	return nil
}

// show asks for something, and prints it as JSON or has lines print it for people.
func show[T any](p deskPlace, t terminal, path string, lines func(w io.Writer, v T)) (v T, err error) {
	c, err := p.open(t)
	if err != nil {
		return v, err
	}
	var text []byte
	if err := c.ask("GET", path, nil, "", &text); err != nil {
		return v, err
	}
	if err := json.Unmarshal(text, &v); err != nil {
		return v, fmt.Errorf("read what the agent says: %w", err)
	}
	if c.json {
		_, err := t.stdout.Write(append(bytes.TrimSpace(text), '\n'))
		return v, err
	}
	table := tabwriter.NewWriter(t.stdout, 0, 0, 2, ' ', 0)
	lines(table, v)
	return v, table.Flush()
}
