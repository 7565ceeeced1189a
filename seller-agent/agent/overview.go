package agent

import (
	"context"
	"time"

	"lightshare/events"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
)

// An Overview is how everything stands.
type Overview struct {
	Seller   events.SellerID   `json:"seller"`
	Name     string            `json:"name"`
	Market   string            `json:"market"`
	Online   bool              `json:"online"`
	Since    time.Time         `json:"since,omitzero"` // of Online; zero: never tried yet
	Why      string            `json:"why,omitempty"`  // it is not online
	URLs     []string          `json:"urls"`           // where buyers reach this computer
	Folders  []share.Status    `json:"folders"`
	Offered  int               `json:"offered"` // files for sale, in all folders
	Waiting  int               `json:"waiting"` // changes that the market has not been told of
	Reading  Reading           `json:"reading"`
	Delivery Delivery          `json:"delivery"`
	Troubles []Trouble         `json:"troubles"`
	Auctions []Auction         `json:"auctions"`
	Today    Today             `json:"today"`
	Transfer []uplink.Transfer `json:"transfers"` // under way
}

// Reading is how far the reading of files has come, over all folders.
type Reading struct {
	share.Progress
	LeftTime time.Duration `json:"left_time"`        // nanoseconds; 0: it cannot be told
	Paused   time.Time     `json:"paused,omitzero"`  // until then nothing is read
	GivesWay bool          `json:"gives_way"`        // other programs need the computer
	Folder   string        `json:"folder,omitempty"` // of Current
	FilesPer float64       `json:"files_per_second"` // so far
	BytesPer float64       `json:"bytes_per_second"` // so far
}

// Delivery is what leaves the computer at the moment.
type Delivery struct {
	Rate   int64         `json:"rate"` // bytes a second
	Limits uplink.Limits `json:"limits"`
	Paused time.Time     `json:"paused,omitzero"` // until then nothing is delivered
	Quiet  bool          `json:"quiet"`           // quiet hours allow nothing now
}

// Today is what was sold since midnight.
type Today struct {
	Sold  int            `json:"sold"`
	Money []events.Money `json:"money"` // one sum a currency
}

// Overview returns how everything stands.
func (a *Agent) Overview(ctx context.Context) (Overview, error) {
	now := time.Now()
	o := Overview{
		Seller: a.seller, Name: a.Name, Market: a.Market.String(), URLs: a.server.URLs(a.Advertise),
		Folders: []share.Status{}, Troubles: a.diary.trouble(), Auctions: a.diary.running(now), Today: a.today(now),
	}
	o.Online, o.Since, o.Why = a.diary.connection()
	for _, f := range a.shelves.all() {
		s := f.Status()
		o.Folders = append(o.Folders, s)
		o.Offered += s.Offered
		o.Reading.add(s)
	}
	o.Reading.FilesPer, o.Reading.BytesPer = o.Reading.Rates()
	o.Reading.LeftTime, o.Reading.GivesWay = o.Reading.Left(), o.Reading.Busy && a.pace.Busy()
	if until, paused := a.pace.Paused(); paused {
		o.Reading.Paused = until
	}
	o.Delivery.Limits = a.line.Limits()
	if until, paused := a.line.Paused(); paused {
		o.Delivery.Paused = until
	}
	_, open := o.Delivery.Limits.At(now)
	o.Delivery.Quiet = !open
	for _, t := range a.line.Transfers() {
		if t.State == uplink.Running || t.State == uplink.Waiting {
			o.Transfer = append(o.Transfer, t)
			o.Delivery.Rate += t.Rate
		}
	}
	var err error
	o.Waiting, err = a.memory.CountWaiting(ctx)
	return o, err
}

// add takes a folder's progress in.
func (r *Reading) add(s share.Status) {
	p := s.Progress
	if !p.Busy {
		return
	}
	r.Busy = true
	r.Files, r.Bytes = r.Files+p.Files, r.Bytes+p.Bytes
	r.LeftFiles, r.LeftBytes = r.LeftFiles+p.LeftFiles, r.LeftBytes+p.LeftBytes
	r.Took = max(r.Took, p.Took)
	if p.Current != "" {
		r.Current, r.Folder = p.Current, s.Dir
	}
}

// today sums up what was sold since midnight on this computer's clock.
func (a *Agent) today(now time.Time) Today {
	var t Today
	y, m, d := now.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	sums := map[events.Currency]int64{}
	for _, o := range a.sales.all() {
		if at, ok := o.sold(); !ok || at.Before(midnight) {
			continue
		}
		t.Sold++
		if o.Money != nil {
			sums[o.Money.Currency] += o.Money.Amount
		}
	}
	for _, c := range []events.Currency{events.USD, events.EUR, events.GBP, events.JPY, events.KRW} {
		if sums[c] != 0 {
			t.Money = append(t.Money, events.Money{Amount: sums[c], Currency: c})
		}
	}
	return t
}

// sold returns when the buyer's payment was held, unless the sale came to nothing.
func (s *Sale) sold() (time.Time, bool) {
	if s.Kind == "released" || s.Kind == "unpaid" {
		return time.Time{}, false
	}
	for _, step := range s.Steps {
		if step.Kind == "paid" {
			return step.At, true
		}
	}
	return time.Time{}, false
}

// Sales returns all orders that this computer learned of, the newest first.
func (a *Agent) Sales() []Sale { return a.sales.all() }

// Transfers returns what is under way and what is remembered, the newest first.
func (a *Agent) Transfers() []uplink.Transfer { return a.line.Transfers() }

// Lately returns the last n events, the newest first.
func (a *Agent) Lately(n int) []Event { return a.diary.lately(n) }
