// Receives the records of a file that are missing, over one connection or several at once. Each record is checked as soon as
// it has arrived, and only then written, to its place: whatever is cut off where, nothing that was checked is asked for again.
import { leafHash, same } from "./tree.js";
import { Failure, ask, watched } from "./agent.js";

const ahead = 16; // records of one request being checked at once
const atOnce = 2; // requests under way on each of several connections, so that none waits for the next to begin
const least = 16, most = 128; // records of one request then: the fewer are left, the smaller, so that all end together

// keptOf returns which records the store has, after checking each again, and cuts off what is behind the last of them.
// report is told how many bytes that are.
export async function keptOf(store, leaves, { size, each }, report) {
	const kept = store.size(), good = new Uint8Array(leaves.length), room = new Uint8Array(1 + each);
	let end = 0, bytes = 0;
	for (let record = 0; record < leaves.length && record * each < kept; record++) {
		const at = record * each, length = Math.min(each, size - at);
		if (store.read(room.subarray(1, 1 + length), at) !== length || !same(await leafHash(room, length), leaves[record])) continue;
		good[record] = 1;
		end = at + length;
		report(bytes += length);
	}
	store.cut(end);
	return good;
}

export class Receiver {
	// good says of each record whether it is kept already. report is told how many bytes have arrived and are checked.
	constructor(store, job, leaves, good, report) {
		Object.assign(this, { store, job, leaves, report });
		this.runs = []; // of records that nobody has asked for
		this.missing = this.waiting = 0; // records not kept yet, and of them those in the runs
		this.arrived = this.checked = job.size;
		for (let record = 0; record < good.length; record++) {
			if (good[record]) continue;
			this.missing++;
			this.arrived = this.checked -= this.lengthOf(record);
			const last = this.runs.at(-1);
			if (last?.to === record) last.to++;
			else this.runs.push({ from: record, to: record + 1 });
		}
		this.waiting = this.missing;
		this.ways = 0;
		this.stir();
	}

	lengthOf(record) { return Math.min(this.job.each, this.job.size - record * this.job.each); }

	// run receives everything over a way, and over others that join with also(way) meanwhile. It fails when the last of them
	// has failed; a record that is not what was bought ends it at once.
	run(way, signal) {
		const over = new AbortController();
		this.signal = AbortSignal.any([signal, over.signal]);
		return new Promise((resolve, reject) => {
			let pulling = 0, fault = null;
			const pull = (way) => {
				pulling++;
				this.pull(way).catch((e) => {
					fault ??= e;
					if (e.kind !== "away") over.abort(e);
				}).finally(() => {
					if (--pulling === 0) (this.missing === 0 ? resolve() : reject(fault));
				});
			};
			this.also = (way) => {
				if (pulling === 0) return;
				this.ways++;
				for (let i = 0; i < atOnce; i++) pull(way);
			};
			this.ways = 1;
			pull(way);
		}).finally(() => this.store.flush());
	}

	// several has the ways that join share the rest, in pieces.
	get several() { return this.inPieces || this.ways > 1; }

	async pull(way) {
		while (this.missing > 0) {
			this.signal.throwIfAborted();
			const piece = this.take();
			if (!piece) await Promise.race([this.stirred, this.aborted()]);
			else try {
				await this.fetch(way, piece);
			} finally {
				this.giveBack(piece);
			}
		}
	}

	aborted() {
		return new Promise((_, reject) => this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true }));
	}

	stir() {
		this.wake?.();
		this.stirred = new Promise((resolve) => { this.wake = resolve; });
	}

	// take returns the next records to be asked for, or nothing while others have asked for all that are missing.
	take() {
		const run = this.runs[0];
		if (!run) return null;
		const share = Math.ceil(this.waiting / (4 * atOnce * this.ways));
		const to = this.several ? Math.min(run.to, run.from + Math.max(least, Math.min(most, share))) : run.to;
		const piece = { from: run.from, to };
		this.waiting -= to - run.from;
		if (to === run.to) this.runs.shift();
		else run.from = to;
		return piece;
	}

	// giveBack leaves what has not arrived to others.
	giveBack(piece) {
		if (piece.from < piece.to) {
			this.runs.unshift(piece);
			this.waiting += piece.to - piece.from;
		}
		this.stir();
	}

	// fetch asks for a piece, whose from goes up with each record that has arrived.
	async fetch(way, piece) {
		const { job, signal } = this, start = piece.from * job.each, end = Math.min(piece.to * job.each, job.size);
		const response = await ask(way, job, "", { Range: `bytes=${start}-${end < job.size ? end - 1 : ""}` }, signal);
		if ((start > 0 || end < job.size) && response.status !== 206) throw new Failure("gone");
		const reader = response.body.getReader(), checks = [];
		let at = start, filled = 0, room = new Uint8Array(1 + job.each);
		try {
			while (at < end) {
				const { done, value } = await watched(reader.read(), signal);
				if (done) break;
				if (at + value.length > end) throw new Failure("bad", piece.from);
				for (let from = 0; from < value.length;) {
					const length = this.lengthOf(piece.from);
					const part = value.subarray(from, from + length - filled);
					room.set(part, 1 + filled);
					filled += part.length;
					from += part.length;
					at += part.length;
					this.arrived += part.length;
					if (filled < length) continue;
					checks.push(this.check(room, length, piece.from++));
					room = new Uint8Array(1 + job.each);
					filled = 0;
					if (checks.length > ahead) await checks.shift();
				}
				this.report(this.arrived, this.checked);
			}
		} catch (e) {
			if (e instanceof Failure || e.name === "QuotaExceededError" || signal.aborted) throw e;
			throw new Failure("away"); // the connection broke
		} finally {
			reader.cancel().catch(() => {});
			await Promise.allSettled(checks);
			this.arrived -= filled; // of a record that did not arrive whole
		}
		await Promise.all(checks);
		if (at < end) throw new Failure("away"); // it ended early
	}

	// check writes a record that lies in room behind one free byte, if it is the one that was bought.
	check(room, length, record) {
		const checked = (async () => {
			if (!same(await leafHash(room, length), this.leaves[record])) throw new Failure("bad", record);
			this.store.write(room.subarray(1, 1 + length), record * this.job.each);
			this.checked += length;
			this.missing--;
			this.report(this.arrived, this.checked);
		})();
		checked.catch(() => {}); // it is looked at where it was asked for
		return checked;
	}
}
