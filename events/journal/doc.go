// Package journal is how anything is decided in Lightshare: decide, append, answer.
//
// A journal (lots, orders, rulings) is a JetStream stream with [events.Partitions] subjects. One writer at a time
// decides about a partition; a command is routed there by a hash of the subject it concerns. The writer
//
//  1. takes all commands that wait,
//  2. decides each with a pure function of the subject's state, the command and the journal's time ([Rules]),
//  3. appends the facts of the whole group as one message, expecting that the partition's last message is still the
//     one it knows (Nats-Expected-Last-Subject-Sequence),
//  4. and only when the server has acknowledged that message, which it does after syncing it to disk, answers anybody.
//
// # Why nothing can be lost or happen twice
//
// The expected sequence is the fence. If another writer has appended, or this one's view is stale, the append is
// turned down. If its answer is lost, its fate is unknown. In both cases the writer takes back what it had decided
// tentatively, reads the partition's tail, applies it, and decides the same commands again. An append that was
// under way all along and lands later than that makes the next one fail in turn, so it is found then. Commands carry
// ids, remembered with their subject for ever, so deciding twice answers "repeated" instead of doing twice. While an
// append may still be on its way, ours or that of the writer before, nothing is answered without another one, be it
// empty: the fence then turns the late one down, and no answer is proved wrong by it. What was accepted always counts. A
// refusal is not in the journal: of two writers at the same time, who were sent the same command, one may refuse what
// the other accepts.
//
// State lives in memory and is rebuilt by replaying the facts in order. [Rules] are pure and the time of a fact is
// stored with it, so the replay leads to the very same state. Time never goes back within a partition, whatever the
// clock of the machine does; all writers go by one clock, the bus's, and count on by themselves when that is moved
// (busclock.go). Deadlines (closing a lot, releasing a hold) come from the state as well: a heap of them is
// rebuilt with it, and an overdue one fires at once.
//
// The facts of a subject form a chain: each names the hash of the one before. At start the chain is followed; where a
// fact is missing or altered, that partition stops with the exact place, and nothing is served from it.
//
// # What a restart reads
//
// Now and then each partition's states are written to a stream of their own, beside the writer: it lends a few subjects
// at a time between two groups and never waits. A restart reads the newest of these snapshots and the facts after it. A
// snapshot is never trusted: it counts only if its checksum is right, it was made by the same rules, the message it
// begins after is the journal's, and whatever it knows of later facts is what the journal says. Otherwise a line is
// logged and the whole journal read. Where a partition is stopped for a broken chain, it was read without a snapshot.
//
// A subject that is over and had no fact for a day leaves memory. What stays is where its facts lie and the hash of the
// last; a late question or a command sent once more has it read back from those facts, beside the writer too.
//
// # Many processes
//
// Any number of processes may open the same journal. They share the partitions out by leases in a bucket of the bus: who
// dies stops renewing, and the others, who have followed the facts all along, take over. A lease only keeps writers out
// of each other's way. Nothing depends on it: a writer that was paused, cut off or is simply wrong about its lease is
// stopped by the fence like any other.
//
// # Tour
//
// entity.go decides about one subject and knows no disk, seen.go what it remembers of commands; partition.go is the writer, group.go what it appends at once,
// replay.go how it finds out what lies in the journal, active.go how it starts and stops; keep.go, copy.go and restore.go
// write and read snapshots (snapshot.go says what is in them, shelf.go where they lie), cold.go is about subjects that
// have left memory and trail.go about where their facts are; journal.go opens the journal, share.go and lease.go say
// which partitions this process writes; receipt.go signs what was decided; sender.go, lane.go and letter.go are the other
// end of it all; follow.go reads facts as they are appended, read.go those that there are, history.go those of one
// subject, and backup.go copies a journal; clock.go is the time. sim_test.go lives through all that can go wrong.
package journal
