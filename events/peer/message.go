package peer

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

const (
	// Window is how much of a body may be under way, in bytes.
	Window = 4 << 20
	// messageSize is the most that one message carries, in bytes: what every browser takes.
	messageSize = 64 << 10
	// maxText is the longest text message, in bytes; a ticket has about 600.
	maxText = 16 << 10
	// takenEvery is how much a client takes before it says so again, in bytes.
	takenEvery = Window / 8
)

// request is the first message on a channel.
type request struct {
	Path   string            `json:"path"`
	Header map[string]string `json:"header,omitempty"`
}

// answer is the head of what comes back.
type answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"`
}

// end says that the body was whole.
type end struct {
	End bool `json:"end"`
}

// taken says how much of the body the client has done with.
type taken struct {
	Taken int64 `json:"taken"` // bytes since the beginning
}

var errMessage = errors.New("not the message that is due")

// readRequest returns the GET that a text asks for.
func readRequest(text []byte) (*http.Request, error) {
	var asked request
	if err := json.Unmarshal(text, &asked); err != nil {
		return nil, fmt.Errorf("%w: %w", errMessage, err)
	}
	target, err := url.ParseRequestURI(asked.Path)
	if err != nil || target.Host != "" || target.Scheme != "" {
		return nil, fmt.Errorf("%w: path %.80q", errMessage, asked.Path)
	}
	r := &http.Request{
		Method: http.MethodGet, URL: target, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, len(asked.Header)), Body: http.NoBody,
	}
	for name, value := range asked.Header {
		r.Header.Set(name, value)
	}
	return r, nil
}

// flat returns the first value of each field: a handler of ours sets no second one that a client would need.
func flat(h http.Header) map[string]string {
	fields := make(map[string]string, len(h))
	for name := range h {
		fields[name] = h.Get(name)
	}
	return fields
}

// write sends a text.
func write(c channel, message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = c.WriteDataChannel(text, true)
	return err
}
