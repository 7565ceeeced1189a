package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

const (
	leaseBeat  = events.LeaseTTL / 5     // between two looks at the leases
	leaseCall  = time.Second             // longest time for one call about them
	staleLease = events.LeaseTTL * 3 / 4 // not renewed for so long, a partition is given up before somebody else takes it
)

// leases is this process's part in sharing out the partitions of a journal. A lease keeps two writers out of each
// other's way, and no more: what decides who may append is the fence. Used by one goroutine.
type leases struct {
	kv      jetstream.KeyValue
	journal string
	id      string         // of this process, new at each start
	held    map[int]uint64 // partition → revision of its lease
	renewed time.Time      // when all of held were last renewed
}

func openLeases(ctx context.Context, js jetstream.JetStream, journal string) (*leases, error) {
	kv, err := js.KeyValue(ctx, events.Leases)
	if err != nil {
		return nil, err
	}
	return &leases{kv: kv, journal: journal, id: events.NewID(), held: make(map[int]uint64)}, nil
}

func (l *leases) key(partition int) string {
	return fmt.Sprintf("%s.partition.%d", l.journal, partition)
}
func (l *leases) member(id string) string { return fmt.Sprintf("%s.member.%s", l.journal, id) }

// beat tells the others that this process is there, renews what it holds, and takes or gives back partitions so that
// each process has its share. It returns the partitions that it lost. Errors leave leases as they were.
func (l *leases) beat(ctx context.Context) (lost []int, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseCall)
	defer cancel()
	began := time.Now()
	for partition, revision := range l.held {
		next, err := l.kv.Update(ctx, l.key(partition), []byte(l.id), revision)
		switch {
		case err == nil:
			l.held[partition] = next
		case isStale(err) || errors.Is(err, jetstream.ErrKeyExists): // it ran out
			delete(l.held, partition)
			if again, err := l.take(ctx, partition); err != nil || !again { // somebody has it now
				lost = append(lost, partition)
			}
		default:
			return l.expire(lost), err
		}
	}
	l.renewed = began
	_, err = l.kv.Put(ctx, l.member(l.id), nil)
	return lost, err
}

// expire gives up everything held when it was not renewed for too long.
func (l *leases) expire(lost []int) []int {
	if time.Since(l.renewed) < staleLease {
		return lost
	}
	for partition := range l.held {
		lost = append(lost, partition)
	}
	clear(l.held)
	return lost
}

// share returns how many partitions this process should hold, given who else is there.
func (l *leases) share(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseCall)
	defer cancel()
	keys, err := l.kv.ListKeysFiltered(ctx, l.member("*"))
	if err != nil {
		return 0, err
	}
	members := 0
	for key := range keys.Keys() {
		if strings.HasPrefix(key, l.member("")) {
			members++
		}
	}
	members = max(members, 1)
	return (events.Partitions + members - 1) / members, nil
}

// take tries to get the lease of a partition.
func (l *leases) take(ctx context.Context, partition int) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, leaseCall)
	defer cancel()
	revision, err := l.kv.Create(ctx, l.key(partition), []byte(l.id))
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(l.held) == 0 {
		l.renewed = time.Now()
	}
	l.held[partition] = revision
	return true, nil
}

// give gives a lease back, after its partition has stopped.
func (l *leases) give(ctx context.Context, partition int) error {
	ctx, cancel := context.WithTimeout(ctx, leaseCall)
	defer cancel()
	revision := l.held[partition]
	delete(l.held, partition)
	return l.kv.Delete(ctx, l.key(partition), jetstream.LastRevision(revision))
}

// giveAll gives every lease back and takes this process out of the count, until the bus does not answer.
func (l *leases) giveAll(ctx context.Context) error {
	for partition := range l.held {
		if err := l.give(ctx, partition); err != nil {
			return err
		}
	}
	return l.leave(ctx)
}

// leave takes this process out of the count.
func (l *leases) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, leaseCall)
	defer cancel()
	return l.kv.Delete(ctx, l.member(l.id))
}
