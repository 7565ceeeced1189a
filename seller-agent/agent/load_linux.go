package agent

import (
	"os"
	"strconv"
	"strings"
)

// readLoad reads /proc/stat and /proc/self/stat (proc(5)), both in ticks of USER_HZ.
func readLoad() (load, bool) {
	all, err := os.ReadFile("/proc/stat")
	if err != nil {
		return load{}, false
	}
	own, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return load{}, false
	}
	return parseLoad(string(all), string(own))
}

// parseLoad reads the first line of the one and the fields utime and stime of the other, which come after the program's
// name in brackets.
func parseLoad(all, own string) (load, bool) {
	line, _, _ := strings.Cut(all, "\n")
	fields := strings.Fields(line)
	if len(fields) < 6 || fields[0] != "cpu" {
		return load{}, false
	}
	var l load
	for i, text := range fields[1:min(len(fields), 9)] { // what follows, guests, is part of user
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return load{}, false
		}
		l.all += n
		if i == 3 || i == 4 { // idle, iowait
			l.idle += n
		}
	}
	end := strings.LastIndexByte(own, ')')
	fields = strings.Fields(own[end+1:])
	if end < 0 || len(fields) < 13 {
		return load{}, false
	}
	for _, text := range fields[11:13] {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return load{}, false
		}
		l.own += n
	}
	return l, true
}
