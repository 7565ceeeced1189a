package journal

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nats.go/micro"
)

// memory is a journal's partition in memory, which keeps what was appended behind the fence and loses answers.
type memory struct {
	jetstream.Stream // whatever else a stream does is not done here
	random           *rand.Rand
	messages         [][]byte
	late             []func() // appends that arrive after their sender has given up

	faulty bool
	during func() // what others do while an append is under way
}

var (
	errLost    = errors.New("no answer")
	errCrashed = errors.New("the writer's process has died")
)

// append is the writers' way in. It breaks in every way that a network and a server can.
func (m *memory) append(_ context.Context, _ string, data []byte, last uint64) (uint64, error) {
	data = append([]byte(nil), data...)
	if !m.faulty {
		return m.store(data, last)
	}
	if m.during != nil && m.random.IntN(4) == 0 {
		m.during()
	}
	switch m.random.IntN(20) {
	case 0: // lost on the way
		return m.timeOut()
	case 1, 2: // done, the answer lost
		_, _ = m.store(data, last)
		return m.timeOut()
	case 3: // lost, and there after all when nobody waits any more
		m.late = append(m.late, func() { _, _ = m.store(data, last) })
		return m.timeOut()
	case 4: // done twice
		m.late = append(m.late, func() { _, _ = m.store(data, last) })
	case 5: // the sender dies, before it is done or after
		if m.random.IntN(2) == 0 {
			_, _ = m.store(data, last)
		}
		panic(errCrashed)
	}
	return m.store(data, last)
}

// timeOut returns when nobody expects an answer any more.
func (m *memory) timeOut() (uint64, error) {
	time.Sleep(appendTimeout)
	return 0, errLost
}

// store appends a message if the newest one is still that with the sequence last.
func (m *memory) store(data []byte, last uint64) (uint64, error) {
	if last != uint64(len(m.messages)) {
		return 0, &jetstream.APIError{ErrorCode: jetstream.JSErrCodeStreamWrongLastSequence}
	}
	m.messages = append(m.messages, data)
	return uint64(len(m.messages)), nil
}

// arrive lets one late append arrive.
func (m *memory) arrive() {
	if len(m.late) > 0 {
		i := m.random.IntN(len(m.late))
		m.late[i]()
		m.late = append(m.late[:i], m.late[i+1:]...)
	}
}

// GetMsg returns the message with that sequence.
func (m *memory) GetMsg(_ context.Context, sequence uint64, _ ...jetstream.GetMsgOpt) (*jetstream.RawStreamMsg, error) {
	if m.faulty && m.random.IntN(30) == 0 {
		return nil, errLost
	}
	if sequence > uint64(len(m.messages)) {
		return nil, jetstream.ErrMsgNotFound
	}
	return &jetstream.RawStreamMsg{Sequence: sequence, Data: m.messages[sequence-1]}, nil
}

// request is a message of commands, as the bus would bring it.
type request struct {
	micro.Request
	data   []byte
	answer func([]byte)
}

func (r request) Data() []byte    { return r.data }
func (r request) Subject() string { return "simulated" }

func (r request) Respond(b []byte, _ ...micro.RespondOpt) error {
	r.answer(b)
	return nil
}
