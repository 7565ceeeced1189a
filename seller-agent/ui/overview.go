package ui

import (
	"context"
	"errors"
	"math"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
	"lightshare/web/view"
	"lightshare/web/view/words"
)

// overviewView is how everything stands, worded.
type overviewView struct {
	Connection connectionView
	Reading    readingView
	Sending    sendingView
	Troubles   []agent.Trouble
	MoreWrong  int // troubles beyond those shown
	Auctions   []auctionView
	Folders    []folderView
	Today      string
}

type connectionView struct {
	Tone          view.Tone
	Heading, Text string
}

type readingView struct {
	Busy, Paused  bool
	Heading, Rate string
	Current, Left string
	Percent       int
}

type sendingView struct {
	Paused        bool
	Heading, Text string
	Transfers     []transferView
}

type auctionView struct {
	ID, Title, Price string
	Ends, Now        time.Time
}

type folderView struct {
	Dir, Text string
	State     state
	Note      string
}

// mostShown is how many troubles the overview lists.
const mostShown = 20

func (s *desk) showOverview(w http.ResponseWriter, r *http.Request) {
	o, err := s.Overview(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answer(w, r, o, overviewPage(s.page(r, say(r.Context(), "Overview")), newOverview(r.Context(), o, time.Now())))
}

func newOverview(ctx context.Context, o agent.Overview, now time.Time) overviewView {
	v := overviewView{
		Connection: newConnection(ctx, o), Reading: newReading(ctx, o.Reading), Sending: newSending(ctx, o), Troubles: o.Troubles,
		Today: soldToday(ctx, o.Today),
	}
	if len(v.Troubles) > mostShown {
		v.Troubles, v.MoreWrong = v.Troubles[:mostShown], len(v.Troubles)-mostShown
	}
	for _, a := range o.Auctions {
		price := say(ctx, "no bid yet")
		if a.Bids > 0 {
			price = words.Money(ctx, a.Price) + ", " + say(ctx, "%d bids", a.Bids)
		}
		v.Auctions = append(v.Auctions, auctionView{string(a.Listing), a.Title, price, a.Ends, now})
	}
	for _, f := range o.Folders {
		v.Folders = append(v.Folders, newFolder(ctx, f))
	}
	return v
}

func newConnection(ctx context.Context, o agent.Overview) connectionView {
	files := say(ctx, "%d files", o.Offered)
	switch {
	case o.Online && o.Waiting > 0:
		return connectionView{view.Good, say(ctx, "Connected to the market"), say(ctx, "%s for sale. Changes on the way to the market: %d.", files, o.Waiting)}
	case o.Online:
		return connectionView{view.Good, say(ctx, "Connected to the market"), say(ctx, "%s for sale, and the market knows them as they are on disk now.", files)}
	case o.Why == "":
		return connectionView{view.Plain, say(ctx, "Signing in to the market"), say(ctx, "Folders are read meanwhile.")}
	}
	return connectionView{view.Bad, say(ctx, "Not connected to the market"), say(ctx,
		"%s The agent goes on trying. What you sell stays listed, but nothing can be delivered. Changes told when the connection is back: %d.",
		sentence(ctx, errors.New(o.Why)), o.Waiting)}
}

func newReading(ctx context.Context, p agent.Reading) readingView {
	v := readingView{Busy: p.Busy, Paused: !p.Paused.IsZero(), Heading: say(ctx, "Every file has been read.")}
	if v.Paused {
		v.Heading = paused(ctx, p.Paused, words.Key("Reading is paused."), words.Key("Reading is paused until %s."))
	}
	if !p.Busy {
		return v
	}
	rest := say(ctx, "%s to read, %s", say(ctx, "%d files", p.LeftFiles), words.Size(ctx, p.LeftBytes))
	switch {
	case v.Paused:
		v.Heading += " " + say(ctx, "There are %s.", rest)
	case p.GivesWay:
		v.Heading = say(ctx, "Other programs need this computer; your files are read slowly meanwhile: %s.", rest)
	default:
		v.Heading = say(ctx, "Reading your files: %s.", rest)
		v.Rate = say(ctx, "files a second: %d, %s", int64(math.Round(p.FilesPer)), rate(ctx, int64(p.BytesPer)))
		v.Left = about(ctx, p.LeftTime)
	}
	v.Current = p.Current
	done, left := float64(p.Bytes)+float64(p.Files)*1e5, float64(p.LeftBytes)+float64(p.LeftFiles)*1e5
	v.Percent = int(100 * done / max(1, done+left))
	return v
}

func newSending(ctx context.Context, o agent.Overview) sendingView {
	v := sendingView{Paused: !o.Delivery.Paused.IsZero(), Heading: say(ctx, "Nobody is fetching a file right now."), Text: limitsWords(ctx, o.Delivery.Limits)}
	running := 0
	for _, t := range o.Transfer {
		v.Transfers = append(v.Transfers, newTransfer(ctx, t))
		if t.State == uplink.Running {
			running++
		}
	}
	switch {
	case v.Paused:
		v.Heading = paused(ctx, o.Delivery.Paused, words.Key("Deliveries are paused."), words.Key("Deliveries are paused until %s.")) + " " + say(ctx, "Buyers wait, and resume by themselves.")
	case o.Delivery.Quiet:
		v.Heading = say(ctx, "It is quiet hours: nothing is delivered.")
	case len(v.Transfers) > 0:
		v.Heading = say(ctx, "Being sent: %s, %s in all.", say(ctx, "%d files", running), rate(ctx, o.Delivery.Rate))
	}
	return v
}

// limitsWords words what the seller gives of his connection.
func limitsWords(ctx context.Context, l uplink.Limits) string {
	text := say(ctx, "No upload limit.")
	if l.Rate > 0 {
		text = say(ctx, "At most %s.", rate(ctx, l.Rate))
	}
	if l.Buyers > 0 {
		text += " " + say(ctx, "Buyers at once: %d.", l.Buyers)
	}
	if l.Quiet.From == l.Quiet.To {
		return text
	}
	if l.Quiet.Rate == 0 {
		return text + " " + say(ctx, "From %s to %s nothing.", l.Quiet.From, l.Quiet.To)
	}
	return text + " " + say(ctx, "From %s to %s at most %s.", l.Quiet.From, l.Quiet.To, rate(ctx, l.Quiet.Rate))
}

func soldToday(ctx context.Context, t agent.Today) string {
	if t.Sold == 0 {
		return say(ctx, "Nothing sold today yet.")
	}
	var sums []string
	for _, m := range t.Money {
		sums = append(sums, words.Money(ctx, m))
	}
	files := say(ctx, "%d files", t.Sold)
	if len(sums) == 0 {
		return say(ctx, "%s sold today.", files)
	}
	return say(ctx, "%s sold today, for %s.", files, strings.Join(sums, " + "))
}

func newFolder(ctx context.Context, f share.Status) folderView {
	v := folderView{Dir: f.Dir, State: state{view.Good, words.Key("Watched")}}
	v.Text = say(ctx, "%s for sale, %s", say(ctx, "%d files", f.Offered), words.Size(ctx, f.Bytes))
	switch {
	case f.Away:
		v.State, v.Note = state{view.Bad, words.Key("Away")}, say(ctx, "What it offered is off the market until it is back.")
	case f.Progress.Busy:
		v.State = state{view.Plain, words.Key("Being read")}
	case f.Blind != "":
		v.State, v.Note = state{view.Warn, words.Key("Looked at every few seconds")}, sentence(ctx, errors.New(f.Blind))
	}
	return v
}

// paused words a pause: one without end, or one until a time.
func paused(ctx context.Context, until time.Time, forever, timed string) string {
	if agent.Forever(until) {
		return say(ctx, forever)
	}
	return say(ctx, timed, until.Local().Format("15:04"))
}

// where words the place of a trouble.
func where(t agent.Trouble) string {
	if t.Path == "." {
		return t.Folder
	}
	return filepath.Join(t.Folder, t.Path)
}

// trouble words what is wrong.
func trouble(ctx context.Context, t agent.Trouble) string { return sentence(ctx, errors.New(t.Text)) }
