package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// The files that [MakeSamples] makes.
const (
	Picture = "Harbour at dawn.png"
	Sound   = "Rain on a tin roof.wav"
	Words   = "Notes from the lighthouse.txt"
	Archive = "Coastline sample pack.zip"
)

// archiveSize is that of the archive's one member, which does not compress, in bytes.
const archiveSize = 64 << 20

// MakeSamples fills a folder with files to sell: a picture, a sound, a text and an archive of 64 MiB. The picture is
// auctioned for as long as given, the others have fixed prices.
func MakeSamples(dir string, auction, softClose time.Duration) error {
	for name, write := range map[string]func(io.Writer) error{
		Picture: writePicture,
		Sound:   writeSound,
		Words:   writeWords,
		Archive: writeArchive,
		Picture + ".listing.yaml": sheet("title: Harbour at dawn\ndescription: The first light over the breakwater. One copy will ever be sold.\n" +
			fmt.Sprintf("auction:\n  start: \"10.00\"\n  duration: %s\n  soft_close: %s\n", auction, softClose)),
		Sound + ".listing.yaml":   sheet("title: Rain on a tin roof\ndescription: A field recording, made in one take.\nprice: \"2.50\"\n"),
		Words + ".listing.yaml":   sheet("title: Notes from the lighthouse\ndescription: A short text about a long winter.\nprice: \"1.20\"\n"),
		Archive + ".listing.yaml": sheet("title: Coastline sample pack\ndescription: Sixty-four megabytes of waves and gulls.\nprice: \"12.00\"\nedition: 100\n"),
	} {
		if err := WriteFile(filepath.Join(dir, name), write); err != nil {
			return fmt.Errorf("make sample %s: %w", name, err)
		}
	}
	return nil
}

// WriteFile puts a file in place whole, as most programs save.
func WriteFile(path string, write func(io.Writer) error) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".saving-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if err := write(temporary); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

func sheet(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

// writePicture paints a sky over water.
func writePicture(w io.Writer) error {
	const width, height = 960, 640
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			sky := float64(y) / height
			sun := math.Exp(-math.Hypot(float64(x-620), float64(y-300)) / 120)
			wave := 0.0
			if y > 380 {
				wave = 0.06 * math.Sin(float64(x)/18+float64(y*y)/900)
			}
			img.Set(x, y, color.RGBA{shade(0.25 + 0.55*sky + 0.6*sun + wave), shade(0.30 + 0.25*sky + 0.45*sun + wave), shade(0.55 - 0.2*sky + 0.1*sun + wave), 255})
		}
	}
	return png.Encode(w, img)
}

func shade(v float64) uint8 { return uint8(255 * min(max(v, 0), 1)) }

// writeSound makes four seconds of rain: noise that comes and goes, 16 bit mono at 22,050 Hz.
func writeSound(w io.Writer) error {
	const rate, seconds = 22050, 4
	noise := rand.New(rand.NewPCG(1, 2))
	var samples bytes.Buffer
	for i := range rate * seconds {
		gust := 0.5 + 0.4*math.Sin(float64(i)/rate*2*math.Pi/3)
		binary.Write(&samples, binary.LittleEndian, int16(6000*gust*noise.NormFloat64()/3))
	}
	header := struct {
		RIFF          [4]byte
		Size          uint32
		WAVE, Format  [4]byte
		FormatSize    uint32
		PCM, Channels uint16
		Rate, Bytes   uint32
		Align, Bits   uint16
		Data          [4]byte
		DataSize      uint32
	}{
		[4]byte([]byte("RIFF")), uint32(36 + samples.Len()), [4]byte([]byte("WAVE")), [4]byte([]byte("fmt ")), 16, 1, 1,
		rate, 2 * rate, 2, 16, [4]byte([]byte("data")), uint32(samples.Len()),
	}
	if err := binary.Write(w, binary.LittleEndian, header); err != nil {
		return err
	}
	_, err := samples.WriteTo(w)
	return err
}

func writeWords(w io.Writer) error {
	for day := range 40 {
		if _, err := fmt.Fprintf(w, "Day %d. Wind from the west, force %d. The lamp was lit at dusk and did not fail.\n", day+1, 3+day*7%6); err != nil {
			return err
		}
	}
	return nil
}

func writeArchive(w io.Writer) error {
	z := zip.NewWriter(w)
	member, err := z.CreateHeader(&zip.FileHeader{Name: "waves.raw", Method: zip.Store})
	if err != nil {
		return err
	}
	var seed [32]byte
	if _, err := io.CopyN(member, rand.NewChaCha8(seed), archiveSize); err != nil {
		return err
	}
	return z.Close()
}
