// What is asked of the seller's agent, over whichever way leads there: {fetch, close}.
import { rootOf, split, hex } from "./tree.js";

const stall = 20_000; // ms without a byte after which the seller counts as away

export class Failure extends Error {
	constructor(kind, record) { super(kind); this.kind = kind; this.record = record; }
}

// addressWay leads to one of the agent's addresses.
export const addressWay = (base) => ({
	fetch: (path, headers, signal) => fetch(base + path, {
		headers, signal, cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
	}),
	close() {},
});

// fetchTree returns the leaves of the job's records, which have the root that was bought.
export async function fetchTree(way, job, signal) {
	const response = await ask(way, job, "/tree", {}, signal);
	const leaves = split(new Uint8Array(await watched(response.arrayBuffer(), signal)));
	if (leaves.length !== job.records || hex(await rootOf(leaves)) !== job.tree) throw new Failure("tree");
	return leaves;
}

export async function ask(way, job, what, headers, signal) {
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
export function watched(promise, signal) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Failure("away")), stall);
		const abort = () => reject(signal.reason);
		signal.addEventListener("abort", abort);
		promise.then(resolve, reject).finally(() => { clearTimeout(timer); signal.removeEventListener("abort", abort); });
	});
}
