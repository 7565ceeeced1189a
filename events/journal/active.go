package journal

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/micro"

	"lightshare/events"
)

// active reports whether this process writes the partition.
func (p *partition[S]) active() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.service != nil
}

// activate begins to write: it reads what the last writer left, tells of every subject and takes commands.
func (p *partition[S]) activate(ctx context.Context) error {
	if err := p.replay(ctx); err != nil {
		return fmt.Errorf("take over %s: %w", p.subject, err)
	}
	p.ready()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	p.mu.Lock()
	p.stop, p.ended, p.taking = stop, ended, true
	p.mu.Unlock()
	go func() {
		defer close(ended)
		p.run(running)
	}()
	service, err := p.listen()
	p.mu.Lock()
	p.service, p.taking = service, err == nil
	p.mu.Unlock()
	if err != nil {
		stop()
		<-ended
		return fmt.Errorf("take commands for %s: %w", p.subject, err)
	}
	return nil
}

// listen announces the partition's endpoint on the bus.
func (p *partition[S]) listen() (micro.Service, error) {
	o := p.j.o
	service, err := micro.AddService(p.j.nc, micro.Config{Name: o.Service, Version: "1.0.0", Description: "writer of the journal " + o.Name})
	if err != nil {
		return nil, err
	}
	err = service.AddEndpoint(o.Service+"-"+strconv.Itoa(p.n), micro.HandlerFunc(p.take), micro.WithEndpointSubject(events.CommandSubject(o.Service, p.n)))
	if err != nil {
		return nil, err
	}
	return service, p.j.nc.Flush()
}

// deactivate stops taking commands, answers those already taken and returns when the writer has ended.
func (p *partition[S]) deactivate() {
	p.mu.Lock()
	service, stop, ended := p.service, p.stop, p.ended
	p.service, p.taking = nil, false
	p.mu.Unlock()
	if service == nil {
		return // another process writes it
	}
	if err := service.Stop(); err != nil {
		p.j.o.Log.Warn("endpoint not stopped", "partition", p.subject, "error", err)
	}
	stop()
	<-ended
	p.due = nil
	for _, s := range p.slots {
		s.deadline = time.Time{}
	}
}

// between runs f in the writer, between two groups. It returns [errNotWriter] if another process writes the partition.
func (p *partition[S]) between(ctx context.Context, f func()) error {
	p.mu.Lock()
	active, ended := p.service != nil, p.ended
	p.mu.Unlock()
	if !active {
		return errNotWriter
	}
	done := make(chan struct{})
	look := func() {
		f()
		close(done)
	}
	select {
	case p.looks <- look:
		<-done
		return nil
	case <-ended:
		return errNotWriter
	case <-ctx.Done():
		return ctx.Err()
	}
}
