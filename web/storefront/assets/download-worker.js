// Fetches a sealed file from the seller's agent, checks every record against the tree that the listing committed to, and
// keeps what is good. Given the key, it opens what is kept and checks that against the plain tree. It says {arrived,
// checked, kept} or {opened} as it goes, and at last {done: true}, {failed, …} or {mismatch}. {over} says how the agent was
// reached, and {connect} asks the page for a WebRTC connection.
import { recordSize, recordsOf, sealedRecordSize, sealedRecordsOf, sealedSizeOf, leafHash, rootOf, split, hex, same } from "./tree.js";
import { openStore, drop, inMemory } from "./store.js";
import { open, isOpened } from "./open.js";
import { Line } from "./line.js";

const ahead = 16; // records being checked at once
const headStart = 1_500; // ms that the agent's addresses have before WebRTC is tried beside them
const stall = 20_000; // ms without a byte after which the seller counts as away

let running = null; // aborts the transfer

self.onmessage = async ({ data }) => {
	if (data.stop) return running?.abort(new Failure("stopped"));
	running = new AbortController();
	try {
		postMessage({ done: true, ...await jobs[data.job](data, running.signal) });
	} catch (e) {
		const why = running.signal.aborted ? running.signal.reason : e;
		postMessage(why instanceof Failure ? { failed: why.kind, record: why.record } : failure(why));
	}
};

const jobs = {
	transfer,
	// opened: {opened, size, root} → whether the file is there already, opened and checked
	async opened(job) {
		const store = await openStore(job.opened);
		try { return { whole: await isOpened(store, job), blob: store.blob() }; } finally { store.close(); }
	},
	// open: {part, opened, size, root, key, salt} → {blob} for a store that does not keep, or {mismatch: proof}
	async open(job, signal) {
		const from = await openStore(job.part), to = await openStore(job.opened);
		let end;
		try {
			const mismatch = await open(from, to, job, signal, (opened) => postMessage({ opened }));
			end = mismatch ? { mismatch } : { blob: to.blob() };
		} finally { from.close(); to.close(); }
		await drop(end.mismatch ? job.opened : job.part);
		return end;
	},
};

class Failure extends Error {
	constructor(kind, record) { super(kind); this.kind = kind; this.record = record; }
}

function failure(e) {
	if (e.name === "QuotaExceededError") return { failed: "full" };
	if (e.name === "NoModificationAllowedError") return { failed: "elsewhere" };
	return { failed: "broken", message: String(e) };
}

// transfer: {part, size, root, sealed, listing, urls, ticket} → {blob} for a store that does not keep. Size is the file's,
// root that over its plain records and sealed that over the sealed ones, or empty if it comes as it is: it was bought
// before files were sealed.
async function transfer({ size, root, sealed, ...rest }, signal) {
	const job = sealed
		? { ...rest, tree: sealed, records: sealedRecordsOf(size), size: sealedSizeOf(size), each: sealedRecordSize }
		: { ...rest, tree: root, records: recordsOf(size), size, each: recordSize };
	const store = await openStore(job.part);
	try {
		if (!store.kept && 2 * job.size > inMemory) throw new Failure("big");
		if (!await isWhole(store, job)) {
			const { way, leaves, over } = await reach(job, signal);
			try {
				postMessage({ over });
				const record = await goodPrefix(store, leaves, job);
				if (record < leaves.length) await fetchRecords(store, job, way, leaves, record, signal);
				store.flush();
			} finally {
				way.close();
			}
		}
		report.now(job.size, job.size, job.size);
		return sealed ? {} : { blob: store.blob() };
	} finally {
		clearTimeout(reported);
		reported = null;
		store.close();
	}
}

// isWhole reports whether all of the sealed file is kept already, so that the seller need not be there.
async function isWhole(store, job) {
	if (store.size() !== job.size) return false;
	const leaves = [], room = new Uint8Array(1 + job.each);
	for (let at = 0; at < job.size; at += job.each) {
		const length = Math.min(job.each, job.size - at);
		if (store.read(room.subarray(1, 1 + length), at) !== length) return false;
		leaves.push(await leafHash(room, length));
		report(at + length, at + length, at + length);
	}
	return hex(await rootOf(leaves)) === job.tree;
}

// reach returns a way to the agent, {fetch, close}, and the leaves that came over it. Its addresses are tried in turn; when
// none of them has led anywhere for a moment, a WebRTC connection is tried beside them, and whoever is first goes on. If
// none does, what the agent answered somewhere says more than that it was not reached elsewhere.
async function reach(job, signal) {
	const won = new AbortController(), racing = AbortSignal.any([signal, won.signal]);
	const addresses = overAddresses(job, racing);
	const patient = new Promise((resolve) => setTimeout(resolve, headStart));
	const line = Promise.race([patient, addresses.catch(() => {})]).then(() => overLine(job, racing));
	try {
		return await Promise.any([addresses, line]);
	} catch ({ errors }) {
		signal.throwIfAborted();
		throw errors.find((e) => e.kind !== "away") ?? errors[0];
	} finally {
		won.abort(new Failure("stopped"));
	}
}

async function overAddresses(job, signal) {
	let last = new Failure("away");
	for (const base of job.urls) {
		const way = addressWay(base.replace(/\/$/, ""));
		try {
			return { way, leaves: await fetchTree(way, job, signal), over: "address" };
		} catch (e) {
			if (signal.aborted) throw e;
			if (last.kind === "away" && e instanceof Failure) last = e;
		}
	}
	throw last;
}

const addressWay = (base) => ({
	fetch: (path, headers, signal) => fetch(base + path, {
		headers, signal, cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
	}),
	close() {},
});

async function overLine(job, signal) {
	signal.throwIfAborted();
	const way = await Line.open(signal).catch((e) => { throw signal.aborted ? e : new Failure("away"); });
	try {
		return { way, leaves: await fetchTree(way, job, signal), over: "line" };
	} catch (e) {
		way.close();
		throw e;
	}
}

async function fetchTree(way, job, signal) {
	const response = await ask(way, job, "/tree", {}, signal);
	const leaves = split(new Uint8Array(await watched(response.arrayBuffer(), signal)));
	if (leaves.length !== job.records || hex(await rootOf(leaves)) !== job.tree) throw new Failure("tree");
	return leaves;
}

async function ask(way, job, what, headers, signal) {
	let response;
	try {
		const path = `/v1/files/${job.listing}${what}`;
		response = await watched(way.fetch(path, { Authorization: `Ticket ${job.ticket}`, ...headers }, signal), signal);
	} catch (e) {
		if (signal.aborted || e instanceof Failure) throw e;
		throw new Failure("away");
	}
	if (response.ok) return response;
	response.body?.cancel();
	if (response.status === 401 || response.status === 403) throw new Failure("ticket");
	throw new Failure(response.status >= 500 || response.status === 429 ? "away" : "gone");
}

// watched fails when a promise takes so long that the seller counts as away.
function watched(promise, signal) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Failure("away")), stall);
		const abort = () => reject(signal.reason);
		signal.addEventListener("abort", abort);
		promise.then(resolve, reject).finally(() => { clearTimeout(timer); signal.removeEventListener("abort", abort); });
	});
}

// goodPrefix returns how many records are kept already, after checking them again, and cuts off the rest.
async function goodPrefix(store, leaves, { size, each }) {
	const kept = store.size();
	const room = new Uint8Array(1 + each);
	let record = 0;
	for (; record < leaves.length; record++) {
		const at = record * each, length = Math.min(each, size - at);
		if (at + length > kept || store.read(room.subarray(1, 1 + length), at) !== length) break;
		if (!same(await leafHash(room, length), leaves[record])) break;
		report(at + length, at + length, at + length);
	}
	store.cut(Math.min(record * each, size));
	return record;
}

// fetchRecords fetches from the given record on. Checks run side by side; records are written in order, each as soon as
// it and all before it are known to be good.
async function fetchRecords(store, job, way, leaves, number, signal) {
	const start = number * job.each;
	const response = await ask(way, job, "", { Range: `bytes=${start}-` }, signal);
	if (start > 0 && response.status !== 206) throw new Failure("gone");
	const reader = response.body.getReader();
	const links = []; // of the chain that writes, oldest first
	let arrived = start, at = start, filled = 0, room = new Uint8Array(1 + job.each), chain = Promise.resolve();

	const check = (length) => {
		const full = room, record = number++, hash = leafHash(full, length);
		room = new Uint8Array(1 + job.each);
		filled = 0;
		chain = chain.then(async () => {
			if (!same(await hash, leaves[record])) throw new Failure("bad", record);
			store.write(full.subarray(1, 1 + length), at);
			at += length;
			report(arrived, at, at);
		});
		chain.catch(() => {}); // it is looked at below
		links.push(chain);
		return links.length > ahead ? links.shift() : null;
	};
	try {
		while (arrived < job.size) {
			const { done, value } = await watched(reader.read(), signal);
			if (done) break;
			if (arrived + value.length > job.size) throw new Failure("bad", number);
			for (let from = 0; from < value.length;) {
				const length = Math.min(job.each, job.size - number * job.each);
				const piece = value.subarray(from, from + length - filled);
				room.set(piece, 1 + filled);
				filled += piece.length;
				from += piece.length;
				arrived += piece.length;
				if (filled === length) await check(length);
			}
			report(arrived, at, at);
		}
	} catch (e) {
		if (e instanceof Failure || e.name === "QuotaExceededError" || signal.aborted) throw e;
		throw new Failure("away"); // the connection broke
	} finally {
		reader.cancel().catch(() => {});
		await chain.catch(() => {});
		store.flush();
	}
	await chain;
	if (at < job.size) throw new Failure("away"); // it ended early
}

let latest = null, reported = null; // what is to be said, and the timer that says it

// report says how far it is, ten times a second at most, and always the last word.
function report(arrived, checked, kept) {
	latest = { arrived, checked, kept };
	reported ??= setTimeout(() => { reported = null; postMessage(latest); }, 100);
}

report.now = (arrived, checked, kept) => {
	clearTimeout(reported);
	reported = null;
	postMessage({ arrived, checked, kept });
};
