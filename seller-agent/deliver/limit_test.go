package deliver

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/seller-agent/uplink"
)

// download counts what arrives at the socket of a buyer until the file ends or the test does.
func (s *stand) download(t testing.TB, url string, order events.OrderID, got *atomic.Int64) error {
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Ticket "+s.ticket(func(t *sealed.Ticket) { t.Order = order }).Sign(key("market")))
	answer, err := s.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := answer.Body.Read(buf)
		got.Add(int64(n))
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// The cap is a promise to the seller: whatever buyers do, no more leaves the computer than he allows. What they get can be
// less on a busy machine, so only the upper bound is asserted here; BenchmarkCap prints how near it comes.
func TestNoMoreThanTheCapArrives(t *testing.T) {
	const perSecond = 4 << 20
	for i, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			s := newStand(t, text(1<<20))
			s.handler.Line = uplink.New(uplink.Limits{Rate: perSecond}, time.Now)
			var got atomic.Int64
			var buyers sync.WaitGroup
			began := time.Now()
			for n := range 3 {
				for range 2 { // connections each; half of what they fetch is never needed
					buyers.Go(func() {
						if err := s.download(t, s.server.URLs("")[i]+file, events.OrderID(fmt.Sprint("order ", n)), &got); err != nil {
							t.Error(err)
						}
					})
				}
			}
			done := make(chan struct{})
			go func() { buyers.Wait(); close(done) }()
			for running := true; running; {
				select {
				case <-done:
					running = false
				case <-time.After(20 * time.Millisecond):
				}
				n, since := got.Load(), time.Since(began)
				if most := int64(since.Seconds()*perSecond) + perSecond/32; n > most {
					t.Fatalf("%d bytes arrived within %v, want at most %d", n, since, most)
				}
			}
			if want := 6 * sealed.SealedSize(1<<20); got.Load() != want {
				t.Errorf("%d bytes arrived in the end, want %d", got.Load(), want)
			}
		})
	}
}

func TestPausedDeliveriesSayWhenToComeAgain(t *testing.T) {
	s := newStand(t, text(100))
	s.handler.Line = uplink.New(uplink.Limits{}, func() time.Time { return noon })
	s.handler.Line.Pause(noon.Add(90 * time.Second))
	for _, path := range []string{file, file + "/tree"} {
		answer, body := s.ask(t, "GET", s.url(path))
		if answer.StatusCode != 503 || answer.Header.Get("Retry-After") != "90" || !strings.Contains(string(body), "paused") {
			t.Errorf("GET %s = %d, Retry-After %q, %s; want 503, 90", path, answer.StatusCode, answer.Header.Get("Retry-After"), body)
		}
	}
	s.handler.Line.Pause(time.Time{})
	if answer, body := s.ask(t, "GET", s.url(file)); answer.StatusCode != 200 || len(body) != int(sealed.SealedSize(100)) {
		t.Errorf("GET after the pause = %d, %d bytes", answer.StatusCode, len(body))
	}
	if all := s.handler.Line.Transfers(); len(all) != 1 || all[0].State != uplink.Sent || all[0].Sent != sealed.SealedSize(100) {
		t.Errorf("transfers = %+v, want one of all bytes, sent", all)
	}
}

// BenchmarkCap prints how much of the cap three buyers got over TLS, and how even their parts were: least over most.
func BenchmarkCap(b *testing.B) {
	const perSecond = 8 << 20
	s := newStand(b, text(64<<20))
	for b.Loop() {
		s.handler.Line = uplink.New(uplink.Limits{Rate: perSecond}, time.Now)
		var got [3]atomic.Int64
		for n := range got {
			for range 1 + 3*n { // the last one opens seven connections
				go s.download(b, s.server.URLs("")[1]+file, events.OrderID(fmt.Sprint("order ", n)), &got[n])
			}
		}
		began := time.Now()
		time.Sleep(5 * time.Second)
		took := time.Since(began)
		s.handler.Line.Pause(time.Now().Add(time.Hour))
		var sum, least, most int64
		for n := range got {
			v := got[n].Load()
			sum, most = sum+v, max(most, v)
			if least == 0 || v < least {
				least = v
			}
		}
		b.ReportMetric(float64(sum)/(took.Seconds()*perSecond), "of-cap")
		b.ReportMetric(float64(least)/float64(most), "least/most")
	}
}
