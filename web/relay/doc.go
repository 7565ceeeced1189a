// Package relay is the market's STUN and TURN server (RFC 8489, RFC 8656), over UDP, TCP and TLS: it tells a buyer's client and
// a seller's agent how they look from outside, and carries their packets where their routers let none through directly.
// What it carries is encrypted between the two, and sealed.
//
// # Rules
//
//   - A credential is for one order, for as many bytes as its file reasonably takes, and for a few hours. The market makes it,
//     the relay checks it without asking anybody: both know the secret.
//   - An order has so many allocations at once, and so has the relay. Who has had his bytes is cut off.
//   - Packets go to public addresses only, and to the relay's own for two who both use it: never to this machine's other
//     ports, its neighbours, or anything else that a stranger on the Internet could not reach himself.
//   - Only packets are relayed (UDP); a client may reach the relay over TCP, or over TLS where a network lets nothing
//     out but what looks like a visit to a web site: on port 443, with a certificate for the relay's name.
package relay
