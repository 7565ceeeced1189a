// Seller-agent sells files straight from the disk they lie on. It watches a folder, says on the market what is in it,
// and hands a sold file to its buyer itself; no file is ever uploaded to a shop.
//
// Package share turns the folder into listings, package deliver hands files over, package agent ties both to the
// market, package command is what one types. There is no server of the market's in the program.
package main

import (
	"os"

	"lightshare/seller-agent/command"
)

func main() { os.Exit(command.Main(os.Args[1:], os.Stdout, os.Stderr)) }
