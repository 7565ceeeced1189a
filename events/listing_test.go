package events

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestListingCheck(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	seller := SellerOf(public)
	for name, tc := range map[string]struct {
		change func(*Listing)
		want   error
	}{
		"good":                   {func(*Listing) {}, nil},
		"Korean":                 {func(l *Listing) { l.Title, l.FileName = "봄날의 사진", "봄날.jpg" }, nil},
		"no title":               {func(l *Listing) { l.Title = "  " }, Malformed},
		"title too long":         {func(l *Listing) { l.Title = strings.Repeat("a", MaxTitle+1) }, Malformed},
		"title with a control":   {func(l *Listing) { l.Title = "a\x1b[2J" }, Malformed},
		"title turned around":    {func(l *Listing) { l.Title = "a\u202egpj.exe" }, Malformed},
		"title not UTF-8":        {func(l *Listing) { l.Title = "a\xff" }, Malformed},
		"a path":                 {func(l *Listing) { l.FileName = "../photo.jpg" }, Malformed},
		"negative size":          {func(l *Listing) { l.Size = -1 }, Malformed},
		"a root that is none":    {func(l *Listing) { l.Root = "abc" }, Malformed},
		"no sealed root":         {func(l *Listing) { l.SealedRoot = "" }, Malformed},
		"too many tags":          {func(l *Listing) { l.Tags = make([]string, MaxTags+1) }, Malformed},
		"price of 0":             {func(l *Listing) { l.Terms.Price = 0 }, BadAmount},
		"price beyond the limit": {func(l *Listing) { l.Terms.Price = MaxAmount + 1 }, BadAmount},
		"currency not traded":    {func(l *Listing) { l.Terms.Currency = "XAU" }, BadCurrency},
		"no format":              {func(l *Listing) { l.Terms.Format = "" }, Malformed},
		"auction without an end": {func(l *Listing) { l.Terms = Terms{Format: Auction, Currency: USD, Start: 100} }, Malformed},
		"auction":                {func(l *Listing) { l.Terms = Terms{Format: Auction, Currency: USD, Start: 100, Duration: time.Hour} }, nil},
		"reserve under the start": {func(l *Listing) {
			l.Terms = Terms{Format: Auction, Currency: USD, Start: 100, Reserve: 99, Duration: time.Hour}
		}, BadAmount},
		"buy now under 130 %": {func(l *Listing) {
			l.Terms = Terms{Format: Auction, Currency: USD, Start: 100, BuyNow: 129, Duration: time.Hour}
		}, BadAmount},
		"increments out of order": {func(l *Listing) {
			l.Terms = Terms{Format: Auction, Currency: USD, Start: 100, Duration: time.Hour, Increments: []Increment{{0, 5}, {0, 6}}}
		}, Malformed},
		"somebody else's listing":  {func(l *Listing) { l.ID = SellerID("aaaaaaaaaaaaaaaa").Listing("photo") }, Malformed},
		"somebody else's key":      {func(l *Listing) { l.Key, _, _ = ed25519.GenerateKey(nil) }, Malformed},
		"withdrawn needs no title": {func(l *Listing) { *l = Listing{ID: l.ID, Seller: l.Seller, Rev: 9, Withdrawn: true} }, nil},
	} {
		l := Listing{
			ID: seller.Listing("photo"), Seller: seller, SellerName: "Jae", Rev: 1, Title: "A photo", FileName: "photo.jpg", Size: 5, Type: "image/jpeg",
			Root: strings.Repeat("0a", 32), SealedRoot: strings.Repeat("0b", 32), Terms: Terms{Format: Direct, Currency: USD, Price: 100},
		}
		tc.change(&l)
		if name != "somebody else's key" {
			l.Sign(private)
		}
		if err := l.Check(seller); !errors.Is(err, tc.want) {
			t.Errorf("%s: Check = %v, want %v", name, err, tc.want)
		}
	}
	l := Listing{ID: seller.Listing("photo"), Seller: seller, Rev: 1, Withdrawn: true}
	l.Sign(private)
	l.Rev = 2
	if err := l.Check(seller); !errors.Is(err, Malformed) {
		t.Errorf("changed after signing: Check = %v, want %v", err, Malformed)
	}
}

func TestListingIDs(t *testing.T) {
	for id, want := range map[ListingID]SellerID{
		"aaaaaaaaaaaaaaaa-photo1":          "aaaaaaaaaaaaaaaa",
		"aaaaaaaaaaaaaaaa-":                "",
		"aaaaaaaaaaaaaaaa":                 "",
		"short-photo":                      "",
		"aaaaaaaaaaaaaaaa-a.b":             "",
		"aaaaaaaaaaaaaaaa->":               "",
		"aaaaaaaaaaaaaaaA-photo":           "",
		"aaaaaaaaaaaaaaaa-photo-1":         "",
		ListingID(strings.Repeat("a", 99)): "",
	} {
		if got := id.Seller(); got != want {
			t.Errorf("ListingID(%q).Seller() = %q, want %q", id, got, want)
		}
	}
}
