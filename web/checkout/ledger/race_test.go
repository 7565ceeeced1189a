//go:build race

package ledger

// effort divides how much the long tests try: the race detector makes everything slower and these have one goroutine.
const effort = 50
