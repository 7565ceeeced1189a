package events

import (
	"encoding/json"
	"testing"
	"time"
)

func TestEnvelopesAreWhatEncodingJSONWrites(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 30, 15, 250e6, time.UTC)
	body := json.RawMessage(`{"max":5}`)
	for _, m := range []interface{ AppendJSON([]byte) []byte }{
		Request{ID: "b1", Subject: "lot", Kind: "place_bid", Body: body},
		Request{ID: "b1", Subject: "lot", Kind: "place_bid", Body: body, Quiet: true},
		Request{ID: "\"<&>\\\n한글\u2028", Subject: "\x7f\xff", Kind: "", Body: body},
		Answer{},
		Answer{Refusal: TooLow, Seq: 7},
		Answer{Repeated: true, Seq: 1 << 63, View: body},
		Answer{View: body},
		Record{Subject: "lot", Seq: 3, At: at, Kind: "bid_placed", Command: "b1", Digest: 1<<64 - 1, Prev: []byte{0, 255, 254}, Body: body},
		Record{Subject: "lot", At: at.Truncate(time.Second), Kind: "lot_closed", Body: body},
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
