package bus

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"lightshare/events"
)

const (
	enrolmentSkew = 5 * time.Minute    // how far an agent's clock may be off
	jwtLife       = 7 * 24 * time.Hour // after which an agent enrols again
)

// An Enroller gives sellers' agents their credentials.
type Enroller struct {
	signing nkeys.KeyPair
	account string
	public  events.Credentials
	now     func() time.Time
}

// OpenEnroller reads the signing key from the folder of keys. public is what every agent is told beside its own
// credentials: where the bus is, the market's ticket key and its origins.
func OpenEnroller(keys string, public events.Credentials) (*Enroller, error) {
	seed, err := os.ReadFile(filepath.Join(keys, SigningSeed))
	if err != nil {
		return nil, fmt.Errorf("open enroller: %w", err)
	}
	signing, err := nkeys.FromSeed([]byte(strings.TrimSpace(string(seed))))
	if err != nil {
		return nil, fmt.Errorf("open enroller: %w", err)
	}
	account, err := SellersAccount(keys)
	if err != nil {
		return nil, fmt.Errorf("open enroller: %w", err)
	}
	return &Enroller{signing, account, public, time.Now}, nil
}

// SellersAccount reads the public key of the account in which agents live.
func SellersAccount(keys string) (string, error) {
	account, err := os.ReadFile(filepath.Join(keys, SellersKey))
	return strings.TrimSpace(string(account)), err
}

// Enrol returns credentials for the agent that made e. A proof that does not hold, a clock more than five minutes off
// or a name that is no plain text of 1 to 80 bytes is [events.Malformed].
func (e *Enroller) Enrol(_ context.Context, r events.Enrolment) (events.Credentials, error) {
	skew := e.now().Sub(time.Unix(r.At, 0)).Abs()
	switch {
	case len(r.Key) != ed25519.PublicKeySize || !ed25519.Verify(r.Key, events.EnrolmentProof(r), r.Proof):
		return events.Credentials{}, fmt.Errorf("enrol: proof of the key does not hold: %w", events.Malformed)
	case skew > enrolmentSkew:
		return events.Credentials{}, fmt.Errorf("enrol: the computer's clock is %s off: %w", skew.Round(time.Second), events.Malformed)
	case !events.GoodText(r.Name, 1, 80, false):
		return events.Credentials{}, fmt.Errorf("enrol: the seller's name must be 1 to 80 bytes of text: %w", events.Malformed)
	}
	seller := events.SellerOf(r.Key)
	token, err := e.sign(r.Key, seller)
	if err != nil {
		return events.Credentials{}, fmt.Errorf("enrol %s: %w", seller, err)
	}
	c := e.public
	c.Seller, c.JWT = seller, token
	return c, nil
}

func (e *Enroller) sign(key ed25519.PublicKey, seller events.SellerID) (string, error) {
	public, err := nkeys.Encode(nkeys.PrefixByteUser, key)
	if err != nil {
		return "", err
	}
	claims := jwt.NewUserClaims(string(public))
	claims.Name = string(seller)
	claims.IssuerAccount = e.account
	claims.Expires = e.now().Add(jwtLife).Unix()
	claims.SetScoped(true)
	return claims.Encode(e.signing)
}

// AgentScope is what every agent may do: the template that the server fills in for each.
func AgentScope(signingKey string) *jwt.UserScope {
	scope := jwt.NewUserScope()
	scope.Key, scope.Role = signingKey, "agent"
	t := &scope.Template
	t.Pub.Allow.Add("seller.{{name()}}.listing.*", "seller.{{name()}}.lot.*", "seller.{{name()}}.sale.*",
		"seller.{{name()}}.payee.{{name()}}", "seller.{{name()}}.objection.*")
	t.Sub.Allow.Add("seller.{{name()}}.ask.>", "_INBOX.{{subject()}}.>")
	t.Resp = &jwt.ResponsePermission{MaxMsgs: 1, Expires: 10 * time.Second}
	t.Subs, t.Payload = 20, 64<<10
	t.AllowedConnectionTypes.Add(jwt.ConnectionTypeStandard, jwt.ConnectionTypeWebsocket)
	return scope
}
