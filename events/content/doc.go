// Package content knows files by what is in them, so that another name does not hide them. The seller's agent takes the
// prints of what it lists, a moderator those of what must not be listed, and both come to the same.
//
//   - root: the hash tree over a file's records. These very bytes.
//   - sha256: of a file, and of the files in a zip archive, so that a file is known inside of one.
//   - image: what a picture looks like, for pictures that were made smaller, compressed, cut at the edges or turned over.
//
// Files are hostile: an archive that unpacks to far more than it is, or to more files than anybody has, and a picture of
// more pixels than are decoded are not looked into, and that is said.
package content
