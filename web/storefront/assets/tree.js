// The hash tree over a file's records: RFC 6962 with SHA-256, a leaf a record.

export const recordSize = 65519; // bytes; the last record may be shorter

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

export const recordsOf = (size) => Math.ceil(size / recordSize);

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
