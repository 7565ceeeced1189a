package sealed_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"reflect"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
	"lightshare/events/sealed/sealedtest"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

const vectorsFile = "testdata/vectors.json"

// vectors are examples by which an implementation in another language is checked.
type vectors struct {
	Comment    string          `json:"comment"`
	RecordSize int             `json:"record_size"`
	Trees      []treeVector    `json:"trees"`
	Files      []fileVector    `json:"files"`
	Seals      []sealVector    `json:"seals"`
	Paths      []pathVector    `json:"paths"`
	Tickets    []ticketVector  `json:"tickets"`
	Receipts   []receiptVector `json:"receipts"`
}

type treeVector struct {
	Records []string `json:"records"` // hexadecimal
	Leaves  []string `json:"leaves"`
	Root    string   `json:"root"`
}

type fileVector struct {
	Size int    `json:"size"` // bytes, the i-th of which is i modulo 251
	Root string `json:"root"`
}

type sealVector struct {
	Size       int    `json:"size"`   // bytes of the file, the i-th of which is i modulo 251
	Secret     string `json:"secret"` // hexadecimal, like what follows
	Salt       string `json:"salt"`
	SealedSize int    `json:"sealed_size"`
	SealedRoot string `json:"sealed_root"`
	Last       string `json:"last,omitempty"` // the last sealed record, if it is short
}

type pathVector struct {
	Leaves int      `json:"leaves"` // of the test tree above
	Index  int64    `json:"index"`
	Path   []string `json:"path"`
}

type ticketVector struct {
	Name   string         `json:"name"`
	Seed   string         `json:"seed"` // of the market's key, hexadecimal
	Key    string         `json:"key"`  // its public half
	Now    time.Time      `json:"now"`
	Token  string         `json:"token"`
	Ticket *sealed.Ticket `json:"ticket"` // null: refused
}

type receiptVector struct {
	Name    string `json:"name"`
	Seed    string `json:"seed"` // of the session key, hexadecimal
	Key     string `json:"key"`
	Order   string `json:"order"`
	Root    string `json:"root"`
	Bytes   int64  `json:"bytes"`
	UnixMS  int64  `json:"unix_ms"`
	Receipt string `json:"receipt"` // hexadecimal
	Valid   bool   `json:"valid"`
}

// rfc6962Records are the leaves of the test tree that Certificate Transparency's implementations share.
var rfc6962Records = []string{
	"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
}

func makeVectors(t *testing.T) vectors {
	v := vectors{
		Comment:    "Made by go test -update in lightshare/events/sealed. The format is described in that package's doc.go.",
		RecordSize: sealed.RecordSize,
	}
	for n := range len(rfc6962Records) + 1 {
		tree := treeVector{Records: rfc6962Records[:n], Leaves: []string{}}
		var leaves []sealed.Hash
		for _, record := range tree.Records {
			leaves = append(leaves, sealed.LeafHash(unhex(t, record)))
			tree.Leaves = append(tree.Leaves, leaves[len(leaves)-1].String())
		}
		tree.Root = sealed.Root(leaves).String()
		v.Trees = append(v.Trees, tree)
	}
	for _, size := range []int{0, 1, 65518, 65519, 65520, 196557, 1 << 20} {
		tree := sealed.NewTree()
		tree.Write(pattern(size))
		v.Files = append(v.Files, fileVector{Size: size, Root: tree.Root().String()})
	}
	for _, size := range []int{0, 1, 65487, 65488, 65518, 65519, 196557} {
		f := sealedtest.Seal(pattern(size))
		seal := sealVector{Size: size, Secret: hex.EncodeToString(f.Key.Secret[:]), Salt: hex.EncodeToString(f.Key.Salt[:]),
			SealedSize: len(f.Sealed), SealedRoot: f.SealedRoot()}
		if n := len(f.Sealed) % sealed.SealedRecordSize; n < 1000 {
			seal.Last = hex.EncodeToString(f.Sealed[len(f.Sealed)-n:])
		}
		v.Seals = append(v.Seals, seal)
	}
	for _, at := range [][2]int{{1, 0}, {2, 1}, {3, 2}, {7, 4}, {8, 0}, {8, 5}} {
		var leaves []sealed.Hash
		for _, record := range rfc6962Records[:at[0]] {
			leaves = append(leaves, sealed.LeafHash(unhex(t, record)))
		}
		path := pathVector{Leaves: at[0], Index: int64(at[1]), Path: []string{}}
		for _, h := range sealed.Path(leaves, path.Index) {
			path.Path = append(path.Path, h.String())
		}
		v.Paths = append(v.Paths, path)
	}
	ticket, token := aTicket(), aTicket().Sign(marketKey)
	addTicket := func(name, token string, now time.Time, want *sealed.Ticket) {
		v.Tickets = append(v.Tickets, ticketVector{Name: name, Seed: hex.EncodeToString(marketKey.Seed()),
			Key: hex.EncodeToString(market), Now: now, Token: token, Ticket: want})
	}
	addTicket("valid", token, noon, &ticket)
	addTicket("expired", token, ticket.Expires, nil)
	addTicket("of another market", aTicket().Sign(agentKey), noon, nil)

	receipt := aReceipt()
	addReceipt := func(name string, signed []byte, valid bool) {
		v.Receipts = append(v.Receipts, receiptVector{Name: name, Seed: hex.EncodeToString(clientKey.Seed()),
			Key: hex.EncodeToString(client), Order: string(receipt.Order), Root: receipt.Root, Bytes: receipt.Bytes,
			UnixMS: receipt.At.UnixMilli(), Receipt: hex.EncodeToString(signed), Valid: valid})
	}
	addReceipt("valid", receipt.Sign(clientKey), true)
	addReceipt("of another client", receipt.Sign(agentKey), false)
	return v
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVectorsAreWhatWeWrite(t *testing.T) {
	got, err := json.MarshalIndent(makeVectors(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(vectorsFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what this code writes; old tickets and receipts would not be read any more", vectorsFile)
	}
}

// The roots that Certificate Transparency publishes for its test tree, with one to eight leaves.
func TestVectorsHoldThePublishedRoots(t *testing.T) {
	published := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	for n, tree := range makeVectors(t).Trees {
		if tree.Root != published[n] {
			t.Errorf("root over %d records = %s, want %s", n, tree.Root, published[n])
		}
	}
}

func TestVectorsAreRead(t *testing.T) {
	b, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	for _, tc := range v.Tickets {
		got, err := sealed.OpenTicket(tc.Token, unhex(t, tc.Key), tc.Now)
		if tc.Ticket == nil && !errors.Is(err, events.NoTicket) {
			t.Errorf("OpenTicket of the one %s = %+v, %v, want NoTicket", tc.Name, got, err)
		}
		if tc.Ticket != nil && (err != nil || !reflect.DeepEqual(got, *tc.Ticket)) {
			t.Errorf("OpenTicket of the one %s = %+v, %v, want %+v", tc.Name, got, err, *tc.Ticket)
		}
	}
	for _, tc := range v.Receipts {
		got, err := sealed.OpenReceipt(unhex(t, tc.Receipt), unhex(t, tc.Key))
		if (err == nil) != tc.Valid {
			t.Errorf("OpenReceipt of the one %s = %+v, %v, want valid %t", tc.Name, got, err, tc.Valid)
		}
		if tc.Valid && (got.Order != events.OrderID(tc.Order) || got.Root != tc.Root || got.Bytes != tc.Bytes || got.At.UnixMilli() != tc.UnixMS) {
			t.Errorf("OpenReceipt of the one %s = %+v, want %+v", tc.Name, got, tc)
		}
	}
}
