package sealed

// What is sealed is the file followed by the leaves of its plain tree; this is where everything lies in it. An empty file
// has no leaves and is sealed to nothing.

// TextSize returns how many bytes are sealed of a file of size bytes: its own and those of its leaves.
func TextSize(size int64) int64 { return size + Records(size)*HashSize }

// SealedRecords returns how many sealed records a file of size bytes has.
func SealedRecords(size int64) int64 { return Records(TextSize(size)) }

// SealedSize returns how many bytes the sealed records of a file of size bytes have together.
func SealedSize(size int64) int64 { return TextSize(size) + SealedRecords(size)*Overhead }

// FilePart returns how many of the text bytes of sealed record i belong to a file of size bytes; the rest are leaves.
func FilePart(i, size int64) int { return within(i, size, RecordSize) }

// SealedLength returns how many bytes sealed record i has, of a file of size bytes; 0 if there is no such record.
func SealedLength(i, size int64) int { return within(i, SealedSize(size), SealedRecordSize) }

// within returns how much of a row of total bytes lies in piece i of each bytes.
func within(i, total, each int64) int {
	if i < 0 || i > total/each { // before anything can overflow
		return 0
	}
	return int(max(0, min(each, total-i*each)))
}

// firstOfTable returns the first sealed record with leaves in it.
func firstOfTable(size int64) int64 { return size / RecordSize }

// Bytes returns the leaves as they travel, 32 bytes each.
func Bytes(leaves []Hash) []byte {
	b := make([]byte, 0, len(leaves)*HashSize)
	for _, leaf := range leaves {
		b = append(b, leaf[:]...)
	}
	return b
}

// Hashes reads what [Bytes] writes. What is left over at the end is dropped.
func Hashes(b []byte) []Hash {
	leaves := make([]Hash, len(b)/HashSize)
	for i := range leaves {
		copy(leaves[i][:], b[i*HashSize:])
	}
	return leaves
}
