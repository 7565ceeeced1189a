package events

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Format is the way in which something is sold.
type Format string

// The formats.
const (
	Auction Format = "auction" // highest maximum wins at the close
	Direct  Format = "direct"  // fixed price
)

// OpenEdition as an edition means that any number of copies may be sold.
const OpenEdition int64 = 0

// An Increment says that from From on, the price moves in steps of Step; both in minor units.
type Increment struct {
	From int64 `json:"from"`
	Step int64 `json:"step"`
}

// Terms are what a seller asks for. Amounts are minor units of Currency.
type Terms struct {
	Format   Format   `json:"format"`
	Currency Currency `json:"currency"`
	Edition  int64    `json:"edition"`          // copies that will ever be sold; OpenEdition for any number
	Shares   []Share  `json:"shares,omitempty"` // of every sale, for payees besides the seller

	Price     int64  `json:"price,omitempty"`     // direct sale only, like the three that follow
	Least     int64  `json:"least,omitempty"`     // buyers name their own price from there on, and Price is what is suggested; 0: they do not
	Proposals bool   `json:"proposals,omitempty"` // buyers may offer less, to the seller alone
	Codes     []Code `json:"codes,omitempty"`     // discounts. Secret: an Offer has what stands for their names

	Start        int64         `json:"start,omitempty"`         // auction only, like all that follow
	Reserve      int64         `json:"reserve,omitempty"`       // 0: none. Secret: never in an Offer or a Standing
	BuyNow       int64         `json:"buy_now,omitempty"`       // 0: not offered
	Duration     time.Duration `json:"duration,omitempty"`      // nanoseconds from the moment it is listed; 0 with EndsAt set
	EndsAt       time.Time     `json:"ends_at,omitzero"`        // UTC; wins over Duration
	SoftClose    time.Duration `json:"soft_close,omitempty"`    // nanoseconds; 0 takes the default of two minutes
	MaxExtension time.Duration `json:"max_extension,omitempty"` // nanoseconds; 0 takes the default of one hour
	Increments   []Increment   `json:"increments,omitempty"`    // empty takes the currency's table
}

// Limits of what a listing may say. Longer texts are refused, not cut, so that nobody sells what he did not write.
const (
	MaxTitle       = 200      // bytes
	MaxDescription = 20_000   // bytes
	MaxFileName    = 255      // bytes
	MaxTags        = 20       // tags of at most MaxTag bytes
	MaxTag         = 60       // bytes
	MaxSize        = 20 << 40 // bytes of a file
	MinDuration    = 5 * time.Second
	MaxDuration    = 30 * 24 * time.Hour
)

// Listing says what one file's seller offers, as it is on disk now. Published by the seller's agent on
// [ListingSubject], whole each time; the newest Rev counts. Withdrawn true means that it is not offered any more.
type Listing struct {
	ID         ListingID `json:"id"`
	Seller     SellerID  `json:"seller"`
	SellerName string    `json:"seller_name"` // as the seller wants to be called in public
	Rev        int64     `json:"rev"`         // grows with every message about this listing
	Withdrawn  bool      `json:"withdrawn,omitempty"`
	Reason     string    `json:"reason,omitempty"` // why it was withdrawn, in words

	Title       string    `json:"title"`
	Description string    `json:"description,omitempty"`
	Tags        []string  `json:"tags,omitempty"`
	FileName    string    `json:"file_name"`        // base name only; never a path
	Size        int64     `json:"size"`             // bytes
	Type        string    `json:"type"`             // media type sniffed from the content
	Modified    time.Time `json:"modified"`         // of the file, UTC
	Root        string    `json:"root"`             // hash tree root over the plain records, 64 hexadecimal digits (package sealed)
	SealedRoot  string    `json:"sealed_root"`      // likewise over the sealed records, which is what buyers receive
	Prints      []Print   `json:"prints,omitempty"` // of what is in the file, beside Root (package content)
	Unread      string    `json:"unread,omitempty"` // why it could not be looked into, in words
	Terms       Terms     `json:"terms"`

	// What was added to Description after the first bid. The auction house fills it in; what an agent says here is dropped.
	Additions []Addition `json:"additions,omitempty"`

	Key       []byte `json:"key"`       // the agent's Ed25519 public key; SellerOf(Key) is Seller
	Signature []byte `json:"signature"` // by Key over Commitment
}

// An Addition is what a seller wrote at the end of a description that others had already bid on.
type Addition struct {
	At   time.Time `json:"at"` // UTC
	Text string    `json:"text"`
	Told bool      `json:"told,omitempty"` // by [AddText], so that the sheet beside the file does not have it
}

// Commitment returns the bytes that the agent signs: what exactly is for sale, or that nothing is any more.
func (l Listing) Commitment() []byte {
	return fmt.Appendf(nil, "lightshare listing 2\n%s\n%d\n%t\n%d\n%s\n%s\n%s\n",
		l.ID, l.Rev, l.Withdrawn, l.Size, l.Type, l.Root, l.SealedRoot)
}

// Sign sets the seller's key and signature.
func (l *Listing) Sign(key ed25519.PrivateKey) {
	l.Key = key.Public().(ed25519.PublicKey)
	l.Signature = ed25519.Sign(key, l.Commitment())
}

// Check reports what is wrong with l as a message of seller's on the bus, as [Malformed], [BadAmount] or [BadCurrency]
// with the field named. A listing that passes is well formed; whether it is true shows at delivery.
func (l Listing) Check(seller SellerID) error {
	switch {
	case l.ID.Seller() != seller || l.Seller != seller:
		return fmt.Errorf("listing %q of %q: %w", l.ID, seller, Malformed)
	case len(l.Key) != ed25519.PublicKeySize || SellerOf(l.Key) != seller || !ed25519.Verify(l.Key, l.Commitment(), l.Signature):
		return fmt.Errorf("signature of listing %s: %w", l.ID, Malformed)
	case l.Withdrawn:
		return nil
	}
	return l.CheckContent()
}

// CheckContent reports what is wrong with what l says of its file, whoever says it and signed or not, in the same terms
// as Check.
func (l Listing) CheckContent() error {
	switch {
	case !GoodText(l.Title, 1, MaxTitle, false):
		return fmt.Errorf("title of listing %s (1 to %d bytes of text): %w", l.ID, MaxTitle, Malformed)
	case !GoodText(l.Description, 0, MaxDescription, true):
		return fmt.Errorf("description of listing %s: %w", l.ID, Malformed)
	case !GoodText(l.SellerName, 1, 80, false):
		return fmt.Errorf("seller's name of listing %s: %w", l.ID, Malformed)
	case !GoodText(l.FileName, 1, MaxFileName, false) || strings.ContainsAny(l.FileName, "/\\"):
		return fmt.Errorf("file name of listing %s: %w", l.ID, Malformed)
	case !GoodText(l.Type, 1, 127, false):
		return fmt.Errorf("type of listing %s: %w", l.ID, Malformed)
	case l.Size < 0 || l.Size > MaxSize:
		return fmt.Errorf("size of listing %s: %w", l.ID, Malformed)
	case !isRoot(l.Root):
		return fmt.Errorf("root of listing %s: %w", l.ID, Malformed)
	case !isRoot(l.SealedRoot):
		return fmt.Errorf("sealed root of listing %s: %w", l.ID, Malformed)
	case len(l.Tags) > MaxTags:
		return fmt.Errorf("tags of listing %s: %w", l.ID, Malformed)
	case !GoodText(l.Unread, 0, MaxTitle, false):
		return fmt.Errorf("what is unread of listing %s: %w", l.ID, Malformed)
	}
	if err := CheckPrints(l.Prints); err != nil {
		return fmt.Errorf("content of listing %s: %w", l.ID, err)
	}
	for _, tag := range l.Tags {
		if !GoodText(tag, 1, MaxTag, false) {
			return fmt.Errorf("tag of listing %s: %w", l.ID, Malformed)
		}
	}
	return l.Terms.Check()
}

// isRoot reports whether s is a root as package sealed writes it.
func isRoot(s string) bool { return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" }

// Check reports what is wrong with t, naming the field.
func (t Terms) Check() error {
	bad := func(field string, r Refusal) error { return fmt.Errorf("%s: %w", field, r) }
	amount := func(n int64) bool { return n > 0 && n <= MaxAmount }
	if !t.Currency.Known() {
		return bad("currency", BadCurrency)
	}
	if t.Edition < 0 {
		return bad("edition", Malformed)
	}
	if err := CheckShares(t.Shares); err != nil {
		return fmt.Errorf("shares: %w", err)
	}
	switch t.Format {
	case Direct:
		return t.checkPrice()
	case Auction:
	default:
		return bad("format", Malformed)
	}
	switch {
	case t.Least != 0 || t.Proposals || len(t.Codes) > 0:
		return bad("least, proposals and codes are for direct sales", Malformed)
	case !amount(t.Start):
		return bad("start", BadAmount)
	case t.Reserve != 0 && (!amount(t.Reserve) || t.Reserve < t.Start):
		return bad("reserve", BadAmount)
	case t.BuyNow != 0 && (!amount(t.BuyNow) || t.BuyNow*10 < t.Start*13):
		return bad("buy_now (at least 30 % over the start price)", BadAmount)
	case t.EndsAt.IsZero() && (t.Duration < MinDuration || t.Duration > MaxDuration):
		return bad("duration (5 seconds to 30 days)", Malformed)
	case t.SoftClose < 0 || t.SoftClose > time.Hour:
		return bad("soft_close", Malformed)
	case t.MaxExtension < 0 || t.MaxExtension > 24*time.Hour:
		return bad("max_extension", Malformed)
	case len(t.Increments) > 50:
		return bad("increments", Malformed)
	}
	for i, in := range t.Increments {
		if in.Step <= 0 || in.Step > MaxAmount || i == 0 && in.From != 0 || i > 0 && in.From <= t.Increments[i-1].From {
			return bad("increments", Malformed)
		}
	}
	return nil
}

// GoodText reports whether s is valid UTF-8 of min to max bytes without control characters (lines allows \n and \t),
// without characters that turn the direction of writing, and not blank when min asks for text.
func GoodText(s string, min, max int, lines bool) bool {
	if len(s) < min || len(s) > max || !utf8.ValidString(s) || min > 0 && strings.TrimSpace(s) == "" {
		return false
	}
	for _, r := range s {
		switch {
		case lines && (r == '\n' || r == '\t'):
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == utf8.RuneError:
			return false
		}
	}
	return true
}
