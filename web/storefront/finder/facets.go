package finder

import (
	"math"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"lightshare/events"
)

// A Band is a range of prices; 0 is any.
type Band int

// bands is how many there are.
const bands = 4

// limits are where one band ends and the next begins, in reference units; see worthOf.
var limits = [bands - 1]int64{500, 2000, 10_000}

// alike says how many minor units of a currency buy about as much as a dollar. It groups and sorts prices of several
// currencies on one page and is used for nothing else: nobody is ever charged by it.
var alike = map[events.Currency]int64{events.USD: 100, events.EUR: 100, events.GBP: 100, events.JPY: 140, events.KRW: 1400}

// worthOf returns about how many hundredths of a dollar a price is.
func worthOf(m events.Money) int64 {
	unit := alike[m.Currency]
	if unit == 0 {
		return 0
	}
	return m.Amount * 100 / unit
}

// BandOf returns the band of a price.
func BandOf(m events.Money) Band {
	worth, band := worthOf(m), Band(1)
	for _, limit := range limits {
		if worth >= limit {
			band++
		}
	}
	return band
}

// Limits returns from which price on and below which one a band is, in a currency; zero for no limit on that side.
func (b Band) Limits(c events.Currency) (from, below events.Money) {
	from, below = events.Money{Currency: c}, events.Money{Currency: c}
	if b > 1 {
		from.Amount = limits[b-2] * alike[c] / 100
	}
	if b < bands {
		below.Amount = limits[b-1] * alike[c] / 100
	}
	return from, below
}

// Bands is all of them, the cheapest first.
func Bands() []Band {
	var all []Band
	for b := Band(1); b <= bands; b++ {
		all = append(all, b)
	}
	return all
}

// Ends are the times within which one can look for what ends.
var Ends = []time.Duration{time.Hour, 24 * time.Hour, 72 * time.Hour}

// never is when it ends what does not end.
const never = math.MaxInt64

// hourOf returns the hour since 1970 of a moment in Unix milliseconds.
func hourOf(t int64) int64 { return t / time.Hour.Milliseconds() }

// endingWithin returns what ends between now and then. The caller holds mu.
func (f *Finder) endingWithin(now time.Time, d time.Duration) *roaring.Bitmap {
	from, to := now.UnixMilli(), now.Add(d).UnixMilli()
	first, last := hourOf(from), hourOf(to)
	var whole []*roaring.Bitmap
	for hour := first + 1; hour < last; hour++ {
		if b := f.hours[hour]; b != nil {
			whole = append(whole, b)
		}
	}
	found := roaring.FastOr(whole...)
	for hour := first; hour <= last; hour += max(1, last-first) {
		if b := f.hours[hour]; b != nil {
			for i := b.Iterator(); i.HasNext(); {
				if n := i.Next(); f.ends[n] >= from && f.ends[n] <= to {
					found.Add(n)
				}
			}
		}
	}
	return found
}

// endings returns what ends within each of the times. The caller holds mu.
func (f *Finder) endings(now time.Time) map[time.Duration]*roaring.Bitmap {
	all := make(map[time.Duration]*roaring.Bitmap)
	for _, d := range Ends {
		all[d] = f.endingWithin(now, d)
	}
	return all
}

// A Filter is what a listing must be. The zero Filter lets everything through.
type Filter struct {
	Kind   string
	Band   Band
	Within time.Duration // ends that soon: one of Ends
	Online bool
}

// Counts say how many answers each choice of a facet would leave, the other facets being as they are.
type Counts struct {
	Kinds  map[string]int
	Bands  map[Band]int
	Within map[time.Duration]int
	Online int
}

// parts returns the listings that pass each facet of the filter; nil where it lets everything through. The caller holds mu.
func (f *Finder) parts(q Filter, ending map[time.Duration]*roaring.Bitmap) (all [4]*roaring.Bitmap) {
	if q.Kind != "" {
		all[0] = orEmpty(f.kinds[q.Kind])
	}
	if q.Band > 0 && q.Band <= bands {
		all[1] = f.bands[q.Band]
	}
	if q.Within > 0 {
		all[2] = orEmpty(ending[q.Within])
	}
	if q.Online {
		all[3] = f.online
	}
	return all
}

func orEmpty(b *roaring.Bitmap) *roaring.Bitmap {
	if b == nil {
		return roaring.New()
	}
	return b
}

// filtered returns what of found passes all parts but one; -1 leaves none out.
func filtered(found *roaring.Bitmap, parts [4]*roaring.Bitmap, but int) *roaring.Bitmap {
	for i, p := range parts {
		if p != nil && i != but {
			found = roaring.And(found, p)
		}
	}
	return found
}

// count counts what each choice would leave. The caller holds mu.
func (f *Finder) count(found *roaring.Bitmap, parts [4]*roaring.Bitmap, ending map[time.Duration]*roaring.Bitmap) Counts {
	c := Counts{Kinds: make(map[string]int), Bands: make(map[Band]int), Within: make(map[time.Duration]int)}
	rest := filtered(found, parts, 0)
	for kind, b := range f.kinds {
		c.Kinds[kind] = int(rest.AndCardinality(b))
	}
	c.Kinds[""] = int(rest.GetCardinality())
	rest = filtered(found, parts, 1)
	for _, band := range Bands() {
		c.Bands[band] = int(rest.AndCardinality(f.bands[band]))
	}
	rest = filtered(found, parts, 2)
	for _, d := range Ends {
		c.Within[d] = int(rest.AndCardinality(ending[d]))
	}
	c.Online = int(filtered(found, parts, 3).AndCardinality(f.online))
	return c
}
