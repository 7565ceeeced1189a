package sealed

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
)

func decode64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The examples of RFC 8188, sections 3.1 and 3.2. The second one pads its first record, which ours never do.
func TestExamplesOfRFC8188(t *testing.T) {
	for name, tc := range map[string]struct {
		key, message string
		want         []string // a record each, with delimiter and padding
	}{
		"3.1": {"yqdlZ-tYemfogSmv7Ws5PQ", "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg", []string{"I am the walrus\x02"}},
		"3.2": {"BO3ZVPxUlnLORbVGMpbT1Q", "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA", []string{"I am th\x01\x00", "e walrus\x02"}},
	} {
		var k Key
		message := decode64(t, tc.message)
		copy(k.Secret[:], decode64(t, tc.key))
		copy(k.Salt[:], message)
		size := int(binary.BigEndian.Uint32(message[SaltSize:]))
		body := message[SaltSize+5+int(message[SaltSize+4]):]
		s := k.sealer(int64(len(tc.want)))
		for i, want := range tc.want {
			record := body[:min(size, len(body))]
			body = body[len(record):]
			got, err := s.aead.Open(nil, s.nonce(int64(i)), record, nil)
			if err != nil || string(got) != want {
				t.Errorf("%s: record %d = %q, %v, want %q", name, i, got, err, want)
			}
			text, _, plain := strings.Cut(want, "\x02")
			if sealed := s.Seal(int64(i), []byte(text)); plain && string(sealed) != string(record) {
				t.Errorf("%s: record %d is sealed to %x, want %x", name, i, sealed, record)
			}
		}
	}
}
