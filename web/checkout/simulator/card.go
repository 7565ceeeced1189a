package simulator

import (
	"strconv"
	"strings"
	"time"
)

// card is what somebody typed in.
type card struct {
	Number      string
	Month, Year int
}

// cardErrors are messages by field; empty ones mean that the field is fine.
type cardErrors struct{ Number, Expiry, CVC string }

func (e cardErrors) any() bool { return e != cardErrors{} }

// readCard reads what somebody typed.
func readCard(number, expiry, cvc string, now time.Time) (card, cardErrors) {
	var bad cardErrors
	c := card{Number: plainNumber(number)}
	switch {
	case c.Number == "":
		bad.Number = "Enter the card number."
	case !digits(c.Number, 12, 19) || !luhn(c.Number):
		bad.Number = "That is not a card number. Check the digits."
	case testCards[c.Number] == nil:
		bad.Number = "This is a test page and takes no real cards. Use one of the test cards below."
	}
	var ok bool
	if c.Month, c.Year, ok = readExpiry(expiry); !ok {
		bad.Expiry = "Enter the expiry date as month and year: MM / YY."
	} else if end := time.Date(c.Year, time.Month(c.Month)+1, 1, 0, 0, 0, 0, time.UTC); !now.Before(end) {
		bad.Expiry = "That date is in the past."
	}
	if !digits(strings.TrimSpace(cvc), 3, 4) {
		bad.CVC = "Enter the three digits on the back of the card."
	}
	return c, bad
}

// plainNumber leaves out what people write between the digits.
func plainNumber(s string) string {
	return strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(s)
}

func readExpiry(s string) (month, year int, ok bool) {
	s = strings.ReplaceAll(s, " ", "")
	m, y, found := strings.Cut(s, "/")
	if !found && len(s) == 4 {
		m, y = s[:2], s[2:]
	}
	if !digits(m, 1, 2) || !digits(y, 2, 4) || len(y) == 3 {
		return 0, 0, false
	}
	month, _ = strconv.Atoi(m) // digits
	year, _ = strconv.Atoi(y)
	if len(y) == 2 {
		year += 2000
	}
	return month, year, month >= 1 && month <= 12
}

func digits(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && strings.Trim(s, "0123456789") == ""
}

// luhn checks a card number's last digit.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
