package events

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// concealed is a bid as it lies in the journal.
func concealed(t *testing.T) Record {
	t.Helper()
	r := Record{Subject: "lot", Seq: 3, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Command: "a-command", Digest: 13579246801357924680, Prev: []byte("prev")}
	if err := r.SetFact(BidPlaced{Bidder: "carol", Max: 987654321, Price: 1000, Leader: "carol", Outbid: "david", EndsAt: r.At}); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAConcealedRecord(t *testing.T) {
	r := concealed(t)
	public := string(r.AppendPublic(nil))
	for _, secret := range []string{"carol\"", "david\"", "987654321", "a-command", "13579246801357924680", "salt\""} {
		if strings.Contains(public, secret) {
			t.Errorf("the public reads %q in %s", secret, public)
		}
	}
	var back, seen Record
	if err := json.Unmarshal(r.AppendJSON(nil), &back); err != nil || !reflect.DeepEqual(back, r) {
		t.Errorf("the journal's line reads %+v, %v, want %+v", back, err, r)
	}
	if err := json.Unmarshal([]byte(public), &seen); err != nil || seen.Hash() != r.Hash() {
		t.Errorf("the public line %s has another hash than the journal's: %v", public, err)
	}
	whole, err := back.Fact()
	if placed, ok := whole.(BidPlaced); err != nil || !ok || placed.Max != 987654321 || placed.Outbid != "david" {
		t.Errorf("the journal's fact = %+v, %v", whole, err)
	}
	masked, err := seen.Fact()
	if placed, ok := masked.(BidPlaced); err != nil || !ok || placed.Max != 0 || placed.Price != 1000 || placed.Bidder != Pseudonym("lot", "carol") || placed.Bidder != placed.Leader {
		t.Errorf("the public fact = %+v, %v", masked, err)
	}
}

// Neither part of a record can be changed unseen.
func TestAConcealedRecordIsSealed(t *testing.T) {
	good := concealed(t)
	for name, change := range map[string]func(*Record){
		"the amount":             func(r *Record) { r.Secret = bytes.Replace(r.Secret, []byte("987654321"), []byte("987654322"), 1) },
		"who it was":             func(r *Record) { r.Secret = bytes.Replace(r.Secret, []byte("david"), []byte("daria"), 1) },
		"the command":            func(r *Record) { r.Command = "twice" },
		"its digest":             func(r *Record) { r.Digest++ },
		"the amount's salt":      func(r *Record) { r.Salt = bytes.Clone(r.Salt); r.Salt[0]++ },
		"the rest's salt":        func(r *Record) { r.Salt = bytes.Clone(r.Salt); r.Salt[20]++ },
		"a salt cut":             func(r *Record) { r.Salt = r.Salt[:20] },
		"the hash":               func(r *Record) { r.Concealed = bytes.Clone(r.Concealed); r.Concealed[0]++ },
		"the hash left out":      func(r *Record) { r.Concealed = nil },
		"the public price":       func(r *Record) { r.Body = bytes.Replace(r.Body, []byte("1000"), []byte("1001"), 1) },
		"the public fact's time": func(r *Record) { r.At = r.At.Add(time.Millisecond) },
	} {
		r := good
		change(&r)
		if _, err := r.Fact(); err == nil && r.Hash() == good.Hash() {
			t.Errorf("%s was changed, and neither the hash nor the reader noticed", name)
		}
	}
}

// A bidder can show what he bid, and nothing else.
func TestOpening(t *testing.T) {
	r := concealed(t)
	o, err := r.Opening()
	if err != nil || o.Amount != 987654321 {
		t.Fatalf("Opening() = %+v, %v", o, err)
	}
	var public Record
	if err := json.Unmarshal(r.AppendPublic(nil), &public); err != nil {
		t.Fatal(err)
	}
	if !o.Opens(public) {
		t.Error("the opening does not open the public record")
	}
	for name, change := range map[string]func(*Opening){
		"another amount": func(o *Opening) { o.Amount-- },
		"another fact":   func(o *Opening) { o.Seq++ },
		"another lot":    func(o *Opening) { o.Lot = "other" },
		"another salt":   func(o *Opening) { o.Salt = make([]byte, saltSize) },
	} {
		bad := o
		if change(&bad); bad.Opens(public) {
			t.Errorf("%s opens the record too", name)
		}
	}
	if _, err := public.Opening(); err == nil {
		t.Error("the public record alone opens itself")
	}
}

// No fact about a lot says in public who somebody is, what an order is called, or a secret amount.
func TestPublicFactsHideWhatIsSecret(t *testing.T) {
	mask := func(u UserID) UserID { return "masked" }
	n := 0
	for kind, decode := range facts {
		f, err := decode(json.RawMessage("{}"))
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.New(reflect.TypeOf(f)).Elem()
		fill(v, kind)
		p, ok := v.Interface().(Publishable)
		if !ok {
			continue
		}
		n++
		public := reflect.ValueOf(p.Public(mask))
		walk(public, func(path string, v reflect.Value) {
			switch x := v.Interface().(type) {
			case UserID:
				if x != "masked" && x != "" {
					t.Errorf("%s shows %s %q", kind, path, x)
				}
			case OrderID:
				if x != "masked" && x != "" {
					t.Errorf("%s shows %s %q", kind, path, x)
				}
			case int64:
				if strings.HasSuffix(path, ".Max") && x != 0 || strings.HasSuffix(path, ".Reserve") && x > 0 {
					t.Errorf("%s shows %s %d", kind, path, x)
				}
			case string:
				if strings.HasSuffix(path, ".By") && x != "" {
					t.Errorf("%s shows the moderator %q", kind, x)
				}
			}
		})
	}
	if n < 15 {
		t.Errorf("%d facts are publishable, want those about lots", n)
	}
}

// walk calls f with every field of v.
func walk(v reflect.Value, f func(path string, v reflect.Value)) {
	if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[time.Time]() {
		return
	}
	for i := range v.NumField() {
		name := "." + v.Type().Field(i).Name
		f(name, v.Field(i))
		walk(v.Field(i), f)
	}
}
