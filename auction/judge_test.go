package auction

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"lightshare/events"
)

// vectors holds lots with their commands and the outcomes that the rules ask for. It is kept beside the repository.
const vectors = "../../shared/auction-vectors.jsonl"

func TestJudgeVectors(t *testing.T) {
	file, err := os.ReadFile(vectors)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("the auction vectors are not here: %v", err)
	}
	var judged bytes.Buffer
	if err := Judge(bytes.NewReader(file), &judged); err != nil {
		t.Fatal(err)
	}
	got, want := lines(t, judged.Bytes()), lines(t, file)
	if len(got) != len(want) || len(got) != 312 {
		t.Fatalf("Judge wrote %d lines for %d lots, want 312", len(got), len(want))
	}
	for i, line := range got {
		if line["name"] != want[i]["name"] {
			t.Errorf("line %d is about %v, want %v", i+1, line["name"], want[i]["name"])
		}
		compareOutcomes(t, want[i], line["outcomes"].([]any))
	}
}

func compareOutcomes(t *testing.T, vector map[string]any, got []any) {
	t.Helper()
	want, commands := vector["outcomes"].([]any), vector["commands"].([]any)
	if len(got) != len(want) {
		t.Errorf("%v: %d outcomes, want %d", vector["name"], len(got), len(want))
		return
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%v, command %d %v\n got %v\nwant %v", vector["name"], i, commands[i], got[i], want[i])
			return
		}
	}
}

func lines(t *testing.T, file []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	in := bufio.NewScanner(bytes.NewReader(file))
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var line map[string]any
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

const goodLine = `{"name":"n","lot":{"lot":"l","seller":"S","start":100,"increments":[[0,5]],"ends_at":1000},"commands":[{"cmd":"bid","id":"a","bidder":"A","max":200,"at":1}]}`

func TestJudgeNamesABadLine(t *testing.T) {
	tests := map[string]string{
		"no JSON":             `{"name":`,
		"an unknown command":  strings.Replace(goodLine, `"bid"`, `"steal"`, 1),
		"a start of nothing":  strings.Replace(goodLine, `"start":100`, `"start":0`, 1),
		"a step of nothing":   strings.Replace(goodLine, `[0,5]`, `[0,0]`, 1),
		"a lot without id":    strings.Replace(goodLine, `"lot":"l"`, `"lot":""`, 1),
		"an amount in words":  strings.Replace(goodLine, `"max":200`, `"max":"200"`, 1),
		"an amount too large": strings.Replace(goodLine, `"max":200`, `"max":99999999999999999999`, 1),
	}
	for name, bad := range tests {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			err := Judge(strings.NewReader(goodLine+"\n\n"+bad+"\n"), &out)
			if err == nil || !strings.Contains(err.Error(), "line 3") {
				t.Errorf("Judge = %v, want an error about line 3", err)
			}
			if strings.Count(out.String(), "\n") != 1 {
				t.Errorf("Judge wrote %q, want the line of the good lot", out.String())
			}
		})
	}
}

func TestJudgeReadsALastLineWithoutItsEnd(t *testing.T) {
	var out strings.Builder
	if err := Judge(strings.NewReader(goodLine), &out); err != nil {
		t.Fatal(err)
	}
	want := `{"name":"n","outcomes":[{"ok":true,"state":"open","price":100,"leader":"A","next":105,"reserve_met":null,"ends_at":1000,"buy_now":false}]}` + "\n"
	if out.String() != want {
		t.Errorf("Judge wrote %s\nwant %s", out.String(), want)
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestJudgeReportsWhatItCouldNotWrite(t *testing.T) {
	if err := Judge(strings.NewReader(goodLine), brokenWriter{}); !errors.Is(err, errBroken) {
		t.Errorf("Judge = %v, want %v", err, errBroken)
	}
	if err := Judge(strings.NewReader(`{"lot":{}}`), brokenWriter{}); !errors.Is(err, events.BadAmount) {
		t.Errorf("Judge = %v, want %v", err, events.BadAmount)
	}
}
