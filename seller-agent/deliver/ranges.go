package deliver

import (
	"strconv"
	"strings"
)

// A span is a part of a file.
type span struct{ from, length int64 }

// spanOf reads a Range header for a file of size bytes (RFC 9110, section 14). whole says that all of it is to be sent:
// no range, one that cannot be read, or several, which nobody is obliged to serve. beyond says that nothing of what was
// asked for is there.
func spanOf(header string, size int64) (s span, whole, beyond bool) {
	all := span{0, size}
	ranges, ok := strings.CutPrefix(header, "bytes=")
	if !ok || strings.Contains(ranges, ",") {
		return all, true, false
	}
	first, last, ok := strings.Cut(strings.TrimSpace(ranges), "-")
	if !ok {
		return all, true, false
	}
	if first == "" { // the last so many bytes
		n, ok := number(last)
		if !ok {
			return all, true, false
		}
		n = min(n, size)
		return span{size - n, n}, false, n == 0
	}
	from, ok := number(first)
	if !ok {
		return all, true, false
	}
	to := size - 1
	if last != "" {
		n, ok := number(last)
		if !ok || n < from {
			return all, true, false
		}
		to = min(to, n)
	}
	if from >= size {
		return span{}, false, true
	}
	return span{from, to - from + 1}, false, false
}

// number reads digits alone. One too large for an int64 is as good as the largest.
func number(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 1<<63 - 1, true
	}
	return n, true
}
