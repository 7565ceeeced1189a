package auction

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightshare/events"
	"lightshare/events/journal"
	"lightshare/events/sealed"
)

// archive is a lot's history, to be published.
type archive struct {
	journal.Entity[Lot]
	records []events.Record
}

func (a *archive) do(c events.Command, now time.Time) error {
	id := events.CommandID(fmt.Sprint("c", len(a.records)))
	d, err := a.Decide(Rules{}, string(auctioned(1).ID), id, c, nil, now)
	if err == nil && d.Kind != "" {
		a.records = append(a.records, d.Record)
	}
	return err
}

var houseKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// publish writes the public record, signed by the house.
func publish(t testing.TB, records []events.Record, open ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	public := houseKey.Public().(ed25519.PublicKey)
	must(lines.Encode(events.RecordLine{Head: &events.RecordHead{Format: events.RecordFormat, Lot: auctioned(1).ID.Lot(), Key: public}}))
	for _, r := range records {
		must(r.WritePublic(&b))
	}
	last := records[len(records)-1]
	hash := last.Hash()
	receipt := events.Receipt{Subject: last.Subject, Seq: last.Seq, Hash: hash[:], At: last.At, Size: 1}
	head := sealed.LeafHash(receipt.Leaf())
	receipt.Signature = ed25519.Sign(houseKey, events.SignedHead(head[:]))
	must(lines.Encode(events.RecordLine{Receipt: &receipt}))
	for _, i := range open {
		o, err := records[i].Opening()
		must(err)
		must(lines.Encode(events.RecordLine{Opening: &o}))
	}
	return b.Bytes()
}

// rechain has the house itself tell another story: every fact after a changed one follows from it.
func rechain(records []events.Record) {
	for i := 1; i < len(records); i++ {
		hash := records[i-1].Hash()
		records[i].Prev = hash[:]
	}
}

// history is a lot that three people bid on.
func history(t testing.TB, change func(*events.Listing)) *archive {
	t.Helper()
	n := auctioned(1)
	if change != nil {
		change(&n)
	}
	var a archive
	for i, c := range []events.Command{offer(n, allowed), bid("ann", 2000), bid("bob", 5000), bid("cid", 3000), bid("bob", 9000), bid("ann", 8000), events.CloseLot{}} {
		now := noon.Add(time.Duration(i) * time.Second)
		if (c == events.CloseLot{}) {
			now = a.State.Ends
		}
		if err := a.do(c, now); err != nil && n.Terms.Reserve == 0 { // which lets cid come too low
			t.Fatalf("%s: %v", c.CommandKind(), err)
		}
	}
	return &a
}

// The record of any auction, whatever maxima and reserve led to it, checks out and leads to the price and the winner.
// (promises P3, P7)
func TestEveryPublicRecordChecksOut(t *testing.T) {
	people := []events.UserID{"ann", "bob", "cid"}
	rapid.Check(t, func(rt *rapid.T) {
		n := auctioned(1)
		n.Terms.Start = rapid.Int64Range(1, 20_000).Draw(rt, "start")
		if rapid.Bool().Draw(rt, "has reserve") {
			n.Terms.Reserve = n.Terms.Start + rapid.Int64Range(0, 30_000).Draw(rt, "reserve above start")
		}
		if rapid.Bool().Draw(rt, "own table") {
			n.Terms.Increments = []events.Increment{{From: 0, Step: 100}, {From: 700, Step: 3}, {From: 9000, Step: 700}}
		}
		n.Terms.Duration = 10 * time.Minute
		var a archive
		if err := a.do(offer(n, allowed), noon); err != nil {
			rt.Fatal(err)
		}
		now := noon
		for range rapid.IntRange(0, 30).Draw(rt, "commands") {
			now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(rt, "seconds later")) * time.Second)
			who := rapid.SampledFrom(people).Draw(rt, "who")
			l := &a.State
			most := rapid.OneOf(rapid.Int64Range(1, 60_000), rapid.Just(l.Least()), rapid.Just(l.Max), rapid.Just(l.Max+1), rapid.Just(l.Reserve)).Draw(rt, "most")
			switch rapid.IntRange(0, 19).Draw(rt, "what") {
			case 0:
				_ = a.do(events.RetractBid{Bidder: who, Reason: events.WrongAmount}, now)
			case 1:
				_ = a.do(events.LowerReserve{Seller: n.Seller, Reserve: rapid.Int64Range(0, 50_000).Draw(rt, "reserve")}, now)
			case 2:
				_ = a.do(events.CancelBidder{Seller: n.Seller, Bidder: who, Reason: "no"}, now)
			default:
				_ = a.do(bid(who, most), now)
			}
		}
		if rapid.Bool().Draw(rt, "closed") {
			if err := a.do(events.CloseLot{}, a.State.Ends); err != nil && !errors.Is(err, events.StillOpen) {
				rt.Fatal(err)
			}
		}
		var open []int
		for i, r := range a.records {
			if r.Kind == (events.BidPlaced{}).FactKind() && rapid.Bool().Draw(rt, "opened") {
				open = append(open, i)
			}
		}
		found, err := Verify(bytes.NewReader(publish(t, a.records, open...)), houseKey.Public().(ed25519.PublicKey))
		if err != nil {
			rt.Fatal(err)
		}
		want, got := a.State.Standing(), found.Standing
		leader := events.Pseudonym(string(a.State.ID()), want.Leader)
		if got.Price != want.Price || got.Leader != leader || got.State != want.State || !got.EndsAt.Equal(want.EndsAt) || found.Facts != len(a.records) || found.Opened != len(open) {
			rt.Fatalf("the record proves %+v, and it stands %+v", got, want)
		}
	})
}

// Whoever changes a record, be it the house itself with its own key, is found at the very fact. (promise P7)
func TestForgedRecords(t *testing.T) {
	body := func(n int, old, new string) func(r []events.Record) []events.Record {
		return func(r []events.Record) []events.Record {
			if !bytes.Contains(r[n].Body, []byte(old)) {
				t.Fatalf("fact %d has no %s: %s", n+1, old, r[n].Body)
			}
			r[n].Body = bytes.Replace(r[n].Body, []byte(old), []byte(new), 1)
			return r
		}
	}
	mask := func(u events.UserID) string { return string(events.Pseudonym(string(auctioned(1).ID), u)) }
	for name, tc := range map[string]struct {
		change func(r []events.Record) []events.Record
		honest bool  // the chain is not made anew
		open   []int // whose amounts are shown
		want   string
	}{
		"as it was":      {change: func(r []events.Record) []events.Record { return r }},
		"a byte changed": {change: body(2, `"price":`, `"price": `), honest: true, want: "fact 4"},
		"a bid left out": {change: func(r []events.Record) []events.Record { return slices.Delete(r, 3, 4) }, want: "fact 4"},
		"two exchanged":  {change: func(r []events.Record) []events.Record { r[2], r[3] = r[3], r[2]; return r }, want: "fact 3"},
		"a higher price, which ann could have led to": {change: body(2, `"price":2050`, `"price":2051`)},
		"and she shows that she did not":              {change: body(2, `"price":2050`, `"price":2051`), open: []int{1}, want: "fact 3"},
		"a price below the next minimum":              {change: body(3, `"price":3100`, `"price":2050`), want: "fact 4"},
		"a price that falls":                          {change: body(3, `"price":3100`, `"price":2900`), want: "fact 5"},
		"another leader":                              {change: body(3, `"leader":"`+mask("bob"), `"leader":"`+mask("cid")), want: "fact 4"},
		"the raise moves the price":                   {change: body(4, `"price":3100`, `"price":3200`), want: "fact 5"},
		"a later end":                                 {change: body(2, `"ends_at":"2026-03-01T13:00:00Z"`, `"ends_at":"2026-03-01T13:00:01Z"`), want: "fact 3"},
		"another winner":                              {change: body(6, `"winner":"`+mask("bob"), `"winner":"`+mask("ann")), want: "fact 7"},
		"another hammer price":                        {change: body(6, `"price":8100`, `"price":9000`), want: "fact 7"},
		"not sold":                                    {change: body(6, `"sold":true`, `"sold":false`), want: "fact 7"},
		"closed before its end": {change: func(r []events.Record) []events.Record {
			r[6].At = r[6].At.Add(-time.Millisecond)
			return r
		}, want: "fact 7"},
		"a bid after the end": {change: func(r []events.Record) []events.Record {
			r[5].At = r[6].At
			return r
		}, want: "fact 6"},
		"time goes back": {change: func(r []events.Record) []events.Record { r[3].At = noon; return r }, want: "fact 4"},
		"a second end": {change: func(r []events.Record) []events.Record {
			again := r[6]
			again.Seq = 8
			return append(r, again)
		}, want: "fact 8"},
	} {
		records := tc.change(slices.Clone(history(t, nil).records))
		if !tc.honest {
			rechain(records)
		}
		_, err := Verify(bytes.NewReader(publish(t, records, tc.open...)), nil)
		if tc.want == "" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if tc.want != "" && (!errors.Is(err, ErrUnproven) || !strings.Contains(err.Error(), tc.want+" ")) {
			t.Errorf("%s: Verify = %v, want %q named", name, err, tc.want)
		}
	}
}

// The end of a record cannot be cut off, and what is opened must be what was committed to.
func TestRecordsWithoutTheirEnd(t *testing.T) {
	whole := history(t, func(n *events.Listing) { n.Terms.Reserve = 7000 }).records
	key := houseKey.Public().(ed25519.PublicKey)
	other, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(publish(t, whole, 0, 2)), "\n")
	if f, err := Verify(strings.NewReader(strings.Join(lines, "")), key); err != nil || f.Opened != 2 || f.Standing.State != events.Sold || f.Bidders != 2 {
		t.Fatalf("Verify = %+v, %v", f, err)
	}
	amount := func(s string) string { return strings.Replace(s, `"amount":5000`, `"amount":5001`, 1) }
	for name, tc := range map[string]struct {
		record string
		key    ed25519.PublicKey
		want   string
	}{
		"without the last fact":     {strings.Join(slices.Delete(slices.Clone(lines), 6, 7), ""), key, "the end"},
		"without the signature":     {strings.Join(slices.Delete(slices.Clone(lines), 7, 8), ""), key, "not signed"},
		"of another house":          {strings.Join(lines, ""), other, "another key"},
		"another amount opened":     {amount(strings.Join(lines, "")), key, "fact 3"},
		"another kind of file":      {"{}\n", key, "line 1"},
		"no JSON":                   {lines[0] + "junk\n", key, "line 2"},
		"nothing but the beginning": {lines[0], key, "no fact"},
	} {
		if _, err := Verify(strings.NewReader(tc.record), tc.key); !errors.Is(err, ErrUnproven) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: Verify = %v, want %q", name, err, tc.want)
		}
	}
}

// A fact that was written before records were public is followed over, and said to be unseen.
func TestWithheldFacts(t *testing.T) {
	records := history(t, nil).records
	records[2].Concealed, records[2].Salt, records[2].Body, records[2].Secret = nil, nil, records[2].Secret, nil
	rechain(records)
	f, err := Verify(bytes.NewReader(publish(t, records)), nil)
	if err != nil || f.Withheld != 1 || f.Facts != 7 {
		t.Errorf("Verify = %+v, %v, want one fact withheld", f, err)
	}
	if strings.Contains(string(publish(t, records)), `"max":5000`) {
		t.Error("the record shows a maximum")
	}
}
