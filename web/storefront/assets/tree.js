// The hash trees over a file's records, plain and sealed: RFC 6962 with SHA-256, a leaf a record. And where everything
// lies: what is sealed is the file followed by the leaves of its plain tree.

export const recordSize = 65519; // bytes of a plain record; the last one may be shorter
export const sealedRecordSize = 65536; // of a sealed record, likewise
export const overhead = sealedRecordSize - recordSize;

export const recordsOf = (size) => Math.ceil(size / recordSize);
export const sealedRecordsOf = (size) => recordsOf(size + 32 * recordsOf(size));
export const sealedSizeOf = (size) => size + 32 * recordsOf(size) + overhead * sealedRecordsOf(size);

// filePart returns how many bytes of what record i holds belong to the file; the rest are leaves.
export const filePart = (i, size) => Math.max(0, Math.min(recordSize, size - i * recordSize));

// sealedLength returns how many bytes sealed record i has.
export const sealedLength = (i, size) => Math.min(sealedRecordSize, sealedSizeOf(size) - i * sealedRecordSize);

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// leafHash hashes a record that lies in room behind one free byte, so that nothing has to be copied.
export function leafHash(room, length) {
	room[0] = 0;
	return sha256(room.subarray(0, 1 + length));
}

function nodeHash(left, right) {
	const room = new Uint8Array(65);
	room[0] = 1;
	room.set(left, 1);
	room.set(right, 33);
	return sha256(room);
}

// rootOf returns the head of the tree over the leaves. Pairing level by level, with an odd one carried up, gives the
// same tree as splitting at powers of two.
export async function rootOf(leaves) {
	if (leaves.length === 0) return sha256(new Uint8Array());
	let level = leaves;
	while (level.length > 1) {
		const next = [];
		for (let i = 0; i < level.length; i += 1024) {
			const pairs = [];
			for (let j = i; j < Math.min(i + 1024, level.length); j += 2) {
				pairs.push(j + 1 < level.length ? nodeHash(level[j], level[j + 1]) : level[j]);
			}
			next.push(...await Promise.all(pairs));
		}
		level = next;
	}
	return level[0];
}

// pathOf returns the hashes that lead from leaf i to the root, the lowest first.
export async function pathOf(leaves, i) {
	if (leaves.length <= 1) return [];
	let left = 1;
	while (left * 2 < leaves.length) left *= 2;
	const low = leaves.slice(0, left), high = leaves.slice(left);
	return i < left ? [...await pathOf(low, i), await rootOf(high)] : [...await pathOf(high, i - left), await rootOf(low)];
}

// split cuts what an agent sent as leaves into hashes of 32 bytes.
export function split(bytes) {
	const leaves = [];
	for (let i = 0; i + 32 <= bytes.length; i += 32) leaves.push(bytes.subarray(i, i + 32));
	return leaves;
}

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

export function same(a, b) {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
