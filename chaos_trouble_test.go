package main

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// troubles is what may happen to the programs, and how often of so many times.
var troubles = []struct {
	what   string
	weight int
	do     func(c *chaos, t *testing.T)
}{
	{"house killed", 6, func(c *chaos, t *testing.T) { c.kill(t, c.house()) }},
	{"house with another clock", 3, (*chaos).moveClock},
	{"house paused", 3, func(c *chaos, t *testing.T) { c.pause(t, c.house(), c.some(500, 4000)) }},
	{"house paused for long", 1, func(c *chaos, t *testing.T) { c.pause(t, c.house(), min(20*time.Second, c.length/4)) }},
	{"bus killed", 3, func(c *chaos, t *testing.T) { c.kill(t, "bus") }},
	{"bus paused", 1, func(c *chaos, t *testing.T) { c.pause(t, "bus", c.some(200, 3000)) }},
	{"redis killed", 2, func(c *chaos, t *testing.T) { c.kill(t, "redis") }},
	{"redis paused", 1, func(c *chaos, t *testing.T) { c.pause(t, "redis", c.some(200, 3000)) }},
	{"redis emptied", 2, (*chaos).emptyRedis},
	{"web killed", 3, func(c *chaos, t *testing.T) { c.kill(t, "web") }},
	{"wire cut", 2, func(c *chaos, _ *testing.T) { c.wire.cut() }},
	{"wire slow", 2, (*chaos).slowWire},
	{"disk full", 1, (*chaos).fillDisk},
}

// trouble does one thing to the programs.
func (c *chaos) trouble(t *testing.T) {
	t.Helper()
	sum := 0
	for _, trouble := range troubles {
		sum += trouble.weight
	}
	n := c.random.IntN(sum)
	for _, trouble := range troubles {
		if n -= trouble.weight; n < 0 {
			trouble.do(c, t)
			c.done[trouble.what]++
			return
		}
	}
}

// house draws one of the two.
func (c *chaos) house() string { return fmt.Sprint("house", c.random.IntN(2)) }

// some draws a time between two, in milliseconds.
func (c *chaos) some(from, to int) time.Duration {
	return time.Duration(from+c.random.IntN(to-from)) * time.Millisecond
}

// pause stops a program as a machine does that swaps or sleeps, and has it go on as if nothing had been.
func (c *chaos) pause(t *testing.T, name string, d time.Duration) {
	t.Helper()
	must(t, c.running[name].Process.Signal(syscall.SIGSTOP))
	time.Sleep(d)
	must(t, c.running[name].Process.Signal(syscall.SIGCONT))
}

// moveClock kills a house and has it come back on a machine whose clock is wrong, up to an hour either way.
func (c *chaos) moveClock(t *testing.T) {
	t.Helper()
	c.kill(t, c.house(), fmt.Sprintf("--clock-offset=%s", c.some(-3_600_000, 3_600_000)))
}

func (c *chaos) emptyRedis(t *testing.T) {
	t.Helper()
	client := goredis.NewClient(&goredis.Options{Network: "unix", Addr: c.socket})
	defer client.Close()
	_ = client.FlushAll(t.Context()).Err() // one that has just been killed is empty
}

func (c *chaos) slowWire(t *testing.T) {
	t.Helper()
	c.wire.delay.Store(int64(c.some(20, 400)))
	time.Sleep(c.some(1000, 4000))
	c.wire.delay.Store(0)
}

// fillDisk leaves the bus hardly any room for a while.
func (c *chaos) fillDisk(t *testing.T) {
	t.Helper()
	if !c.canFill {
		return
	}
	c.disk.fill(t, 24<<20)
	time.Sleep(c.some(1500, 4000))
	c.disk.empty(t)
}
