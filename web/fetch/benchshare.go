package fetch

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A ShareResult says how an agent does with many buyers at once, beside one. They take the sealed file again and again, check
// nothing and save nothing, so that it is the agent that is measured.
type ShareResult struct {
	Buyers  int     `json:"fair_buyers"`
	AllMBs  float64 `json:"fair_mb_s"` // of all together, in 10^6 bytes a second
	OneMBs  float64 `json:"one_mb_s"`  // of one alone
	Ratio   float64 `json:"fair_share"`
	Least   float64 `json:"fair_least"` // what the slowest had, as a part of an equal share
	Most    float64 `json:"fair_most"`  // and the fastest
	Slowest float64 `json:"fair_least_mb_s"`
}

// BenchShare measures for so long what the first of the links brings alone, and for so long what all bring at once. Their
// agents are on the loopback, and the orders stay unpaid.
func BenchShare(ctx context.Context, links []string, each time.Duration) (ShareResult, error) {
	takers := make([]*taker, len(links))
	for i, link := range links {
		var err error
		if takers[i], err = newTaker(ctx, link); err != nil {
			return ShareResult{}, err
		}
		defer takers[i].transport.CloseIdleConnections()
	}
	one, err := takeFor(ctx, takers[:1], each)
	if err != nil {
		return ShareResult{}, err
	}
	all, err := takeFor(ctx, takers, each)
	if err != nil {
		return ShareResult{}, err
	}
	var sum int64
	least, most := all[0], all[0]
	for _, n := range all {
		sum, least, most = sum+n, min(least, n), max(most, n)
	}
	fair := float64(sum) / float64(len(all))
	return ShareResult{
		Buyers: len(all), AllMBs: speed(sum, each), OneMBs: speed(one[0], each), Ratio: float64(sum) / float64(one[0]),
		Least: float64(least) / fair, Most: float64(most) / fair, Slowest: speed(least, each),
	}, nil
}

// A taker is a buyer's client that throws away what it gets.
type taker struct {
	agent     agent
	transport *http.Transport
	got       atomic.Int64
}

// newTaker gets a ticket.
func newTaker(ctx context.Context, link string) (*taker, error) {
	at, err := ParseLink(link)
	if err != nil {
		return nil, err
	}
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	g, err := market{link: at, http: http.DefaultClient}.grant(ctx, public)
	if err != nil {
		return nil, err
	}
	if len(g.Reach.URLs) == 0 {
		return nil, errors.New("the agent has no address")
	}
	t := newTransport(g.Reach.Certificate)
	secure := g.Reach.URLs[len(g.Reach.URLs)-1] // those without TLS stand first
	a := newAgent(secure, g, t, time.Minute)
	_, err = a.leaves(ctx) // over the connection that is used then
	return &taker{agent: a, transport: t}, err
}

// takeFor has all of them take at once, and returns how many bytes each had when the time was over.
func takeFor(ctx context.Context, takers []*taker, each time.Duration) ([]int64, error) {
	settle()
	ctx, cancel := context.WithTimeout(ctx, each)
	defer cancel()
	errs := make([]error, len(takers))
	var taking sync.WaitGroup
	for i, t := range takers {
		t.got.Store(0)
		taking.Go(func() {
			for errs[i] == nil && ctx.Err() == nil {
				errs[i] = t.once(ctx)
			}
			if ctx.Err() != nil {
				errs[i] = nil // its time was over
			}
		})
	}
	taking.Wait()
	got := make([]int64, len(takers))
	for i, t := range takers {
		got[i] = t.got.Load()
	}
	return got, errors.Join(errs...)
}

// once takes the whole file.
func (t *taker) once(ctx context.Context) error {
	body, err := t.agent.file(ctx, 0)
	if err != nil {
		return err
	}
	defer body.Close()
	b := make([]byte, 256<<10)
	for {
		n, err := body.Read(b)
		t.got.Add(int64(n))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
