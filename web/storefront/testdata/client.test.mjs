// Holds the page's own tree and receipt against the vectors of package sealed: node --test client.test.mjs
import test from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { recordSize, recordsOf, leafHash, rootOf, split, hex, same } from "../assets/tree.js";
import { receipt } from "../assets/receipt.js";
import { sizeOf, timeOf } from "../assets/meter.js";

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
