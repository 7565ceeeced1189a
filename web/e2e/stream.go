package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Stream opens a page's stream of changes and hands each frame's HTML, all pieces of it in one string, to see until see
// returns false or ctx ends.
func (r *Robot) Stream(ctx context.Context, address string, see func(html string) bool) error {
	to, err := r.home.Parse(address)
	if err != nil {
		return fmt.Errorf("stream %s: %w", address, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return fmt.Errorf("stream %s: %w", address, err)
	}
	open := &http.Client{Jar: r.client.Jar} // a stream has no time-out
	res, err := open.Do(req)
	if err != nil {
		return fmt.Errorf("%s: %w", r.Name, err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || !strings.HasPrefix(data, "{") {
			continue
		}
		var frame struct {
			HTML  map[string]string `json:"html"`
			Title string            `json:"title"`
		}
		if err := json.Unmarshal([]byte(data), &frame); err != nil {
			return fmt.Errorf("stream %s: %w", address, err)
		}
		var b strings.Builder
		b.WriteString(frame.Title)
		for _, piece := range frame.HTML {
			b.WriteString(piece)
		}
		if !see(b.String()) {
			return nil
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("stream %s ended: %w", address, lines.Err())
}
