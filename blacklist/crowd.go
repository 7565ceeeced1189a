package blacklist

import (
	"math/bits"
	"runtime"
	"sync"
)

// A crowd is items by their prints, turned on their side: for each bit of a print, which items have it. So the prints of
// 64 items are looked at in one step, and a million in a few milliseconds. Those whose prints are of one size are a herd.
type crowd [sizes]herd

type herd struct {
	items  []*item // nil where a place is free
	free   []int   // places
	chunks []chunk
}

const (
	chunkWords = 64
	chunkItems = 64 * chunkWords
)

// A row says of the items of a chunk which have something.
type row [chunkWords]uint64

// A chunk has a row for each bit of a print.
type chunk []row

// take adds an item that is not in the crowd.
func (c *crowd) take(it *item) {
	it.size = it.print.size()
	h := &c[it.size]
	if n := len(h.free); n > 0 {
		it.at, h.free = h.free[n-1], h.free[:n-1]
		h.items[it.at] = it
	} else {
		it.at = len(h.items)
		h.items = append(h.items, it)
		if len(h.items) > chunkItems*len(h.chunks) {
			h.chunks = append(h.chunks, make(chunk, leastBits<<it.size))
		}
	}
	of, word, bit := h.chunks[it.at/chunkItems], it.at%chunkItems/64, uint64(1)<<(it.at%64)
	for _, hash := range it.print {
		for n := range bitsEach {
			of[of.bit(hash, n)][word] |= bit
		}
	}
	it.print = nil
}

// drop removes an item that is in the crowd, if there is one.
func (c *crowd) drop(it *item) {
	if it == nil {
		return
	}
	h := &c[it.size]
	of, word, bit := h.chunks[it.at/chunkItems], it.at%chunkItems/64, uint64(1)<<(it.at%64)
	for i := range of {
		of[i][word] &^= bit
	}
	h.items[it.at] = nil
	h.free = append(h.free, it.at)
}

// find returns the items in whose prints a work stands for sure, letter by letter, and those in which it may stand.
func (c *crowd) find(work *sketches) (sure, likely []*item) {
	var mu sync.Mutex // guards both
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		group.Go(func() {
			for i := range c {
				h := &c[i]
				for n := worker; n < len(h.chunks); n += workers {
					both, some := work.in(h.chunks[n])
					mu.Lock()
					sure, likely = h.among(sure, n, &both), h.among(likely, n, &some)
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	return sure, likely
}

// among appends the items of a chunk that are in the row.
func (h *herd) among(found []*item, chunk int, r *row) []*item {
	for i, word := range r {
		for ; word != 0; word &= word - 1 {
			if at := chunk*chunkItems + 64*i + bits.TrailingZeros64(word); at < len(h.items) && h.items[at] != nil {
				found = append(found, h.items[at])
			}
		}
	}
	return found
}

// withContent adds the items that the list knows by what is in the file.
func (c *crowd) withContent(list *snapshot, named []*item) []*item {
	has := make(map[*item]bool, len(named))
	for _, it := range named {
		has[it] = true
	}
	for i := range c {
		for _, it := range c[i].items {
			if it != nil && !has[it] && list.judgeContent(&it.listing, 0).ruling != "" {
				named = append(named, it)
			}
		}
	}
	return named
}

// counted adds up, item by item, in how many rows it is.
type counted struct {
	digits [7]row // of the binary number, the lowest first
	used   int
}

// count counts, for each item of a chunk, how many of the pieces its print has.
func (n *counted) count(of chunk, pieces []uint64) {
	n.reset()
	for _, piece := range pieces {
		all := of.having(piece)
		n.add(&all)
	}
}

func (n *counted) reset() {
	clear(n.digits[:n.used])
	n.used = 0
}

// add counts those in carry, which it overwrites.
func (n *counted) add(carry *row) {
	for d := 0; ; d++ {
		if d == len(n.digits) {
			return
		}
		any, digit := uint64(0), &n.digits[d]
		for i, x := range carry {
			both := digit[i] & x
			digit[i] ^= x
			carry[i] = both
			any |= both
		}
		n.used = max(n.used, d+1)
		if any == 0 {
			return
		}
	}
}

// atLeast adds to r the items that are in so many rows.
func (n *counted) atLeast(least int, r *row) {
	if least >= 1<<n.used {
		return
	}
	for i := range r {
		less, same := uint64(0), ^uint64(0)
		for d := n.used - 1; d >= 0; d-- {
			if least>>d&1 != 0 {
				less |= same & ^n.digits[d][i]
				same &= n.digits[d][i]
			} else {
				same &= ^n.digits[d][i]
			}
		}
		r[i] |= ^less
	}
}

// bit returns the number of the n-th bit that a hash sets.
func (c chunk) bit(hash uint64, n int) int { return int(hash>>(16+12*n)) & (len(c) - 1) }

// having returns the items whose prints have the hash.
func (c chunk) having(hash uint64) row {
	all := c[c.bit(hash, 0)]
	for n := 1; n < bitsEach; n++ {
		all.and(&c[c.bit(hash, n)])
	}
	return all
}

func (r *row) and(o *row) {
	for i, x := range o {
		r[i] &= x
	}
}
