package live

import (
	"slices"
	"sync"
	"testing"
)

func TestWatch(t *testing.T) {
	var h Hub
	w := h.Watch("lot:a", "lot:b")
	if h.Touch("lot:c") {
		t.Error("Touch of what nobody watches reports a watcher")
	}
	for range 1000 { // however much happens, and nobody waits
		h.Touch("lot:b")
		h.Touch("lot:a")
	}
	<-w.Ready()
	if got, want := w.Take(), []string{"lot:b", "lot:a"}; !slices.Equal(got, want) {
		t.Errorf("Take() = %q, want %q", got, want)
	}
	select {
	case <-w.Ready():
		t.Error("ready though nothing was touched since Take")
	default:
	}
	h.Touch("lot:a")
	<-w.Ready()
	if got := w.Take(); !slices.Equal(got, []string{"lot:a"}) {
		t.Errorf("Take() = %q, want lot:a", got)
	}
	w.Close()
	if h.Touch("lot:a") || len(h.watches) != 0 {
		t.Errorf("after Close the hub still knows %d topics", len(h.watches))
	}
}

// The last change is always seen, however writers and readers meet.
func TestNothingIsMissed(t *testing.T) {
	var h Hub
	w := h.Watch("x")
	defer w.Close()
	var mu sync.Mutex
	state, done := 0, make(chan struct{})
	const changes = 5000
	go func() {
		for range changes {
			mu.Lock()
			state++
			mu.Unlock()
			h.Touch("x")
		}
		close(done)
	}()
	for seen := 0; seen < changes; {
		<-w.Ready()
		w.Take()
		mu.Lock()
		seen = state
		mu.Unlock()
	}
	<-done
}
