package share

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"reflect"
	"testing"

	"lightshare/events"
)

// A listing says what is in its file, the same after a restart; an archive that would burst is said to be one.
func TestListingSaysWhatIsInTheFile(t *testing.T) {
	song, burst := archive(t, []byte("la la la")), archive(t, make([]byte, 4<<20))
	dir, database := t.TempDir(), filepath.Join(t.TempDir(), "agent.db")
	write(t, filepath.Join(dir, "a.zip"), song)
	write(t, filepath.Join(dir, "b.zip"), burst)
	s := openStall(t, dir, database).run()
	first := s.awaitOffer("a.zip", song)
	sum := sha256.Sum256([]byte("la la la"))
	if want := []events.Print{events.PrintOf(events.BytesPrint, hex.EncodeToString(sum[:]))}; !reflect.DeepEqual(first.Prints, want) || first.Unread != "" {
		t.Errorf("the archive is listed with %v, %q, want %v", first.Prints, first.Unread, want)
	}
	if l := s.awaitOffer("b.zip", burst); l.Unread == "" || len(l.Prints) > 0 {
		t.Errorf("the archive that would burst is listed with %v, %q", l.Prints, l.Unread)
	}
	s.stop()
	again := openStall(t, dir, database).run()
	again.write("c.txt", "later")
	again.awaitOffer("c.txt", "later")
	if l := again.awaitOffer("a.zip", song); l.Rev != first.Rev || !reflect.DeepEqual(l.Prints, first.Prints) {
		t.Errorf("after a restart the archive is listed as revision %d with %v, want %d with %v", l.Rev, l.Prints, first.Rev, first.Prints)
	}
}

func archive(t *testing.T, member []byte) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("member")
	if err == nil {
		_, err = f.Write(member)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
