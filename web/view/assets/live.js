// Keeps a page as the server knows it. The server renders; this puts the pieces in place.
//
// A frame is JSON: now (the server's clock, ms), html (element id → its new HTML), and sometimes say (to be read out
// politely), alert (read out at once) and prefix (before the document's title).
import { sync, localTimes, words } from "./clock.js";

const silence = 40_000; // ms without a sign of life (the server beats every 15 s) after which a stream counts as dead
const gap = 5_000; // ms between two polite announcements

const [path, shared] = document.body.dataset.live.split("#"); // "#shared": one stream for all tabs
const { Shared } = shared && navigator.locks ? await import("./shared.js") : {};
const title = document.title;
let source, heard = Date.now(), lostAt = 0, tries = 0, retry, polite = 0, waiting;

function connect() {
	clearTimeout(retry);
	source?.close();
	source = Shared ? new Shared(path) : new EventSource(path);
	source.onopen = () => alive();
	source.onmessage = (e) => { alive(); show(JSON.parse(e.data)); };
	source.addEventListener("beat", (e) => { alive(); sync(Number(e.data)); });
	source.onerror = () => {
		lostAt ||= Date.now();
		if (source.readyState === EventSource.CLOSED) later();
	};
}

function later() {
	clearTimeout(retry);
	retry = setTimeout(connect, Math.min(30_000, 500 * 2 ** tries++) * (0.5 + Math.random() / 2));
}

function alive() {
	heard = Date.now();
	lostAt = tries = 0;
	stale();
}

function stale() {
	const el = document.getElementById("stale");
	const s = lostAt ? Math.round((Date.now() - lostAt) / 1000) : 0;
	document.body.classList.toggle("paused", s >= 3);
	if (s >= 3 && el.hidden) el.textContent = words.stale;
	el.hidden = s < 3;
}

function show(frame) {
	sync(frame.now);
	for (const [id, html] of Object.entries(frame.html ?? {})) place(id, html);
	if (frame.prefix !== undefined) document.title = frame.prefix + (frame.title ?? title);
	if (frame.alert) document.getElementById("alert").textContent = frame.alert;
	if (frame.say) say(frame.say);
	document.dispatchEvent(new CustomEvent("live", { detail: frame }));
}

// place swaps an element for its new version, but keeps what the reader is typing, and where.
function place(id, html) {
	const old = document.getElementById(id);
	if (!old || old.outerHTML === html) return;
	const template = document.createElement("template");
	template.innerHTML = html;
	const next = template.content.firstElementChild;
	if (!next || (old.dataset.keep && old.dataset.keep === next.dataset.keep)) return; // script has made it its own
	for (const field of old.querySelectorAll("input[id]:not([type=hidden])")) {
		const twin = next.querySelector(`#${CSS.escape(field.id)}`);
		if (twin && field.value !== field.defaultValue) twin.value = field.value;
	}
	for (const open of old.querySelectorAll("details[id][open]")) {
		next.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
	}
	const focused = old.contains(document.activeElement) ? document.activeElement : null;
	const caret = focused?.selectionStart;
	localTimes(next);
	old.replaceWith(next);
	if (focused?.id) {
		const twin = document.getElementById(focused.id);
		twin?.focus({ preventScroll: true });
		if (caret != null) try { twin?.setSelectionRange(caret, focused.selectionEnd); } catch { /* not a text field */ }
	}
}

function say(text) {
	waiting = text;
	const wait = polite + gap - Date.now();
	if (wait > 0) return void setTimeout(flush, wait);
	flush();
}

function flush() {
	if (!waiting) return;
	document.getElementById("say").textContent = waiting;
	waiting = "";
	polite = Date.now();
}

if (path) {
	connect();
	setInterval(() => {
		stale();
		if (!document.hidden && Date.now() - heard > silence) { heard = Date.now(); lostAt ||= heard; connect(); }
	}, 1000);
	document.addEventListener("visibilitychange", () => {
		if (!document.hidden && (source.readyState !== EventSource.OPEN || Date.now() - heard > silence / 2)) connect();
	});
	addEventListener("pagehide", () => source.close());
	addEventListener("pageshow", (e) => { if (e.persisted) connect(); });
}
