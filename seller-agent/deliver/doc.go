// Package deliver hands a sold file, sealed, from the seller's computer to its buyer, over HTTP or HTTPS, or over WebRTC, where package
// peer carries the same requests.
//
//	GET     /v1/files/<listing>        the sealed records; a single Range may be asked for
//	GET     /v1/files/<listing>/tree   the leaves of the tree over the sealed records, 32 bytes each
//	HEAD    either
//	OPTIONS either, from the market's pages
//
// Every request carries "Authorization: Ticket <token>". The ticket must be signed by the market, not have expired, and
// name this agent, the listing asked for and the trees that the file has now. A request from a web page must come from
// one of the market's. Everything else is refused with JSON: {"refusal":"no_ticket","error":"in words"}.
//
// Nothing plain leaves, except for what was sold before files were sealed: a ticket for that names no sealed tree. The file is opened anew for each request, and only if it still is the one whose trees were
// made; it is sealed on the way, half a MiB at a time on all processors, and no sealed copy is kept. Every record is held
// against the sealed tree before it is sent: a file that changes under a running transfer ends it, and no second content
// is ever sealed with the same key.
package deliver
