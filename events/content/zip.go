package content

import (
	"archive/zip"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"lightshare/events"
)

// Limits of what is unpacked of an archive.
const (
	maxMembers  = 10_000    // files that an archive has; with more it is not looked into
	maxDigests  = 64        // files of which digests are taken: the largest
	maxUnpacked = 512 << 20 // bytes of all of these
	maxRatio    = 200       // bytes that one packed byte may come to; compressed text stays below 20, deflate's limit is 1032
	smallMember = 1 << 20   // bytes that a file may come to whatever it was packed to
	maxFolder   = 16 << 20  // bytes that an archive's list of files may have
)

var errTooMuch = errors.New("more than it says")

// lookIntoZip returns the digests of an archive's largest files.
func lookIntoZip(file io.ReaderAt, size int64) ([]events.Print, string) {
	if members, folder, ok := announced(file, size); ok && (members > maxMembers || folder > maxFolder) {
		return nil, fmt.Sprintf("an archive of %d files", members)
	}
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, "a broken archive"
	}
	if len(archive.File) > maxMembers {
		return nil, fmt.Sprintf("an archive of %d files", len(archive.File))
	}
	members := slices.DeleteFunc(slices.Clone(archive.File), func(f *zip.File) bool { return !f.Mode().IsRegular() || f.UncompressedSize64 == 0 })
	slices.SortStableFunc(members, func(a, b *zip.File) int { return cmp.Compare(b.UncompressedSize64, a.UncompressedSize64) })
	var prints []events.Print
	left := uint64(maxUnpacked)
	for _, f := range members {
		if f.Flags&1 != 0 {
			return prints, "an archive with a password"
		}
		if f.UncompressedSize64 > max(smallMember, maxRatio*min(f.CompressedSize64, 1<<40)) {
			return prints, "an archive that unpacks to far more than it is"
		}
		if len(prints) == maxDigests || f.UncompressedSize64 > left {
			continue
		}
		left -= f.UncompressedSize64
		print, err := digestOf(f)
		if err != nil {
			return prints, "a broken archive"
		}
		prints = append(prints, print)
	}
	return prints, ""
}

func digestOf(f *zip.File) (events.Print, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	digest := sha256.New()
	n, err := io.Copy(digest, io.LimitReader(r, int64(f.UncompressedSize64)+1))
	if err == nil && uint64(n) > f.UncompressedSize64 {
		err = errTooMuch
	}
	return events.PrintOf(events.BytesPrint, hex.EncodeToString(digest.Sum(nil))), err
}

// announced returns how many files an archive says that it has, and how many bytes its list of them, before all of it is
// read (APPNOTE.TXT 4.3.16 and, for what needs more digits, 4.3.14).
func announced(file io.ReaderAt, size int64) (members, folder uint64, ok bool) {
	const end, end64 = 22, 56
	tail := make([]byte, min(size, 65_535+end))
	if n, err := file.ReadAt(tail, size-int64(len(tail))); n < len(tail) && err != nil {
		return 0, 0, false
	}
	for i := len(tail) - end; i >= 0; i-- {
		if string(tail[i:i+4]) != "PK\x05\x06" {
			continue
		}
		members, folder = number(tail[i+10:i+12]), number(tail[i+12:i+16])
		if members != 0xffff && folder != 0xffff_ffff || i < 20 || string(tail[i-20:i-16]) != "PK\x06\x07" {
			return members, folder, true
		}
		more := make([]byte, end64)
		if n, _ := file.ReadAt(more, int64(number(tail[i-12:i-4])&(1<<62-1))); n < end64 || string(more[:4]) != "PK\x06\x06" {
			return members, folder, true
		}
		return number(more[32:40]), number(more[40:48]), true
	}
	return 0, 0, false
}

func number(littleEndian []byte) (n uint64) {
	for i := len(littleEndian) - 1; i >= 0; i-- {
		n = n<<8 | uint64(littleEndian[i])
	}
	return n
}
