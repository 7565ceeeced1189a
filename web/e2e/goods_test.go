package e2e

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
)

// noise returns n bytes that differ with the seed.
func noise(n int, seed uint64) string {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed)}).Read(b) // never fails
	return string(b)
}

// pixels returns a small picture that differs with the seed.
func pixels(seed uint8) string {
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	img.SetGray(3, 3, color.Gray{Y: seed})
	var b bytes.Buffer
	png.Encode(&b, img) // a buffer takes everything
	return b.String()
}

// wave returns a short sound that differs with the seed: RIFF, 16 bit mono at 8 kHz.
func wave(seed uint64) string {
	const head = "RIFF\x64\x1f\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x40\x1f\x00\x00"
	return head + noise(8000, seed)
}
