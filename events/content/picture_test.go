package content

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"
)

// scene draws a picture of sky, hills and things, another for each seed.
func scene(seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 7))
	w, h := 240+r.IntN(160), 180+r.IntN(160)
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	top, bottom := 60+r.Float64()*180, 60+r.Float64()*180
	type thing struct{ x, y, rx, ry, light, tint float64 }
	things := make([]thing, 5+r.IntN(20))
	for i := range things {
		things[i] = thing{r.Float64() * float64(w), r.Float64() * float64(h), 4 + r.Float64()*60, 4 + r.Float64()*60, r.Float64() * 255, r.Float64()}
	}
	hill, wide, rough := r.Float64(), 20+r.Float64()*80, 3+r.Float64()*10
	for y := range h {
		for x := range w {
			light, tint := top+(bottom-top)*float64(y)/float64(h), 0.9
			if float64(y) > float64(h)*(0.4+0.4*hill)+25*math.Sin(float64(x)/wide+hill*9) {
				light, tint = bottom*0.5+20*math.Sin(float64(x)/rough)*math.Cos(float64(y)/rough), 0.4
			}
			for _, t := range things {
				if dx, dy := (float64(x)-t.x)/t.rx, (float64(y)-t.y)/t.ry; dx*dx+dy*dy < 1 {
					light, tint = t.light*(1-0.3*dx), t.tint
				}
			}
			light = max(0, min(255, light+r.Float64()*8))
			p.SetRGBA(x, y, color.RGBA{uint8(light), uint8(light * (0.5 + tint/2)), uint8(light * tint), 255})
		}
	}
	return p
}

// smaller returns the picture at the given part of its size, by the mean of what lies under each point.
func smaller(p image.Image, part float64) image.Image {
	b := p.Bounds()
	w, h := int(float64(b.Dx())*part), int(float64(b.Dy())*part)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			light := [3]int{}
			n := 0
			for sy := b.Min.Y + y*b.Dy()/h; sy < b.Min.Y+max((y+1)*b.Dy()/h, y*b.Dy()/h+1); sy++ {
				for sx := b.Min.X + x*b.Dx()/w; sx < b.Min.X+max((x+1)*b.Dx()/w, x*b.Dx()/w+1); sx++ {
					r, g, bl, _ := p.At(sx, sy).RGBA()
					light[0], light[1], light[2], n = light[0]+int(r>>8), light[1]+int(g>>8), light[2]+int(bl>>8), n+1
				}
			}
			out.SetRGBA(x, y, color.RGBA{uint8(light[0] / n), uint8(light[1] / n), uint8(light[2] / n), 255})
		}
	}
	return out
}

func compressed(p image.Image, quality int) image.Image {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	out, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	return out
}

// cut takes off a twentieth: at all edges together or at some of them.
func cut(p *image.RGBA, r *rand.Rand) image.Image {
	b := p.Bounds()
	x, y := b.Dx()/20, b.Dy()/20
	left, top := r.IntN(x+1), r.IntN(y+1)
	return p.SubImage(image.Rect(left, top, b.Max.X-(x-left), b.Max.Y-(y-top)))
}

func turned(p image.Image, mirrored bool) image.Image {
	b := p.Bounds()
	out := image.NewRGBA(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			if mirrored {
				out.Set(b.Dx()-1-x, y, p.At(x, y))
			} else {
				out.Set(b.Dx()-1-x, b.Dy()-1-y, p.At(x, y))
			}
		}
	}
	return out
}

// likeAny reports whether p looks like one of the pictures, however it is turned.
func likeAny(p Picture, known []Picture) bool {
	for _, k := range known {
		for _, t := range k.Turned() {
			if t.Differs(p) <= Alike {
				return true
			}
		}
	}
	return false
}

// TestPicturesAreKnownAgain measures on pictures that are drawn for it how many are known again, and how many of 10,000
// pairs that have nothing to do with each other are taken for one.
func TestPicturesAreKnownAgain(t *testing.T) {
	const pictures = 142 // 142 × 141 / 2 is a little over 10,000 pairs
	r := rand.New(rand.NewPCG(3, 4))
	kinds := []struct {
		name   string
		least  float64 // percent
		change func(*image.RGBA) image.Image
	}{
		{"half as large", 99, func(p *image.RGBA) image.Image { return smaller(p, 0.5) }},
		{"a third as large", 99, func(p *image.RGBA) image.Image { return smaller(p, 0.33) }},
		{"JPEG of quality 30", 99, func(p *image.RGBA) image.Image { return compressed(p, 30) }},
		{"a twentieth cut off", 90, func(p *image.RGBA) image.Image { return cut(p, r) }},
		{"a twentieth cut off at all sides", 90, func(p *image.RGBA) image.Image {
			b := p.Bounds()
			return p.SubImage(b.Inset(min(b.Dx(), b.Dy()) / 20))
		}},
		{"mirrored", 99, func(p *image.RGBA) image.Image { return turned(p, true) }},
		{"upside down", 99, func(p *image.RGBA) image.Image { return turned(p, false) }},
		{"mirrored, smaller, JPEG of quality 50", 99, func(p *image.RGBA) image.Image { return compressed(smaller(turned(p, true), 0.7), 50) }},
	}
	known := make([][]Picture, pictures)
	again := make([]int, len(kinds))
	plain := make([]Picture, pictures)
	for i := range pictures {
		p := scene(uint64(i))
		known[i] = Cuts(p)
		plain[i], _ = PictureOf(p)
		for n, k := range kinds {
			if q, ok := PictureOf(k.change(p)); ok && likeAny(q, known[i]) {
				again[n]++
			}
		}
	}
	for n, k := range kinds {
		part := 100 * float64(again[n]) / pictures
		t.Logf("%-40s known again %6.2f %%", k.name, part)
		if part < k.least {
			t.Errorf("%s: %.2f %% known again, want at least %.0f", k.name, part, k.least)
		}
	}
	wrong, pairs, nearest := 0, 0, 256
	for i := range pictures {
		for j := range i {
			pairs++
			for _, k := range known[i] {
				for _, turned := range k.Turned() {
					nearest = min(nearest, turned.Differs(plain[j]))
				}
			}
			if likeAny(plain[j], known[i]) {
				wrong++
			}
		}
	}
	t.Logf("of %d pairs of different pictures %d are taken for one; the nearest differ in %d bits", pairs, wrong, nearest)
	if wrong > 0 {
		t.Errorf("%d of %d pairs of different pictures are taken for one, want none", wrong, pairs)
	}
}
