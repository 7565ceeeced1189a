// Package peer connects a buyer's client with a seller's agent over WebRTC, through the routers of both, and carries HTTP
// requests over it, so that the same handler answers them as over HTTP.
//
// # Connecting
//
// The client makes an offer that has all of its candidates in it and sends it to the agent over the market
// ([lightshare/events.PeerOffer]); the agent answers likewise. Both take the STUN and TURN servers that the market named.
// The client keeps one data channel for itself (negotiated, id 0): it is open as soon as the connection is.
//
// # Requests
//
// Each request has a data channel of its own, ordered and reliable, opened by the client. Texts are JSON:
//
//	client  {"path":"/v1/files/…","header":{"Authorization":"Ticket …","Range":"bytes=65536-"}}   a GET
//	agent   {"status":206,"header":{"Content-Range":"…"}}
//	agent   the body, in binary messages of up to 64 KiB
//	client  {"taken":1048576}   now and then: how many bytes of the body it has done with
//	agent   {"end":true}        the body was whole
//
// The agent sends at most [Window] bytes beyond what the client has taken: a browser takes in whatever arrives, and would
// fill its memory otherwise. The client closes the channel. A channel that closes without the end was cut short.
//
// A client may open up to four connections for an order, once the first has turned out to be direct, and share a large
// file out among them.
//
// # Limits
//
// The agent ends a request whose client takes nothing for as long as the handler's write deadline allows, closes a
// connection that has had no request for half a minute, and keeps so many connections and no more: see [Host].
package peer
