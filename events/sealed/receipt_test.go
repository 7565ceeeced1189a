package sealed_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"lightshare/events"
	"lightshare/events/sealed"
)

func aReceipt() sealed.Receipt {
	return sealed.Receipt{Order: "o1", Root: sealed.LeafHash([]byte("abc")).String(), Bytes: 3, At: noon}
}

func signText(text string) []byte {
	return append([]byte(text), ed25519.Sign(clientKey, []byte(text))...)
}

func TestReceiptRoundTrip(t *testing.T) {
	want := aReceipt()
	if got, err := sealed.OpenReceipt(want.Sign(clientKey), client); err != nil || got != want {
		t.Errorf("OpenReceipt = %+v, %v, want %+v", got, err, want)
	}
}

func TestReceiptText(t *testing.T) {
	signed := aReceipt().Sign(clientKey)
	want := "lightshare receipt 1\no1\n" + aReceipt().Root + "\n3\n1772366400000\n"
	if got := string(signed[:len(signed)-ed25519.SignatureSize]); got != want {
		t.Errorf("text of the receipt = %q, want %q", got, want)
	}
}

func TestOpenReceiptRefuses(t *testing.T) {
	root := aReceipt().Root
	good := "lightshare receipt 1\no1\n" + root + "\n3\n1772366400000\n"
	if _, err := sealed.OpenReceipt(signText(good), client); err != nil {
		t.Fatalf("OpenReceipt of the text the others differ from = %v", err)
	}
	for name, b := range map[string][]byte{
		"nothing":           nil,
		"a signature alone": signText(""),
		"another key":       aReceipt().Sign(agentKey),
		"a flipped byte":    append([]byte("L"), signText(good)[1:]...),
		"too long":          signText(strings.Repeat("a", 2000)),
		"another domain":    signText("lightshare ticket 1\no1\n" + root + "\n3\n1772366400000\n"),
		"no order":          signText("lightshare receipt 1\n\n" + root + "\n3\n1772366400000\n"),
		"no root":           signText("lightshare receipt 1\no1\nabc\n3\n1772366400000\n"),
		"leading zero":      signText(strings.Replace(good, "\n3\n", "\n03\n", 1)),
		"a sign":            signText(strings.Replace(good, "\n3\n", "\n+3\n", 1)),
		"negative size":     signText(strings.Replace(good, "\n3\n", "\n-3\n", 1)),
		"size beyond all":   signText(strings.Replace(good, "\n3\n", "\n99999999999999999\n", 1)),
		"no time":           signText(strings.Replace(good, "1772366400000", "", 1)),
		"a further line":    signText(good + "x\n"),
		"no last line end":  signText(strings.TrimSuffix(good, "\n")),
	} {
		if got, err := sealed.OpenReceipt(b, client); !errors.Is(err, events.NoReceipt) {
			t.Errorf("OpenReceipt of %s = %+v, %v, want NoReceipt", name, got, err)
		}
	}
	if _, err := sealed.OpenReceipt(signText(good), nil); !errors.Is(err, events.NoReceipt) {
		t.Errorf("OpenReceipt without a key = %v, want NoReceipt", err)
	}
}

func FuzzOpenReceipt(f *testing.F) {
	f.Add(aReceipt().Sign(clientKey), false)
	f.Add([]byte("lightshare receipt 1\no1\n\n0\n0\n"), true)
	f.Fuzz(func(t *testing.T, b []byte, sign bool) {
		if sign {
			b = signText(string(b))
		}
		r, err := sealed.OpenReceipt(b, client)
		if err != nil {
			if !errors.Is(err, events.NoReceipt) {
				t.Errorf("OpenReceipt(%q) = %v, which is no NoReceipt", b, err)
			}
			return
		}
		if !bytes.Equal(r.Sign(clientKey), b) {
			t.Errorf("OpenReceipt(%q) = %+v, which signs to something else", b, r)
		}
	})
}
