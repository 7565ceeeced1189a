package ledger

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// sequences is how many random sequences each property is tried on, unless -rapid.checks says otherwise.
const sequences = 100_000 / effort

// TestMain says which seed the random sequences of this run follow from, whether they fail or not.
func TestMain(m *testing.M) {
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range map[string]uint64{"rapid.checks": sequences, "rapid.seed": rand.Uint64()>>1 | 1} {
		if given[name] {
			continue
		}
		if err := flag.Set(name, strconv.FormatUint(value, 10)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	fmt.Printf("random sequences: -rapid.checks=%s -rapid.seed=%s\n", flag.Lookup("rapid.checks").Value, flag.Lookup("rapid.seed").Value)
	os.Exit(m.Run())
}
