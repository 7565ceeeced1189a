package fetch

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
)

var errKilled = errors.New("killed")

// A memoryDisk is a file of which the last writes may not have reached the disk. After so many steps, in the midst of a
// write, it does nothing more.
type memoryDisk struct {
	mu     sync.Mutex
	steps  int          // guarded by mu; left, negative for no end
	now    []byte       // guarded by mu; what a program reads
	kept   []byte       // guarded by mu; what was synced
	writes map[int]bool // guarded by mu; pages written since
}

func newMemoryDisk(b []byte) *memoryDisk {
	return &memoryDisk{steps: -1, now: bytes.Clone(b), kept: bytes.Clone(b), writes: make(map[int]bool)}
}

func (d *memoryDisk) ReadAt(p []byte, at int64) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return bytes.NewReader(d.now).ReadAt(p, at)
}

func (d *memoryDisk) WriteAt(p []byte, at int64) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	whole := d.step()
	if !whole {
		p = p[:len(p)/2]
	}
	copy(d.now[at:], p)
	for n := int(at) / page; n*page < int(at)+len(p); n++ {
		d.writes[n] = true
	}
	if !whole {
		return len(p), errKilled
	}
	return len(p), nil
}

func (d *memoryDisk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.step() {
		return errKilled
	}
	copy(d.kept, d.now)
	clear(d.writes)
	return nil
}

// step takes one step, and reports whether there was one left.
func (d *memoryDisk) step() bool {
	if d.steps == 0 {
		return false
	}
	d.steps--
	return true
}

// losePower leaves of the pages that were not synced any.
func (d *memoryDisk) losePower(random *rand.Rand) {
	for n := range d.writes {
		if random.IntN(2) == 0 {
			end := min((n+1)*page, len(d.now))
			copy(d.now[n*page:end], d.kept[n*page:end])
		}
	}
	copy(d.kept, d.now)
	clear(d.writes)
}

// An opening that is broken off at any step, killed or by a loss of power, and again and again, ends with the whole file
// and has every record on the way there, plain or sealed.
func TestOpeningBrokenOffAtEveryStep(t *testing.T) {
	const records, lead = 70, 20
	plain := make([]byte, records*sealed.RecordSize-99)
	rand.NewChaCha8([32]byte{3}).Read(plain)
	honest := sealedtest.Seal(plain)
	begin := slices.Concat(make([]byte, lead*sealed.SealedRecordSize), honest.Sealed)
	open := func(d disk) (*sealed.Proof, error) {
		p := &part{name: "x.part", lead: lead * sealed.SealedRecordSize, leaves: honest.Records,
			grant: Grant{Size: int64(len(plain)), Root: honest.Root(), Sealed: honest.SealedRoot()}}
		return p.open(d, 4, honest.Key)
	}
	for _, powerless := range []bool{false, true} {
		random := rand.New(rand.NewPCG(5, 6))
		for steps := 0; ; steps++ {
			d := newMemoryDisk(begin)
			d.steps = steps
			_, err := open(d)
			if err == nil {
				if steps < records/openBatch {
					t.Fatalf("an opening took %d steps", steps)
				}
				break
			}
			for again := 0; err != nil; again++ {
				if !errors.Is(err, errKilled) {
					t.Fatalf("killed after %d steps, %d times, power lost %t: %v", steps, again+1, powerless, err)
				}
				if powerless {
					d.losePower(random)
				}
				if d.steps = -1; again < 3 {
					d.steps = 1 + random.IntN(6)
				}
				_, err = open(d)
			}
			if !bytes.Equal(d.now[:len(plain)], plain) {
				t.Fatalf("killed after %d steps, power lost %t: another file", steps, powerless)
			}
		}
	}
}

// A record that was damaged on the disk is not held against the seller.
func TestDamagedOnDisk(t *testing.T) {
	honest := sealedtest.Seal(make([]byte, 9*sealed.RecordSize))
	for name, at := range map[string]int{"a record": 3*sealed.SealedRecordSize + 7, "the leaves": len(honest.Sealed) - 20} {
		b := bytes.Clone(honest.Sealed)
		b[at] ^= 1
		p := &part{lead: sealed.SealedRecordSize, leaves: honest.Records,
			grant: Grant{Size: int64(len(honest.Plain)), Root: honest.Root(), Sealed: honest.SealedRoot()}}
		d := newMemoryDisk(append(make([]byte, p.lead), b...))
		if proof, err := p.open(d, 1, honest.Key); proof != nil || !errors.Is(err, errDamaged) {
			t.Errorf("opening with %s damaged = %v, %v, want errDamaged", name, proof, err)
		}
	}
}
