package agent

import (
	"time"

	"lightshare/events"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

// report tells the seller's terminal and his page.
func (a *Agent) report(e Event) {
	a.reporting.Lock()
	defer a.reporting.Unlock()
	e.At = time.Now().UTC()
	a.diary.note(e)
	a.Report(e)
}

// sent reports that the market has a listing as it is now.
func (a *Agent) sent(i share.Item) {
	e := Event{Event: Listed, Listing: i.Listing.ID, Path: i.Path, Title: i.Listing.Title, Rev: i.Listing.Rev, Root: i.Listing.Root}
	if i.Listing.Withdrawn {
		e.Event, e.Text = Withdrawn, i.Listing.Reason
	}
	a.report(e)
}

// notSent logs that a listing could not be sent; it will be again.
func (a *Agent) notSent(i share.Item, err error) {
	a.Log.Warn("listing not sent", "listing", i.Listing.ID, "err", err)
}

func (a *Agent) problem(folder, path string, err error) {
	e := Event{Event: Solved, Folder: folder, Path: path}
	if err != nil {
		e.Event, e.Text = Problem, err.Error()
	}
	a.report(e)
}

// fated takes in what the market made of a listing.
func (a *Agent) fated(o events.Offer) {
	a.diary.stands(o)
	if f, _, ok := a.shelves.of(o.Listing); ok {
		f.SetFate(o.Listing, share.Fate{State: o.State, Reason: o.Reason})
	}
}

// noticed takes in what the market tells of an order.
func (a *Agent) noticed(n events.Notice) {
	if err := a.sales.told(n); err != nil {
		a.Log.Error("notice not kept", "order", n.Order, "err", err)
	}
}

// delivered takes in how far a transfer came.
func (a *Agent) delivered(t uplink.Transfer) {
	if err := a.sales.delivered(t); err != nil {
		a.Log.Error("transfer not kept", "order", t.Order, "err", err)
	}
}

// scanned notes that everything has been looked at that was in a folder at the start.
func (a *Agent) scanned(folder string) {
	a.mu.Lock()
	delete(a.unscanned, folder)
	a.mu.Unlock()
	a.outbox.ring()
}

// sayReady says once that everything found at the start is on the market.
func (a *Agent) sayReady() {
	a.mu.Lock()
	scanning := len(a.unscanned) > 0
	a.mu.Unlock()
	if scanning {
		return
	}
	a.ready.Do(func() {
		files := 0
		for _, f := range a.shelves.all() {
			files += f.Status().Offered
		}
		a.report(Event{Event: Ready, Seller: a.seller, URLs: a.server.URLs(a.Advertise), Files: files})
	})
}

// reading reports whether files are being read in any folder.
func (a *Agent) reading() bool {
	for _, f := range a.shelves.all() {
		if f.Reading() {
			return true
		}
	}
	return false
}
