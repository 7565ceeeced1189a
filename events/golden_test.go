package events

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files and asyncapi.yaml anew")

// messages is every message of the contract with a sample of it, by its name in asyncapi.yaml.
func messages() map[string]any {
	all := map[string]any{}
	for _, m := range []any{
		Listing{}, Verdict{}, Offer{}, Standing{}, Bid{}, BidderRecord{}, Notice{}, Reach{}, PeerOffer{}, PeerAnswer{}, KeyAsk{}, KeyDeposit{}, Presence{}, Entry{},
		Request{}, Answer{}, Record{}, Enrolment{}, Credentials{}, Pairing{}, Paired{}, Sale{}, Payee{},
	} {
		all[reflect.TypeOf(m).Name()] = m
	}
	for _, decode := range commands {
		c, _ := decode(json.RawMessage("{}"))
		all[reflect.TypeOf(c).Name()] = c
	}
	for _, decode := range facts {
		f, _ := decode(json.RawMessage("{}"))
		all[reflect.TypeOf(f).Name()] = f
	}
	for name, m := range all {
		v := reflect.New(reflect.TypeOf(m)).Elem()
		fill(v, name)
		all[name] = v.Interface()
	}
	return all
}

// fill gives every field a value that is not zero and tells where it belongs.
func fill(v reflect.Value, name string) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 12, 30, 15, 250e6, time.UTC)))
		return
	case time.Duration:
		v.Set(reflect.ValueOf(2 * time.Minute))
		return
	case json.RawMessage:
		v.Set(reflect.ValueOf(json.RawMessage(`{"any":"message"}`)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), jsonName(v.Type().Field(i)))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(name))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name)
	case reflect.String:
		v.SetString("a " + name)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(1000 + len(name)))
	case reflect.Uint64:
		v.SetUint(uint64(len(name)))
	case reflect.Float64:
		v.SetFloat(0.5)
	}
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = f.Name
	}
	return name
}

// Each message on the wire is what its golden file says; a file from before still reads.
func TestGolden(t *testing.T) {
	all := messages()
	for name, m := range all {
		path := filepath.Join("testdata", name+".json")
		got, err := json.MarshalIndent(m, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%v (go test ./events -update writes it)", err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s on the wire = %s\nwant %s", name, got, want)
		}
		back := reflect.New(reflect.TypeOf(m))
		strict := json.NewDecoder(bytes.NewReader(want))
		strict.DisallowUnknownFields()
		if err := strict.Decode(back.Interface()); err != nil {
			t.Errorf("read %s: %v", path, err)
		} else if !reflect.DeepEqual(normal(t, back.Elem().Interface()), normal(t, m)) {
			t.Errorf("%s read back = %+v, want %+v", path, back.Elem(), m)
		}
	}
	files, _ := filepath.Glob("testdata/*.json")
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".json"); all[name] == nil {
			t.Errorf("%s is of no message: was %s renamed or removed?", f, name)
		}
	}
}

// normal compares messages as what they say, since white space inside a raw body is nothing.
func normal(t *testing.T, m any) any {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestKinds(t *testing.T) {
	for kind, decode := range commands {
		if c, err := decode(json.RawMessage("{}")); err != nil || c.CommandKind() != kind {
			t.Errorf("command %q decodes to %v, %v", kind, c, err)
		}
	}
	for kind, decode := range facts {
		if f, err := decode(json.RawMessage("{}")); err != nil || f.FactKind() != kind {
			t.Errorf("fact %q decodes to %v, %v", kind, f, err)
		}
	}
	for _, r := range slices.Sorted(maps.Keys(words)) {
		if r.Words() == "" || !strings.HasSuffix(r.Words(), ".") {
			t.Errorf("refusal %s has no sentence for people: %q", r, r.Words())
		}
	}
}
