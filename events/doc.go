// Package events is the contract: everything that two programs of Lightshare must agree on.
//
// It holds the typed identifiers, money, refusals and every message that crosses the bus. It does no I/O and imports
// only the standard library, so that a stranger can write a client from it. The same messages are described for other
// languages in asyncapi.yaml; a test keeps the two in step, and a golden file guards each message. Fields are added,
// never renamed or given another meaning.
//
// # The messages, in the order in which a file meets them
//
//   - [Listing]: the seller's agent says what is for sale as it is on disk now.
//   - [Verdict]: the blacklist says whether it may be offered, and why not.
//   - [Offer]: the auction says what became of the listing: listed, held, refused, paused, withdrawn, ended.
//   - [PlaceBid], [Buy] and the other lot commands ask the auction house for something; [BidPlaced], [LotClosed] and
//     the other lot facts say what it decided. [Standing] is how a lot stands in public.
//   - The order commands and facts take a sale from the payment page to the capture.
//   - [Notice] tells one person something that concerns them.
//
// # Commands and facts
//
// A [Command] is imperative and may be refused with a [Refusal]. A [Fact] is in the past tense, was decided by the
// writer of one journal partition, and never changes. Both are looked up by kind, so that a journal can be replayed by
// a program that knows nothing of who wrote it.
//
// # On the bus
//
// subjects.go names every subject once.
package events
