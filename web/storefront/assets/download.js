// The download in the page of an order: asks for tickets, has a Worker fetch and check the sealed file, waits for a seller
// who is away, signs the receipt, has the Worker open the file once it is paid for, and saves it. Everything it says is in
// words.
import { Session } from "./market.js";
import { partOf, openedOf, folderOf } from "./store.js";
import { sealedSizeOf } from "./tree.js";
import { Meter } from "./meter.js";
import { Peer } from "./peer.js";
import { words } from "./words.js";

const retryAfter = 5_000; // ms between questions to a seller who is away
const badTries = 3; // at a record that does not check out

class Download {
	constructor(section) {
		this.section = section;
		this.data = { ...section.dataset, size: Number(section.dataset.size) };
		// What was bought before files were sealed has no sealed root: it comes as it is, and is opened when it is whole.
		this.tree = this.data.sealed || this.data.root;
		this.length = this.data.sealed ? sealedSizeOf(this.data.size) : this.data.size;
		this.part = partOf(this.data.order, this.tree);
		this.opened = this.data.sealed ? openedOf(this.data.order, this.data.root) : this.part;
		this.meter = new Meter(this.length, this.data.size);
		this.peers = new Set(); // connections with the seller's agent over WebRTC
		this.on("save", () => this.start(null));
		this.on("save-as", () => this.choose());
		this.on("pause", () => this.pause());
		this.on("resume", () => this.start(this.place));
		this.el("save-as").hidden = !("showSaveFilePicker" in self);
		this.state = "idle";
		this.refresh();
	}

	el(id) { return this.section.querySelector(`#${id}`); }
	on(id, f) { this.el(id).addEventListener("click", f); }

	orderState() { return document.getElementById("order").dataset.orderState; }

	// refresh takes in what the page says about order and seller.
	refresh() {
		const ready = ["delivering", "delivered", "captured"].includes(this.orderState());
		for (const id of ["save", "save-as"]) this.el(id).disabled = !ready || this.state !== "idle" && this.state !== "done";
		if (document.querySelector("#seller [data-online=true], #seller[data-online=true]")) this.wake?.();
	}

	say(state, text = words[state]) {
		this.state = state;
		const status = this.el("transfer");
		status.dataset.transfer = state;
		if (status.textContent !== text) status.textContent = text;
		const busy = ["asking", "transferring", "waiting", "gone", "paying"].includes(state);
		this.el("pause").hidden = !busy;
		this.el("resume").hidden = !["paused", "failed"].includes(state);
		this.refresh();
	}

	async choose() {
		try {
			this.start(await showSaveFilePicker({ suggestedName: this.data.name }));
		} catch (e) {
			if (e.name !== "AbortError") throw e; // the visitor changed his mind
		}
	}

	pause() {
		this.stopped = true;
		this.worker?.postMessage({ stop: true });
		this.wake?.();
	}

	// start runs the download to its end, from wherever it was. place is where the visitor wants it, or null.
	async start(place) {
		if (this.running) return;
		this.running = true;
		this.stopped = false;
		this.place = place;
		this.el("progress").hidden = false;
		try {
			await this.run();
		} catch (e) {
			this.say("failed", words[e.message] ?? e.words ?? words.broken);
			if (!words[e.message] && !e.words) console.error(e);
		} finally {
			this.running = false;
			this.refresh();
		}
	}

	async run() {
		this.session ??= await Session.open(this.data.order).catch(() => { throw new Error("old"); });
		const again = this.orderState() === "captured";
		if (!await this.isOpened() && (!await this.transfer() || !await this.open())) return this.say("paused");
		this.say("saving");
		await this.save();
		this.meter.saved(this.data.size);
		this.worker?.terminate(); // not before: without a file system it holds the file
		this.worker = null;
		this.say("done", again ? words.again : words.delivered);
	}

	// isOpened returns whether the file was opened before and is still kept.
	async isOpened() {
		if (!this.data.sealed) return false;
		const { whole, blob } = await this.work("opened", {});
		if (whole) this.blob = blob;
		return whole === true;
	}

	// open signs for the sealed file, waits for the capture, and opens it; false if the visitor paused.
	async open() {
		this.say("signing");
		await this.deliver();
		if (!this.data.sealed) return true;
		const key = await this.key();
		if (!key) return false;
		this.say("opening");
		const end = await this.work("open", key);
		if (end.mismatch) await this.complain(end.mismatch);
		if (end.failed === "stopped") return false;
		if (!end.done) throw Object.assign(new Error(end.failed), { cause: end.message });
		this.blob = end.blob;
		return true;
	}

	// complain shows the market that the file is not what was offered.
	async complain(proof) {
		await this.session.mismatch(proof).catch((e) => { throw Object.assign(e, { words: words.unproven(e.message) }); });
		throw new Error("mismatch");
	}

	// key returns the key once the payment is captured; null if the visitor paused.
	async key() {
		for (let tries = 0; !this.stopped; tries++) {
			try {
				return await this.session.opening();
			} catch (e) {
				if (e.status < 500 && e.status !== 429 && e.refusal !== "key_held") throw Object.assign(e, { words: e.message });
			}
			await this.wait("paying", 250 * 2 ** Math.min(tries, 4));
		}
		return null;
	}

	// transfer returns whether all of the file is there; false if the visitor paused.
	async transfer() {
		let bad = 0;
		for (;;) {
			if (this.stopped) return false;
			this.say("asking");
			const grant = await this.session.ticket().catch((e) => {
				if (e.status >= 500 || e.status === 429 || e instanceof TypeError) return null;
				e.words = e.message;
				throw e;
			});
			if (!grant) {
				await this.wait("waiting");
				continue;
			}
			this.grant = grant;
			const end = await this.work("transfer", { listing: grant.listing, urls: grant.reach.urls ?? [], ticket: grant.ticket });
			this.hangUp();
			switch (end.done ? "done" : end.failed) {
				case "done":
					this.blob = end.blob;
					return true;
				case "stopped": return false;
				case "ticket": await this.wait("asking", 1000); break;
				case "away": await this.wait("waiting"); break;
				case "gone": await this.wait("gone"); break;
				case "bad":
					if (++bad < badTries) break;
					throw Object.assign(new Error("record"), { words: words.bad(end.record) });
				default: throw Object.assign(new Error(end.failed), { cause: end.message });
			}
		}
	}

	// wait says why, and returns when the seller is back or it is time to ask again.
	wait(state, ms = retryAfter) {
		this.say(state);
		this.meter.rest();
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			const since = Date.now();
			this.wake = () => {
				if (!this.stopped && Date.now() - since < 500) return; // it was just asked
				clearTimeout(timer);
				resolve();
			};
		}).finally(() => { this.wake = null; });
	}

	// work has the Worker do a job, and returns how that ended.
	work(job, about) {
		this.worker ??= new Worker(new URL("./download-worker.js", import.meta.url), { type: "module" });
		return new Promise((resolve) => {
			this.worker.onmessage = ({ data }) => {
				if (data.done || data.failed) return resolve(data);
				if (data.over) return this.tellWay(data.over, data.relayed);
				if (data.connect) return this.connect(data.connect);
				if ("opened" in data) this.meter.opened(data.opened);
				else this.meter.progress(data);
			};
			this.worker.onerror = (e) => resolve({ failed: "broken", message: e.message });
			const { size, root, sealed } = this.data;
			this.worker.postMessage({ job, part: this.part, opened: this.opened, size, root, sealed, ...about });
		});
	}

	// connect makes the Worker a connection with the seller's agent.
	async connect(port) {
		let given = false; // up: the Worker has won another way, or gave up
		port.onmessage = () => { given = true; };
		try {
			const peer = await Peer.connect(this.grant.ice ?? [], (sdp) => this.session.peer(this.grant.ticket, sdp));
			const relayed = await peer.relayed().catch(() => false);
			if (given) return peer.close();
			this.peers.add(peer);
			port.onmessage = ({ data, ports }) => {
				if (!data.close) return peer.carry(data, ports[0]);
				this.peers.delete(peer);
				peer.close();
			};
			port.postMessage({ open: true, relayed });
		} catch (e) {
			console.info("no WebRTC connection:", e.message);
			port.postMessage({ open: false });
		}
	}

	hangUp() {
		for (const peer of this.peers) peer.close();
		this.peers.clear();
	}

	// tellWay says whether the bytes come directly.
	tellWay(over, relayed) {
		this.section.dataset.way = relayed ? "relayed" : "direct";
		this.section.dataset.over = over;
		this.say("transferring", relayed ? words.relayed : words.direct);
	}

	// save puts the opened file where the visitor wants it.
	async save() {
		const file = this.blob ?? await (await (await folderOf()).getFileHandle(this.opened)).getFile();
		if (this.place) return this.copy(file);
		const link = document.createElement("a");
		link.href = URL.createObjectURL(file);
		link.download = this.data.name;
		link.textContent = words.link(this.data.name);
		this.el("result").replaceChildren(link);
		this.el("result").hidden = false;
		link.click();
	}

	// copy writes to the chosen place. Nothing is seen there before all of it is written.
	async copy(file) {
		const out = await this.place.createWritable();
		let written = 0;
		const meter = new TransformStream({
			transform: (chunk, next) => { written += chunk.length; this.meter.saved(written); next.enqueue(chunk); },
		});
		await file.stream().pipeThrough(meter).pipeTo(out);
	}

	// deliver signs for the sealed file; one that was signed for before needs it no more. Another tab may have bound its own
	// key meanwhile: then ours is bound once more.
	async deliver() {
		for (let tries = 0; ; tries++) {
			try {
				return await this.session.deliver(this.tree, this.length, Date.now());
			} catch (e) {
				if (e.refusal === "wrong_state") return; // whether it came to nothing is told with the key
				if (e.refusal === "no_receipt" && tries < 3) await this.session.ticket().catch(() => {});
				else if (e.status < 500 && e.status !== 429) throw Object.assign(e, { words: e.message });
				await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** Math.min(tries, 5)));
			}
		}
	}
}

// tidy removes what was left behind by downloads that nobody came back for.
async function tidy() {
	const folder = await folderOf();
	if (!folder) return;
	for await (const [name, handle] of folder.entries()) {
		if (!name.endsWith(".part") && !name.endsWith(".open")) continue;
		const { lastModified } = await handle.getFile();
		if (Date.now() - lastModified > 14 * 86400_000) await folder.removeEntry(name).catch(() => {});
	}
}

let download;

function bind() {
	const section = document.getElementById("fetch");
	if (section?.dataset.order && download?.section !== section) download = new Download(section);
	download?.refresh();
}

bind();
document.addEventListener("live", bind);
tidy().catch(() => {});
