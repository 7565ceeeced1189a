// Package sealed is a file on the wire: how it is sealed, its hash trees, the ticket that lets a buyer have it, the receipt
// he signs for it, the key he then gets, and the proof that he got something else. It does no I/O. What follows is all that
// another implementation must know; testdata/vectors.json has examples of each part to check it against.
//
// # Records and trees
//
// A file is a row of records of [RecordSize] plain bytes; the last one is shorter unless the size divides evenly, and an
// empty file has none. The tree over them is that of RFC 6962, section 2.1, with SHA-256 and a leaf a record:
//
//	leaf  = SHA-256(0x00 || record)
//	node  = SHA-256(0x01 || left || right), left being the largest full tree that leaves something to the right
//	empty = SHA-256("")
//
// A root is written as 64 lower-case hexadecimal digits. The tree over the sealed records is made in the same way. A
// listing names both roots, signed by the seller's agent.
//
// # Sealing
//
// What is sealed is the text: the file, directly followed by the leaves of its plain tree, 32 bytes each. The text is cut
// into pieces of [RecordSize] bytes without regard to where the file ends, and each is sealed as RFC 8188 (aes128gcm)
// seals a record of rs = [SealedRecordSize], without padding:
//
//	sealed record i = AES-128-GCM(CEK, nonce XOR i, piece i || delimiter)
//	delimiter       = 0x02 in the last record, 0x01 in all others
//	CEK             = HKDF-SHA-256(salt, secret, "Content-Encoding: aes128gcm" 0x00, 16 bytes)
//	nonce           = HKDF-SHA-256(salt, secret, "Content-Encoding: nonce" 0x00, 12 bytes)
//
// Secret and salt, 16 bytes each, are the [Key]. An agent draws both at random for a content and never uses them for another
// one: a record that is not the one it once sealed in that place must not leave it. An empty file is sealed to nothing.
//
// The sealed file is the row of sealed records. It is this that ranges count in, that the leaves of the sealed tree are of,
// and that receipts are over. The header of RFC 8188 (salt, rs, an empty key id; [Key.Header]) is no part of it: it follows
// from the key. Put before the records it makes a message that any RFC 8188 decoder reads, and that opens to the text.
//
// The leaves travel inside of what is sealed for two reasons. A plain leaf would let somebody who has not paid try out what
// a record might be; and leaves that a seller gives out later, or not, could not be held against him.
//
// # Checking
//
// An agent hands out the leaves of the sealed tree. Whoever knows size and sealed root from the market checks the leaves
// first and then every sealed record by itself, wherever it came from and in any order. Opened, the file is what was
// promised if each of its records has the leaf that stands for it in the text, and the root over those leaves is the
// plain one. Otherwise exactly one of these holds, and is a [Proof] that needs nobody's word:
//
//   - a record does not open with the key (or ends with the wrong delimiter, or is padded): that record and its path in
//     the sealed tree;
//   - the leaves in the text are not those of the plain root: all records with leaves in them and their paths;
//   - a record has another leaf than the text says: that record and its path, that leaf and its path in the plain tree.
//
// A path is the hashes from a leaf's neighbour up (RFC 6962, section 2.1.1). As JSON a proof has hashes as hexadecimal
// digits and records in base64.
//
// # Ticket
//
// A ticket is the market's word that one order's buyer may have one sealed file from one agent until a moment:
//
//	token     = payload "." base64url(signature)
//	payload   = base64url(JSON of [Ticket])
//	signature = Ed25519(market's key, "lightshare ticket 1\n" || payload)
//
// base64url is that of RFC 4648, section 5, without padding. The algorithm is fixed and is not named in the token. The
// signature is checked before anything is decoded, and JSON fields not known are passed over, so that later tickets can
// say more. A client sends the token as "Authorization: Ticket <token>" and need not look into it.
//
// A ticket whose sealed root is empty is for a file that was listed before files were sealed. The agent hands out its plain
// records and their leaves then, the receipt is over the plain root and the size, and there is no key.
//
// # Receipt
//
// A receipt is the word of the buyer's client that it holds the whole sealed file, every record checked:
//
//	text    = "lightshare receipt 1\n" order "\n" sealed root "\n" sealed bytes "\n" unix-milliseconds "\n"
//	receipt = text || Ed25519(session key, text)
//
// Numbers are decimal without sign or leading zeros, the signature is its 64 bytes. The session key is made by the
// client for one order; its public half is bound to the order and named in the ticket.
//
// # Key
//
// When the first ticket for an order is asked for, the agent deposits the key, wrapped for the operator and that order
// alone: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, no additional data, with
//
//	plaintext = secret || salt
//	info      = "lightshare key 1\n" order "\n" listing "\n" sealed root "\n"
//
// The receipt makes the market capture the payment, and that makes it give the key to the buyer.
//
// # Sealing again
//
// An agent keeps the tag of each record that it once sealed (the last 16 bytes) and seals anew for each buyer. A record
// with another tag is one of another content and must not leave: that a file has changed is found without hashing it.
package sealed
