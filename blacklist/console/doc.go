// Package console is the moderators' pages: the queue of listings that wait for a person, each with what it matched;
// takedown notices and sellers' objections; the entries of the blacklist and files of them; rights holders, statistics, the
// log of who did what, and the roles. It is served on an address of its own.
//
// Every page and form works without script. Whoever drives it by program sends the same forms: POST /sign-in (name,
// token), /entries (artist, title, reason), /entries/{id}/remove (reason), /cases/{listing}/decide (decision: allow or
// block, reason, and digest to make sure of what was seen). Each answers 303 when it is done, and otherwise the page again
// with what was typed and what is wrong. The script of the queue adds keys to what is there.
//
// A moderator signs in with a token that the operator gave him. The session is a signed cookie for this site alone;
// requests from other sites are turned away, and pages may load nothing from elsewhere.
package console
