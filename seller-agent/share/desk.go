package share

import (
	"context"
	"os"
	"slices"
	"sync"
	"time"
)

// large is the size in bytes from which a file is read beside the others, so that they need not wait for it.
const large = 64 << 20

// A job is a file to be read, and what came out of it.
type job struct {
	path  string
	stat  Stat
	since time.Time // when the change was first suspected
	root  *os.Root
	ctx   context.Context // of this job alone: done when the answer is not wanted any more
	stop  context.CancelFunc
	hurry bool // it was just saved; not one of many that a walk found

	withdrawn bool // its listing was, since this takes so long
	print     Print
	seal      Seal
	err       error
}

// A desk has files read, several at a time. Its methods belong to Run.
type desk struct {
	small, large       chan *job // to the readers
	waiting, waitLarge []*job
	jobs               map[string]*job // by path, waiting or being read
	bytes              int64           // of all jobs
	pace               *Pace
	tally              *tally
	done               chan *job // buffered, so that many are saved together
	end                context.CancelFunc
	ctx                context.Context // ends with the desk
	readers            sync.WaitGroup
}

// The desk is full with so many files, or so many bytes of them. What is in a hurry is put on it all the same.
const (
	deskFiles = 256
	deskBytes = 64 << 20
)

func openDesk(pace *Pace, tally *tally) *desk {
	ctx, end := context.WithCancel(context.Background())
	d := &desk{small: make(chan *job), large: make(chan *job), jobs: make(map[string]*job), done: make(chan *job, deskFiles), ctx: ctx, end: end, pace: pace, tally: tally}
	for _, in := range []chan *job{d.small, d.small, d.large} {
		d.readers.Go(func() { d.read(in) })
	}
	return d
}

// close stops what is being read and waits for it.
func (d *desk) close() {
	d.end()
	d.readers.Wait()
}

func (d *desk) read(in <-chan *job) {
	buf := make([]byte, bufferSize)
	for {
		select {
		case <-d.ctx.Done():
			return
		case j := <-in:
			j.print, j.seal, j.err = d.print(j, buf)
			j.stop()
			select {
			case d.done <- j:
			case <-d.ctx.Done():
			}
		}
	}
}

// print reads the file of a job, as fast as the pace allows.
func (d *desk) print(j *job, buf []byte) (Print, Seal, error) {
	bulk := !j.hurry || j.stat.Size >= large
	return printOf(j.ctx, j.root, j.path, j.stat, buf, func(n int) error {
		d.tally.read(j.path, n)
		return d.pace.Wait(j.ctx, n, bulk)
	})
}

// full reports whether what is in no hurry should wait.
func (d *desk) full() bool { return len(d.jobs) >= deskFiles || d.bytes >= deskBytes }

// put has the file read, instead of what was asked about this path before.
func (d *desk) put(j *job) {
	d.cancel(j.path)
	j.ctx, j.stop = context.WithCancel(d.ctx)
	d.jobs[j.path] = j
	d.bytes += j.stat.Size
	switch {
	case j.stat.Size >= large:
		d.waitLarge = append(d.waitLarge, j)
	case j.hurry:
		d.waiting = slices.Insert(d.waiting, 0, j)
	default:
		d.waiting = append(d.waiting, j)
	}
}

// cancel stops reading the file at path, if it is.
func (d *desk) cancel(path string) {
	if j := d.jobs[path]; j != nil {
		j.stop()
		d.drop(j)
	}
}

// drop takes a job off the books.
func (d *desk) drop(j *job) {
	delete(d.jobs, j.path)
	d.bytes -= j.stat.Size
}

// busy reports whether an answer is to come.
func (d *desk) busy() bool { return len(d.jobs) > 0 }

// hasSize reports whether a file of that many bytes is about to be read.
func (d *desk) hasSize(n int64) bool {
	for _, j := range d.jobs {
		if j.stat.Size == n {
			return true
		}
	}
	return false
}

// A handOver is a job and the readers that may have it; without a job it is never ready.
type handOver struct {
	to  chan<- *job
	job *job
}

// next returns what the readers are to have next.
func (d *desk) next() (small, large handOver) {
	if len(d.waiting) > 0 {
		small = handOver{d.small, d.waiting[0]}
	}
	if len(d.waitLarge) > 0 {
		large = handOver{d.large, d.waitLarge[0]}
	}
	return small, large
}

// taken says that a reader has the job.
func (d *desk) taken(j *job) {
	if len(d.waiting) > 0 && d.waiting[0] == j {
		d.waiting = slices.Delete(d.waiting, 0, 1)
	} else {
		d.waitLarge = slices.Delete(d.waitLarge, 0, 1)
	}
}

// current reports whether the answer is still wanted, and takes it off the books.
func (d *desk) current(j *job) bool {
	if d.jobs[j.path] != j {
		return false
	}
	d.drop(j)
	return true
}
