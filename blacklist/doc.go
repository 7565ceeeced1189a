// Package blacklist says which listings may be offered. It holds title, file name and tags of each against a list of
// works that people run, again whenever the list changes, and lets moderators decide what a rule should not.
//
// # Rules
//
// Listing and list are compared as [Fold] leaves them: without case, width, marks, invisible characters, punctuation
// and spaces. The listing's fields count together.
//
//   - Artist and title of one entry, offered as a recording (sound or film by its content or its ending, an archive, or
//     words that say so): block. What the seller claims about rights makes no difference.
//   - Artist and title, but a cover, karaoke, sheet music, lyrics, a lesson, or nothing that sounds: review.
//   - A long title that belongs to one artist, alone, as a recording: block. With somebody else named: review.
//   - A title and nothing else as a sound file; all works of a listed artist: review.
//   - Anything else: allow.
//
// A [List] answers with an [events.Verdict]: the entry, the rule, how sure it is, what was compared, the reason for the
// seller in words, and the version of the list. It sees through no typing errors, look-alike letters, sound spelling
// or other scripts. Entries come from a file ([ReadCSV]) and from moderators.
//
// A moderator's decision holds for a [Digest]: the text and the bytes of one seller's listing. It covers what was on the
// list when it was made; an entry added later asks anew.
//
// # Both directions
//
// A listing is screened before it is offered, and counts as on the market from the moment it is asked about. A new
// entry finds what it matches there ([Live.Reverse]) by the code that screens, and each match is judged by the whole
// list. What auction states about every listing is followed as well: a contradiction, whatever it comes from (a crash
// between entry and ruling, messages that crossed, a new base list), becomes a ruling of its own. So a listing can be
// on sale against the list only for as long as messages travel.
//
// # What is stored, and where
//
//   - journal "rulings" (stream RULINGS, subjects rulings.0 to rulings.7): [events.EntryAdded], [events.EntryRemoved]
//     under the entry's id; [events.ListingRuled] under the listing's, which auction carries out.
//   - nothing else. The base list is a file; list, live listings, decisions and log are rebuilt in memory from the
//     journal and from the stream MARKET.
//
// Replicas share the questions out and each follows the whole journal in the order of the stream, so that all come to
// the same list under the same version. Consequences are sent by all of them as the same command, which has one effect.
//
// # Tour
//
// fold.go folds; text.go, forms.go and index.go find names in a text; offer.go says what kind of thing a listing is;
// match.go holds the rules and screen.go words them; list.go is the list, live.go the market, csv.go the file. So far
// nothing does I/O. rules.go decides for the journal and state.go is what its facts come to; keeper.go runs both;
// screener.go answers questions, market.go follows auction, consequences.go rules, moderate.go is what moderators do.
// Package console is their pages.
package blacklist
