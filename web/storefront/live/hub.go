// Package live tells open pages that something they show has changed.
//
// A page watches topics; whoever changes something touches its topic. A watch carries no content: it only knows which
// of its topics were touched since it last looked, and the page then reads the present state. So a slow browser costs
// one mark a topic however much happens, never holds anybody up, and always ends with the newest state.
package live

import (
	"sync"
)

// A Hub connects those who touch topics with those who watch them. The zero Hub is ready. Safe for concurrent use.
type Hub struct {
	mu      sync.Mutex
	watches map[string]map[*Watch]struct{} // guarded by mu; by topic, none empty
}

// A Watch is one page's interest in some topics.
type Watch struct {
	hub    *Hub
	topics []string
	ready  chan struct{}

	mu      sync.Mutex
	touched []string // guarded by mu; each once, oldest first
}

// Watch begins to watch topics. Close it when the page has gone.
func (h *Hub) Watch(topics ...string) *Watch {
	w := &Watch{hub: h, topics: topics, ready: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.watches == nil {
		h.watches = make(map[string]map[*Watch]struct{})
	}
	for _, topic := range topics {
		if h.watches[topic] == nil {
			h.watches[topic] = make(map[*Watch]struct{})
		}
		h.watches[topic][w] = struct{}{}
	}
	return w
}

// Touch tells everybody who watches topic that it changed, and reports whether anybody does. It never blocks.
func (h *Hub) Touch(topic string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watches[topic] {
		w.touch(topic)
	}
	return len(h.watches[topic]) > 0
}

// Ready receives when at least one topic was touched since the last Take.
func (w *Watch) Ready() <-chan struct{} { return w.ready }

// Take returns the topics touched since the last Take, oldest first.
func (w *Watch) Take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	touched := w.touched
	w.touched = nil
	return touched
}

// Close ends the watch.
func (w *Watch) Close() {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	for _, topic := range w.topics {
		delete(w.hub.watches[topic], w)
		if len(w.hub.watches[topic]) == 0 {
			delete(w.hub.watches, topic)
		}
	}
}

func (w *Watch) touch(topic string) {
	w.mu.Lock()
	known := false
	for _, t := range w.touched {
		known = known || t == topic
	}
	if !known {
		w.touched = append(w.touched, topic)
	}
	w.mu.Unlock()
	select {
	case w.ready <- struct{}{}:
	default:
	}
}
