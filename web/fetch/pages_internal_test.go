package fetch

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"
)

// Whatever part of what is written goes past the cache, the file is the same.
func TestPagesGoWhereTheyBelong(t *testing.T) {
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	f, err := dir.Create("x.part")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file := openPages(dir, "x.part", f)
	defer file.Close()
	if file.direct == nil {
		t.Log("this file system has no way past the cache: only the way through it is tried")
	}
	random, want, room := rand.New(rand.NewPCG(1, 2)), make([]byte, 300*page), pages(20*page)
	if _, err := file.WriteAt(want, 0); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		from, at := random.IntN(3)*random.IntN(page), int64(random.IntN(270))*page+int64(random.IntN(2)*random.IntN(page))
		b := room[from : from+random.IntN(len(room)-from)]
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		copy(want[at:], b)
		if n, err := file.WriteAt(b, at); n != len(b) || err != nil {
			t.Fatalf("write %d bytes at %d: %d, %v", len(b), at, n, err)
		}
	}
	got := make([]byte, len(want))
	if _, err := file.ReadAt(got, 0); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the file is another one (%v)", err)
	}
}
