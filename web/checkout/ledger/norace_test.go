//go:build !race

package ledger

const effort = 1
