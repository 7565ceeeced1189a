package share

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lightshare/events"
)

func word(s string) *Word { return &Word{Text: s} }

// awaitTitle waits until the file at path is offered under a title, and returns its listing.
func (s *stall) awaitTitle(path, title string) events.Listing {
	s.t.Helper()
	var l events.Listing
	s.await(path+" as "+title, func() bool {
		l = s.offers()[path]
		return l.Title == title
	})
	return l
}

func TestEditsCountOverSheetsAndFollowTheFile(t *testing.T) {
	s := newStall(t, "a.txt")
	s.write("a.txt"+SheetSuffix, "title: By its sheet\ntags: [one]\nprice: 2.00\n")
	s.run()
	l := s.awaitTitle("a.txt", "By its sheet")
	edit := Sheet{Title: word("By hand"), Auction: &AuctionPart{Start: word("7")}}
	if err := s.Edit(t.Context(), map[events.ListingID]Sheet{l.ID: edit}); err != nil {
		t.Fatal(err)
	}
	edited := s.awaitTitle("a.txt", "By hand")
	if edited.ID != l.ID || edited.Terms.Format != events.Auction || edited.Terms.Start != 700 || len(edited.Tags) != 1 || edited.Rev <= l.Rev {
		t.Errorf("edited listing = %+v", edited)
	}
	if err := os.Rename(filepath.Join(s.dir, "a.txt"), filepath.Join(s.dir, "b.txt")); err != nil {
		t.Fatal(err)
	}
	if moved := s.awaitTitle("b.txt", "By hand"); moved.ID != l.ID || len(moved.Tags) != 0 {
		t.Errorf("the moved file's listing = %+v, want the edit without the sheet that was left behind", moved)
	}
	if err := s.Edit(t.Context(), map[events.ListingID]Sheet{l.ID: {}}); err != nil {
		t.Fatal(err)
	}
	s.awaitTitle("b.txt", "b")
	if left, err := os.ReadDir(s.dir); err != nil || len(left) != 2 {
		t.Errorf("the shared folder holds %v, %v; nothing may be written there", left, err)
	}
}

func TestEditsAreKept(t *testing.T) {
	s := newStall(t, "a.txt").run()
	l := s.awaitTitle("a.txt", "a")
	s.stop()
	again := openStall(t, s.dir, s.database).run()
	if err := again.Edit(t.Context(), map[events.ListingID]Sheet{l.ID: {Title: word("Kept")}}); err != nil {
		t.Fatal(err)
	}
	again.awaitTitle("a.txt", "Kept")
	again.stop()
	third := openStall(t, s.dir, s.database).run()
	third.awaitTitle("a.txt", "Kept")
	if !third.Edited(l.ID) {
		t.Error("the edit is not remembered as one")
	}
}

func TestWrongEditsAreRefusedWhole(t *testing.T) {
	s := newStall(t, "a.txt", "b.txt").run()
	a, b := s.awaitTitle("a.txt", "a"), s.awaitTitle("b.txt", "b")
	for name, edit := range map[string]Sheet{
		"price":    {Price: word("12.345")},
		"currency": {Currency: word("XXX")},
		"title":    {Title: word("a\nb")},
		"duration": {Auction: &AuctionPart{Start: word("1"), Duration: word("soon")}},
	} {
		if err := s.Edit(t.Context(), map[events.ListingID]Sheet{a.ID: {Title: word("good")}, b.ID: edit}); err == nil {
			t.Errorf("%s: a wrong edit was taken", name)
		}
	}
	if _, err := s.CheckEdit("abcdefghijklmnop-none", Sheet{}); err != ErrGone {
		t.Errorf("CheckEdit of an unknown listing = %v, want ErrGone", err)
	}
	if s.Edited(a.ID) || s.Edited(b.ID) {
		t.Error("half of the edits were kept")
	}
}

func TestEditThatDoesNotGoWithANewSheetIsTold(t *testing.T) {
	s := newStall(t, "a.txt").run()
	l := s.awaitTitle("a.txt", "a")
	if err := s.Edit(t.Context(), map[events.ListingID]Sheet{l.ID: {Price: word("12.50")}}); err != nil {
		t.Fatal(err)
	}
	s.await("the new price", func() bool { return s.offers()["a.txt"].Terms.Price == 1250 })
	s.write(SheetSuffix, "currency: KRW\nprice: 900\n") // which has no decimals
	s.awaitProblem("does not go with the sheets")
	if got := s.offers()["a.txt"].Terms; got.Price != 1250 || got.Currency != events.USD {
		t.Errorf("terms = %+v, want those from before", got)
	}
}

func TestSheetsAsJSON(t *testing.T) {
	want := Sheet{Title: word("t"), Tags: []Word{{Text: "x"}}, Auction: &AuctionPart{Start: word("1"), Increments: []Band{{From: word("0"), Step: word("2")}}}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if s := `{"title":"t","tags":["x"],"auction":{"start":"1","increments":[{"from":"0","step":"2"}]}}`; string(text) != s {
		t.Errorf("Marshal = %s, want %s", text, s)
	}
	var got Sheet
	if err := json.Unmarshal(text, &got); err != nil || got.Auction.Increments[0].Step.Text != "2" {
		t.Errorf("Unmarshal = %+v, %v", got, err)
	}
}

func TestFatesAreKept(t *testing.T) {
	s := newStall(t, "a.txt").run()
	l := s.awaitTitle("a.txt", "a")
	want := Fate{events.OfferHeld, "a moderator looks at it"}
	s.SetFate(l.ID, want)
	s.SetFate("abcdefghijklmnop-none", want)
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		items, err := s.memory.Items(t.Context(), s.Folder.Dir)
		if err != nil || time.Since(began) > patience {
			t.Fatalf("waited in vain for the fate: %v, %v", items, err)
		}
		if len(items) == 1 && items[0].Fate == want {
			break
		}
	}
	if status := s.Status(); status.States[events.OfferHeld] != 1 || status.Offered != 1 {
		t.Errorf("Status = %+v", status)
	}
}

func TestPauseHoldsReadingAndSaysSo(t *testing.T) {
	s := newStall(t, "a.txt", "b.txt")
	s.Folder.Pace = NewPace()
	s.Folder.Pace.Pause(time.Now().Add(time.Hour))
	var watched sync.WaitGroup
	watched.Go(func() {
		for began := time.Now(); s.Status().Progress.LeftFiles < 2 && time.Since(began) < patience; {
			time.Sleep(time.Millisecond)
		}
		if s.Reading() && len(s.offers()) > 0 {
			t.Error("files were read in a pause")
		}
		s.Folder.Pace.Pause(time.Time{})
	})
	s.run()
	watched.Wait()
	if n := len(s.offers()); n != 2 {
		t.Errorf("%d files are offered after the pause, want 2", n)
	}
}

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPace()
		began := time.Now()
		p.Pause(began.Add(time.Minute))
		if err := p.Wait(t.Context(), slow, false); err != nil || time.Since(began) != time.Minute {
			t.Errorf("Wait in a pause = %v after %v, want a minute", err, time.Since(began))
		}
		p.SetBusy(true)
		if err := p.Wait(t.Context(), slow, false); err != nil || time.Since(began) != time.Minute {
			t.Error("a file just saved waits for a busy computer")
		}
		if err := p.Wait(t.Context(), 2*slow, true); err != nil || time.Since(began) != 62*time.Second {
			t.Errorf("Wait in bulk on a busy computer = %v after %v, want two seconds for those of two", err, time.Since(began)-time.Minute)
		}
		time.AfterFunc(time.Second, func() { p.SetBusy(false) })
		if err := p.Wait(t.Context(), 2*slow, true); err != nil || time.Since(began) != 63*time.Second {
			t.Errorf("Wait in bulk = %v after %v, want until it is not busy", err, time.Since(began)-62*time.Second)
		}
		p.Pause(time.Now().Add(time.Hour))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.Wait(ctx, 1, true); err == nil {
			t.Error("Wait went on in a pause")
		}
	})
}

func TestProgress(t *testing.T) {
	var y tally
	now := noon
	y.stand(10, 1000<<10, false, now)
	y.read("a", 100<<10)
	y.looked()
	y.finished(100 << 10)
	y.stand(9, 900<<10, false, now.Add(time.Second))
	p := y.progress()
	if files, bytes := p.Rates(); !p.Busy || p.Left() != 9*time.Second || files != 1 || bytes != 100<<10 || p.Current != "a" {
		t.Errorf("progress = %+v, left %v, %v files/s, %v bytes/s", p, p.Left(), files, bytes)
	}
	y.stand(9, 900<<10, true, now.Add(time.Hour)) // a pause is not held against it
	if p := y.progress(); p.Left() != 9*time.Second {
		t.Errorf("left after a pause = %v", p.Left())
	}
	y.stand(0, 0, false, now.Add(2*time.Hour))
	if p := y.progress(); p.Busy || p.Left() != 0 {
		t.Errorf("progress at the end = %+v", p)
	}
}

func TestBacklogGivesSheetsFirst(t *testing.T) {
	var b backlog
	for _, path := range []string{"a", "b", "x" + SheetSuffix, "a"} {
		b.add(path, 5)
	}
	if b.len() != 3 || b.bytes != 15 {
		t.Errorf("%d paths with %d bytes, want 3 with 15", b.len(), b.bytes)
	}
	for _, want := range []string{"x" + SheetSuffix, "a", "b"} {
		if got := b.next(); got != want {
			t.Errorf("next = %s, want %s", got, want)
		}
	}
	if b.len() != 0 || b.bytes != 0 {
		t.Errorf("%d paths with %d bytes are left", b.len(), b.bytes)
	}
}
