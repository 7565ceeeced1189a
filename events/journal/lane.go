package journal

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"lightshare/events"
)

const (
	maxFlights   = 4         // messages of a sender under way to one partition
	maxLoad      = 512       // commands in one message
	maxLoadBytes = 256 << 10 // in one message, unless a single command is longer

	late = 100 * time.Millisecond // after which a message under way holds up no others
)

// lane carries the commands of one sender to one partition. A command goes at once; while a message is under way, those
// that come meanwhile wait and then go together. So a busy storefront does not pay the bus for every bid, and a quiet one
// does not wait. The writer appends what came together as one group anyway. One that is late, because a lot has to be
// fetched from the disk for it, is overtaken.
type lane struct {
	nc *nats.Conn
	to string

	mu      sync.Mutex
	waiting []*errand // guarded by mu
	flights int       // guarded by mu
	left    time.Time // guarded by mu; when the newest flight began, or its newest message did
}

// errand is one command on its way.
type errand struct {
	command []byte
	answer  events.Answer
	err     error         // wraps [events.Unavailable] if the outcome is not known
	done    chan struct{} // closed when answer or err is set
}

// send takes the errand along. Each flight is a goroutine that ends when nothing waits any more, or [answerWait] after
// the last command was sent.
func (l *lane) send(e *errand) {
	l.mu.Lock()
	l.waiting = append(l.waiting, e)
	take := l.flights == 0 || l.flights < maxFlights && time.Since(l.left) > late
	if take {
		l.flights++
		l.left = time.Now()
	}
	l.mu.Unlock()
	if take {
		go l.fly()
	}
}

// fly carries what waits until nothing does.
func (l *lane) fly() {
	for load := l.load(); len(load) > 0; load = l.load() {
		l.carry(load)
	}
}

// load returns what goes into the next message; if that is nothing, the flight is over.
func (l *lane) load() []*errand {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, size := 0, 0
	for ; n < min(len(l.waiting), maxLoad); n++ {
		if size += len(l.waiting[n].command) + 1; n > 0 && size > maxLoadBytes {
			break
		}
	}
	load := l.waiting[:n:n]
	if l.waiting = l.waiting[n:]; n == 0 {
		l.waiting = nil
		l.flights--
	} else {
		l.left = time.Now()
	}
	return load
}

// carry sends the commands in one message, a line each, and hands out the answers, a line each.
func (l *lane) carry(load []*errand) {
	answers, err := l.ask(load)
	for i, e := range load {
		if e.err = err; err == nil {
			e.answer, e.err = events.ReadAnswer(answers[i])
		}
		close(e.done)
	}
}

// ask returns one answer for each command. Without them the error wraps [events.Unavailable].
func (l *lane) ask(load []*errand) ([][]byte, error) {
	size := 0
	for _, e := range load {
		size += len(e.command) + 1
	}
	lines := make([]byte, 0, size)
	for _, e := range load {
		lines = append(append(lines, e.command...), '\n')
	}
	msg, err := l.nc.Request(l.to, lines, answerWait)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", events.Unavailable, err)
	}
	answers := bytes.Split(msg.Data, []byte{'\n'})
	if len(answers) != len(load) {
		return nil, fmt.Errorf("%w (%d answers to %d commands)", events.Unavailable, len(answers), len(load))
	}
	return answers, nil
}
