package journal

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// Options say which journal to open and what to do with its facts.
type Options[S any] struct {
	Name    string // of the journal: [events.Lots], …
	Service string // that takes its commands: [events.AuctionService], …
	Rules   Rules[S]
	Clock   *Clock // nil: the machine's
	Log     *slog.Logger
	Key     ed25519.PrivateKey // signs receipts; nil: there are none

	// After is called for each fact once it is on disk, in order within a partition, by the writer itself: it must be
	// quick and must not send to the same journal. Partitions call it at the same time.
	After func(Change[S])

	// Ready is called for each subject in memory when this process begins to write its partition, before it takes
	// commands: whatever its last writer had still to do is to be done now.
	Ready func(subject string, s S)
}

// A Change is a fact with the states around it.
type Change[S any] struct {
	Record        events.Record
	Fact          events.Fact
	Before, State S
}

// A Journal writes all partitions of one journal.
type Journal[S any] struct {
	o          Options[S]
	nc         *nats.Conn
	js         jetstream.JetStream
	stream     jetstream.Stream
	leases     *leases
	partitions []*partition[S]
	keeper     Keeper[S]     // nil: no snapshots, and everything stays in memory
	recalls    chan struct{} // holds one of each subject that is read back
	turns      chan struct{} // holds one of each append under way
	stop       context.CancelFunc
	sharing    sync.WaitGroup
}

// An appender appends one message to a subject whose last message has the sequence last, and returns the new sequence
// when it is on disk. After an error the message may or may not be there.
type appender func(ctx context.Context, subject string, data []byte, last uint64) (uint64, error)

// Open replays the journal and then takes commands on <service>.<partition>, for its share of the partitions, until
// Close. Any number of processes may open the same journal: they share the partitions out, and take over those of one
// that dies. Open returns an error if the stream is missing, cannot be read or is not synced as it must be. A partition
// whose facts do not follow from each other is stopped and logged with the exact place; the others run on.
func Open[S any](ctx context.Context, nc *nats.Conn, o Options[S]) (*Journal[S], error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	j := &Journal[S]{o: o, nc: nc, turns: make(chan struct{}, maxAppends), recalls: make(chan struct{}, maxRecalls)}
	j.keeper, _ = o.Rules.(Keeper[S])
	if err := j.open(ctx); err != nil {
		return nil, fmt.Errorf("open journal %s: %w", o.Name, err)
	}
	return j, nil
}

func (j *Journal[S]) open(ctx context.Context) error {
	var err error
	if j.js, err = jetstream.New(j.nc); err != nil {
		return err
	}
	if j.stream, err = j.js.Stream(ctx, events.StreamOf(j.o.Name)); err != nil {
		return err
	}
	if err := synced(j.stream.CachedInfo().Config); err != nil {
		return err
	}
	if err := j.partitioned(ctx); err != nil {
		return err
	}
	if j.leases, err = openLeases(ctx, j.js, j.o.Name); err != nil {
		return err
	}
	for n := range events.Partitions {
		j.partitions = append(j.partitions, newPartition(j, n))
	}
	if err := j.restoreAll(ctx); err != nil {
		return err
	}
	if err := j.rebalance(ctx); err != nil {
		j.giveAllBack(context.WithoutCancel(ctx))
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	j.stop = stop
	j.sharing.Go(func() { j.share(running) })
	if j.keeper != nil {
		j.sharing.Go(func() { j.keep(running) })
	}
	return j.nc.Flush()
}

// partitioned reports whether the stream has facts where no partition is. Facts of one subject would lie in two.
func (j *Journal[S]) partitioned(ctx context.Context) error {
	info, err := j.stream.Info(ctx, jetstream.WithSubjectFilter(j.o.Name+".*"))
	if err != nil {
		return err
	}
	for n := range events.Partitions {
		delete(info.State.Subjects, events.JournalSubject(j.o.Name, n))
	}
	for subject := range info.State.Subjects {
		return fmt.Errorf("there are facts in %s, but this version has %d partitions only: go on with the version that wrote them", subject, events.Partitions)
	}
	return nil
}

// publish is the appender of a journal.
func (j *Journal[S]) publish(ctx context.Context, subject string, data []byte, last uint64) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, appendTimeout)
	defer cancel()
	ack, err := j.js.Publish(ctx, subject, data, jetstream.WithExpectLastSequencePerSubject(last), jetstream.WithRetryAttempts(0))
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// synced reports why a stream with this configuration could lose what it acknowledged.
func synced(c jetstream.StreamConfig) error {
	switch {
	case c.Storage != jetstream.FileStorage:
		return fmt.Errorf("stream %s is not kept on disk", c.Name)
	case c.PersistMode == jetstream.AsyncPersistMode:
		return fmt.Errorf("stream %s acknowledges before it syncs", c.Name)
	case c.Retention != jetstream.LimitsPolicy || c.Discard != jetstream.DiscardNew:
		return fmt.Errorf("stream %s may drop old messages", c.Name)
	case !c.DenyDelete || !c.DenyPurge:
		return fmt.Errorf("stream %s allows deleting", c.Name)
	}
	return nil
}

// lastFlush is how long the bus may take for what was said last.
const lastFlush = time.Second

// Close stops taking commands, answers those already taken, ends the writers and lets others take over.
func (j *Journal[S]) Close() error {
	j.stop()
	j.sharing.Wait()
	if err := j.nc.FlushTimeout(lastFlush); err != nil && j.nc.IsConnected() {
		return err
	}
	return nil // a bus that is away cannot be told
}

// Each calls f with every subject in memory of the partitions that this process writes, one partition after the other,
// each as of one moment between two appends. It returns ctx's error if that ends first. f runs in the writer: it must be
// quick. [Journal.Past] has the others.
func (j *Journal[S]) Each(ctx context.Context, f func(subject string, s S)) error {
	for _, p := range j.partitions {
		err := p.between(ctx, func() {
			for subject, slot := range p.slots {
				f(subject, slot.State)
			}
		})
		if err != nil && !errors.Is(err, errNotWriter) {
			return err
		}
	}
	return nil
}
