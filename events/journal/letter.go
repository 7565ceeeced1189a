package journal

import (
	"bytes"

	"github.com/nats-io/nats.go/micro"

	"lightshare/events"
)

// maxReply is how many bytes of answers go into one message; the bus takes 1 MiB.
const maxReply = 512 << 10

// letter is a message of commands, one a line. Its answer has one line for each, in the same order, and is sent when the
// last of them is known. It belongs to whoever decides its commands, one after the other, and has no guard.
type letter struct {
	req        micro.Request
	lines      [][]byte // the commands
	answers    [][]byte
	unanswered int // lines without an answer
	size       int // bytes of the answers
}

// receive reads the lines of a message. One with more lines than a sender sends together is a single line that nobody can
// read.
func receive(req micro.Request) *letter {
	data := bytes.TrimSuffix(req.Data(), []byte{'\n'})
	lines := [][]byte{nil}
	if bytes.Count(data, []byte{'\n'}) < maxLoad {
		lines = bytes.Split(data, []byte{'\n'})
	}
	return &letter{req: req, lines: lines, answers: make([][]byte, len(lines)), unanswered: len(lines)}
}

// reply notes the answer to a line and sends the letter's when it was the last. An answer that no longer fits says
// [events.Unavailable] instead: its sender asks again, and the command has no second effect.
func (l *letter) reply(line int, answer []byte) error {
	if l.size > 0 && l.size+len(answer) > maxReply {
		answer = refusal(events.Unavailable)
	}
	l.answers[line] = answer
	l.size += len(answer) + 1
	if l.unanswered--; l.unanswered > 0 {
		return nil
	}
	return l.req.Respond(bytes.Join(l.answers, []byte{'\n'}))
}

// refusal returns the answer that says r and nothing else.
func refusal(r events.Refusal) []byte { return events.Answer{Refusal: r}.AppendJSON(nil) }
