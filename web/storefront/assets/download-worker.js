// Fetches a sealed file from the seller's agent, checks every record against the tree that the listing committed to, and
// keeps what is good. Given the key, it opens what is kept and checks that against the plain tree. It says {arrived,
// checked, kept} or {opened} as it goes, and at last {done: true}, {failed, …} or {mismatch}. {over} says how the agent was
// reached, and {connect} asks the page for a WebRTC connection.
import { recordSize, recordsOf, sealedRecordSize, sealedRecordsOf, sealedSizeOf, leafHash, rootOf, hex } from "./tree.js";
import { openStore, drop, inMemory } from "./store.js";
import { open, isOpened } from "./open.js";
import { Line } from "./line.js";
import { Failure, addressWay, fetchTree } from "./agent.js";
import { Receiver, keptOf } from "./receive.js";

const headStart = 1_500; // ms that the agent's addresses have before WebRTC is tried beside them
const mostLines = 4; // WebRTC connections at once
const worthALine = 16 << 20; // bytes yet to come for each of them

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
				postMessage({ over, relayed: way.relayed === true });
				const good = await keptOf(store, leaves, job, (bytes) => report(bytes, bytes, bytes));
				await receive(new Receiver(store, job, leaves, good, (arrived, checked) => report(arrived, checked, checked)), way, signal);
			} finally {
				way.close();
			}
		}
		report.now(job.size, job.size, job.size);
		return sealed ? {} : { blob: store.blob() };
	} finally {
		if (reported) report.now(latest.arrived, latest.checked, latest.kept);
		store.close();
	}
}

// receive receives what is missing. Over WebRTC, and directly, more connections join as long as there is enough left for each.
async function receive(receiver, way, signal) {
	const left = receiver.job.size - receiver.checked, more = new AbortController(), lines = [];
	const wanted = way instanceof Line && !way.relayed ? Math.min(mostLines, Math.floor(left / worthALine)) : 1;
	receiver.inPieces = wanted > 1;
	const whole = receiver.run(way, signal);
	for (let i = 1; i < wanted; i++) {
		Line.open(AbortSignal.any([signal, more.signal])).then((line) => {
			lines.push(line);
			receiver.also(line);
		}, () => {}); // it goes on with those that there are
	}
	try {
		await whole;
	} finally {
		more.abort(new Failure("stopped"));
		for (const line of lines) line.close();
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
