package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"lightshare/events"
)

// Streams that are no journals.
const (
	Sellers  = "SELLERS"  // the listings as on disk, the last of each
	Market   = "MARKET"   // what became of them, the last of each
	Notices  = "NOTICES"  // the last 100 of each person
	Accounts = "accounts" // a KV bucket: people, where deletion is real
	Parties  = "parties"  // another: who sent takedown notices and counter-notices
)

// Declare makes every stream that is not there yet and brings the others up to date. replicas is 1 or 3.
func Declare(ctx context.Context, nc *nats.Conn, replicas int) error {
	js, err := jetstream.New(nc)
	if err != nil {
		return fmt.Errorf("declare streams: %w", err)
	}
	for _, c := range streams() {
		c.Replicas, c.Storage = replicas, jetstream.FileStorage
		if replicas > 1 {
			c.PersistMode = jetstream.DefaultPersistMode // a cluster takes no other
		}
		if _, err := js.CreateOrUpdateStream(ctx, c); err != nil {
			return fmt.Errorf("declare stream %s: %w", c.Name, err)
		}
	}
	for _, bucket := range []string{Accounts, Parties} {
		_, err = js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: bucket, Replicas: replicas, History: 1})
		if err != nil {
			return fmt.Errorf("declare bucket %s: %w", bucket, err)
		}
	}
	_, err = js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: events.Leases, TTL: events.LeaseTTL, Storage: jetstream.MemoryStorage, Replicas: replicas})
	if err != nil {
		return fmt.Errorf("declare bucket %s: %w", events.Leases, err)
	}
	return nil
}

// KeepDeclared declares the streams again whenever nc has come back, until ctx ends: a server that was started anew has
// forgotten what it kept in memory, the leases. What cannot be declared yet is tried again.
func KeepDeclared(ctx context.Context, nc *nats.Conn, replicas int) {
	back := nc.StatusChanged(nats.CONNECTED)
	defer nc.RemoveStatusListener(back)
	for {
		select {
		case <-back:
		case <-ctx.Done():
			return
		}
		for ctx.Err() == nil && nc.IsConnected() && declareSoon(ctx, nc, replicas) != nil {
			select {
			case <-time.After(declareAgain):
			case <-ctx.Done():
			}
		}
	}
}

const (
	declareAgain = 500 * time.Millisecond // after it failed
	declareTime  = 10 * time.Second       // for all of it
)

func declareSoon(ctx context.Context, nc *nats.Conn, replicas int) error {
	ctx, cancel := context.WithTimeout(ctx, declareTime)
	defer cancel()
	return Declare(ctx, nc, replicas)
}

func streams() []jetstream.StreamConfig {
	latest := func(name, subject string) jetstream.StreamConfig {
		return jetstream.StreamConfig{Name: name, Subjects: []string{subject}, MaxMsgsPerSubject: 1, AllowDirect: true}
	}
	return []jetstream.StreamConfig{
		journalStream(events.Lots),
		journalStream(events.Orders),
		journalStream(events.Rulings),
		journalStream(events.Payees),
		derived(jetstream.StreamConfig{Name: events.Snapshots, Subjects: []string{"snapshots.*.*.*"}, Compression: jetstream.S2Compression}),
		latest(Sellers, "seller.*.listing.*"),
		derived(latest(Market, events.OfferSubject("*"))),
		derived(jetstream.StreamConfig{Name: Notices, Subjects: []string{events.NoticeSubject("*")}, MaxMsgsPerSubject: 100, MaxAge: 90 * 24 * time.Hour, AllowDirect: true}),
	}
}

// derived has a stream synced now and then instead of at every message: what lies in it follows from a journal, and a
// sync for each would slow the journals down on the same disk.
func derived(c jetstream.StreamConfig) jetstream.StreamConfig {
	c.PersistMode = jetstream.AsyncPersistMode
	return c
}

// journalStream keeps every message for ever, says no when full, and lets nobody delete.
func journalStream(name string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:       events.StreamOf(name),
		Subjects:   []string{name + ".*"},
		Retention:  jetstream.LimitsPolicy,
		Discard:    jetstream.DiscardNew,
		DenyDelete: true,
		DenyPurge:  true,
	}
}
