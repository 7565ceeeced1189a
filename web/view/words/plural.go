package words

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/message/catalog"
)

// singular is what a sentence about a number is when that number, its first argument, is one. The keys say many.
var singular = map[string]string{
	"%d bids":                       "1 bid",
	"%d offers":                     "1 offer",
	"%d matches":                    "1 match",
	"%d copies sold":                "1 copy sold",
	"%d minutes":                    "1 minute",
	"%d seconds":                    "1 second",
	"%d hours":                      "1 hour",
	"%d days":                       "1 day",
	"%d bytes":                      "1 byte",
	"%d lots won and not paid for":  "1 lot won and not paid for",
	"%d bids taken back":            "1 bid taken back",
	"%d copies":                     "1 copy",
	"%d entries":                    "1 entry",
	"%d files":                      "1 file",
	"%d lines":                      "1 line",
	"%d paid orders":                "1 paid order",
	"%d rows":                       "1 row",
	"%d things to put right":        "1 thing to put right",
	"%d works":                      "1 work",
	"Decided in %d days":            "Decided in 1 day",
	"So far it has %d retractions.": "So far it has 1 retraction.",
}

func inNumber(many, one string) catalog.Message {
	return plural.Selectf(1, "%d", "=1", one, "other", many)
}
