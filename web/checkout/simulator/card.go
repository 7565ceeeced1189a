package simulator

import (
	"strconv"
	"strings"
	"time"
)

// The cards that work.
const (
	cardPays     = "4242424242424242"
	cardDeclined = "4000000000000002"
)

type card struct {
	number      string
	month, year int
}

// declined says why the card does not pay, or nil.
func (c card) declined() *apiError {
	if c.number == cardPays {
		return nil
	}
	return &apiError{Type: "card_error", Code: "card_declined", DeclineCode: "generic_decline", Message: "Your card was declined."}
}

// cardErrors are messages by field; empty ones mean that the field is fine.
type cardErrors struct{ Number, Expiry, CVC string }

func (e cardErrors) any() bool { return e != cardErrors{} }

// readCard reads what somebody typed.
func readCard(number, expiry, cvc string, now time.Time) (card, cardErrors) {
	var bad cardErrors
	c := card{number: strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(number)}
	switch {
	case c.number == "":
		bad.Number = "Enter the card number."
	case !digits(c.number, 12, 19) || !luhn(c.number):
		bad.Number = "That is not a card number. Check the digits."
	case c.number != cardPays && c.number != cardDeclined:
		bad.Number = "This is a test page and takes no real cards. Use one of the test cards below."
	}
	var ok bool
	if c.month, c.year, ok = readExpiry(expiry); !ok {
		bad.Expiry = "Enter the expiry date as month and year: MM / YY."
	} else if end := time.Date(c.year, time.Month(c.month)+1, 1, 0, 0, 0, 0, time.UTC); !now.Before(end) {
		bad.Expiry = "That date is in the past."
	}
	if !digits(strings.TrimSpace(cvc), 3, 4) {
		bad.CVC = "Enter the three digits on the back of the card."
	}
	return c, bad
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
