package events

// The book is the public state of the market in Redis: written behind each append by auction, read by pages. It may
// vanish at any time and is then rebuilt from the journal; nothing is decided from it. All keys of a lot share a hash
// tag, so that the layout works on a Redis Cluster.

// BookStandingKey is a sorted set of [Standing]s as JSON, scored by Version. Readers take the highest; a late writer
// can only add a lower one, which is trimmed.
func BookStandingKey(l LotID) string { return "book:{" + string(l) + "}:standing" }

// BookBidsKey is a sorted set of runs of bids: JSON arrays of [Bid]s, oldest first, scored by the Seq of their first. Runs
// may overlap, since what was perhaps not written is written again.
func BookBidsKey(l LotID) string { return "book:{" + string(l) + "}:runs" }

// BookUserKey is a sorted set of the lots that a user has bid on, scored by the time of the last bid in Unix
// milliseconds.
func BookUserKey(u UserID) string { return "book:{" + string(u) + "}:lots" }

// BookRecordKey is a hash of what counts against a bidder: by lot, a [BidderRecord] as JSON.
func BookRecordKey(u UserID) string { return "book:{" + string(u) + "}:record" }

// A BidderRecord is what counts against a bidder in one lot, or, added up, in all of them.
type BidderRecord struct {
	Retractions int `json:"retractions,omitempty"` // because of a wrong amount
	Strikes     int `json:"strikes,omitempty"`     // won and never paid
}

// BookEnding is a sorted set of the open auctions, scored by their effective end in Unix milliseconds.
const BookEnding = "book:ending"

// BookCompleteKey exists once that auction house has written all that it knows, and holds the time of that in Unix
// milliseconds. Each process has its own: what it wrote may be lost while another is still writing.
func BookCompleteKey(house string) string { return "book:{complete}:" + house }
