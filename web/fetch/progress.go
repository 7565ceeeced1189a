package fetch

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// A progress tells the user how far a download is. Bytes count when they are checked, so the whole is the whole.
type progress interface {
	begin(name string, size, have int64)
	checked(n int, took time.Duration)
	say(line string)
	end() // leaves w to others; nothing may be told any more
}

// newProgress draws a bar on a terminal and writes a line now and then on anything else.
func newProgress(w io.Writer) progress {
	if f, ok := w.(*os.File); ok && isatty.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb" {
		return &bar{w: w}
	}
	if w == nil {
		w = io.Discard
	}
	return &lines{w: w}
}

// lines is progress for logs and pipes.
type lines struct {
	w          io.Writer
	size, have int64
	rate       float64 // bytes a second while bytes come, smoothed
	last       time.Time
}

const lineEvery = 5 * time.Second

func (l *lines) begin(name string, size, have int64) {
	l.size, l.have, l.last = size, have, time.Now()
	if have > 0 {
		fmt.Fprintf(l.w, "Receiving %s (%s), %s of it is here already.\n", name, amount(size), amount(have))
		return
	}
	fmt.Fprintf(l.w, "Receiving %s (%s).\n", name, amount(size))
}

func (l *lines) checked(n int, took time.Duration) {
	l.have += int64(n)
	if now := float64(n) / max(took, 1).Seconds(); l.rate == 0 {
		l.rate = now
	} else {
		l.rate += (now - l.rate) / 10
	}
	if time.Since(l.last) < lineEvery {
		return
	}
	l.last = time.Now()
	fmt.Fprintf(l.w, "%s of %s checked, %s/s\n", amount(l.have), amount(l.size), amount(int64(l.rate)))
}

func (l *lines) say(line string) { fmt.Fprintln(l.w, line) }
func (l *lines) end()            {}

// bar is progress on a terminal.
type bar struct {
	w    io.Writer
	all  *mpb.Progress // nil before begin
	this *mpb.Bar
}

func (b *bar) begin(name string, size, have int64) {
	b.all = mpb.New(mpb.WithOutput(b.w), mpb.WithAutoRefresh(), mpb.WithWidth(100))
	b.this = b.all.New(size, mpb.BarStyle(),
		mpb.PrependDecorators(decor.Name(short(name)+" "), decor.CountersKiloByte("% .1f / % .1f")),
		mpb.AppendDecorators(
			decor.EwmaSpeed(decor.SizeB1000(0), "% .1f", 30),
			decor.Name(" "), decor.EwmaETA(decor.ET_STYLE_GO, 30)))
	b.this.SetCurrent(have)
}

func (b *bar) checked(n int, took time.Duration) { b.this.EwmaIncrInt64(int64(n), took) }

func (b *bar) say(line string) {
	if b.all == nil {
		fmt.Fprintln(b.w, line)
		return
	}
	fmt.Fprintln(b.all, line)
}

func (b *bar) end() {
	if b.all == nil {
		return
	}
	b.this.Abort(false) // no effect on a full bar
	b.all.Wait()
}

// short cuts a name to what leaves room for the bar.
func short(name string) string {
	if r := []rune(name); len(r) > 24 {
		return string(r[:23]) + "…"
	}
	return name
}

func amount(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }
