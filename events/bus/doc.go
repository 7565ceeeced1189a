// Package bus connects programs to the NATS bus, declares its streams, and knows which sellers are there.
//
// # Accounts
//
// The bus has three accounts. Services live in MARKET with all streams. Sellers' agents, which are strangers, live in
// SELLERS: no JetStream, no subject but their own. Between the two, MARKET exports seller.*.listing.* (so that an agent
// gets the stream's acknowledgement of what it published) and seller.*.lot.*, seller.*.sale.*, seller.*.payee.* and
// seller.*.objection.* (so that a seller can say what is to be done with his own lots, sales and money, object to what was
// refused of his, and gets an answer), and SELLERS exports seller.*.ask.> (so that services can ask
// an agent). SYS is the server's own, read for presence only.
//
// An agent signs in with its own NKey and a JWT that [Enroller] signs with a scoped key: the permissions are the scope's
// template, filled in with the seller's id and the agent's key, so that no JWT can give more than the template. They
// allow publishing on seller.<id>.listing.*, seller.<id>.lot.*, seller.<id>.sale.*, seller.<id>.payee.<id> and
// seller.<id>.objection.*, listening on seller.<id>.ask.>
// and on an inbox of its own, and answering what it was asked.
//
// # Keys
//
// A folder of keys, made by package embedded at the first start, is all that services share: service.creds and
// system.creds to sign in, sellers.signing.seed to enrol agents.
package bus
