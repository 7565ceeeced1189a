package share

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// MaxSheet is the largest sheet that is read, in bytes.
const MaxSheet = 64 << 10

// A Sheet is what a *.listing.yaml says. What it leaves out is taken from the sheets of the folders around it, the
// nearest first, and then from the agent's defaults. Amounts are decimals as people write them.
//
//	title: Dawn over Bukhansan        # beside a file only
//	description: |
//	  A photograph of 48 megapixels.
//	tags: [photo, mountain]
//	currency: USD
//	edition: 25                       # or: open
//	price: 12.50                      # a direct sale
//	least: 3.00                       # buyers name their own price from there on; price is what is suggested
//	offers: yes                       # or they may offer less, for the seller to answer
//	codes:                            # or know a code that takes something off
//	  - {code: SPRING, off: 20%, until: 2026-12-31, uses: 50, once: yes}
//	auction:                          # instead of a price
//	  start: 5
//	  reserve: 20
//	  buy_now: 50
//	  duration: 3d                    # d, h, m, s; from the moment it is listed. Or instead:
//	  ends: 2026-12-24 18:00          # on this computer's clock, or with a zone: 2026-12-24T18:00:00+09:00
//	  soft_close: 2m
//	  max_extension: 1h
//	  increments:                     # from that price on, steps of so much
//	    - {from: 0, step: 0.50}
//	    - {from: 100, step: 5}
type Sheet struct {
	Title       *Word        `yaml:"title" json:"title,omitempty"`
	Description *Word        `yaml:"description" json:"description,omitempty"`
	Tags        []Word       `yaml:"tags" json:"tags"`
	Currency    *Word        `yaml:"currency" json:"currency,omitempty"`
	Edition     *Word        `yaml:"edition" json:"edition,omitempty"`
	Price       *Word        `yaml:"price" json:"price,omitempty"`
	Least       *Word        `yaml:"least" json:"least,omitempty"`
	Offers      *Word        `yaml:"offers" json:"offers,omitempty"`
	Codes       []CodePart   `yaml:"codes" json:"codes,omitempty"`
	Auction     *AuctionPart `yaml:"auction" json:"auction,omitempty"`
}

// An AuctionPart is the part of a Sheet about an auction.
type AuctionPart struct {
	Start        *Word  `yaml:"start" json:"start,omitempty"`
	Reserve      *Word  `yaml:"reserve" json:"reserve,omitempty"`
	BuyNow       *Word  `yaml:"buy_now" json:"buy_now,omitempty"`
	Duration     *Word  `yaml:"duration" json:"duration,omitempty"`
	Ends         *Word  `yaml:"ends" json:"ends,omitempty"`
	SoftClose    *Word  `yaml:"soft_close" json:"soft_close,omitempty"`
	MaxExtension *Word  `yaml:"max_extension" json:"max_extension,omitempty"`
	Increments   []Band `yaml:"increments" json:"increments,omitempty"`
}

// A Band is one line of an auction's increments.
type Band struct {
	From *Word `yaml:"from" json:"from,omitempty"`
	Step *Word `yaml:"step" json:"step,omitempty"`
}

// A Word is one value of a sheet as it is written there, before anybody decides whether it is a number.
type Word struct {
	Text string
	Line int // in the sheet, from 1; 0: it is not from a sheet
}

// MarshalJSON writes the text alone.
func (w Word) MarshalJSON() ([]byte, error) { return json.Marshal(w.Text) }

// UnmarshalJSON reads the text alone.
func (w *Word) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &w.Text) }

// UnmarshalYAML takes any single value.
func (w *Word) UnmarshalYAML(n ast.Node) error {
	w.Line = n.GetToken().Position.Line
	switch n := n.(type) {
	case *ast.StringNode:
		w.Text = n.Value
	case *ast.LiteralNode:
		w.Text = n.Value.Value
	case *ast.NullNode:
		w.Text = ""
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
		return fmt.Errorf("line %d: one value is wanted here", w.Line)
	default:
		w.Text = n.GetToken().Value
	}
	return nil
}

// bad returns the error that field, which is w, is wrong.
func (w *Word) bad(field, why string) error {
	if w.Line == 0 {
		return fmt.Errorf("%s %q: %s", field, shorten(w.Text, 60), why)
	}
	return fmt.Errorf("line %d: %s %q: %s", w.Line, field, shorten(w.Text, 60), why)
}

// known are the keys of a sheet, as an unknown one is answered.
const (
	knownKeys        = "title, description, tags, currency, edition, price, least, offers, codes (each with code, off, until, uses, once), auction"
	knownAuctionKeys = "start, reserve, buy_now, duration, ends, soft_close, max_extension, increments (each with from, step)"
)

// ParseSheet reads a sheet. An error says the line and what would be right there.
func ParseSheet(text []byte) (Sheet, error) {
	if len(text) > MaxSheet {
		return Sheet{}, fmt.Errorf("longer than %d bytes", MaxSheet)
	}
	if err := refuseReferences(text); err != nil {
		return Sheet{}, err
	}
	var s Sheet
	err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&s)
	if err != nil && !errors.Is(err, io.EOF) {
		return Sheet{}, explain(err)
	}
	if s.Price != nil && s.Auction != nil {
		return Sheet{}, fmt.Errorf("line %d: price and auction: a file is sold either way, not both", s.Price.Line)
	}
	if s.Auction != nil && (s.Least != nil || s.Offers != nil || s.Codes != nil) {
		return Sheet{}, errors.New("least, offers and codes are for direct sales, not for an auction")
	}
	return s, nil
}

// explain words what the decoder says.
func explain(err error) error {
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		return fmt.Errorf("line %d: %q is not known here; known are %s, and under auction %s",
			unknown.Token.Position.Line, unknown.Token.Value, knownKeys, knownAuctionKeys)
	}
	var known yaml.Error
	if errors.As(err, &known) && known.GetToken() != nil {
		return fmt.Errorf("line %d: %s", known.GetToken().Position.Line, known.GetMessage())
	}
	return err
}

// refuseReferences turns away YAML's anchors and aliases, with which a short text can stand for an endless one.
func refuseReferences(text []byte) error {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return explain(err)
	}
	var v references
	for _, doc := range file.Docs {
		if doc.Body != nil {
			ast.Walk(&v, doc.Body)
		}
	}
	if v.line > 0 {
		return fmt.Errorf("line %d: anchors and aliases are not taken", v.line)
	}
	return nil
}

// references finds the first anchor, alias or merge.
type references struct{ line int }

// Visit implements [ast.Visitor].
func (v *references) Visit(n ast.Node) ast.Visitor {
	switch n.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType:
		if v.line == 0 {
			v.line = n.GetToken().Position.Line
		}
	}
	return v
}

// merge returns the sheet that holds where inner says something about what outer holds for too.
func merge(outer, inner Sheet) Sheet {
	if inner.Title != nil {
		outer.Title = inner.Title
	}
	if inner.Description != nil {
		outer.Description = inner.Description
	}
	if inner.Tags != nil {
		outer.Tags = inner.Tags
	}
	if inner.Currency != nil {
		outer.Currency = inner.Currency
	}
	if inner.Edition != nil {
		outer.Edition = inner.Edition
	}
	if inner.Price != nil {
		outer.Price, outer.Auction = inner.Price, nil
	}
	if inner.Least != nil {
		outer.Least = inner.Least
	}
	if inner.Offers != nil {
		outer.Offers = inner.Offers
	}
	if inner.Codes != nil {
		outer.Codes = inner.Codes
	}
	if inner.Auction != nil {
		outer.Auction = inner.Auction
		outer.Price, outer.Least, outer.Offers, outer.Codes = nil, nil, nil, nil
	}
	return outer
}

// text returns what w says without the white space around it, or "" for none.
func (w *Word) text() string {
	if w == nil {
		return ""
	}
	return strings.TrimSpace(w.Text)
}
