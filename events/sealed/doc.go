// Package sealed is a file on the wire: its hash tree, the ticket that lets a buyer have it and the receipt he signs for
// it. It does no I/O. What follows is all that another implementation must know; testdata/vectors.json has examples of
// each part to check it against.
//
// # Records and tree
//
// A file is a row of records of [RecordSize] plain bytes; the last one is shorter unless the size divides evenly, and an
// empty file has none. The tree over them is that of RFC 6962, section 2.1, with SHA-256 and a leaf a record:
//
//	leaf  = SHA-256(0x00 || record)
//	node  = SHA-256(0x01 || left || right), left being the largest full tree that leaves something to the right
//	empty = SHA-256("")
//
// The root is written as 64 lower-case hexadecimal digits. An agent hands the leaves out as they are, 32 bytes each in
// the order of the records; whoever knows root and size from the market checks them first and then every record by
// itself, wherever it came from and in any order. Records are a little under 64 KiB so that each fills exactly one sealed
// record of RFC 8188: sealing a file does not change its tree.
//
// # Ticket
//
// A ticket is the market's word that one order's buyer may have one file from one agent until a moment:
//
//	token     = payload "." base64url(signature)
//	payload   = base64url(JSON of [Ticket])
//	signature = Ed25519(market's key, "lightshare ticket 1\n" || payload)
//
// base64url is that of RFC 4648, section 5, without padding. The algorithm is fixed and is not named in the token. The
// signature is checked before anything is decoded, and JSON fields not known are passed over, so that later tickets can
// say more. A client sends the token as "Authorization: Ticket <token>" and need not look into it.
//
// # Receipt
//
// A receipt is the word of the buyer's client that it holds the whole file, every record checked:
//
//	text    = "lightshare receipt 1\n" order "\n" root "\n" bytes "\n" unix-milliseconds "\n"
//	receipt = text || Ed25519(session key, text)
//
// Numbers are decimal without sign or leading zeros, the signature is its 64 bytes. The session key is made by the
// client for one order; its public half is bound to the order and named in the ticket.
package sealed
