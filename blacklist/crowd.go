package blacklist

import "math/bits"

// A crowd is items by their prints, turned on their side: for each bit of a print, which items have it. So the prints of
// 64 items are looked at in one step, and a million in a few milliseconds.
type crowd struct {
	items  []*item // nil where a place is free
	free   []int   // places
	chunks []*chunk
}

const (
	printBits  = 64 * len(print{})
	chunkWords = 64
	chunkItems = 64 * chunkWords
)

// A row says of the items of a chunk which have something.
type row [chunkWords]uint64

type chunk [printBits]row

// take adds an item that is not in the crowd.
func (c *crowd) take(it *item) {
	if n := len(c.free); n > 0 {
		it.at, c.free = c.free[n-1], c.free[:n-1]
		c.items[it.at] = it
	} else {
		it.at = len(c.items)
		c.items = append(c.items, it)
		if len(c.items) > chunkItems*len(c.chunks) {
			c.chunks = append(c.chunks, new(chunk))
		}
	}
	of, word, bit := c.chunks[it.at/chunkItems], it.at%chunkItems/64, uint64(1)<<(it.at%64)
	for i, set := range it.print {
		for ; set != 0; set &= set - 1 {
			of[64*i+bits.TrailingZeros64(set)][word] |= bit
		}
	}
	it.print = nil
}

// drop removes an item that is in the crowd, if there is one.
func (c *crowd) drop(it *item) {
	if it == nil {
		return
	}
	of, word, bit := c.chunks[it.at/chunkItems], it.at%chunkItems/64, uint64(1)<<(it.at%64)
	for i := range of {
		of[i][word] &^= bit
	}
	c.items[it.at] = nil
	c.free = append(c.free, it.at)
}

// find returns the items in whose prints a work may stand.
func (c *crowd) find(work *sketches) []*item {
	var found []*item
	for n, of := range c.chunks {
		for i, word := range work.in(of) {
			for ; word != 0; word &= word - 1 {
				if at := n*chunkItems + 64*i + bits.TrailingZeros64(word); at < len(c.items) && c.items[at] != nil {
					found = append(found, c.items[at])
				}
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
	for _, it := range c.items {
		if it != nil && !has[it] && list.judgeContent(&it.listing, 0).ruling != "" {
			named = append(named, it)
		}
	}
	return named
}

// counted adds up, item by item, in how many rows it is.
type counted struct {
	digits [7]row // of the binary number, the lowest first
	used   int
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
