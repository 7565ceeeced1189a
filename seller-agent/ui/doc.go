// Package ui is the seller's own page, served by his agent to his own computer on 127.0.0.1, and the way in which the
// command line speaks to a running agent. Both do the same by the same requests: a browser gets pages, whoever asks for
// application/json gets the same as JSON.
//
// # Who may ask
//
// Only the seller, though every program on the computer and every web page he has open can reach the address. So:
//   - the Host of a request must be exactly 127.0.0.1 or localhost with the port, which defeats DNS rebinding;
//   - programs of his send the token that lies in [File] in the agent's state folder, readable by him alone;
//   - his browser has a cookie that follows from the token: HttpOnly, SameSite=Strict. It gets it through an address with a
//     code that works once and for an hour ([Server.Link]);
//   - what changes something comes from the page's own origin, or with the token;
//   - nothing but the style sheet, the icon and the modules is answered to anybody else, and no answer names an allowed
//     origin.
//
// Pages load nothing from elsewhere and work without script. With it they stay up to date by one stream of events that all
// tabs of a browser share, since a browser opens no more than six connections to one address.
package ui
