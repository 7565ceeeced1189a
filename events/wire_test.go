package events

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestEnvelopesAreWhatEncodingJSONWrites(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 30, 15, 250e6, time.UTC)
	body := json.RawMessage(`{"max":5}`)
	for _, m := range []interface{ AppendJSON([]byte) []byte }{
		Request{ID: "b1", Subject: "lot", Kind: "place_bid", Body: body},
		Request{ID: "b1", Subject: "lot", Kind: "place_bid", Body: body, Quiet: true},
		Request{ID: "b1", Subject: "lot", Kind: "place_bid", Body: body, Quiet: true, Receipt: true},
		Request{ID: "\"<&>\\\n한글\u2028", Subject: "\x7f\xff", Kind: "", Body: body},
		Answer{},
		Answer{Refusal: TooLow, Seq: 7},
		Answer{Repeated: true, Seq: 1 << 63, View: body},
		Answer{View: body},
		Answer{Seq: 1, View: body, Receipt: &Receipt{Subject: "lot", Seq: 1, Hash: []byte{1}, At: at, Size: 1, Signature: []byte{2}}},
		Record{Subject: "lot", Seq: 3, At: at, Kind: "bid_placed", Command: "b1", Digest: 1<<64 - 1, Prev: []byte{0, 255, 254}, Body: body},
		Record{Subject: "lot", At: at.Truncate(time.Second), Kind: "lot_closed", Body: body},
		PlaceBid{}, BidPlaced{}, Bid{}, Standing{},
		full[PlaceBid](), full[BidPlaced](), full[Bid](), full[Standing](), full[Request](), full[Answer](),
	} {
		want, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(m.AppendJSON([]byte("before"))); got != "before"+string(want) {
			t.Errorf("AppendJSON of %+v = %s\nwant %s", m, got[len("before"):], want)
		}
	}
}

// full returns a T in which every field says something, so that a field that somebody adds is not left out.
func full[T any]() T {
	var v T
	fill(reflect.ValueOf(&v).Elem(), "")
	return v
}

// However a request or an answer is written, it is read as encoding/json reads it.
func TestEnvelopesAreReadAsEncodingJSONReadsThem(t *testing.T) {
	for _, line := range []string{
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":5}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":5,"sells":"s"}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":05}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":-5}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":9223372036854775808}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":+5}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":5},"quiet":true}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":5},"quiet":false}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"bidder":"ann","max":5},"later":{"a":1}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"max":5},"body":{"bidder":"ann"}}`,
		`{ "quiet": true, "kind": "place_bid", "subject": "lot", "id": "b1", "body": {"bidder": "ann"} }`,
		`{"id":"b\u0031\"","subject":"한글","kind":"place_bid","body":{}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{}}}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":,"quiet":true}`,
		`{"id":"b1","subject":"lot","kind":"place_bid","body":{"max":"much"}}`,
		`{"id":"b1","subject":"lot","kind":"no_such","body":{}}`,
		`{"id":"b1","subject":"lot","kind":`, ``, `null`, `[]`,
	} {
		var want Request
		var wantCommand Command
		wantErr := json.Unmarshal([]byte(line), &want)
		if wantErr == nil {
			wantCommand, wantErr = want.Command()
		}
		got, command, err := ReadRequest([]byte(line))
		if (err == nil) != (wantErr == nil) || err != nil && !errors.Is(err, Malformed) || !reflect.DeepEqual(command, wantCommand) {
			t.Errorf("ReadRequest(%s) = %+v, %v; want %+v, %v", line, command, err, wantCommand, wantErr)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("ReadRequest(%s) = %+v, want %+v", line, got, want)
		}
	}
	for _, line := range []string{
		`{"seq":7}`, `{"seq":18446744073709551615}`, `{"seq":18446744073709551616}`, `{"seq":7,"view":{}}`, `{"seq":-7}`, `{"seq":+7}`, `{"seq":07}`, `{"seq":0}`, `{"seq":}`,
		`{}`, `{"refusal":"too_low","seq":7}`, `{ "seq": 7 }`, `{"seq":7}}`, ``,
	} {
		var want Answer
		wantErr := json.Unmarshal([]byte(line), &want)
		got, err := ReadAnswer([]byte(line))
		if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("ReadAnswer(%s) = %+v, %v; want %+v, %v", line, got, err, want, wantErr)
		}
	}
}
