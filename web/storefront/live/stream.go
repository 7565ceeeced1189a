package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Beat is how often a stream shows that it is alive when nothing else happens.
const Beat = 15 * time.Second

// writeLimit is how long a browser may take to accept one frame before its stream is cut; it then comes back by itself.
const writeLimit = 20 * time.Second

// A Frame is what a page gets in one go. live.js in package view reads it.
type Frame struct {
	Now    int64             `json:"now"`              // the server's clock, Unix milliseconds
	HTML   map[string]string `json:"html,omitempty"`   // element id → its HTML
	Title  string            `json:"title,omitempty"`  // the document's new title
	Prefix *string           `json:"prefix,omitempty"` // before the document's title
	Say    string            `json:"say,omitempty"`    // to be read out politely
	Alert  string            `json:"alert,omitempty"`  // to be read out at once
	State  string            `json:"state,omitempty"`  // of an order, for the download
}

// A Stream is a response of server-sent events.
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// Open starts a stream of events in response to r.
func Open(w http.ResponseWriter) (*Stream, error) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	s := &Stream{w, http.NewResponseController(w)}
	w.WriteHeader(http.StatusOK)
	return s, s.write("retry: 1000\n\n")
}

// Send writes f under an id that names the state it leads to.
func (s *Stream) Send(id string, f Frame) error {
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode frame %s: %w", id, err)
	}
	return s.write(fmt.Sprintf("id: %s\ndata: %s\n\n", id, data))
}

// Beat writes the server's clock as a sign of life.
func (s *Stream) Beat(now time.Time) error {
	return s.write(fmt.Sprintf("event: beat\ndata: %d\n\n", now.UnixMilli()))
}

func (s *Stream) write(text string) error {
	// A recorder in a test has no deadline to set; a real connection always has.
	_ = s.control.SetWriteDeadline(time.Now().Add(writeLimit))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	if err := s.control.Flush(); err != nil {
		return fmt.Errorf("flush event: %w", err)
	}
	return nil
}
