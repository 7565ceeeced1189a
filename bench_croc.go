package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// crocModule is the version that is measured against.
const crocModule = "github.com/schollz/croc/v10@v10.7.0"

// crocFigures say how fast croc brings the same file from one process to another through a relay on this machine, which is its own
// way of delivering from behind a router.
type crocFigures struct {
	CrocMBs   float64 `json:"croc_mb_s"` // 10^6 bytes a second
	CrocRatio float64 `json:"croc_ratio"`
}

// benchCroc builds croc below dir and has it carry the file. fetched is what the command line reached, in MB/s.
func benchCroc(ctx context.Context, dir, file string, fetched float64) (*crocFigures, error) {
	dir, err := os.MkdirTemp(dir, "croc-")
	if err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "install", crocModule)
	build.Dir, build.Env = dir, append(os.Environ(), "GOBIN="+dir, "GOFLAGS=")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w: %.300s", crocModule, err, said)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	c := croc{program: filepath.Join(dir, "croc"), dir: dir}
	var took time.Duration
	for range 3 { // a receiver who is there before the sender spoils it for both
		if took, err = c.carry(ctx, file); err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	f := &crocFigures{CrocMBs: float64(info.Size()) / 1e6 / took.Seconds()}
	f.CrocRatio = fetched / f.CrocMBs
	return f, nil
}

// croc is the program, with a home of its own.
type croc struct{ program, dir string }

func (c croc) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.program, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "HOME="+c.dir, "XDG_CONFIG_HOME="+c.dir, "CROC_SECRET=bench-of-one-file")
	return cmd
}

// carry sends the file and receives it, and returns how long that took the receiver.
func (c croc) carry(ctx context.Context, file string) (time.Duration, error) {
	base, err := crocPorts()
	if err != nil {
		return 0, err
	}
	at := net.JoinHostPort("127.0.0.1", strconv.Itoa(base))
	ports := strconv.Itoa(base)
	for i := 1; i < 5; i++ {
		ports += "," + strconv.Itoa(base+i)
	}
	stopRelay, err := runBeside(c.command(ctx, "relay", "--host", "127.0.0.1", "--ports", ports))
	if err != nil {
		return 0, err
	}
	defer stopRelay()
	if err := awaitPort(ctx, at); err != nil {
		return 0, fmt.Errorf("croc's relay: %w", err)
	}
	stopSender, err := runBeside(c.command(ctx, "--ignore-stdin", "--relay", at, "send", "--no-local", file))
	if err != nil {
		return 0, err
	}
	defer stopSender()
	select { // it says nothing of use once the relay has it
	case <-time.After(3 * time.Second):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	out, err := os.MkdirTemp(c.dir, "received-")
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	began := time.Now()
	receive := c.command(ctx, "--ignore-stdin", "--yes", "--overwrite", "--relay", at, "--out", out)
	if said, err := receive.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("croc receives: %w: %.300s", err, said)
	}
	took := time.Since(began)
	want, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	if got, err := os.Stat(filepath.Join(out, filepath.Base(file))); err != nil || got.Size() != want.Size() {
		return 0, fmt.Errorf("croc received another file: %v", err)
	}
	return took, nil
}

// crocPorts returns the first of five ports that nothing listens on.
func crocPorts() (int, error) {
	first, err := benchPort()
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(first)
}

// awaitPort waits until somebody listens.
func awaitPort(ctx context.Context, at string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", at)
		if err == nil {
			return c.Close()
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}
