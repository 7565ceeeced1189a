package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// benchCommand measures.
type benchCommand struct {
	Bids     benchBids     `cmd:"" help:"Accepted bids a second, beside a bare echo over the same bus."`
	Billing  benchBilling  `cmd:"" help:"Whole lives of many sales, from the hold on the card to the seller's payout, against test payments."`
	Lots     benchLots     `cmd:"" help:"A million open lots: what each costs, and whether they close on time."`
	Live     benchLive     `cmd:"" help:"From a file saved on disk to the text changed on an open page."`
	Screen   benchScreen   `cmd:"" help:"A listing held against the blacklist, and an entry against the market."`
	Watchers benchWatchers `cmd:"" help:"How soon a bid shows on the pages that many people have open, and what those weigh."`
	Search   benchSearch   `cmd:"" help:"Every shape of question that the search page offers, on a million listings."`
	Transfer benchTransfer `cmd:"" help:"From the seller's disk to the buyer's, beside curl."`
}

// percentile returns the p-th percentile (0 to 100) of the durations in milliseconds; 0 of none.
func percentile(d []time.Duration, p float64) float64 {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	at := min(int(float64(len(d))*p/100), len(d)-1)
	return float64(d[at].Microseconds()) / 1000
}

// printResult prints one JSON line, or name and value a line.
func printResult(asJSON bool, result any) error {
	line, err := json.Marshal(result)
	if err != nil {
		return err
	}
	if asJSON {
		fmt.Println(string(line))
		return nil
	}
	var indented []byte
	if indented, err = json.MarshalIndent(result, "", "  "); err == nil {
		_, err = fmt.Fprintln(os.Stdout, string(indented))
	}
	return err
}
