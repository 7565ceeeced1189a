// Package agent is the seller's program: it signs in to the market, says there what package share finds for sale, and
// tells buyers where package deliver can be reached.
//
// # What it keeps
//
// In a folder of its own, never in the shared one: agent.key, the Ed25519 key that makes the seller who he is (PKCS #8,
// readable by its owner only); agent.db, the memory of package share; agent.pem, the certificate of the HTTPS listener.
//
// # How a listing gets to the market
//
// Package share puts each change into the memory. The outbox sends what waits there, signed, as a request on the
// listing's own subject, and crosses it off when the market's stream has acknowledged it; what was not acknowledged is
// sent again, after a restart or a lost connection too. On signing in everything that is offered is sent once more,
// for a market that has lost it. What became of a listing comes back as a fate.
//
// # When things fail
//
// A market that cannot be reached is tried again for ever once the agent has been signed in; at the start the agent
// gives up after a minute. Credentials that have run out are renewed by signing in again.
package agent
