package auction

import "lightshare/events"

// bands is the increment table of currencies with two decimals, in minor units: eBay's, published for its sellers. The
// currencies without decimals (KRW, JPY) take ten times these numbers, in won and yen.
var bands = []events.Increment{
	{From: 0, Step: 5}, {From: 100, Step: 25}, {From: 500, Step: 50}, {From: 2_500, Step: 100}, {From: 10_000, Step: 250},
	{From: 25_000, Step: 500}, {From: 50_000, Step: 1_000}, {From: 100_000, Step: 2_500}, {From: 250_000, Step: 5_000},
	{From: 500_000, Step: 10_000},
}

var wholeBands = tenfold(bands)

func tenfold(table []events.Increment) []events.Increment {
	whole := make([]events.Increment, len(table))
	for i, band := range table {
		whole[i] = events.Increment{From: band.From * 10, Step: band.Step * 10}
	}
	return whole
}

// increments returns the table that counts for t: the seller's own, or that of the currency.
func increments(t events.Terms) []events.Increment {
	switch {
	case len(t.Increments) > 0:
		return t.Increments
	case t.Currency.Digits() == 0:
		return wholeBands
	}
	return bands
}

// step returns the increment of the band that amount lies in.
func step(table []events.Increment, amount int64) int64 {
	for i := len(table) - 1; i > 0; i-- {
		if amount >= table[i].From {
			return table[i].Step
		}
	}
	return table[0].Step
}
