package content

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lightshare/events"
)

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, has := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(has); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func look(t *testing.T, file []byte, mediaType string) ([]events.Print, string) {
	t.Helper()
	prints, unread, err := Look(bytes.NewReader(file), int64(len(file)), mediaType)
	if err != nil {
		t.Fatalf("Look(%s) = %v", mediaType, err)
	}
	return prints, unread
}

func TestFilesInAnArchiveAreKnown(t *testing.T) {
	song := bytes.Repeat([]byte("la la "), 5000)
	prints, unread := look(t, zipped(t, map[string][]byte{"a/b.mp3": song, "note.txt": []byte("hello"), "empty": nil}), "application/zip")
	known, err := KnownBy(bytes.NewReader(song), int64(len(song)), "audio/mpeg")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("hello"))
	want := []events.Print{known[0], events.PrintOf(events.BytesPrint, hex.EncodeToString(sum[:]))}
	if fmt.Sprint(prints) != fmt.Sprint(want) || unread != "" {
		t.Errorf("Look = %v, %q, want %v, the largest first", prints, unread, want)
	}
}

func TestWhatCannotBeLookedIntoIsSaid(t *testing.T) {
	bomb := zipped(t, map[string][]byte{"zeros": make([]byte, 64<<20)})
	lying := zipped(t, map[string][]byte{"zeros": make([]byte, 64<<20)})
	entry := bytes.LastIndex(lying, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lying[entry+24:], 1000) // what it says that it unpacks to
	many := make(map[string][]byte, maxMembers+1)
	for i := range maxMembers + 1 {
		many[fmt.Sprint(i)] = []byte{1}
	}
	millions := zipped(t, map[string][]byte{"one": []byte("one")})
	binary.LittleEndian.PutUint32(millions[bytes.LastIndex(millions, []byte("PK\x05\x06"))+12:], 1<<30)
	for name, tc := range map[string]struct {
		file      []byte
		mediaType string
		want      string
	}{
		"an archive that unpacks to much":      {bomb, "application/zip", "far more"},
		"an archive that says it does not":     {lying, "application/zip", "broken"},
		"an archive of many files":             {zipped(t, many), "application/zip", "files"},
		"an archive with a list of a gigabyte": {millions, "application/zip", "files"},
		"an archive that is cut off":           {bomb[:len(bomb)/2], "application/zip", "broken"},
		"a picture of many points":             {pngOf(60_000, 60_000), "image/png", "60000 × 60000 pixels"},
		"a picture that breaks off":            {pngOf(600, 600), "image/png", "broken"},
	} {
		began := time.Now()
		prints, unread := look(t, tc.file, tc.mediaType)
		if !strings.Contains(unread, tc.want) || len(prints) > 0 {
			t.Errorf("%s: Look = %v, %q, want it to say %q", name, prints, unread, tc.want)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s: Look took %v", name, took)
		}
	}
}

// pngOf returns the beginning of a picture of that size, without its points.
func pngOf(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	head = append(binary.BigEndian.AppendUint32(head, height), 8, 2, 0, 0, 0)
	file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(head))
}

func TestFileThatCannotBeReadIsAnError(t *testing.T) {
	for _, mediaType := range []string{"application/zip", "image/png"} {
		if prints, unread, err := Look(broken{}, 1000, mediaType); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("Look(%s) = %v, %q, %v, want the error of reading", mediaType, prints, unread, err)
		}
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, fs.ErrPermission }

func TestPictureSurvivesItsPrint(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, scene(1)); err != nil {
		t.Fatal(err)
	}
	prints, unread := look(t, file.Bytes(), "image/png")
	if len(prints) != 1 || unread != "" {
		t.Fatalf("Look = %v, %q, want one print", prints, unread)
	}
	want, _ := PictureOf(scene(1))
	if got, ok := ReadPicture(prints[0]); !ok || got != want {
		t.Errorf("ReadPicture(%s) = %v, %t, want %v", prints[0], got, ok, want)
	}
	if err := events.CheckPrints(prints); err != nil {
		t.Error(err)
	}
}

func FuzzLook(f *testing.F) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	one, _ := w.Create("one")
	io.WriteString(one, "one")
	w.Close()
	f.Add(b.Bytes(), true)
	f.Add(pngOf(20, 20), false)
	r := rand.New(rand.NewPCG(1, 2))
	small := make([]byte, 100)
	for i := range small {
		small[i] = byte(r.IntN(256))
	}
	f.Add(small, true)
	f.Fuzz(func(t *testing.T, file []byte, archive bool) {
		mediaType := "image/png"
		if archive {
			mediaType = "application/zip"
		}
		prints, _, err := Look(bytes.NewReader(file), int64(len(file)), mediaType)
		if err != nil {
			t.Fatalf("Look = %v", err)
		}
		if err := events.CheckPrints(prints); err != nil {
			t.Fatal(err)
		}
	})
}
