//go:build mutants

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A mutant is a bug: one place in one file reads otherwise. A named test must notice.
type mutant struct {
	bug, file, from, to string
	pkg, test           string
}

const (
	journalPkg = "./events/journal"
	auctionPkg = "./auction"
)

var mutants = []mutant{
	{"drop the fence", "events/journal/journal.go", `jetstream.WithExpectLastSequencePerSubject(last), `, ``, journalPkg, "TestTwoWritersDecideAsOne"},
	{"answer before the append", "events/journal/partition.go", "	err := p.commit(ctx)\n", "	for _, it := range items[:n] {\n		p.answer(it)\n		it.letter = nil\n	}\n	err := p.commit(ctx)\n", journalPkg, "TestSimulation"},
	{"forget which commands were accepted", "events/journal/entity.go", `if rec.Command != "" {`, `if rec.Command == "never" {`, journalPkg, "TestSimulation"},
	{"remember a command whose append failed", "events/journal/group.go", "		s.slot.forget(s.record.Command)\n", ``, journalPkg, "TestSimulation"},
	{"keep what was decided when the append failed", "events/journal/partition.go", "		p.takeBack()\n", "", journalPkg, "TestBrokenAppends"},
	{"do not look whether a failed append is there", "events/journal/partition.go", "		p.takeBack()\n		p.unsure = true\n", "		p.takeBack()\n", journalPkg, "TestBrokenAppends"},
	{"let a late append arrive after an answer", "events/journal/group.go", `p.doubt = p.doubt || !isStale(err)`, `p.doubt = p.doubt || false`, journalPkg, "TestSimulation"},
	{"let the last writer's append arrive late", "events/journal/group.go", `if len(p.group.steps) == 0 && !p.doubt {`, `if len(p.group.steps) == 0 {`, journalPkg, "TestSimulation"},
	{"take the machine's time, even when it goes back", "events/journal/partition.go", `if now := p.j.o.Clock.Now(); now.After(p.now) {`, `if now := p.j.o.Clock.Now(); true {`, journalPkg, "TestSimulation"},
	{"take no notice of the time of others' facts", "events/journal/replay.go", `if rec.At.After(p.now) {`, `if rec.At.Before(p.now) {`, journalPkg, "TestSimulation"},
	{"hand a fact on before it is on disk", "events/journal/partition.go", "	err := p.commit(ctx)\n", "	p.publish(p.group.steps)\n	err := p.commit(ctx)\n", journalPkg, "TestSimulation"},
	{"forget the deadline of a lot whose closing failed", "events/journal/partition.go", "			p.schedule(it.request.Subject, s)\n", "			_ = s\n", journalPkg, "TestADeadlineOutlivesAFullDisk"},
	{"do not look whether the chain holds", "events/journal/entity.go", `e.Seq > 0 && !bytes.Equal(rec.Prev, e.head[:])`, `e.Seq > 0 && len(rec.Prev) == 0`, journalPkg, "TestChain"},
	{"run on a stream that is synced later", "events/journal/journal.go", `case c.PersistMode == jetstream.AsyncPersistMode:`, `case c.PersistMode == jetstream.AsyncPersistMode && c.Replicas > 9:`, journalPkg, "TestOpenRefusesAStreamThatCouldLose"},
	{"use a snapshot with a wrong checksum", "events/journal/shelf.go", `if sum != hex.EncodeToString(r.summed.Sum(nil)) {`, `if sum == "" {`, journalPkg, "TestSpoiledSnapshots"},
	{"use a snapshot of other rules", "events/journal/snapshot.go", `|| i.Rules != want.Rules `, ``, journalPkg, "TestSpoiledSnapshots"},
	{"believe what a snapshot says of later facts", "events/journal/restore.go", `if hash := rec.Hash(); !bytes.Equal(hash[:], head[:]) {`, `if hash := rec.Hash(); !bytes.Equal(hash[:], head[:]) && len(hash) == 0 {`, journalPkg, "TestSpoiledSnapshots"},
	{"lose what has left memory", "events/journal/cold.go", `p.cold[subject] = tomb{s.Seq, s.head, s.trail}`, `_ = tomb{s.Seq, s.head, s.trail}`, journalPkg, "TestColdSubjects"},
	{"sign without looking what", "events/journal/receipt.go", `!ed25519.Verify(key, events.SignedHead(head[:]), r.Signature)`, `(head == sealed.Hash{})`, journalPkg, "TestForgedReceipts"},
	{"show a maximum to the public", "events/public.go", `, f.Max = mask(f.Bidder), mask(f.Leader), mask(f.Outbid), 0`, ` = mask(f.Bidder), mask(f.Leader), mask(f.Outbid)`, "./events", "TestAConcealedRecord"},
	{"take a bid at the very end", "auction/sale.go", `!now.Before(l.Ends)`, `now.After(l.Ends)`, auctionPkg, "TestRefusedBids"},
	{"let the later of two equal maxima lead", "auction/bidding.go", `case c.Max > b.Max:`, `case c.Max >= b.Max:`, auctionPkg, "TestBiddingAgreesWithTheOracle"},
	{"extend past the latest end", "auction/bidding.go", `if end.After(b.LatestEnd) {`, `if end.Before(b.Opens) {`, auctionPkg, "TestBiddingAgreesWithTheOracle"},
	{"close a little early", "auction/closing.go", "	case now.Before(l.Ends):\n		return nil, events.StillOpen", "	case now.Before(l.Ends.Add(-time.Second)):\n		return nil, events.StillOpen", auctionPkg, "TestForgedRecords"},
	{"prove a price that nobody bid", "auction/possible.go", `return got.Price == f.Price && `, `return `, auctionPkg, "TestForgedRecords"},
}

// TestMutants seeds the bugs one at a time, without touching a file: the compiler reads another text in its place. Each
// must be caught by its test.
func TestMutants(t *testing.T) {
	caught := 0
	for _, m := range mutants {
		t.Run(m.bug, func(t *testing.T) {
			if m.isCaught(t) {
				caught++
				t.Logf("caught by %s", m.test)
			}
		})
	}
	t.Logf("mutants: %d/%d", caught, len(mutants))
}

func (m mutant) isCaught(t *testing.T) bool {
	source, err := os.ReadFile(m.file)
	must(t, err)
	if n := strings.Count(string(source), m.from); n != 1 {
		t.Fatalf("%s has %d places that read %q, want 1: the mutant must be brought up to date", m.file, n, m.from)
	}
	changed := filepath.Join(t.TempDir(), filepath.Base(m.file))
	must(t, os.WriteFile(changed, []byte(strings.Replace(string(source), m.from, m.to, 1)), 0o600))
	original, err := filepath.Abs(m.file)
	must(t, err)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	must(t, err)
	list := filepath.Join(t.TempDir(), "overlay.json")
	must(t, os.WriteFile(list, overlay, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=2m", "-overlay", list, "-run", "^"+m.test+"$", m.pkg).CombinedOutput()
	switch said := string(out); {
	case err == nil:
		t.Errorf("not caught by %s", m.test)
	case !strings.Contains(said, "--- FAIL: "+m.test) && !strings.Contains(said, "panic: test timed out"):
		t.Errorf("%s did not fail but broke:\n%.2000s", m.test, said)
	default:
		return true
	}
	return false
}
