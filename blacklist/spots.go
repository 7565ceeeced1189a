package blacklist

// spots tell where the pieces of a text stand, so that a name is compared only where enough of its pieces lie about as
// far apart as in the name. Used again for one text after the other.
type spots struct {
	text    []byte
	heads   [1 << spotBits]int32 // by a piece's hash: its last place and one more; 0 for none
	next    []int32              // place → the place before with the same hash and one more
	bins    []uint8              // by how far the text's places are from the name's: pieces; all 0 between names
	touched []int32              // bins above 0
}

const (
	spotBits = 10
	// Places that differ by less than binWidth from a name's are one bin; with its neighbours it takes in all that a few
	// letters too many or too few move.
	binWidth = 4
	firstBin = maxSound/binWidth + 1 // of the text's beginning, so that a name may begin before it
)

func spotOf(s []byte, i int) uint32 {
	return (uint32(s[i])<<16 | uint32(s[i+1])<<8 | uint32(s[i+2])) * 0x9E3779B1 >> (32 - spotBits)
}

// read takes in a text, which must stay as it is.
func (s *spots) read(text []byte) {
	clear(s.heads[:])
	s.text, s.next = text, s.next[:0]
	for i := 0; i+3 <= len(text); i++ {
		head := &s.heads[spotOf(text, i)]
		s.next = append(s.next, *head)
		*head = int32(i + 1)
	}
	if need := firstBin + len(text)/binWidth + 4; len(s.bins) < need {
		s.bins = make([]uint8, need)
	}
}

// lay counts the pieces of a name in each bin; clear must follow.
func (s *spots) lay(name []byte) {
	for i := 0; i+3 <= len(name); i++ {
		for at := s.heads[spotOf(name, i)]; at > 0; at = s.next[at-1] {
			p := int(at - 1)
			if s.text[p] != name[i] || s.text[p+1] != name[i+1] || s.text[p+2] != name[i+2] {
				continue
			}
			b := firstBin + (p-i)>>2
			if s.bins[b] == 0 {
				s.touched = append(s.touched, int32(b))
			}
			if s.bins[b] < 85 { // three of them stay below 256
				s.bins[b]++
			}
		}
	}
}

func (s *spots) clear() {
	for _, b := range s.touched {
		s.bins[b] = 0
	}
	s.touched = s.touched[:0]
}

// near returns how many pieces a bin has with its neighbours.
func (s *spots) near(bin int32) int { return int(s.bins[bin-1] + s.bins[bin] + s.bins[bin+1]) }

// hold reports whether so many pieces of the name stand in one place.
func (s *spots) hold(name []byte, least int) bool {
	s.lay(name)
	held := false
	for _, b := range s.touched {
		if s.near(b) >= least {
			held = true
			break
		}
	}
	s.clear()
	return held
}

// pieces returns how many pieces of a name stand in the text at the most; 0 if they are too few to compare it.
func (s *spots) pieces(name []byte) int {
	found := 0
	for i := 0; i+3 <= len(name); i++ {
		if s.heads[spotOf(name, i)] != 0 {
			found++
		}
	}
	if len(name) > shortSound {
		found--
	}
	if found < enoughPieces(len(name)) {
		return 0
	}
	return found
}

// most returns how many pieces of the name stand in one place at the most.
func (s *spots) most(name []byte) int {
	s.lay(name)
	most := 0
	for _, b := range s.touched {
		most = max(most, s.near(b))
	}
	s.clear()
	return most
}

// holdAtEdge reports whether so many pieces of the name stand about where one of the stretches begins or ends.
func (s *spots) holdAtEdge(name []byte, least int, froms, lengths []int) bool {
	s.lay(name)
	held := false
	for i, from := range froms {
		held = held || s.about(from, least) || s.about(from+lengths[i]-len(name), least)
	}
	s.clear()
	return held
}

// about reports whether so many pieces of the name lie as if it began about there.
func (s *spots) about(from, least int) bool {
	bin := int32(firstBin + from>>2)
	for b := max(1, bin-1); b <= bin+1; b++ {
		if s.near(b) >= least {
			return true
		}
	}
	return false
}

// each calls f with each stretch of the text where at least so many pieces of the name stand in one place, with room for
// as many symbols more at both ends, and with how many pieces these are.
func (s *spots) each(name []byte, least, room int, f func(from, to, pieces int)) {
	s.lay(name)
	for _, b := range s.touched {
		if n := s.near(b); n >= least {
			from := (int(b)-1-firstBin)*binWidth - room
			to := (int(b)+2-firstBin)*binWidth + len(name) + room
			f(max(0, from), min(to, len(s.text)), n)
		}
	}
	s.clear()
}
