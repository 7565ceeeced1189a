package auction_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"lightshare/auction"
	"lightshare/events"
	"lightshare/events/bus/embedded"
	"lightshare/events/journal"
)

const (
	factsEach = 50  // of a lot, from its offer to its end
	stillOpen = 100 // one lot in so many is not over yet
)

// BenchmarkRestart measures how long it takes until the writers of a house with a history decide again: by the whole
// journal, and by a snapshot and what follows it. FACTS says how many facts, 200,000 otherwise.
func BenchmarkRestart(b *testing.B) {
	facts := 200_000
	if n, err := strconv.Atoi(os.Getenv("FACTS")); err == nil {
		facts = n
	}
	server := embedded.TestServer(b)
	js, err := jetstream.New(server.TestConn(b))
	if err != nil {
		b.Fatal(err)
	}
	writeHistory(b, js, facts/factsEach)
	open := func() (*journal.Journal[auction.Lot], time.Duration) {
		began := time.Now()
		j, err := journal.Open(b.Context(), server.TestConn(b), journal.Options[auction.Lot]{
			Name: events.Lots, Service: events.AuctionService, Rules: auction.Rules{},
		})
		if err != nil {
			b.Fatal(err)
		}
		return j, time.Since(began)
	}
	j, whole := open()
	awaitSnapshots(b, js)
	j.Close()
	var last time.Duration
	for b.Loop() {
		j, last = open()
		b.StopTimer()
		j.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(facts), "facts")
	b.ReportMetric(whole.Seconds(), "whole-s")
	b.ReportMetric(float64(facts)/whole.Seconds(), "facts/s")
	b.ReportMetric(last.Seconds(), "snapshot-s")
	b.ReportMetric(whole.Seconds()/last.Seconds(), "ratio")
}

// writeHistory writes what a house decided about lots last week, most of which are over.
func writeHistory(b *testing.B, js jetstream.JetStream, lots int) {
	b.Helper()
	var groups [events.Partitions][]byte
	flush := func(p int) {
		if len(groups[p]) == 0 {
			return
		}
		if _, err := js.Publish(b.Context(), events.JournalSubject(events.Lots, p), groups[p]); err != nil {
			b.Fatal(err)
		}
		groups[p] = nil
	}
	for n := range lots {
		id := events.SellerID("abcdefghijklmnop").Listing(fmt.Sprint("lot", n))
		p := events.PartitionOf(string(id))
		for _, line := range life(b, id, n%stillOpen == 0) {
			if groups[p] = append(append(groups[p], line...), '\n'); len(groups[p]) > 512<<10 {
				flush(p)
			}
		}
	}
	for p := range groups {
		flush(p)
	}
}

// life returns the facts of an auction.
func life(b *testing.B, id events.ListingID, open bool) [][]byte {
	began := time.Now().Add(-7 * 24 * time.Hour).UTC().Truncate(time.Second)
	terms := events.Terms{Format: events.Auction, Currency: events.USD, Edition: 1, Start: 1000, Duration: time.Hour}
	if open {
		terms.Duration = 14 * 24 * time.Hour
	}
	n := events.Listing{ID: id, Seller: id.Seller(), SellerName: "Ann", Rev: 1, Title: "A song", FileName: "song.flac", Size: 1, Type: "audio/flac", Terms: terms}
	commands := []events.Command{events.OfferListing{Listing: n, Verdict: events.Verdict{Ruling: events.Allow}}}
	for i := range factsEach - 2 {
		commands = append(commands, events.PlaceBid{Bidder: events.UserID(fmt.Sprint("bidder", i%7)), Max: int64(i+1) * 25_000})
	}
	if open {
		commands = append(commands, events.PlaceBid{Bidder: "last", Max: events.MaxAmount})
	} else {
		commands = append(commands, events.CloseLot{})
	}
	var lot journal.Entity[auction.Lot]
	var lines [][]byte
	for i, c := range commands {
		now := began.Add(time.Duration(i) * time.Second)
		if c.CommandKind() == (events.CloseLot{}).CommandKind() {
			now = began.Add(2 * time.Hour)
		}
		d, err := lot.Decide(auction.Rules{}, string(id), events.CommandID(fmt.Sprintf("%s-%d", id, i)), c, nil, now)
		if err != nil {
			b.Fatal(err)
		}
		lines = append(lines, d.AppendJSON(nil))
	}
	return lines
}

// awaitSnapshots returns when every partition has a whole snapshot.
func awaitSnapshots(b *testing.B, js jetstream.JetStream) {
	b.Helper()
	stream, err := js.Stream(b.Context(), events.Snapshots)
	if err != nil {
		b.Fatal(err)
	}
	for p := range events.Partitions {
		for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
			msg, err := stream.GetLastMsgForSubject(b.Context(), events.SnapshotSubject(events.Lots, p, 0))
			if err == nil && msg.Header.Get("Sum") != "" {
				break
			}
			if time.Now().After(deadline) {
				b.Fatalf("partition %d has no snapshot: %v", p, err)
			}
		}
	}
}
