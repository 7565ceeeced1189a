// Package uplink keeps what the seller was promised about his connection: never more bytes a second than he allows, never
// more buyers at once, and less or nothing in his quiet hours.
//
// All deliveries take their bytes from one [Line]. A delivery joins it, asks before each piece how much it may send, and
// leaves. Buyers get equal parts, with a limit and without: whoever opens several connections still has one turn at a time.
// A limit that changes holds for the next piece, also of deliveries that are under way.
//
// The cap is kept to the byte at the moment a piece is given to the system: over any time t no more than rate × t and one
// piece, of at most a thirty-second of a second and at least 4 KiB.
package uplink
