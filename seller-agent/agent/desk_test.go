package agent

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

func TestSalesSurviveRestartsAndTornLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), salesFile)
	s, err := openSales(path)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	price := events.Money{Amount: 250, Currency: events.USD}
	paid := events.Notice{Kind: "paid", Order: "o1", Lot: "l", Title: "Dawn", Text: "Sold", Money: &price, At: at}
	for _, n := range []events.Notice{paid, {Kind: "delivered", Order: "o1", Lot: "l", Title: "Dawn", Text: "Received", At: at.Add(time.Minute)}, paid, {Kind: "outbid"}} {
		if err := s.told(n); err != nil {
			t.Fatal(err)
		}
	}
	for _, tr := range []uplink.Transfer{{Order: "o1", Size: 100, Sent: 40, Began: at}, {Order: "o1", Size: 100, Sent: 60, Began: at}, {Order: "o1", Size: 100, Sent: 40, Began: at.Add(time.Hour)}} {
		if err := s.delivered(tr); err != nil {
			t.Fatal(err)
		}
	}
	s.file.WriteString(`{"notice":{"kind":"capt`) // the power goes
	s.close()
	if s, err = openSales(path); err != nil {
		t.Fatal(err)
	}
	if err := s.told(events.Notice{Kind: "captured", Order: "o1", Lot: "l", Title: "Dawn", At: at.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	s.close()
	if s, err = openSales(path); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	all := s.all()
	if len(all) != 1 {
		t.Fatalf("%d orders, want 1: %+v", len(all), all)
	}
	o := all[0]
	if len(o.Steps) != 3 || o.Kind != "captured" || o.Sent != 100 || o.Size != 100 || o.Money == nil || *o.Money != price {
		t.Errorf("order = %+v, want 3 steps to captured, 100 of 100 bytes sent", o)
	}
	if sold, ok := o.sold(); !ok || !sold.Equal(at) {
		t.Errorf("sold = %v, %v, want %v", sold, ok, at)
	}
}

func TestFoldersAreSharedAndUnsharedWhileRunning(t *testing.T) {
	m := newMarket(t)
	tr := m.start("a.txt")
	tr.awaitKind(Ready)
	other := t.TempDir()
	write(t, filepath.Join(other, "b.txt"), "b")
	for dir, want := range map[string]string{
		"here":                        "whole path",
		filepath.Join(other, "none"):  "no such folder",
		filepath.Join(other, "b.txt"): "no such folder",
		tr.dir:                        "shared already",
		tr.state:                      "must lie apart",
		filepath.Dir(tr.dir):          "must lie apart",
	} {
		if err := tr.agent().Share(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Share(%s) = %v, want %q", dir, err, want)
		}
	}
	if err := tr.agent().Share(other); err != nil {
		t.Fatal(err)
	}
	b := tr.awaitListed("b.txt")
	if err := tr.stop(); err != nil {
		t.Fatal(err)
	}
	again := m.open(tr.dir, tr.state)
	if ready := again.awaitKind(Ready); ready.Files != 2 {
		t.Errorf("ready with %d files after a restart, want those of both folders", ready.Files)
	}
	if err := again.agent().Unshare(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if e := again.awaitKind(Withdrawn); e.Listing != b.Listing || !m.stored(b.Listing).Withdrawn {
		t.Errorf("withdrawn = %+v, want b.txt", e)
	}
	o, err := again.agent().Overview(t.Context())
	if err != nil || len(o.Folders) != 1 || o.Offered != 1 || !o.Online {
		t.Errorf("Overview = %+v, %v", o, err)
	}
}

func TestEditReachesTheMarketAndItsFateComesBack(t *testing.T) {
	m := newMarket(t)
	tr := m.start("a.txt", "sub/b.txt")
	seller := tr.awaitKind(Ready).Seller
	found := tr.agent().Find(Query{Text: "SUB b"})
	if found.Total != 1 || found.Files[0].Path != filepath.Join("sub", "b.txt") {
		t.Fatalf("Find = %+v", found)
	}
	id := found.Files[0].Listing.ID
	if err := tr.agent().Edit(t.Context(), map[events.ListingID]share.Sheet{id: {Title: &share.Word{Text: "By hand"}}}); err != nil {
		t.Fatal(err)
	}
	tr.await("the new title", func(e Event) bool { return e.Event == Listed && e.Title == "By hand" })
	if l := m.stored(id); l.Title != "By hand" || l.Check(seller) != nil {
		t.Errorf("stored = %+v", l)
	}
	text := fmt.Sprintf(`{"listing":%q,"state":"held","reason":"a person looks at it"}`, id)
	if err := m.nc.Publish(events.AskSubject(seller, events.AskFate), []byte(text)); err != nil {
		t.Fatal(err)
	}
	tr.awaitKind(Fate)
	for began := time.Now(); tr.agent().Find(Query{State: events.OfferHeld}).Total != 1; time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatal("the fate is not known")
		}
	}
	if n := tr.agent().Find(Query{State: Untold}).Total; n != 1 {
		t.Errorf("%d files of which the market said nothing, want 1", n)
	}
	if d, err := tr.agent().Draft(id); err != nil || !d.Edited || d.Edit.Title.Text != "By hand" {
		t.Errorf("Draft = %+v, %v", d, err)
	}
}

func TestPausesAndLimits(t *testing.T) {
	m := newMarket(t)
	tr := m.start("a.txt")
	tr.awaitKind(Ready)
	a := tr.agent()
	if err := a.Pause("everything", 0); err == nil {
		t.Error("something unknown was paused")
	}
	for _, what := range []string{PauseReading, PauseDelivery} {
		if err := a.Pause(what, 0); err != nil {
			t.Fatal(err)
		}
	}
	o, err := a.Overview(t.Context())
	if err != nil || !Forever(o.Reading.Paused) || !Forever(o.Delivery.Paused) {
		t.Errorf("Overview in a pause = %+v, %v", o, err)
	}
	a.Resume(PauseReading)
	a.Resume(PauseDelivery)
	if err := a.SetLimits(uplink.Limits{Rate: 1}); err == nil {
		t.Error("a limit of a byte a second was taken")
	}
	want := uplink.Limits{Rate: 1 << 20, Buyers: 2}
	if err := a.SetLimits(want); err != nil {
		t.Fatal(err)
	}
	tr.stop()
	kept, err := LoadSettings(tr.state)
	if err != nil || kept.Limits != want || kept.Market != m.url.String() {
		t.Errorf("settings = %+v, %v", kept, err)
	}
}

func TestDoctor(t *testing.T) {
	m := newMarket(t)
	tr := m.start("a.txt")
	tr.awaitKind(Ready)
	if err := os.RemoveAll(tr.dir); err != nil {
		t.Fatal(err)
	}
	tr.awaitKind(Problem)
	grades := map[string]Grade{}
	for _, f := range tr.agent().Doctor(t.Context()) {
		grades[f.What] = f.Grade
		if f.Grade == Ill && f.Do == "" {
			t.Errorf("%+v does not say what to do", f)
		}
	}
	if grades["Market"] != Well || grades["Clock"] != Well || grades["Folder"] != Ill || grades["Disk"] == "" {
		t.Errorf("findings = %v", grades)
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for date, want := range map[string]Grade{
		now.Format(http.TimeFormat):                      Well,
		now.Add(-time.Hour).Format(http.TimeFormat):      Ill,
		now.Add(2 * time.Minute).Format(http.TimeFormat): Ill,
		"": Strain,
	} {
		if got := checkClock(date, now, 100*time.Millisecond); got.Grade != want {
			t.Errorf("checkClock(%q) = %+v, want %s", date, got, want)
		}
	}
	if f := checkClock(now.Add(-time.Hour).Format(http.TimeFormat), now, 0); !strings.Contains(f.Says, "1h0m0s ahead") && !strings.Contains(f.Says, "59m59s ahead") {
		t.Errorf("says %q", f.Says)
	}
}

func TestLoad(t *testing.T) {
	before := load{all: 1000, idle: 900, own: 10}
	for want, now := range map[float64]load{
		0.75: {all: 1200, idle: 910, own: 50},
		0.25: {all: 1200, idle: 1000, own: 60},
		0:    {all: 1000, idle: 900, own: 10},
	} {
		if got := now.others(before); got != want {
			t.Errorf("others = %v, want %v", got, want)
		}
	}
}
