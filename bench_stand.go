package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"lightshare/events/journal"
)

// benchStand is a ground whose bus and Redis are processes of their own, so that what this process holds is the house's.
type benchStand struct {
	*ground
	places places
}

// newBenchStand starts bus and redis-server on throw-away folders below dir.
func newBenchStand(ctx context.Context, clock *journal.Clock, dir string) (*benchStand, error) {
	port, err := benchPort()
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(dir, "redis.sock")
	s := &benchStand{places: places{Nats: "nats://127.0.0.1:" + port, Keys: filepath.Join(dir, "keys"), Redis: "unix://" + socket, Replicas: 1}}
	stopRedis, err := runBeside(exec.CommandContext(ctx, "redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", dir))
	if err != nil {
		return nil, fmt.Errorf("redis-server (apt has it): %w", err)
	}
	stopBus, err := runBeside(self(ctx, "run", "bus", "--data", filepath.Join(dir, "bus"), "--keys", s.places.Keys, "--port", port))
	if err != nil {
		stopRedis()
		return nil, err
	}
	if s.ground, err = stand(ctx, slog.New(slog.DiscardHandler), s.places); err != nil {
		stopBus()
		stopRedis()
		return nil, err
	}
	s.clock = clock
	s.mu.Lock()
	s.closer = append([]func(){stopRedis, stopBus}, s.closer...) // started first, stopped last
	s.mu.Unlock()
	return s, nil
}

// runBeside starts a process, and returns what asks it to end and waits until it has.
func runBeside(cmd *exec.Cmd) (stop func(), err error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() {
		cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait() // how it ended says nothing about what was measured
		late.Stop()
	}, nil
}

// benchPort returns a port that nothing listens on.
func benchPort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}

// residentBytes returns how much memory this process takes from the machine; 0 where the system does not say.
func residentBytes() int64 {
	stat, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var total, resident int64
	fmt.Sscan(string(stat), &total, &resident)
	return resident * int64(os.Getpagesize())
}
