package journal

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// stand is a bus and a machine whose clocks are moved at will.
type timeStand struct {
	passed time.Duration // since it began
	bus    time.Duration // how far the bus's clock is off
	way    time.Duration // from the bus's answer until it is here
	away   bool          // the bus does not answer
	began  time.Time

	said  bytes.Buffer
	clock *Clock
	f     *follower
}

func newTimeStand(t *testing.T, machine, way time.Duration) *timeStand {
	t.Helper()
	s := &timeStand{began: time.Now(), way: way, clock: NewClock()}
	s.clock.Advance(machine)
	s.f = &follower{clock: s.clock, log: slog.New(slog.NewTextHandler(&s.said, nil)), bus: s.time, ticks: func() time.Duration { return s.passed }}
	if err := s.f.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *timeStand) time(context.Context) (time.Time, error) {
	if s.away {
		return time.Time{}, errors.New("away")
	}
	now := s.began.Add(s.passed + s.bus)
	s.passed += s.way
	return now, nil
}

// off is how far the clock is ahead of the time that really is.
func (s *timeStand) off() time.Duration {
	return s.clock.Now().Sub(s.began.Add(s.passed).UTC().Truncate(time.Millisecond))
}

// Whatever is done to the clocks, theirs or the bus's, writers are never ahead of the time, and behind it by no more than
// an answer takes. (promise P9)
func TestMovedClocks(t *testing.T) {
	const way = 300 * time.Millisecond
	for name, tc := range map[string]struct {
		machine time.Duration // its clock is off at the start
		live    func(s *timeStand)
		alarms  int
		warns   int
	}{
		"all is right":                     {0, func(*timeStand) {}, 0, 0},
		"machine an hour ahead":            {time.Hour, func(*timeStand) {}, 0, 1},
		"machine an hour behind":           {-time.Hour, func(*timeStand) {}, 0, 1},
		"bus moved on by an hour":          {0, func(s *timeStand) { s.bus = time.Hour }, 1, 0},
		"bus moved back by an hour":        {0, func(s *timeStand) { s.bus = -time.Hour }, 1, 0},
		"bus moved on, and back at last":   {0, func(s *timeStand) { s.bus = time.Hour; s.f.look(t.Context()); s.bus = 0 }, 1, 0},
		"bus away for a while":             {0, func(s *timeStand) { s.away = true; s.f.look(t.Context()); s.away = false }, 0, 0},
		"an answer that took half a day":   {0, func(s *timeStand) { s.way = 12 * time.Hour; s.f.look(t.Context()); s.way = way }, 0, 0},
		"a machine that slept for an hour": {0, func(s *timeStand) { s.passed += time.Hour }, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTimeStand(t, tc.machine, way)
			tc.live(s)
			for range 100 {
				s.passed += clockBeat
				s.f.look(t.Context())
				if off := s.off(); off > 0 || off < -way-time.Millisecond {
					t.Fatalf("the clock is off by %s, want between -%s and 0", off, way)
				}
			}
			said := s.said.String()
			if alarms, warns := strings.Count(said, "level=ERROR"), strings.Count(said, "level=WARN"); alarms != tc.alarms || warns != tc.warns {
				t.Errorf("%d alarms and %d warnings, want %d and %d:\n%s", alarms, warns, tc.alarms, tc.warns, said)
			}
		})
	}
}

// A clock whose ticks are a little slow or fast stays with the bus.
func TestAClockThatStrays(t *testing.T) {
	for _, stray := range []time.Duration{-100 * time.Millisecond, 100 * time.Millisecond} {
		s := newTimeStand(t, 0, time.Millisecond)
		real := s.passed
		s.f.bus = func(context.Context) (time.Time, error) { return s.began.Add(real), nil }
		for range 1000 {
			s.passed += clockBeat + stray
			real += clockBeat
			s.f.look(t.Context())
			if off := s.clock.Now().Sub(s.began.Add(real)); off.Abs() > 2*time.Millisecond {
				t.Fatalf("ticks that stray by %s a beat: the clock is off by %s", stray, off)
			}
		}
	}
}
