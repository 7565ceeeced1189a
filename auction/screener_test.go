package auction_test

import (
	"errors"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"lightshare/auction"
	"lightshare/events"
	"lightshare/events/bus/embedded"
)

func TestAVerdictOrNone(t *testing.T) {
	nc := embedded.Test(t)
	screener := auction.NewScreener(nc)
	l := events.Listing{ID: "abcdefghijklmnop-song", Title: "A song"}
	if v, err := screener.Screen(t.Context(), l); !errors.Is(err, events.Unavailable) {
		t.Errorf("Screen with nobody there = %+v, %v; want %v", v, err, events.Unavailable)
	}
	tests := map[string]struct {
		answer func(micro.Request) error
		want   events.Ruling // empty: no verdict
	}{
		"allow":             {func(r micro.Request) error { return r.RespondJSON(events.Verdict{Ruling: events.Allow}) }, events.Allow},
		"block":             {func(r micro.Request) error { return r.RespondJSON(events.Verdict{Ruling: events.Block}) }, events.Block},
		"an error":          {func(r micro.Request) error { return r.Error("malformed", "what?", []byte(`{"ruling":"allow"}`)) }, ""},
		"no JSON":           {func(r micro.Request) error { return r.Respond([]byte("allow")) }, ""},
		"an unknown ruling": {func(r micro.Request) error { return r.RespondJSON(events.Verdict{Ruling: "maybe"}) }, ""},
		"nothing at all":    {func(r micro.Request) error { return r.Respond(nil) }, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			answerWith(t, nc, tc.answer)
			v, err := screener.Screen(t.Context(), l)
			if v.Ruling != tc.want || (err == nil) != (tc.want != "") || err != nil && !errors.Is(err, events.Unavailable) {
				t.Errorf("Screen = %+v, %v; want ruling %q", v, err, tc.want)
			}
		})
	}
}

// answerWith puts a blacklist on the bus until the test ends.
func answerWith(t *testing.T, nc *nats.Conn, answer func(micro.Request) error) {
	t.Helper()
	service, err := micro.AddService(nc, micro.Config{Name: "screener", Version: "1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { service.Stop() })
	handler := micro.HandlerFunc(func(r micro.Request) {
		if err := answer(r); err != nil {
			t.Errorf("answer: %v", err)
		}
	})
	if err := service.AddEndpoint("screen", handler, micro.WithEndpointSubject(events.ScreenSubject)); err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
}
