// Opens a whole sealed file, once it is paid for, and checks every record against the plain tree. If the file is not what
// was promised, one record proves it, and the market checks that alone.
import {
	recordSize, recordsOf, sealedRecordSize, sealedRecordsOf, sealedLength, filePart, leafHash, rootOf, pathOf, split, hex, same,
} from "./tree.js";
import { Opener, bytesOf } from "./seal.js";

const atOnce = 16; // records opened at the same time
const every = 100; // ms between two words on how far it is

// isOpened reports whether the store holds the file already: {size, root}.
export async function isOpened(store, { size, root }) {
	if (size === 0 || store.size() !== size) return false;
	const leaves = [], room = new Uint8Array(1 + recordSize);
	for (let i = 0; i < recordsOf(size); i++) {
		const length = filePart(i, size);
		if (store.read(room.subarray(1, 1 + length), i * recordSize) !== length) return false;
		leaves.push(await leafHash(room, length));
	}
	return hex(await rootOf(leaves)) === root;
}

// open opens what from holds into to: {size, root, key, salt}. It returns the proof that the file is another one, or null.
export async function open(from, to, { size, root, key, salt }, signal, report) {
	const opener = await Opener.of(bytesOf(key), bytesOf(salt), size);
	const total = sealedRecordsOf(size), leaves = [], table = new Uint8Array(32 * recordsOf(size));
	to.cut(0);
	let told = 0, filled = 0;
	for (let first = 0; first < total; first += atOnce) {
		signal.throwIfAborted();
		const records = [];
		for (let i = first; i < Math.min(first + atOnce, total); i++) records.push(openRecord(opener, i, read(from, i, size), size));
		for (const [j, record] of (await Promise.all(records)).entries()) {
			const i = first + j;
			if (!record) return proof(from, size, i, i + 1);
			if (record.file.length > 0) {
				leaves.push(record.leaf);
				to.write(record.file, i * recordSize);
			}
			table.set(record.rest, filled);
			filled += record.rest.length;
		}
		if (Date.now() - told > every) {
			told = Date.now();
			report(Math.min(size, (first + atOnce) * recordSize));
		}
	}
	to.flush();
	const promised = split(table);
	if (hex(await rootOf(promised)) !== root) return proof(from, size, Math.floor(size / recordSize), total);
	const wrong = leaves.findIndex((leaf, i) => !same(leaf, promised[i]));
	if (wrong < 0) return null;
	const path = (await pathOf(promised, wrong)).map(hex);
	return { ...await proof(from, size, wrong, wrong + 1), leaf: hex(promised[wrong]), path };
}

function read(store, i, size) {
	const record = new Uint8Array(sealedLength(i, size));
	store.read(record, i * sealedRecordSize);
	return record;
}

// openRecord returns {file, leaf, rest} of a record, or null if it does not open.
async function openRecord(opener, i, sealed, size) {
	const text = await opener.open(i, sealed);
	if (!text) return null;
	const length = filePart(i, size), room = new Uint8Array(1 + length);
	room.set(text.subarray(0, length), 1);
	return { file: text.subarray(0, length), leaf: length > 0 ? await leafHash(room, length) : null, rest: text.subarray(length) };
}

// proof returns the sealed records from one to, without, another, and what says that they were promised.
async function proof(from, size, first, end) {
	const leaves = [];
	const room = new Uint8Array(1 + sealedRecordSize);
	for (let i = 0; i < sealedRecordsOf(size); i++) {
		const record = read(from, i, size);
		room.set(record, 1);
		leaves.push(await leafHash(room, record.length));
	}
	const pieces = [];
	for (let i = first; i < end; i++) {
		pieces.push({ index: i, sealed: base64Of(read(from, i, size)), path: (await pathOf(leaves, i)).map(hex) });
	}
	return { pieces };
}

function base64Of(bytes) {
	let text = "";
	for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
	return btoa(text);
}
