// Package blacklist says which listings may be offered: it holds them against a list of works that people run.
package blacklist
