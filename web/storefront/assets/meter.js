// The three bars of a download: arrived, checked, saved. Nothing is full before it is true.
import { words } from "./words.js";

export function sizeOf(bytes) {
	if (bytes < 1000) return words.bytes(bytes);
	const units = ["kB", "MB", "GB", "TB"];
	let n = bytes / 1000, unit = 0;
	while (n >= 999.95 && unit < units.length - 1) { n /= 1000; unit++; }
	return `${n >= 100 ? n.toFixed(0) : n.toFixed(1)} ${units[unit]}`;
}

export function timeOf(seconds) {
	if (seconds < 60) return words.seconds(Math.max(1, Math.round(seconds)));
	if (seconds < 3600) return words.minutes(Math.round(seconds / 60));
	return words.hours(Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60));
}

export function show(name, bytes, size) {
	document.getElementById(name).value = size ? bytes / size : 1;
	document.getElementById(`${name}-text`).textContent = words.of(sizeOf(bytes), sizeOf(size));
}

export class Meter {
	constructor(size, plain) { this.size = size; this.plain = plain; this.rest(); } // bytes as sealed, and once opened

	rest() {
		this.rate = 0; // bytes a second, smoothed
		this.last = null;
		const text = document.getElementById("rate");
		if (text) text.textContent = "";
	}

	progress({ arrived, checked }) {
		show("arrived", arrived, this.size);
		show("checked", checked, this.size);
		show("saved", 0, this.plain);
		const now = performance.now();
		if (this.last && now - this.last.at < 400) return;
		if (this.last) {
			const rate = (arrived - this.last.arrived) * 1000 / (now - this.last.at);
			this.rate = this.rate ? this.rate * 0.7 + rate * 0.3 : rate;
		}
		this.last = { at: now, arrived };
		if (this.rate > 0) {
			document.getElementById("rate").textContent = words.pace(sizeOf(Math.round(this.rate)), timeOf((this.size - arrived) / this.rate));
		}
	}

	opened(bytes) {
		document.getElementById("rate").textContent = words.opened(sizeOf(bytes), sizeOf(this.plain));
	}

	saved(bytes) {
		show("saved", bytes, this.plain);
		if (bytes >= this.plain) document.getElementById("rate").textContent = "";
	}
}
