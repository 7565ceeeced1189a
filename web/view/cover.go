package view

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// A cover is the picture that stands for a file which has none: drawn from the file's own hash, so that the same file
// always looks the same, in a manner that tells its family at a glance.
type cover struct {
	back   string
	shapes []shape
}

// shape is a filled path; opacity in per cent.
type shape struct {
	d, fill string
	opacity int
}

// inks are the colours of covers: ground, middle, light.
var inks = [][3]string{
	{"#1f2a44", "#f2a65a", "#f9dfb4"},
	{"#123c36", "#6fbf9f", "#e0f2da"},
	{"#4a1f3d", "#e27396", "#f9d5d3"},
	{"#26353d", "#c6ac8f", "#efe6da"},
	{"#16324f", "#5aa6db", "#d8ecf8"},
	{"#45201a", "#e8663d", "#ffdcc2"},
	{"#2e2a4f", "#9d8df1", "#e6e0fd"},
	{"#33361f", "#cdbb58", "#f3eec6"},
}

// The field on which covers are drawn.
const coverWidth, coverHeight = 320, 200

func newCover(seed, mediaType string) cover {
	h := sha256.Sum256([]byte(seed))
	ink := inks[int(h[0])%len(inks)]
	c := cover{back: ink[0]}
	add := func(fill string, opacity int, format string, args ...any) {
		c.shapes = append(c.shapes, shape{fmt.Sprintf(format, args...), fill, opacity})
	}
	switch KindOf(mediaType) {
	case Picture:
		drawPicture(h, ink, add)
	case Sound:
		drawSound(h, ink, add)
	case Film:
		drawFilm(h, ink, add)
	case Text:
		drawText(h, ink, add)
	case Archive:
		drawArchive(h, ink, add)
	default:
		drawOther(h, ink, add)
	}
	return c
}

type pen func(fill string, opacity int, format string, args ...any)

// drawPicture is a sun over hills.
func drawPicture(h [32]byte, ink [3]string, add pen) {
	x, y := 60+int(h[1])*200/255, 50+int(h[2])*50/255
	add(ink[2], 20, circle(x, y, 64))
	add(ink[2], 95, circle(x, y, 34))
	for i, opacity := range []int{45, 70, 100} {
		b := h[3+i*4:]
		top := 105 + i*26
		add(ink[1], opacity, "M0 %dC80 %d 130 %d 190 %dS290 %d 320 %dV200H0Z",
			top+int(b[0])/10, top-30+int(b[1])/8, top+20-int(b[2])/8, top, top-25+int(b[3])/10, top+5)
	}
}

// drawSound is a row of levels.
func drawSound(h [32]byte, ink [3]string, add pen) {
	var back, front strings.Builder
	for i := range 26 {
		height := 16 + int(h[1+i])*(120-abs(i-13)*5)/255
		d := fmt.Sprintf("M%d %dh5v%dh-5Z", 32+i*10, 100-height/2, height)
		if i%3 == int(h[31])%3 {
			front.WriteString(d)
		} else {
			back.WriteString(d)
		}
	}
	add(ink[1], 100, "%s", back.String())
	add(ink[2], 100, "%s", front.String())
}

// drawFilm is a run of frames with a play sign.
func drawFilm(h [32]byte, ink [3]string, add pen) {
	for i := range 4 {
		add(ink[1], 30+int(h[1+i])*50/255, "M%d 40h72v120h-72Z", 6+i*79)
	}
	add(ink[2], 100, circle(160, 100, 36))
	add(ink[0], 100, "M150 82v36l30-18Z")
}

// drawText is a sheet with lines.
func drawText(h [32]byte, ink [3]string, add pen) {
	add(ink[1], 35, "M118 22h124v200h-124Z")
	add(ink[2], 100, "M92 34h124v180h-124Z")
	var lines strings.Builder
	for i := range 9 {
		if h[1+i]%7 == 0 {
			continue
		}
		fmt.Fprintf(&lines, "M108 %dh%dv5h-%dZ", 74+i*14, 40+int(h[11+i])*50/255, 40+int(h[11+i])*50/255)
	}
	add(ink[0], 100, "M108 50h%dv9h-%dZ", 44+int(h[30])%34, 44+int(h[30])%34)
	add(ink[1], 100, "%s", lines.String())
}

// drawArchive is a wall of blocks.
func drawArchive(h [32]byte, ink [3]string, add pen) {
	var dim, mid, light strings.Builder
	for i := range 28 {
		d := fmt.Sprintf("M%d %dh32v32h-32Z", 27+i%7*38, 26+i/7*38)
		switch h[1+i] % 5 {
		case 0:
			light.WriteString(d)
		case 1, 2:
			mid.WriteString(d)
		default:
			dim.WriteString(d)
		}
	}
	add(ink[1], 28, "%s", dim.String())
	add(ink[1], 100, "%s", mid.String())
	add(ink[2], 100, "%s", light.String())
}

// drawOther is a beam.
func drawOther(h [32]byte, ink [3]string, add pen) {
	y := 70 + int(h[1])*60/255
	for i := range 4 {
		spread := 30 + i*32 + int(h[2+i])/16
		add(ink[1], 55-i*12, "M90 %dL320 %dV%dZ", y, y-spread, y+spread)
	}
	add(ink[2], 100, circle(90, y, 30))
}

func circle(x, y, r int) string {
	return fmt.Sprintf("M%d %da%d %d 0 1 0 %d 0a%d %d 0 1 0 -%d 0Z", x-r, y, r, r, 2*r, r, r, 2*r)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
