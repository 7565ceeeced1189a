package events

import (
	"fmt"
	"strings"
)

// A Print is what a content is known by under any name: its kind, a colon and 64 hexadecimal digits. Package content takes
// them.
type Print string

// The kinds of prints.
const (
	RootPrint  = "root"   // of the hash tree over the plain records: these very bytes
	BytesPrint = "sha256" // of a file, or of a file in an archive
	ImagePrint = "image"  // of what a picture looks like
)

// MaxPrints is how many prints a listing or an entry may have.
const MaxPrints = 100

// PrintOf puts a print together; digits are 64 hexadecimal ones.
func PrintOf(kind, digits string) Print { return Print(kind + ":" + digits) }

// Kind returns what the print is of, and its digits.
func (p Print) Kind() (kind, digits string) {
	kind, digits, _ = strings.Cut(string(p), ":")
	return kind, digits
}

// CheckPrints reports what is wrong with prints as [Malformed].
func CheckPrints(prints []Print) error {
	if len(prints) > MaxPrints {
		return fmt.Errorf("%d prints, %d at the most: %w", len(prints), MaxPrints, Malformed)
	}
	for _, p := range prints {
		if kind, digits := p.Kind(); kind != RootPrint && kind != BytesPrint && kind != ImagePrint || !isRoot(digits) {
			return fmt.Errorf("print %.80q: %w", p, Malformed)
		}
	}
	return nil
}
