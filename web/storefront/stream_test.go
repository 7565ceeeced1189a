package storefront

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/web/checkout"
	"lightshare/web/storefront/live"
)

// A feed is a page's stream as its browser reads it.
type feed struct {
	testing.TB
	header http.Header
	frames chan live.Frame
	ids    chan string
	beats  chan struct{}
}

// feed opens a stream. It ends with the test.
func (v *visitor) feed(path, lastID string) *feed {
	v.Helper()
	ctx, stop := context.WithCancel(context.Background())
	v.Cleanup(stop)
	r, _ := http.NewRequestWithContext(ctx, "GET", v.server.URL+path, nil)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	res, err := v.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	f := &feed{v, res.Header, make(chan live.Frame, 100), make(chan string, 100), make(chan struct{}, 100)}
	go func() {
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		id, beat := "", false
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch {
			case name == "id":
				id = value
			case name == "event":
				beat = true
			case name == "data" && beat:
				beat = false
				f.beats <- struct{}{}
			case name == "data":
				var frame live.Frame
				if err := json.Unmarshal([]byte(value), &frame); err == nil {
					f.frames <- frame
					f.ids <- id
				}
			}
		}
	}()
	return f
}

// next returns the next frame that holds a piece with the given text.
func (f *feed) next(text string) live.Frame {
	f.Helper()
	timeout := time.After(patience)
	for {
		select {
		case frame := <-f.frames:
			for _, html := range frame.HTML {
				if strings.Contains(html, text) {
					return frame
				}
			}
		case <-timeout:
			f.Fatalf("no frame with %q in %s", text, patience)
		}
	}
}

func TestLotStream(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	v := w.open().visitor()
	f := v.feed("/lots/"+picture+"/live", "")
	if got := f.header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type = %q, want text/event-stream", got)
	}
	if csp := f.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy of a stream = %q", csp)
	}
	first := f.next("Harbour at dawn")
	for _, id := range []string{"title", "about", "deal", "state", "least", "seller", "you", "act", "history"} {
		if first.HTML[id] == "" {
			t.Errorf("the first frame has no %q", id)
		}
	}
	if ahead := time.UnixMilli(first.Now).Sub(w.clock.Now()).Abs(); ahead > time.Minute {
		t.Errorf("the frame's clock is %s off the server's", ahead)
	}

	o.Version, o.Title, o.Description = 2, "Harbour at noon", "Taken later."
	w.publish(o)
	changed := f.next("Harbour at noon")
	for _, id := range []string{"seller", "you", "act", "state", "history"} {
		if _, again := changed.HTML[id]; again {
			t.Errorf("a change of the title sends %q again, which did not change", id)
		}
	}
	if !strings.Contains(changed.HTML["about"], "Taken later.") || !strings.HasPrefix(changed.Title, "Harbour at noon") {
		t.Errorf("frame after a change of title and text: %+v", changed)
	}

	w.presence.set(seller, true)
	f.next("online now")
	s := o.Standing
	s.Version, s.Price, s.Bids, s.Next = 3, 1200, 2, 1250
	w.stand(s, events.Bid{Seq: 2, Bidder: "ann", Price: 500, At: s.At}, events.Bid{Seq: 3, Bidder: "ben", Price: 1200, At: s.At})
	price := f.next(`data-price="1200"`)
	if !strings.Contains(price.HTML["least"], "Bid $12.50 or more") || price.Say != "Now at $12.00, 2 bids." {
		t.Errorf("frame after a bid: least %q, say %q", price.HTML["least"], price.Say)
	}
	if price.HTML["history"] == "" {
		f.next("b***n")
	}
}

// A visitor who is outbid is told at once, and nobody else is.
func TestOutbidStream(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	v := w.open().visitor()
	me := v.signIn("ann@example.com")
	mine, theirs := v.feed("/lots/"+picture+"/live", ""), w.visitor().feed("/lots/"+picture+"/live", "")
	mine.next("Harbour at dawn")
	theirs.next("Harbour at dawn")

	s := o.Standing
	s.Version, s.Price, s.Bids, s.Next, s.Leader = 2, 500, 1, 550, me
	w.stand(s)
	leading := mine.next(`data-part="leading"`)
	if !strings.HasPrefix(leading.Alert, "You lead") {
		t.Errorf("alert on leading = %q", leading.Alert)
	}
	s.Version, s.Price, s.Bids, s.Next, s.Leader, s.Outbid = 3, 900, 2, 950, "ben", me
	w.stand(s)
	outbid := mine.next(`data-part="outbid"`)
	if outbid.Prefix == nil || *outbid.Prefix != "Outbid! " || !strings.Contains(outbid.Alert, "Bid $9.50 or more") {
		t.Errorf("frame on being outbid: prefix %v, alert %q", outbid.Prefix, outbid.Alert)
	}
	if f := theirs.next(`data-price="900"`); f.Alert != "" || strings.Contains(f.HTML["you"], "outbid") {
		t.Errorf("somebody else is told: %+v", f)
	}
}

// A browser that comes back and has missed nothing is not sent everything again.
func TestStreamResumes(t *testing.T) {
	w := newWorld(t)
	w.publish(w.auctionOffer())
	v := w.open().visitor()
	f := v.feed("/lots/"+picture+"/live", "")
	f.next("Harbour at dawn")
	again := v.feed("/lots/"+picture+"/live", <-f.ids)
	select {
	case <-again.beats:
	case frame := <-again.frames:
		t.Errorf("a browser that missed nothing is sent %d pieces", len(frame.HTML))
	case <-time.After(patience):
		t.Error("a browser that missed nothing is told nothing")
	}
	v.feed("/lots/"+picture+"/live", "0.0.false.0").next("Harbour at dawn")
}

func TestCardsStream(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o, w.saleOffer())
	f := w.open().visitor().feed("/live?lot="+picture+"&lot="+song, "")
	if first := f.next("Harbour at dawn"); !strings.Contains(first.HTML["c-"+song], "봄날의 노래") {
		t.Errorf("the first frame has no song: %v", first.HTML)
	}
	s := o.Standing
	s.Version, s.Price, s.Bids = 2, 4200, 3
	w.stand(s)
	if changed := f.next("$42.00"); len(changed.HTML) != 1 {
		t.Errorf("a bid on one of two lots changes %d cards", len(changed.HTML))
	}
	if p := w.visitor().get("/live"); p.status != http.StatusBadRequest {
		t.Errorf("a stream of nothing = %d, want 400", p.status)
	}
}

func TestOrderStream(t *testing.T) {
	w := newWorld(t)
	v := w.open().visitor()
	o := anOrder(v.signIn("ann@example.com"), checkout.Created)
	w.desk.set(o)
	f := v.feed("/orders/order-1/live", "")
	f.next(`data-order-state="created"`)
	o.State, o.PayURL, o.PayBy = checkout.Payable, "http://pay.example/1", w.clock.Now().Add(time.Hour)
	w.desk.set(o)
	f.next(`data-pay-url="http://pay.example/1"`)
	w.desk.set(anOrder(o.Buyer, checkout.Delivering))
	if ready := f.next(`id="save"`); ready.State != "delivering" {
		t.Errorf("state of the frame = %q, want delivering", ready.State)
	}
}

// What a seller saves is on open pages before anybody can look away: from the bus to the browser's connection.
func TestChangeIsSeenSoon(t *testing.T) {
	w := newWorld(t)
	o := w.saleOffer()
	w.publish(o)
	f := w.open().visitor().feed("/lots/"+song+"/live", "")
	f.next("봄날의 노래")
	var took []time.Duration
	for i := range 21 {
		o.Version++
		o.Title = strings.Repeat("x", i+1) + "."
		start := time.Now()
		w.publish(o)
		f.next(">" + o.Title + "<")
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	if median := took[len(took)/2]; median > 20*time.Millisecond {
		t.Errorf("half of the changes took longer than %s, want at most 20ms", median)
	}
}

// Who reads slowly holds nobody up, and when he reads again finds the newest state and not everything that was between.
// (promise P10)
func TestSlowReader(t *testing.T) {
	w := newWorld(t)
	o := w.auctionOffer()
	w.publish(o)
	w.open()
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /lots/%s/live HTTP/1.1\r\nHost: x\r\n\r\n", picture)
	slow := bufio.NewReaderSize(conn, 512)
	for line := ""; !strings.HasPrefix(line, "data: {"); {
		if line, err = slow.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	quick := w.visitor().feed("/lots/"+picture+"/live", "")
	const changes = 1000
	for i := range changes {
		s := o.Standing
		s.Version, s.Price, s.Bids = uint64(i+2), int64(500+i), i+1
		if err := w.nc.Publish(events.LotSubject(s.Lot), encode(w, s)); err != nil {
			t.Fatal(err)
		}
	}
	quick.next(fmt.Sprintf(`data-version="%d"`, changes+1)) // nobody waits for the slow one
	frames, last := 0, fmt.Sprintf(`data-version=\"%d\"`, changes+1)
	conn.SetReadDeadline(time.Now().Add(patience))
	for line := ""; !strings.Contains(line, last); {
		if line, err = slow.ReadString('\n'); err != nil {
			t.Fatalf("after %d frames: %v", frames, err)
		}
		if strings.HasPrefix(line, "data: {") {
			frames++
		}
	}
	if frames >= changes/2 {
		t.Errorf("the slow reader was sent %d frames of %d changes: they were kept for him", frames, changes)
	}
	t.Logf("%d frames of %d changes", frames, changes)
}
