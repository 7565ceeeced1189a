// Package auction is the service that decides about lots: auctions, and direct sales with an edition.
//
// # What a lot does
//
// A bid is a maximum that only its bidder knows. Whoever does not lead must offer at least the next minimum: the start,
// or the price and an increment. The price is what the second highest maximum forces the highest to, and never falls;
// of equal maxima the earlier leads. The leader may raise his maximum, which moves the price only towards a reserve.
// A bid that changes price or leader within the soft close moves the end, never past the latest end. A bid at exactly
// the end is late. The highest maximum wins if the reserve is met, and pays the price. Buy now is there until the first
// bid, with a reserve until that is met; the first authorised payment ends the lot.
//
// A bid can be taken back: with all others of its bidder more than twelve hours before the end, later only the newest
// within an hour of placing it, and any of them while the lot is paused because its file changed. What remains counts
// as if the others had never been placed; the end stays. So it does when the seller voids the bids of somebody, from
// whom the lot then takes no more. He may also end it early: without a sale while no bid stands or more than twelve
// hours are left, at any time by selling to the leader. Its bidders are told of the end ten minutes before.
//
// A direct sale gives a copy to each order whose payment is authorised, until the edition is gone; a copy whose order
// came to nothing is for sale again. An auction whose sale came to nothing is unsold. If it did because the winner let
// the time to pay go by, that is a strike on his record, and the next bidder who reaches the reserve has a second chance
// for 72 hours, at what he last bid himself. The seller may offer one too, while his edition has another copy; nobody
// is asked twice.
//
// The seller says such things over the bus, from his agent: void a bidder's bids, end it early, lower the reserve, add
// to the description, offer a second chance. The public is told of each, dated.
//
// # What becomes of a listing
//
//	the agent says          nobody bid or bought          somebody did
//	something, allowed      offered; changed              an auction is frozen; its reserve may fall and its
//	                                                      description grow, dated; a direct sale keeps its edition, format and currency
//	something, in doubt     held until a moderator looks  held: bids wait, the clock goes on
//	something, blocked      refused                       refused: bids are void
//	other bytes             changed                       paused; the same bytes resume it
//	nothing any more        withdrawn                     an auction is paused, a direct sale withdrawn
//
// A file that is not there at the end, or still held, is not sold: a paused auction closes unsold. An auction that is
// over stays over; a ruling can still take its page down, and back. One that was taken down with bids and is allowed
// again opens anew, without them. Whatever an agent says with an older revision is ignored.
//
// # Tour
//
//   - [Rules] decide, with [Lot] as state: bidding.go the price, sale.go bids and purchases, retraction.go bids that
//     count no more, mark.go what is remembered about a bidder, closing.go the end, chance.go what follows it, listing.go what becomes of a
//     listing, counter.go what the seller says of his lot, standing.go what the public sees. They know no clock and no bus.
//   - [Judge] runs the same rules on lots in a file, and [Verify] (verify.go, possible.go) on the public record of one,
//     in which maxima are hidden.
//   - [House] runs them as the writer of the journal "lots". intake.go takes the agents' listings and asks the
//     [Screener], without whose verdict nothing is offered; sellers.go takes what sellers say of their lots; house.go
//     carries out the blacklist's rulings.
//   - Each fact, once on disk, is put on one board (queue.go) that merges per lot, so that the writer never waits and
//     a slow reader costs only freshness. Four workers take from it: feed.go publishes standings, market.go offers, post.go notices (worded in
//     notice.go and letters.go; signal.go tells moderators what bids look like a pattern), book.go the book.
//
// # What it stores
//
// The journal "lots" is all that counts; its states are in memory, and in snapshots from which a restart begins. A lot
// that is over leaves memory after a day and is read back when somebody asks. On the stream MARKET lies the offer of each listing:
// after a crash those that the crash lost are stated again at the next start. The [Book], in package redis, holds under
// the keys of package events the newest standing and the bids of each lot, the open auctions by their end, and each
// bidder's lots and record. It may vanish at any time and is written whole again within seconds. Notices lie on the
// stream NOTICES; those on their way when the process dies are lost, and a bidder sees on the page how his lots stand.
package auction
