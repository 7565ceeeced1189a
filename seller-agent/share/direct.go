package share

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"lightshare/events"
)

// A CodePart is one line of a sheet's discount codes.
type CodePart struct {
	Code  *Word `yaml:"code" json:"code,omitempty"`
	Off   *Word `yaml:"off" json:"off,omitempty"` // a percentage or an amount
	Until *Word `yaml:"until" json:"until,omitempty"`
	Uses  *Word `yaml:"uses" json:"uses,omitempty"`
	Once  *Word `yaml:"once" json:"once,omitempty"`
}

// direct puts what the sheet says of a direct sale into the terms.
func (s Sheet) direct(t events.Terms, d Defaults) (events.Terms, error) {
	price := s.Price
	if price == nil {
		price = &Word{Text: d.Price}
	}
	var err error
	if t.Price, err = price.amount("price", t.Currency); err != nil {
		return t, err
	}
	if s.Least != nil {
		if t.Least, err = s.Least.amount("least", t.Currency); err != nil {
			return t, err
		}
		if t.Least > t.Price {
			return t, s.Least.bad("least", "at most the price, which is what is suggested to buyers")
		}
	}
	if t.Proposals, err = s.Offers.yes("offers"); err != nil {
		return t, err
	}
	for _, part := range s.Codes {
		code, err := part.code(t)
		if err != nil {
			return t, err
		}
		t.Codes = append(t.Codes, code)
	}
	return t, nil
}

// code reads one discount code.
func (p CodePart) code(t events.Terms) (c events.Code, err error) {
	c.Name = events.TypedCode(p.Code.text())
	where := cmp.Or(p.Code, p.Off, &Word{})
	if !events.GoodText(c.Name, 3, 40, false) {
		return c, where.bad("code", "3 to 40 bytes are wanted")
	}
	if err := p.off(&c, t, where); err != nil {
		return c, err
	}
	if p.Until != nil {
		if c.Until, err = p.Until.through("until"); err != nil {
			return c, err
		}
	}
	if p.Uses != nil {
		n, err := strconv.ParseInt(p.Uses.text(), 10, 64)
		if err != nil || n < 1 {
			return c, p.Uses.bad("uses", "how often it may be used in all")
		}
		c.Uses = n
	}
	c.Once, err = p.Once.yes("once")
	return c, err
}

// off reads what the code takes off.
func (p CodePart) off(c *events.Code, t events.Terms, where *Word) (err error) {
	percent, isPercent := strings.CutSuffix(p.Off.text(), "%")
	switch {
	case p.Off == nil:
		return where.bad("code", "off is missing: a percentage like 20%, or an amount")
	case isPercent:
		c.Percent, err = strconv.ParseInt(strings.TrimSpace(percent), 10, 64)
		if err != nil || c.Percent < 1 || c.Percent > 99 {
			return p.Off.bad("off", "1% to 99%, or an amount, is wanted")
		}
	default:
		if c.Off, err = p.Off.amount("off", t.Currency); err != nil {
			return err
		}
	}
	if c.Reduced(t.Price) < 1 {
		return p.Off.bad("off", "it leaves no price")
	}
	return nil
}

// through reads a time, or a day that counts to its end on this computer's clock.
func (w *Word) through(field string) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, w.text(), time.Local); err == nil {
		return day.AddDate(0, 0, 1).UTC(), nil
	}
	return w.moment(field)
}

// yes reads yes or no; none is no.
func (w *Word) yes(field string) (bool, error) {
	switch strings.ToLower(w.text()) {
	case "yes", "true", "on":
		return true, nil
	case "", "no", "false", "off":
		return false, nil
	}
	return false, w.bad(field, "yes or no is wanted")
}
