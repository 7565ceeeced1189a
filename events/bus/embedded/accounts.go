package embedded

import (
	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"

	"lightshare/events/bus"
)

// operator signs the accounts and says which one is the server's own.
func (k keyring) operatorClaims() (*jwt.OperatorClaims, error) {
	claims := jwt.NewOperatorClaims(public(k.operator))
	claims.Name, claims.SystemAccount = "lightshare", public(k.system)
	token, err := claims.Encode(k.operator)
	if err != nil {
		return nil, err
	}
	return jwt.DecodeOperatorClaims(token)
}

// accounts returns the three accounts and what crosses between them, as package bus describes it.
func (k keyring) accounts() (server.AccountResolver, error) {
	system := jwt.NewAccountClaims(public(k.system))
	system.Name = "SYS"
	system.Exports.Add(&jwt.Export{Name: "account events", Subject: "$SYS.ACCOUNT.*.>", Type: jwt.Stream, AccountTokenPosition: 3})

	market := jwt.NewAccountClaims(public(k.market))
	market.Name = "MARKET"
	market.Limits.JetStreamLimits = jwt.JetStreamLimits{
		MemoryStorage: jwt.NoLimit, DiskStorage: jwt.NoLimit, Streams: jwt.NoLimit, Consumer: jwt.NoLimit,
		MaxAckPending: jwt.NoLimit, MemoryMaxStreamBytes: jwt.NoLimit, DiskMaxStreamBytes: jwt.NoLimit,
	}
	for name, subject := range sayings {
		market.Exports.Add(&jwt.Export{Name: name, Subject: jwt.Subject(subject), Type: jwt.Service})
	}
	market.Imports.Add(&jwt.Import{Name: "asking agents", Account: public(k.sellers), Subject: asking, Type: jwt.Service})

	sellers := jwt.NewAccountClaims(public(k.sellers))
	sellers.Name = "SELLERS"
	sellers.Exports.Add(&jwt.Export{Name: "asking agents", Subject: asking, Type: jwt.Service})
	for name, subject := range sayings {
		sellers.Imports.Add(&jwt.Import{Name: name, Account: public(k.market), Subject: jwt.Subject(subject), Type: jwt.Service})
	}
	sellers.SigningKeys.AddScopedSigner(bus.AgentScope(public(k.signing)))

	resolver := &server.MemAccResolver{}
	for _, claims := range []*jwt.AccountClaims{system, market, sellers} {
		token, err := claims.Encode(k.operator)
		if err != nil {
			return nil, err
		}
		if err := resolver.Store(claims.Subject, token); err != nil {
			return nil, err
		}
	}
	return resolver, nil
}

// asking crosses from MARKET to SELLERS: what services ask agents.
const asking = "seller.*.ask.>"

// sayings cross from SELLERS to MARKET: what sellers say of what is theirs.
var sayings = map[string]string{
	"listings": "seller.*.listing.*", "lots": "seller.*.lot.*", "sales": "seller.*.sale.*", "payees": "seller.*.payee.*",
	"objections": "seller.*.objection.*",
}
