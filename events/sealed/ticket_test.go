package sealed_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"lightshare/events"
	"lightshare/events/sealed"
)

var (
	marketKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	clientKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize))
	agentKey  = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize))
	market    = marketKey.Public().(ed25519.PublicKey)
	client    = clientKey.Public().(ed25519.PublicKey)

	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func aTicket() sealed.Ticket {
	agent := events.SellerOf(agentKey.Public().(ed25519.PublicKey))
	return sealed.Ticket{
		ID: "t1", Order: "o1", Listing: agent.Listing("photo1"), Agent: agent,
		Root: sealed.LeafHash([]byte("abc")).String(), Size: 3, Sealed: sealed.LeafHash([]byte("sealed")).String(), Client: client, Expires: noon.Add(10 * time.Minute),
	}
}

// signPayload makes a token of any text as the market would.
func signPayload(payload string) string {
	signature := ed25519.Sign(marketKey, []byte("lightshare ticket 1\n"+payload))
	return payload + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func signJSON(t testing.TB, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return signPayload(base64.RawURLEncoding.EncodeToString(body))
}

func TestTicketRoundTrip(t *testing.T) {
	want := aTicket()
	got, err := sealed.OpenTicket(want.Sign(marketKey), market, noon)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("OpenTicket = %+v, %v, want %+v", got, err, want)
	}
	last := want.Expires.Add(-time.Millisecond)
	if _, err := sealed.OpenTicket(want.Sign(marketKey), market, last); err != nil {
		t.Errorf("OpenTicket just before it expires = %v", err)
	}
}

func TestOpenTicketRefuses(t *testing.T) {
	token := aTicket().Sign(marketKey)
	payload, signature, _ := strings.Cut(token, ".")
	bare := ed25519.Sign(marketKey, []byte(payload))
	with := func(change func(*sealed.Ticket)) string {
		c := aTicket()
		change(&c)
		return c.Sign(marketKey)
	}
	for name, tc := range map[string]struct {
		token string
		at    time.Time
		key   ed25519.PublicKey
		want  string // in the error
	}{
		"nothing":                {token: "", want: "missing"},
		"without signature":      {token: payload, want: "without signature"},
		"empty signature":        {token: payload + ".", want: "forged"},
		"another payload":        {token: payload[:len(payload)-4] + "AAAA." + signature, want: "forged"},
		"another key":            {token: aTicket().Sign(agentKey), want: "forged"},
		"without domain":         {token: payload + "." + base64.RawURLEncoding.EncodeToString(bare), want: "forged"},
		"padded signature":       {token: token + "==", want: "forged"},
		"a second part":          {token: token + "." + signature, want: "forged"},
		"line break inside":      {token: payload + ".\n" + signature, want: "forged"},
		"too long":               {token: strings.Repeat("A", 5000), want: "too long"},
		"market key of no size":  {token: token, key: ed25519.PublicKey{}, want: "forged"},
		"payload no base64":      {token: signPayload("!"), want: "unreadable"},
		"payload no JSON":        {token: signPayload("AAAA"), want: "unreadable"},
		"expired":                {token: token, at: noon.Add(10 * time.Minute), want: "expired"},
		"never valid":            {token: with(func(c *sealed.Ticket) { c.Expires = time.Time{} }), want: "expired"},
		"without id":             {token: with(func(c *sealed.Ticket) { c.ID = "" }), want: "id"},
		"without order":          {token: with(func(c *sealed.Ticket) { c.Order = "" }), want: "order"},
		"listing of another":     {token: with(func(c *sealed.Ticket) { c.Agent = "aaaaaaaaaaaaaaaa" }), want: "agent"},
		"listing without seller": {token: with(func(c *sealed.Ticket) { c.Agent, c.Listing = "", "photo" }), want: "agent"},
		"negative size":          {token: with(func(c *sealed.Ticket) { c.Size = -1 }), want: "size"},
		"size beyond all files":  {token: with(func(c *sealed.Ticket) { c.Size = events.MaxSize + 1 }), want: "size"},
		"client key too short":   {token: with(func(c *sealed.Ticket) { c.Client = c.Client[:31] }), want: "client key"},
		"root no hash":           {token: with(func(c *sealed.Ticket) { c.Root = "abc" }), want: "root"},
	} {
		at, key := noon, market
		if !tc.at.IsZero() {
			at = tc.at
		}
		if tc.key != nil {
			key = tc.key
		}
		_, err := sealed.OpenTicket(tc.token, key, at)
		if !errors.Is(err, events.NoTicket) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("OpenTicket of %s = %v, want %s wrapping NoTicket", name, err, tc.want)
		}
	}
}

func TestOpenTicketRefusesEveryFlippedBit(t *testing.T) {
	token := []byte(aTicket().Sign(marketKey))
	for i := range token {
		for bit := range 8 {
			flipped := bytes.Clone(token)
			flipped[i] ^= 1 << bit
			if _, err := sealed.OpenTicket(string(flipped), market, noon); !errors.Is(err, events.NoTicket) {
				t.Fatalf("OpenTicket with bit %d of byte %d flipped = %v, want NoTicket", bit, i, err)
			}
		}
	}
}

func TestOpenTicketPassesOverNewFields(t *testing.T) {
	body, err := json.Marshal(aTicket())
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(body, &fields); err != nil {
		t.Fatal(err)
	}
	later := maps.Clone(fields)
	later["ranges"] = []int{1, 2}
	if got, err := sealed.OpenTicket(signJSON(t, later), market, noon); err != nil || got.Order != "o1" {
		t.Errorf("OpenTicket of a later version's ticket = %+v, %v", got, err)
	}
}

func FuzzOpenTicket(f *testing.F) {
	f.Add(aTicket().Sign(marketKey), false)
	f.Add(".", false)
	f.Add(`{"id":"t","size":1e99,"client":"AA=="}`, true)
	f.Fuzz(func(t *testing.T, text string, sign bool) {
		if sign { // what the market never signs must not harm either
			text = signPayload(base64.RawURLEncoding.EncodeToString([]byte(text)))
		}
		ticket, err := sealed.OpenTicket(text, market, noon)
		if err != nil {
			if !errors.Is(err, events.NoTicket) {
				t.Errorf("OpenTicket(%q) = %v, which is no NoTicket", text, err)
			}
			return
		}
		if _, err := sealed.ParseHash(ticket.Root); err != nil || ticket.Size < 0 || !ticket.Expires.After(noon) {
			t.Errorf("OpenTicket(%q) = %+v", text, ticket)
		}
	})
}
