package content

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"
	"sync"

	_ "image/gif" // formats that are decoded
	_ "image/jpeg"
	_ "image/png"

	"lightshare/events"
)

// maxPixels is the largest picture that is decoded; a progressive JPEG takes twelve bytes for each pixel meanwhile.
const maxPixels = 40 << 20

// looking is held while something is unpacked or decoded, so that no more than one takes memory.
var looking sync.Mutex

// Look returns the prints of what is in a file, by its sniffed media type, beside those of the bytes themselves; and why
// it could not be looked into, in words, if so. It is an error only if the file cannot be read.
func Look(file io.ReaderAt, size int64, mediaType string) (prints []events.Print, unread string, err error) {
	looking.Lock()
	defer looking.Unlock()
	read := &remembering{ReaderAt: file}
	defer func() {
		if p := recover(); p != nil { // a decoder met what it did not expect
			prints, unread = nil, fmt.Sprintf("a broken %s", mediaType)
		}
		if read.err != nil {
			prints, unread, err = nil, "", read.err
		}
	}()
	switch {
	case mediaType == "application/zip":
		prints, unread = lookIntoZip(read, size)
	case strings.HasPrefix(mediaType, "image/"):
		prints, unread = lookAtPicture(read, size)
	}
	return prints, unread, nil
}

// KnownBy returns by what prints a file is known again that must not be listed: its digest, and what it looks like, cut or
// not, if it is a picture. The files in an archive are none of them: one of them may be anybody's.
func KnownBy(file io.ReaderAt, size int64, mediaType string) ([]events.Print, error) {
	digest := sha256.New()
	if _, err := io.Copy(digest, io.NewSectionReader(file, 0, size)); err != nil {
		return nil, err
	}
	prints := []events.Print{events.PrintOf(events.BytesPrint, hex.EncodeToString(digest.Sum(nil)))}
	if !strings.HasPrefix(mediaType, "image/") {
		return prints, nil
	}
	picture, unread := decode(file, size)
	if unread != "" {
		return nil, fmt.Errorf("%s cannot be looked at", unread)
	}
	if picture != nil {
		for _, p := range Cuts(picture) {
			prints = append(prints, p.Print())
		}
	}
	return prints, nil
}

// lookAtPicture returns the print of a picture in a known format; of others nothing is said.
func lookAtPicture(file io.ReaderAt, size int64) ([]events.Print, string) {
	picture, unread := decode(file, size)
	if picture == nil {
		return nil, unread
	}
	if p, ok := PictureOf(picture); ok {
		return []events.Print{p.Print()}, ""
	}
	return nil, ""
}

// decode returns a picture, or why there is none; nothing at all in a format that is not known.
func decode(file io.ReaderAt, size int64) (image.Image, string) {
	config, _, err := image.DecodeConfig(io.NewSectionReader(file, 0, size))
	if err != nil {
		return nil, ""
	}
	if int64(config.Width)*int64(config.Height) > maxPixels {
		return nil, fmt.Sprintf("a picture of %d × %d pixels", config.Width, config.Height)
	}
	picture, _, err := image.Decode(io.NewSectionReader(file, 0, size))
	if err != nil {
		return nil, "a broken picture"
	}
	return picture, ""
}

// remembering is a file that remembers the first error of reading it, which formats take for their own.
type remembering struct {
	io.ReaderAt
	err error
}

func (r *remembering) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) && r.err == nil {
		r.err = err
	}
	return n, err
}
