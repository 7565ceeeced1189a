// Package deliver hands a sold file from the seller's computer to its buyer, over HTTP or HTTPS.
//
//	GET     /v1/files/<listing>        the bytes; a single Range may be asked for
//	GET     /v1/files/<listing>/tree   the leaves of the file's tree, 32 bytes each
//	HEAD    either
//	OPTIONS either, from the market's pages
//
// Every request carries "Authorization: Ticket <token>". The ticket must be signed by the market, not have expired, and
// name this agent, the listing asked for and the tree that the file has now. A request from a web page must come from
// one of the market's. Everything else is refused with JSON: {"refusal":"no_ticket","error":"in words"}.
//
// The file is opened anew for each request, and only if it still is the one whose tree was made. A file that changes
// under a running transfer shows at the buyer's side, where every record is checked.
package deliver
