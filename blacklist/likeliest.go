package blacklist

// A ranking hands out numbers by their weight, the heaviest first. Used again for one document after the other.
type ranking struct {
	heads [256]int32 // by weight: the number that was put in last and one more; 0 for none
	next  []int32    // number → the one put in before with the same weight and one more
	top   int        // no weight above it has any
}

func (q *ranking) clear() {
	clear(q.heads[:])
	q.top = 0
}

// push puts in a number that is not in it; weights are below 256.
func (q *ranking) push(i, weight int) {
	for len(q.next) <= i {
		q.next = append(q.next, 0)
	}
	q.next[i], q.heads[weight] = q.heads[weight], int32(i+1)
	q.top = max(q.top, weight)
}

// first returns the number that is next, and its weight; -1 if there is none.
func (q *ranking) first() (i, weight int) {
	for ; q.top >= 0; q.top-- {
		if head := q.heads[q.top]; head != 0 {
			return int(head - 1), q.top
		}
		if q.top == 0 {
			break
		}
	}
	return -1, -1
}

// pop takes out the number that is next, which has that weight.
func (q *ranking) pop(weight int) { q.heads[weight] = q.next[q.heads[weight]-1] }
