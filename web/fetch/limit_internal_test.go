package fetch

import (
	"bytes"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"lightshare/events/sealed"
)

// A limit holds over any stretch of time, and changes no byte.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := bytes.Repeat([]byte("0123456789"), sealed.SealedRecordSize)
		began := time.Now()
		got, err := io.ReadAll(limited(t.Context(), io.NopCloser(bytes.NewReader(sent)), newLimiter(sealed.SealedRecordSize)))
		if err != nil || !bytes.Equal(got, sent) {
			t.Errorf("read %d bytes, %v, want the %d sent", len(got), err, len(sent))
		}
		if took := time.Since(began); took < 9*time.Second || took > 10*time.Second {
			t.Errorf("10 records at one a second took %s, want 9 to 10 s", took)
		}
	})
}
