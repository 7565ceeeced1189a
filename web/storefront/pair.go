package storefront

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lightshare/events"
	"lightshare/web/storefront/catalogue"
)

const (
	codeLife = 10 * time.Minute
	codeSkew = 5 * time.Minute // how far an agent's clock may be off
)

// digits are those of Crockford's base 32: none of them looks like another.
var digits = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// A pairingCode is what a code on an account's page stands for.
type pairingCode struct {
	User    events.UserID `json:"user"`
	Email   string        `json:"email"`
	Expires time.Time     `json:"expires"`
}

// newCode shows a code with which a seller's program is paired with the account.
func (f *Front) newCode(w http.ResponseWriter, r *http.Request) error {
	who := f.viewer(r)
	if who.User == "" {
		return f.toSignIn(w, r, "/account")
	}
	if err := f.limits.pair.allow(string(who.User)); err != nil {
		return err
	}
	var secret [5]byte
	rand.Read(secret[:]) // never fails: crypto/rand ends the program instead
	code := digits.EncodeToString(secret[:])
	data, err := json.Marshal(pairingCode{who.User, who.Email, f.Clock.Now().Add(codeLife)})
	if err != nil {
		return fmt.Errorf("encode pairing code: %w", err)
	}
	if err := f.links.Keep(r.Context(), codeKey(code), data, codeLife); err != nil {
		return err
	}
	return f.showAccount(w, r, code[:4]+"-"+code[4:])
}

// pair takes the code that somebody typed into a seller's program.
func (f *Front) pair(w http.ResponseWriter, r *http.Request) error {
	if err := f.limits.pair.allow(from(r)); err != nil {
		return err
	}
	var p events.Pairing
	if err := readJSON(r, &p); err != nil {
		return err
	}
	skew := f.Clock.Now().Sub(time.Unix(p.At, 0)).Abs()
	if len(p.Key) != ed25519.PublicKeySize || !ed25519.Verify(p.Key, events.PairingProof(p), p.Proof) || skew > codeSkew {
		return fmt.Errorf("pair: proof of the key does not hold, or the computer's clock is wrong: %w", events.Malformed)
	}
	data, err := f.links.Take(r.Context(), codeKey(p.Code))
	if err != nil {
		return err
	}
	var code pairingCode
	if data == nil || json.Unmarshal(data, &code) != nil || !f.Clock.Now().Before(code.Expires) {
		return events.NoCode
	}
	seller := events.SellerOf(p.Key)
	if err := f.accounts.Pair(r.Context(), code.User, seller); err != nil {
		return err
	}
	f.withdrawOwnBids(r.Context(), code.User, seller)
	return writeJSON(w, http.StatusOK, events.Paired{Seller: seller, Account: maskedAddress(code.Email)})
}

// withdrawOwnBids voids what the account bid on the seller's lots before anybody knew that both are one.
func (f *Front) withdrawOwnBids(ctx context.Context, user events.UserID, seller events.SellerID) {
	lots, err := f.book.LotsOf(ctx, user, mineLength)
	if err != nil {
		f.Log.ErrorContext(ctx, "own bids not found", "seller", seller, "error", err)
	}
	for _, lot := range lots {
		if lot.Listing().Seller() != seller {
			continue
		}
		cancel := events.CancelBidder{Seller: seller, Bidder: user, Reason: "This account is the seller’s own."}
		id := events.CommandID("paired:" + string(user))
		if _, err := f.house.Do(ctx, string(lot), id, cancel, nil); err != nil {
			f.Log.InfoContext(ctx, "own bids not voided", "lot", lot, "error", err)
		}
	}
}

// sells returns the lot's seller if the user's account is paired with him; empty otherwise.
func (f *Front) sells(ctx context.Context, user events.UserID, l *catalogue.Lot) (events.SellerID, error) {
	if user == "" {
		return "", nil
	}
	owner, err := f.accounts.OwnerOf(ctx, l.Seller)
	if err != nil || owner != user {
		return "", err
	}
	return l.Seller, nil
}

// refuseOwn refuses the user whose own lot it is.
func (f *Front) refuseOwn(ctx context.Context, user events.UserID, l *catalogue.Lot) error {
	sells, err := f.sells(ctx, user, l)
	if err == nil && sells != "" {
		err = fmt.Errorf("lot %s: %w", l.ID(), events.OwnLot)
	}
	return err
}

func codeKey(code string) string { return "pair:" + hashed(events.PairingCode(code)) }

// maskedAddress lets somebody recognise his own address and nobody else learn it: i***@example.com.
func maskedAddress(address string) string {
	name, domain, _ := strings.Cut(address, "@")
	return name[:min(1, len(name))] + "***@" + domain
}
