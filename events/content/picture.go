package content

import (
	"encoding/hex"
	"image"
	"math"
	"math/bits"

	"lightshare/events"
)

// A Picture is what a picture looks like, in 256 bits: the signs of the waves that it is made of, of up to side-1 half
// periods over its width and over its height (a discrete cosine transform of its brightness). Making it smaller or
// brighter or compressing it changes few.
type Picture [4]uint64

const (
	grid = 64 // brightness is taken on a grid of grid × grid
	side = 16 // waves in each direction
)

// Alike is how many bits of two pictures may differ that look alike: of two that have nothing in common half do.
const Alike = 40

// flat is how little contrast a picture may have, of 255, before it looks like any other.
const flat = 2

// PictureOf returns what a picture looks like; false where there is hardly anything to see.
func PictureOf(picture image.Image) (Picture, bool) { return pictureIn(picture, picture.Bounds()) }

// Cuts returns what a picture looks like as it is and with up to a twentieth cut off at its edges, as many ways as tell
// every such cut.
func Cuts(picture image.Image) []Picture {
	var all []Picture
	b := picture.Bounds()
	for _, c := range cuts {
		w, h := float64(b.Dx())/1000, float64(b.Dy())/1000
		part := image.Rect(b.Min.X+int(c[0]*w), b.Min.Y+int(c[1]*h), b.Max.X-int(c[2]*w), b.Max.Y-int(c[3]*h))
		if p, ok := pictureIn(picture, part); ok {
			all = append(all, p)
		}
	}
	return all
}

// cuts are thousandths off the left, the top, the right and the bottom.
var cuts = [][4]float64{
	{}, {25, 25, 25, 25}, {50, 50, 50, 50}, {50, 0, 0, 0}, {0, 50, 0, 0}, {0, 0, 50, 0}, {0, 0, 0, 50},
	{50, 0, 50, 0}, {0, 50, 0, 50}, {50, 50, 0, 0}, {0, 50, 50, 0}, {0, 0, 50, 50}, {50, 0, 0, 50},
}

func pictureIn(picture image.Image, b image.Rectangle) (p Picture, ok bool) {
	if b.Dx() < side || b.Dy() < side {
		return p, false
	}
	light := brightness(picture, b)
	least, most := math.Inf(1), math.Inf(-1)
	for _, row := range light {
		for _, x := range row {
			least, most = min(least, x), max(most, x)
		}
	}
	if most-least < flat {
		return p, false
	}
	var across [grid][side]float64
	for y := range grid {
		for u := range side {
			for x := range grid {
				across[y][u] += light[y][x] * waves[u][x]
			}
		}
	}
	for v := range side {
		for u := range side {
			sum := 0.0
			for y := range grid {
				sum += across[y][u] * waves[v][y]
			}
			if sum > 0 && u+v > 0 {
				p.set(u, v)
			}
		}
	}
	return p, true
}

var waves = func() (w [side][grid]float64) {
	for u := range w {
		for x := range w[u] {
			w[u][x] = math.Cos(math.Pi * float64(u) * (float64(x) + 0.5) / grid)
		}
	}
	return w
}()

// brightness returns the mean brightness of each field of the grid, 0 to 255, from at most about 16 × 16 points of it.
func brightness(picture image.Image, b image.Rectangle) (light [grid][grid]float64) {
	for y := range grid {
		y0, y1 := b.Min.Y+y*b.Dy()/grid, b.Min.Y+(y+1)*b.Dy()/grid
		for x := range grid {
			x0, x1 := b.Min.X+x*b.Dx()/grid, b.Min.X+(x+1)*b.Dx()/grid
			light[y][x] = mean(picture, image.Rect(x0, y0, max(x1, x0+1), max(y1, y0+1)))
		}
	}
	return light
}

func mean(picture image.Image, b image.Rectangle) float64 {
	sum, n := 0.0, 0
	stepX, stepY := max(1, b.Dx()/16), max(1, b.Dy()/16)
	for y := b.Min.Y; y < b.Max.Y; y += stepY {
		for x := b.Min.X; x < b.Max.X; x += stepX {
			sum += luma(picture, x, y)
			n++
		}
	}
	return sum / float64(n)
}

// luma returns the brightness of a point, 0 to 255, as JFIF weighs its colours.
func luma(picture image.Image, x, y int) float64 {
	var r, g, b uint32
	if quick, ok := picture.(image.RGBA64Image); ok {
		c := quick.RGBA64At(x, y)
		r, g, b = uint32(c.R), uint32(c.G), uint32(c.B)
	} else {
		r, g, b, _ = picture.At(x, y).RGBA()
	}
	return (0.299*float64(r) + 0.587*float64(g) + 0.114*float64(b)) / 257
}

func (p *Picture) set(u, v int) { p[(v*side+u)/64] |= 1 << ((v*side + u) % 64) }

func (p *Picture) has(u, v int) bool { return p[(v*side+u)/64]>>((v*side+u)%64)&1 != 0 }

// Turned returns the picture in the eight ways in which it can lie: as it is, mirrored, and both turned.
func (p Picture) Turned() (all [8]Picture) {
	for n := range all {
		for v := range side {
			for u := range side {
				x, y := u, v
				if n&4 != 0 {
					x, y = v, u
				}
				// A wave of an odd number of half periods is the other way up in a mirror.
				if u+v > 0 && p.has(x, y) != (n&1 != 0 && u%2 == 1) != (n&2 != 0 && v%2 == 1) {
					all[n].set(u, v)
				}
			}
		}
	}
	return all
}

// Differs returns in how many of 256 bits two pictures differ.
func (p Picture) Differs(o Picture) int {
	return bits.OnesCount64(p[0]^o[0]) + bits.OnesCount64(p[1]^o[1]) + bits.OnesCount64(p[2]^o[2]) + bits.OnesCount64(p[3]^o[3])
}

// Print returns the picture as a print.
func (p Picture) Print() events.Print {
	var b [32]byte
	for i := range b {
		b[i] = byte(p[i/8] >> (i % 8 * 8))
	}
	return events.PrintOf(events.ImagePrint, hex.EncodeToString(b[:]))
}

// ReadPicture is the inverse for a print of a picture; false for any other print.
func ReadPicture(print events.Print) (p Picture, ok bool) {
	kind, digits := print.Kind()
	b, err := hex.DecodeString(digits)
	if kind != events.ImagePrint || err != nil || len(b) != 32 {
		return p, false
	}
	for i := range b {
		p[i/8] |= uint64(b[i]) << (i % 8 * 8)
	}
	return p, true
}
