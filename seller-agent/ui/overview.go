package ui

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"lightshare/seller-agent/agent"
	"lightshare/seller-agent/share"
	"lightshare/seller-agent/uplink"
	"lightshare/web/view"
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
	s.answer(w, r, o, overviewPage(s.page(r, "Overview"), newOverview(o, time.Now())))
}

func newOverview(o agent.Overview, now time.Time) overviewView {
	v := overviewView{
		Connection: newConnection(o), Reading: newReading(o.Reading), Sending: newSending(o), Troubles: o.Troubles,
		Today: soldToday(o.Today),
	}
	if len(v.Troubles) > mostShown {
		v.Troubles, v.MoreWrong = v.Troubles[:mostShown], len(v.Troubles)-mostShown
	}
	for _, a := range o.Auctions {
		price := "no bid yet"
		if a.Bids > 0 {
			price = a.Price.String() + ", " + count(a.Bids, "bid", "bids")
		}
		v.Auctions = append(v.Auctions, auctionView{string(a.Listing), a.Title, price, a.Ends, now})
	}
	for _, f := range o.Folders {
		v.Folders = append(v.Folders, newFolder(f))
	}
	return v
}

func newConnection(o agent.Overview) connectionView {
	files := count(o.Offered, "file", "files")
	switch {
	case o.Online && o.Waiting > 0:
		return connectionView{view.Good, "Connected to the market", fmt.Sprintf("%s for sale; %s on the way to the market.", files, count(o.Waiting, "change is", "changes are"))}
	case o.Online:
		return connectionView{view.Good, "Connected to the market", files + " for sale, and the market knows them as they are on disk now."}
	case o.Why == "":
		return connectionView{view.Plain, "Signing in to the market", "Folders are read meanwhile."}
	}
	return connectionView{view.Bad, "Not connected to the market", fmt.Sprintf(
		"%s. The agent goes on trying. What you sell stays listed, but nothing can be delivered; %s told when the connection is back.",
		strings.TrimSuffix(sentence(errors.New(o.Why)), "."), count(o.Waiting, "change is", "changes are"))}
}

func newReading(p agent.Reading) readingView {
	v := readingView{Busy: p.Busy, Paused: !p.Paused.IsZero(), Heading: "Every file has been read."}
	if v.Paused {
		v.Heading = "Reading is paused " + until(p.Paused) + "."
	}
	if !p.Busy {
		return v
	}
	rest := fmt.Sprintf("%s to read, %s", count(p.LeftFiles, "file", "files"), view.Size(p.LeftBytes))
	switch {
	case v.Paused:
		v.Heading = fmt.Sprintf("Reading is paused %s: %s.", until(p.Paused), rest)
	case p.GivesWay:
		v.Heading = fmt.Sprintf("Other programs need this computer; your files are read slowly meanwhile: %s.", rest)
	default:
		v.Heading = fmt.Sprintf("Reading your files: %s.", rest)
		v.Rate = fmt.Sprintf("%.0f files/s, %s", p.FilesPer, rate(int64(p.BytesPer)))
		v.Left = about(p.LeftTime)
	}
	v.Current = p.Current
	done, left := float64(p.Bytes)+float64(p.Files)*1e5, float64(p.LeftBytes)+float64(p.LeftFiles)*1e5
	v.Percent = int(100 * done / max(1, done+left))
	return v
}

func newSending(o agent.Overview) sendingView {
	v := sendingView{Paused: !o.Delivery.Paused.IsZero(), Heading: "Nobody is fetching a file right now.", Text: limitsWords(o.Delivery.Limits)}
	running := 0
	for _, t := range o.Transfer {
		v.Transfers = append(v.Transfers, newTransfer(t))
		if t.State == uplink.Running {
			running++
		}
	}
	switch {
	case v.Paused:
		v.Heading = "Deliveries are paused " + until(o.Delivery.Paused) + ". Buyers wait, and resume by themselves."
	case o.Delivery.Quiet:
		v.Heading = "It is quiet hours: nothing is delivered."
	case len(v.Transfers) > 0:
		v.Heading = fmt.Sprintf("%s being sent, %s in all.", count(running, "file is", "files are"), rate(o.Delivery.Rate))
	}
	return v
}

// limitsWords words what the seller gives of his connection.
func limitsWords(l uplink.Limits) string {
	text := "No upload limit"
	if l.Rate > 0 {
		text = "At most " + rate(l.Rate)
	}
	if l.Buyers > 0 {
		text += ", " + count(l.Buyers, "buyer", "buyers") + " at once"
	}
	if l.Quiet.From != l.Quiet.To {
		text += fmt.Sprintf("; from %s to %s ", l.Quiet.From, l.Quiet.To)
		if l.Quiet.Rate == 0 {
			text += "nothing"
		} else {
			text += "at most " + rate(l.Quiet.Rate)
		}
	}
	return text + "."
}

func soldToday(t agent.Today) string {
	if t.Sold == 0 {
		return "Nothing sold today yet."
	}
	var sums []string
	for _, m := range t.Money {
		sums = append(sums, m.String())
	}
	text := count(t.Sold, "file", "files") + " sold today"
	if len(sums) > 0 {
		text += " for " + strings.Join(sums, " and ")
	}
	return text + "."
}

func newFolder(f share.Status) folderView {
	v := folderView{Dir: f.Dir, State: state{view.Good, "Watched"}}
	v.Text = fmt.Sprintf("%s for sale, %s", count(f.Offered, "file", "files"), view.Size(f.Bytes))
	switch {
	case f.Away:
		v.State, v.Note = state{view.Bad, "Away"}, "What it offered is off the market until it is back."
	case f.Progress.Busy:
		v.State = state{view.Plain, "Being read"}
	case f.Blind != "":
		v.State, v.Note = state{view.Warn, "Looked at every few seconds"}, sentence(errors.New(f.Blind))
	}
	return v
}

// where words the place of a trouble.
func where(t agent.Trouble) string {
	if t.Path == "." {
		return t.Folder
	}
	return filepath.Join(t.Folder, t.Path)
}

// trouble words what is wrong.
func trouble(t agent.Trouble) string { return sentence(errors.New(t.Text)) }
