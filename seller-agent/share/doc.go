// Package share turns a folder on the seller's disk into listings, and keeps them as the disk is.
//
// # What is listed
//
// Every regular file below the folder that has content, is not hidden and is no editor's or downloader's temporary; see
// [Ignored]. Symbolic links, devices, pipes and sockets are passed over. Files are reached through an [os.Root] only, so
// no link leads out of the folder, and nothing is ever written there.
//
// # How a change becomes a listing
//
// The folder is watched, and walked again now and then in case the watch missed something. A path that may have changed
// is left alone until the write has ended: nothing was heard of it for [Quiet], and nobody has it open for writing
// (Linux tells). Then its hash tree is made, unless size, time and inode say that it is known, and whatever is found goes
// as a [Sighting] to the [Catalogue]. That is the pure part: it says which listings are new, changed, moved or gone. Its
// answer is put into [Memory], a small database in the agent's own folder, from where the agent publishes it.
//
// A file that is renamed keeps its listing, since its bytes are what people bid on. A file that is saved again keeps it
// too. A file that is being rewritten for longer than [Stale] is taken off the market until it rests.
//
// # What the seller says about a file
//
// A sheet named NAME.listing.yaml beside the file NAME says what the file's listing says; a sheet named .listing.yaml
// holds for everything in its folder and below. See [Sheet]. Without one, a file is a direct sale at the agent's price,
// titled after its name.
package share
