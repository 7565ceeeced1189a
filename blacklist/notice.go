package blacklist

import (
	"slices"
	"time"

	"lightshare/events"
)

// A NoticeState says how far a takedown notice has come.
type NoticeState string

// The states.
const (
	NoticeOpen       NoticeState = "open"
	NoticeUpheld     NoticeState = "upheld"
	NoticeTurnedDown NoticeState = "turned down"
	NoticeCountered  NoticeState = "countered"  // the seller's counter-notice runs
	NoticeInCourt    NoticeState = "in court"   // the claimant has gone there
	NoticeReinstated NoticeState = "reinstated" // he has not, and the listings are given back
)

// NoticeStanding is a takedown notice with what came of it.
type NoticeStanding struct {
	ID        string
	Notice    events.TakedownNotice
	State     NoticeState
	Filed     time.Time
	By        string // who wrote it down
	Decided   time.Time
	DecidedBy string
	Reason    string    // of the decision, or of the suit
	Party     string    // who sent the counter-notice
	Statement string    // of the counter-notice
	Countered time.Time // when it came in
	Due       time.Time // when the listings are given back
}

// Missing says in words what the law asks of the notice and is not there: 17 U.S.C. § 512(c)(3)(A)(i) to (vi), or
// Article 16(2)(a) to (d) of Regulation (EU) 2022/2065.
func Missing(n events.TakedownNotice) []string {
	var missing []string
	need := func(there bool, words string) {
		if !there {
			missing = append(missing, words)
		}
	}
	need(Fold(n.Artist) != "" && Fold(n.Title) != "", "the work, with artist and title")
	need(len(n.Listings) > 0, "the listings that it is about")
	need(n.GoodFaith, "the statement of good faith")
	if n.Law == "dsa" {
		need(n.Why != "", "an explanation of why they are unlawful")
		need(n.Reachable, "the claimant’s name and e-mail address")
		return missing
	}
	need(n.Accurate, "the statement that it is accurate and, under penalty of perjury, made for the owner")
	need(n.Signed, "a signature")
	need(n.Reachable, "the claimant’s name, address, telephone number and e-mail address")
	return missing
}

// Limits of a notice.
const (
	maxListings = 100
	maxWhy      = 10_000 // bytes
)

// reinstateAfter is how many weekdays a counter-notice waits for the claimant to go to court. The law wants the listings
// back after at least 10 and at most 14 business days (17 U.S.C. § 512(g)(2)(C)). No twelve weekdays in a row have more
// than two federal holidays, so that twelve are between ten and twelve business days.
const reinstateAfter = 12

// weekdaysAfter returns the moment n weekdays after t.
func weekdaysAfter(t time.Time, n int) time.Time {
	for n > 0 {
		t = t.AddDate(0, 0, 1)
		if day := t.Weekday(); day != time.Saturday && day != time.Sunday {
			n--
		}
	}
	return t
}

// decideTakedown decides about a notice; not ok for a command about something else.
func decideTakedown(n *NoticeStanding, c events.Command, now time.Time) (f events.Fact, ok bool, err error) {
	if file, is := c.(events.FileNotice); is {
		f, err = fileNotice(n, file)
		return f, true, err
	}
	switch c.(type) {
	case events.DecideNotice, events.FileCounter, events.NoteSuit, events.Reinstate:
	default:
		return nil, false, nil
	}
	if n == nil {
		return nil, true, events.NoSuchNotice
	}
	switch c := c.(type) {
	case events.DecideNotice:
		f, err = decideNotice(n, c)
	case events.FileCounter:
		f, err = fileCounter(n, c, now)
	case events.NoteSuit:
		if err = checkBy(c.By, c.Reason); err == nil && n.State != NoticeCountered {
			err = events.WrongState
		}
		f = events.SuitNoted(c)
	case events.Reinstate:
		if n.State != NoticeCountered || now.Before(n.Due) {
			err = events.WrongState
		}
		f = events.NoticeReinstated{}
	}
	if err != nil {
		return nil, true, err
	}
	return f, true, nil
}

func fileNotice(n *NoticeStanding, c events.FileNotice) (events.Fact, error) {
	switch {
	case n != nil && n.State != NoticeOpen:
		return nil, events.WrongState
	case c.By == "" || c.Notice.Claimant == "" || c.Notice.Law != "dmca" && c.Notice.Law != "dsa",
		len(c.Notice.Listings) > maxListings || len(c.Notice.Why) > maxWhy || len(c.Notice.Artist) > maxName || len(c.Notice.Title) > maxName:
		return nil, events.Malformed
	}
	return events.NoticeFiled(c), nil
}

// decideNotice lets nobody take listings down for a notice that is not complete.
func decideNotice(n *NoticeStanding, c events.DecideNotice) (events.Fact, error) {
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	switch {
	case n.State != NoticeOpen:
		return nil, events.Decided
	case c.Uphold && len(Missing(n.Notice)) > 0:
		return nil, events.Incomplete
	}
	return events.NoticeDecided(c), nil
}

func fileCounter(n *NoticeStanding, c events.FileCounter, now time.Time) (events.Fact, error) {
	switch {
	case n.State != NoticeUpheld:
		return nil, events.WrongState
	case c.By == "" || len(c.Statement) > maxWhy:
		return nil, events.Malformed
	case c.Party == "" || c.Statement == "" || !c.GoodFaith || !c.Jurisdiction || !c.Signed: // 17 U.S.C. § 512(g)(3)
		return nil, events.Incomplete
	}
	return events.CounterFiled{Party: c.Party, Statement: c.Statement, By: c.By, Due: weekdaysAfter(now, reinstateAfter)}, nil
}

// after returns the standing after a fact, in memory of its own.
func (n *NoticeStanding) after(f events.Fact, at time.Time) *NoticeStanding {
	var next NoticeStanding
	if n != nil {
		next = *n
	}
	switch f := f.(type) {
	case events.NoticeFiled:
		if next.Filed.IsZero() {
			next.Filed = at
		}
		next.Notice, next.By, next.State = f.Notice, f.By, NoticeOpen
	case events.NoticeDecided:
		next.Decided, next.DecidedBy, next.Reason, next.State = at, f.By, f.Reason, NoticeTurnedDown
		if f.Uphold {
			next.State = NoticeUpheld
		}
	case events.CounterFiled:
		next.Party, next.Statement, next.Countered, next.Due, next.State = f.Party, f.Statement, at, f.Due, NoticeCountered
	case events.SuitNoted:
		next.Reason, next.State = f.Reason, NoticeInCourt
	case events.NoticeReinstated:
		next.State = NoticeReinstated
	}
	return &next
}

// An Objection is a seller's word against what was refused, with what came of it.
type Objection struct {
	events.ObjectionFiled
	At      time.Time
	By      string // who decided about it; empty while it waits
	Granted bool
	Answer  string
}

// fileObjection takes one objection for each text and its bytes. That they are refused is for the keeper to know.
func fileObjection(s Standing, c events.FileObjection) (events.Fact, error) {
	switch {
	case len(c.Digest) != 64 || c.Text == "" || len(c.Text) > maxWhy || len(c.Evidence) > maxReason || len(c.Title) > events.MaxTitle:
		return nil, events.Malformed
	case slices.ContainsFunc(s.Objects, func(o Objection) bool { return o.Digest == c.Digest }):
		return nil, events.NoObjection
	}
	return events.ObjectionFiled(c), nil
}

func decideObjection(s Standing, c events.DecideObjection) (events.Fact, error) {
	if err := checkBy(c.By, c.Reason); err != nil {
		return nil, err
	}
	for _, o := range slices.Backward(s.Objects) {
		if o.By == "" {
			return events.ObjectionDecided{Digest: o.Digest, Title: o.Title, Grant: c.Grant, By: c.By, Reason: c.Reason}, nil
		}
	}
	return nil, events.Decided
}
