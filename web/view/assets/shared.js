// One stream of events for all tabs of a browser, which opens only six connections to one address. The tab that holds the
// lock has the stream and passes on what comes; when it goes, another one takes over. It is used like an EventSource.

export class Shared extends EventTarget {
	readyState = 0;
	#told = {}; // by element, the newest that came: for tabs that open later
	#channel; #source; #leave; #asking = new AbortController();

	constructor(path) {
		super();
		this.#channel = new BroadcastChannel(`stream ${path}`);
		this.#channel.onmessage = ({ data }) => data.hello ? this.#welcome() : this.#take(data);
		navigator.locks.request(`stream ${path}`, { signal: this.#asking.signal }, () => this.#lead(path)).catch(() => {}); // closed first
		this.#channel.postMessage({ hello: true });
	}

	close() {
		this.readyState = 2;
		this.#asking.abort();
		this.#source?.close();
		this.#channel.close();
		this.#leave?.();
	}

	// lead keeps the stream until this tab is closed.
	#lead(path) {
		if (this.readyState === 2) return;
		const source = this.#source = new EventSource(path);
		source.onopen = () => this.#pass({ type: "open" });
		source.onmessage = (e) => this.#pass({ type: "message", text: e.data });
		source.addEventListener("beat", (e) => this.#pass({ type: "beat", text: e.data }));
		source.onerror = () => this.#pass({ type: "error", state: source.readyState });
		return new Promise((leave) => this.#leave = leave);
	}

	#pass(said) {
		if (this.readyState === 2) return;
		this.#channel.postMessage(said);
		this.#take(said);
	}

	#take({ type, text, state = 1 }) {
		this.readyState = state;
		if (type === "message") {
			const frame = JSON.parse(text);
			this.#told = { ...this.#told, ...frame, html: { ...this.#told.html, ...frame.html } };
		}
		const event = type === "error" || type === "open" ? new Event(type) : new MessageEvent(type, { data: text });
		this[`on${type}`]?.(event);
		this.dispatchEvent(event);
	}

	#welcome() {
		if (this.#source?.readyState === 1 && this.#told.now) this.#channel.postMessage({ type: "message", text: JSON.stringify(this.#told) });
	}
}
