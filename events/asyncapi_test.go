package events

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// channel is one row of the table of subjects.
type channel struct {
	address, about string
	messages       []string
}

func channels() []channel {
	return []channel{
		{ListingSubject("{seller}-{name}"), "What a seller's agent offers, as it is on disk. Stored, the last per subject.", []string{"Listing"}},
		{SellerLotSubject("{seller}", "{lot}"), "What a seller wants done with a lot of his own; an Answer comes back.", []string{"Request", "Answer"}},
		{SellerSaleSubject("{seller}", "{order}"), "What a seller wants done about a sale of his own; an Answer with a Sale comes back.", []string{"Request", "Answer", "Sale"}},
		{SellerObjectionSubject("{seller}", "{listing}"), "A seller's objection to what was refused of his own; an Answer comes back.", []string{"Request", "Answer"}},
		{SellerPayeeSubject("{seller}"), "What a seller wants to know of his own money, or done; an Answer with a Payee comes back.", []string{"Request", "Answer", "Payee"}},
		{PayeeService + ".{partition}", "Commands to payees; an Answer comes back.", []string{"Request", "Answer"}},
		{Payees + ".{partition}", "The journal of payees: Records, one JSON line each.", []string{"Record"}},
		{AskSubject("{seller}", AskConnect), "Asks a seller's agent where it can be reached. Empty request.", []string{"Reach"}},
		{AskSubject("{seller}", AskPeer), "Asks a seller's agent to be connected with a buyer's client over WebRTC; a PeerAnswer comes back.", []string{"PeerOffer", "PeerAnswer"}},
		{AskSubject("{seller}", AskKey), "Asks a seller's agent for the key of what was sold; a KeyDeposit comes back.", []string{"KeyAsk", "KeyDeposit"}},
		{AskSubject("{seller}", AskFate), "Tells a seller's agent what became of a listing. No answer.", []string{"Offer"}},
		{AskSubject("{seller}", AskNotice), "Tells a seller something. No answer.", []string{"Notice"}},
		{OfferSubject("{listing}"), "What became of a listing. Stored, the last per subject.", []string{"Offer"}},
		{LotSubject("{lot}"), "How a lot stands, after each fact. Not stored.", []string{"Standing"}},
		{NoticeSubject("{user}"), "Notices to one user. Stored, the last 100.", []string{"Notice"}},
		{ScreenSubject, "Asks the blacklist about a listing; a Verdict comes back.", []string{"Listing", "Verdict"}},
		{AuctionService + ".{partition}", "Commands to lots; an Answer comes back.", []string{"Request", "Answer"}},
		{CheckoutService + ".{partition}", "Commands to orders; an Answer comes back.", []string{"Request", "Answer"}},
		{BlacklistService + ".{partition}", "Commands to the blacklist; an Answer comes back.", []string{"Request", "Answer"}},
		{Lots + ".{partition}", "The journal of lots: Records, one JSON line each.", []string{"Record"}},
		{Orders + ".{partition}", "The journal of orders: Records, one JSON line each.", []string{"Record"}},
		{Rulings + ".{partition}", "The journal of rulings: Records, one JSON line each.", []string{"Record"}},
	}
}

// asyncapi.yaml says the same as the Go types and the table of subjects.
func TestAsyncAPI(t *testing.T) {
	got := asyncAPI(t)
	if *update {
		if err := os.WriteFile("asyncapi.yaml", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("asyncapi.yaml is out of step with the messages; go test ./events -update writes it anew")
	}
}

func asyncAPI(t *testing.T) []byte {
	docs := comments(t)
	var b bytes.Buffer
	b.WriteString("# Made from the Go types by: go test ./events -update\nasyncapi: 3.0.0\ninfo:\n  title: Lightshare\n  version: 1.0.0\n  description: What two programs of Lightshare must agree on.\nchannels:\n")
	for i, c := range channels() {
		fmt.Fprintf(&b, "  channel%02d:\n    address: %s\n    description: %s\n    messages:\n", i+1, quote(addressOf(c)), quote(c.about))
		for _, m := range c.messages {
			fmt.Fprintf(&b, "      %s:\n        $ref: '#/components/messages/%s'\n", m, m)
		}
	}
	b.WriteString("components:\n  messages:\n")
	all := messages()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "    %s:\n%s      description: %s\n      payload:\n        $ref: '#/components/schemas/%s'\n", name, kindLine(all[name]), quote(docs[name]), name)
	}
	b.WriteString("  schemas:\n")
	types := map[string]reflect.Type{}
	for _, m := range all {
		collect(reflect.TypeOf(m), types)
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		fmt.Fprintf(&b, "    %s:\n      type: object\n      properties:\n", name)
		properties(&b, types[name], docs)
	}
	return b.Bytes()
}

// kindLine names the kind under which a command or fact travels.
func kindLine(m any) string {
	switch m := m.(type) {
	case Command:
		return "      name: " + m.CommandKind() + "\n"
	case Fact:
		return "      name: " + m.FactKind() + "\n"
	}
	return ""
}

// addressOf puts the parameters back that a well-formed id would have.
func addressOf(c channel) string {
	return strings.Replace(c.address, "seller..listing", "seller.{seller}.listing", 1)
}

func quote(s string) string { b, _ := json.Marshal(s); return string(b) }

// collect gathers the struct types of a message.
func collect(t reflect.Type, into map[string]reflect.Type) {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer:
		collect(t.Elem(), into)
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() || into[t.Name()] != nil {
			return
		}
		into[t.Name()] = t
		for i := range t.NumField() {
			collect(t.Field(i).Type, into)
		}
	}
}

func properties(b *bytes.Buffer, t reflect.Type, docs map[string]string) {
	if t.NumField() == 0 {
		b.Truncate(b.Len() - len("      properties:\n"))
		b.WriteString("      properties: {}\n")
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			properties(b, f.Type, docs)
			continue
		}
		fmt.Fprintf(b, "        %s: {%s", jsonName(f), schema(f.Type))
		if doc := docs[t.Name()+"."+f.Name]; doc != "" && f.Type.Kind() != reflect.Struct {
			fmt.Fprintf(b, ", description: %s", quote(doc))
		}
		b.WriteString("}\n")
	}
}

func schema(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "type: string, format: date-time"
	case t == reflect.TypeFor[json.RawMessage]():
		return "description: any message"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return "type: string, contentEncoding: base64"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schema(t.Elem())
	case reflect.Slice:
		return "type: array, items: {" + schema(t.Elem()) + "}"
	case reflect.Struct:
		return "$ref: '#/components/schemas/" + t.Name() + "'"
	case reflect.Bool:
		return "type: boolean"
	case reflect.Float64:
		return "type: number"
	case reflect.String:
		return "type: string"
	}
	return "type: integer"
}

// comments reads the documentation of every type and field of the package.
func comments(t *testing.T) map[string]string {
	docs := map[string]string{}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.TYPE {
				for _, spec := range d.Specs {
					describe(spec.(*ast.TypeSpec), d.Doc.Text(), docs)
				}
			}
		}
	}
	return docs
}

func describe(spec *ast.TypeSpec, doc string, docs map[string]string) {
	docs[spec.Name.Name] = strings.Join(strings.Fields(doc), " ")
	if s, ok := spec.Type.(*ast.StructType); ok {
		for _, f := range s.Fields.List {
			for _, name := range f.Names {
				docs[spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(f.Comment.Text()), " ")
			}
		}
	}
}
