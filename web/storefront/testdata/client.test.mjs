// Holds the page's own tree and receipt against the vectors of package sealed: node --test client.test.mjs
import test from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { recordSize, recordsOf, sealedRecordSize, sealedRecordsOf, sealedSizeOf, sealedLength, filePart, leafHash, rootOf, pathOf, split, hex, same } from "../assets/tree.js";
import { Opener } from "../assets/seal.js";
import { open } from "../assets/open.js";
import { receipt } from "../assets/receipt.js";
import { sizeOf, timeOf } from "../assets/meter.js";
import { all as download } from "../assets/words.js";
import { all as every } from "../../view/assets/clock.js";

const vectors = JSON.parse(await readFile(new URL("../../../events/sealed/testdata/vectors.json", import.meta.url)));
const bytes = (text) => Uint8Array.from(Buffer.from(text, "hex"));

test("record size", () => assert.equal(recordSize, vectors.record_size));

test("trees", async () => {
	for (const { records, leaves, root } of vectors.trees) {
		const hashes = await Promise.all(records.map((record) => {
			const room = new Uint8Array(1 + recordSize);
			room.set(bytes(record), 1);
			return leafHash(room, record.length / 2);
		}));
		assert.deepEqual(hashes.map(hex), leaves);
		assert.equal(hex(await rootOf(split(bytes(leaves.join(""))))), root);
	}
});

test("records of a file", () => {
	for (const [size, want] of [[0, 0], [1, 1], [recordSize, 1], [recordSize + 1, 2]]) assert.equal(recordsOf(size), want);
});

test("a large tree", async () => {
	const leaf = new Uint8Array(32).fill(7);
	const whole = hex(await rootOf(Array(3001).fill(leaf)));
	const left = await rootOf(Array(2048).fill(leaf)), right = await rootOf(Array(953).fill(leaf));
	assert.equal(hex(await rootOf([left, right])), whole); // RFC 6962 splits 3001 at 2048
});

test("paths", async () => {
	for (const { leaves, index, path } of vectors.paths) {
		const tree = split(bytes(vectors.trees[leaves].leaves.join("")));
		assert.deepEqual((await pathOf(tree, index)).map(hex), path);
	}
});

test("sizes of sealed files", () => {
	for (const { size, sealed_size: want, last } of vectors.seals) {
		assert.equal(sealedSizeOf(size), want);
		if (last) assert.equal(sealedLength(sealedRecordsOf(size) - 1, size), last.length / 2);
	}
});

// seal does what a seller's agent does: this side has no use for it but here.
async function seal(file, secret, salt) {
	const opener = await Opener.of(secret, salt, file.length);
	const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
	const info = new TextEncoder().encode("Content-Encoding: aes128gcm\0");
	const key = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, material, { name: "AES-GCM", length: 128 }, false, ["encrypt"]);
	const leaves = [];
	for (let i = 0; i < recordsOf(file.length); i++) {
		const room = new Uint8Array(1 + filePart(i, file.length));
		room.set(file.subarray(i * recordSize, i * recordSize + room.length - 1), 1);
		leaves.push(await leafHash(room, room.length - 1));
	}
	const text = Buffer.concat([file, ...leaves]), records = [];
	for (let i = 0; i < sealedRecordsOf(file.length); i++) {
		const part = text.subarray(i * recordSize, (i + 1) * recordSize);
		const padded = Buffer.concat([part, Uint8Array.of(i === opener.last ? 2 : 1)]);
		records.push(new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: opener.nonce(i) }, key, padded)));
	}
	return { records, root: hex(await rootOf(leaves)) };
}

class Kept {
	constructor(...chunks) { this.all = Buffer.concat(chunks); }
	size() { return this.all.length; }
	read(into, at) { return this.all.copy(into, 0, at, at + into.length); }
	write(chunk) { this.all = Buffer.concat([this.all, chunk]); }
	cut(length) { this.all = this.all.subarray(0, length); }
	flush() {}
}

test("sealed files", async () => {
	for (const { size, secret, salt, sealed_root: want, last } of vectors.seals) {
		const file = Uint8Array.from({ length: size }, (_, i) => i % 251);
		const { records, root } = await seal(file, bytes(secret), bytes(salt));
		const leaves = await Promise.all(records.map((record) => {
			const room = new Uint8Array(1 + sealedRecordSize);
			room.set(record, 1);
			return leafHash(room, record.length);
		}));
		assert.equal(hex(await rootOf(leaves)), want);
		if (last) assert.equal(hex(records.at(-1)), last);
		const job = { size, root, key: Buffer.from(bytes(secret)).toString("base64"), salt: Buffer.from(bytes(salt)).toString("base64") };
		const to = new Kept(), signal = new AbortController().signal;
		assert.equal(await open(new Kept(...records), to, job, signal, () => {}), null);
		assert.ok(to.all.equals(Buffer.from(file)));
		if (size > 0) {
			const proof = await open(new Kept(...records), new Kept(), { ...job, salt: job.key }, signal, () => {});
			assert.equal(proof.pieces[0].index, 0);
			assert.equal(proof.leaf, undefined);
		}
	}
});

test("receipts", async () => {
	const valid = vectors.receipts.filter((r) => r.valid);
	assert.ok(valid.length > 0);
	for (const { seed, order, root, bytes: size, unix_ms: at, receipt: want } of valid) {
		const pkcs8 = bytes("302e020100300506032b657004220420" + seed);
		const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
		assert.equal(hex(await receipt(key, order, root, size, at)), want);
	}
});

test("same", () => {
	assert.ok(same(bytes("0102"), bytes("0102")));
	assert.ok(!same(bytes("0102"), bytes("0103")));
	assert.ok(!same(bytes("0102"), bytes("01")));
});

test("words", () => {
	assert.equal(sizeOf(999), "999 bytes");
	assert.equal(sizeOf(67_108_864), "67.1 MB");
	assert.equal(sizeOf(999_999), "1.0 MB");
	assert.equal(timeOf(59), "59 s");
	assert.equal(timeOf(5400), "1 h 30 min");
});

test("both languages say the same things", () => {
	for (const { en, ko } of [download, every]) {
		assert.deepEqual(Object.keys(ko), Object.keys(en));
		for (const [what, words] of Object.entries(en)) {
			assert.equal(typeof ko[what], typeof words, what);
			assert.equal(ko[what].length > 0, true, what);
			if (typeof words !== "function") continue;
			assert.equal(ko[what].length, words.length, what);
			for (const part of ["(1)", "(2)"].slice(0, words.length)) assert.ok(ko[what]("(1)", "(2)").includes(part), what);
		}
	}
});
