// Package blacklist says which listings may be offered. It holds title, file name and tags of each against a list of
// works that people run, again whenever the list changes, and lets moderators decide what a rule should not.
//
// # Rules
//
// The listing's fields count together.
//
//   - Artist and title of one entry, offered as a recording (sound or film by its content or its ending, an archive, or
//     words that say so): block, in whatever disguise. What the seller claims about rights makes no difference.
//   - Artist and title, but a cover, karaoke, sheet music, lyrics, a lesson, or nothing that sounds: review.
//   - A long title that belongs to one artist, alone, as a recording: block. With somebody else named: review.
//   - A title and nothing else as a sound file; all works of a listed artist; more text than is compared: review.
//   - The content of an entry, by its prints, or a picture that looks like it: block, whatever is written beside it.
//   - Content that cannot be looked into (an archive that would burst, a picture of too many points): review.
//   - Anything else: allow.
//
// A [List] answers with an [events.Verdict]: the entry, the rule and the disguise, how sure it is, what was compared, the
// reason for the seller in words, and the version of the list. Entries come from a file ([ReadCSV]) and from moderators.
//
// # Families of disguise
//
// Nothing here knows a way of writing a certain name; each step undoes a family of them.
//
//   - Other characters for the same letters (case, width, marks, styled and look-alike letters, invisible ones, katakana
//     for hiragana): [Fold] leaves one.
//   - Figures and signs for letters (leet), another order of words or letters, other spacing: names are looked up by sums
//     over classes of letters, in their order and in any.
//   - Typing errors, sound spelling, double letters, Korean in Latin letters and the other way round, kana in Latin
//     letters: names are compared by a rough [sound], found by pieces of it and measured by edits. Where one of the names
//     is certain and nothing else is said, a third of the other may be wrong.
//   - English written in Hangul, kana or Cyrillic: compared with how rules of spelling say it is spoken.
//   - Vowels left out or masked: compared by consonants.
//   - Letters masked: any sound may stand there.
//   - Letters moved, exchanged, put in or encoded, other scripts and other keyboards (play languages, backwards, ciphers,
//     layouts, codes): decoders in the table disguises, each behind a detector. They make another reading of the listing,
//     which is compared like the first; what is said plainly beside it (a cover, sheet music) holds for it too.
//
// What is no music by its ending and by its words (a recipe as a document) is compared letter by letter alone.
//
// A moderator's decision holds for a [Digest]: the text and the bytes of one seller's listing. It covers what was on the
// list when it was made; an entry added later asks anew. One moderator at a time looks at a case ([ClaimLength]).
//
// # Takedowns
//
// A takedown notice is complete when it has what the law asks for ([Missing]); only then can it be upheld, and its
// listings are blocked whatever they are called. A seller may object once to what was refused. A counter-notice has the
// listings given back after twelve weekdays, unless the claimant goes to court: that is a deadline of the journal. Each
// upheld notice is a strike against the seller for [StrikeLength]; [RepeatAfter] of them make every offer of his wait for
// a person. A claimant more than half of whose notices fail blocks nothing without a person any more. More than
// [MassLimit] listings or works at once take two people.
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
//     under the entry's id; [events.ListingRuled] under the listing's, which auction carries out, with who looks at it
//     ([events.CaseClaimed]) and the seller's objection; what came at once under the batch's ([events.EntriesAdded]);
//     notices and counter-notices under the notice's ([events.NoticeFiled]).
//   - bucket "parties": who sent notices and counter-notices, where it can be erased.
//   - nothing else. The base list is a file; list, live listings, decisions and log are rebuilt in memory from the
//     journal and from the stream MARKET.
//
// Replicas share the questions out and each follows the whole journal in the order of the stream, so that all come to
// the same list under the same version. Consequences are sent by all of them as the same command, which has one effect.
//
// # Tour
//
// fold.go and lookalike.go fold; sound.go (with hangul.go, kana.go) says how a text sounds, spoken.go how English is
// spoken; text.go makes a field ready, offer.go and saying.go a listing. forms.go lists how an entry is written;
// names.go, postings.go and segment.go are the index, which never changes; snapshot.go and list.go put segments together
// and swap them, gather.go holds the works while the past is read. search.go and spots.go find names, myers.go, similar.go,
// join.go, heard.go and bones.go compare them, the likeliest first (likeliest.go), match.go and titles.go hold the rules,
// screen.go words them. decode.go lists the disguises that backwards.go, ciphers.go, codes.go, fillers.go, koreankeys.go, layouts.go, masks.go, padding.go and
// piglatin.go undo. live.go is the market, where print.go, sketch.go, crowd.go and glance.go find listings for an entry; csv.go is
// the file, lines.go a stream of listings; contents.go knows files by what is in them.
// So far nothing does I/O but what it is handed. rules.go decides for the journal and state.go is what its facts come to;
// keeper.go runs both; screener.go answers questions, market.go follows auction, consequences.go rules, moderate.go is
// what moderators do: queue.go and case.go are what waits for them, with claim.go and marks.go; batch.go and import.go
// bring many works at once; notice.go decides about notices, takedown.go is what they come to, trust.go whom that puts in
// doubt, party.go who they are; audit.go checks the journal and hands it out, statistics.go counts. Package console is their pages.
package blacklist
