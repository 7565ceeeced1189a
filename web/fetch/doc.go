// Package fetch is the buyer's client on the command line: it brings a sealed file from the seller's agent to the
// buyer's disk, signs for it, and opens it once it is paid for.
//
// # Rules
//
//   - Nothing lies under the final name but the whole file, every record checked against the tree that was sold. What
//     arrives is called <name>.part, and is opened in there: no second copy is made. However that is broken off, killed or
//     by a loss of power, every record is there, plain or sealed, and the next run goes on.
//   - The receipt is for the sealed records. The key comes when the payment is captured. If the file opens to anything
//     else than was sold, nothing is saved and the market is shown the proof.
//   - A file that is already there is never overwritten. If it is what was bought, nothing is left to do.
//   - Whatever ends a download (cut line, expired ticket, closed lid, Ctrl-C), the next one goes on with the first
//     record that is missing. What lies in the .part file is hashed again first, not believed.
//   - The market says what was sold: root, size and name. The agent is a stranger that says where the bytes are; it is
//     known by its certificate where the market knows that, and it can withhold the file but not change it.
//   - While the seller is away the client waits, for as long as its context lets it.
//
// # The way of a download
//
// fetch.go is the whole in a page. link.go reads the link. market.go gets a [Grant] for it: the ticket, where the agent
// is, what to expect. save.go and target.go find the place for the file, part.go keeps what has come, open.go and
// convert.go open it, in the pages of pages.go, finish.go gives it its name. agent.go speaks to the agent and stream.go takes its bytes: one large
// ranged answer, read, checked and written side by side. line.go does the same over WebRTC where no address leads to the
// agent. download.go decides what a failure means and when to try again.
// errors.go says which end is which, and with what code a program should exit. bench.go runs the same code against curl.
package fetch
