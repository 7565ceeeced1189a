// Package storefront is the market's face to buyers: pages to browse, search, bid, buy, pay and download.
//
// It decides nothing. What is for sale it follows on the bus (package catalogue); bids go to the auction house and
// purchases to the [Desk], and whatever they answer is shown, refusals in words beside the field. Every page and every
// form works without script. With script a page is kept as the server knows it: one stream of events a page, whose
// frames carry pieces of HTML drawn by the same components as the page itself (package live, live.js).
//
// # A tour
//
//   - front.go wires it together; routes.go is the one table of paths; guard.go is what holds for every response.
//   - home.go, lot.go, bid.go and buy.go are browsing and buying; retract.go and chance.go what bidders do
//     else; lotview.go words how a lot stands.
//   - stream.go runs a page's stream; lotlive.go, cardslive.go and orderlive.go say what flows in it.
//   - order.go is an order's page; delivery.go what a buyer's client asks for: tickets, receipts.
//   - signin.go and viewer.go are who the visitor is; export.go is what he can take with him.
//   - language.go is in which language a page is drawn; its sentences are package words'.
//   - search.go is searching (package finder).
//   - assets/ holds the modules that fetch a file from the seller, check every record in a Worker, and save it.
//
// # What it stores
//
// Accounts in the bucket "accounts" (package account); sessions, under session:<hash>, and sign-in links, under
// sign-in:<hash>, in Redis. Losing Redis means signing in again.
package storefront
