package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"lightshare/auction"
	"lightshare/events"
)

// verifyCommand checks how an auction went, from its public record alone.
type verifyCommand struct {
	Record string `arg:"" name:"lot" help:"A record in a file, - for standard input, or the id of a lot of --market."`
	Market string `default:"http://localhost:8080" placeholder:"URL" help:"The storefront that hands out the record of a lot."`
	Key    string `placeholder:"HEX" help:"The house's public key, from a source that you trust; the one in the record otherwise."`
}

// Run prints what the record proves, or returns an error that wraps [auction.ErrUnproven] and names the place.
func (c verifyCommand) Run(ctx context.Context) error {
	var key ed25519.PublicKey
	if c.Key != "" {
		raw, err := hex.DecodeString(c.Key)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return fmt.Errorf("key %q: %d hexadecimal digits are wanted, as on the market's /house-key", c.Key, 2*ed25519.PublicKeySize)
		}
		key = raw
	}
	in, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer in.Close()
	found, err := auction.Verify(in, key)
	if err != nil {
		return err
	}
	tellFindings(os.Stdout, found)
	return nil
}

func (c verifyCommand) open(ctx context.Context) (io.ReadCloser, error) {
	if c.Record == "-" {
		return os.Stdin, nil
	}
	f, err := os.Open(c.Record)
	if err == nil || !errors.Is(err, os.ErrNotExist) || events.ListingID(c.Record).Seller() == "" {
		return f, err
	}
	address, err := url.JoinPath(c.Market, "lots", c.Record, "record")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		cancel()
		return nil, err
	}
	body := readCloser{res.Body, func() error { cancel(); return res.Body.Close() }}
	if res.StatusCode != http.StatusOK {
		body.Close()
		return nil, fmt.Errorf("the market has no record of %s: %s", c.Record, res.Status)
	}
	return body, nil
}

type readCloser struct {
	io.Reader
	close func() error
}

func (r readCloser) Close() error { return r.close() }

// tellFindings says in words what a record proves.
func tellFindings(w io.Writer, f auction.Findings) {
	s := f.Standing
	fmt.Fprintf(w, "%s checks out: %d facts, each follows from the one before.\n", f.Lot, f.Facts)
	switch {
	case f.Withheld > 0:
		fmt.Fprintf(w, "%d of them are not public: beyond the chain nothing is checked from the first of them on.\n", f.Withheld)
	case s.Leader != "" && s.State == events.Sold:
		fmt.Fprintf(w, "Sold to %s for %s. %d bids by %d bidders lead there by the rules.\n", s.Leader, f.Money, f.Bids, f.Bidders)
	case s.Leader != "":
		fmt.Fprintf(w, "It is %s and stands at %s for %s. %d bids by %d bidders lead there by the rules.\n", s.State, f.Money, s.Leader, f.Bids, f.Bidders)
	default:
		fmt.Fprintf(w, "It is %s, without a bid.\n", s.State)
	}
	if f.Vague {
		fmt.Fprintln(w, "Bids were taken back. What was left is worth what its maxima are, and those are secret: from there on prices are bounded only.")
	}
	if f.Opened > 0 {
		fmt.Fprintf(w, "Secret amounts that were shown, and are the true ones: %d.\n", f.Opened)
	}
	if f.Key == nil {
		fmt.Fprintln(w, "The house has not signed it.")
	} else {
		fmt.Fprintf(w, "Signed by the house with %s.\n", hex.EncodeToString(f.Key))
	}
}
