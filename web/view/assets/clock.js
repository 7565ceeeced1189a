// The server's clock in the page. Countdowns only show what the server will decide; they decide nothing.

// What the scripts of every page say by themselves, in the page's language.
export const all = {
	en: {
		ended: "ended",
		days: (d, h) => `${d} d ${h} h`,
		hours: (h, m) => `${h} h ${m} min`,
		minutes: (m, s) => `${m} min ${s} s`,
		seconds: (s) => `${s} s`,
		left: (time) => `${time} left`,
		stale: "Live updates are paused – retrying. What you see may be out of date.",
	},
	ko: {
		ended: "종료",
		days: (d, h) => `${d}일 ${h}시간`,
		hours: (h, m) => `${h}시간 ${m}분`,
		minutes: (m, s) => `${m}분 ${s}초`,
		seconds: (s) => `${s}초`,
		left: (time) => `${time} 남았어요`,
		stale: "실시간 갱신이 멈춰 다시 연결하고 있어요. 보이는 내용이 최신이 아닐 수 있어요.",
	},
};

export const words = all[globalThis.document?.documentElement.lang] ?? all.en;

let ahead = -Infinity; // milliseconds that the server's clock is ahead of this one, as far as is known

// sync takes a reading of the server's clock. A reading is late by its time on the way, so the greatest is the nearest.
export function sync(server) {
	if (!Number.isFinite(server)) return;
	const reading = server - Date.now();
	if (reading > ahead || ahead - reading > 60_000) ahead = reading;
}

export const now = () => Date.now() + (Number.isFinite(ahead) ? ahead : 0);

// left says a time in its two largest units, as the server does.
export function left(ms) {
	const s = Math.floor(ms / 1000);
	if (ms <= 0) return words.ended;
	if (s >= 2 * 86400) return words.days(Math.floor(s / 86400), Math.floor((s % 86400) / 3600));
	if (s >= 3600) return words.hours(Math.floor(s / 3600), Math.floor((s % 3600) / 60));
	if (s >= 60) return words.minutes(Math.floor(s / 60), String(s % 60).padStart(2, "0"));
	return words.seconds(s);
}

// Moments before the end at which the countdown is spoken, in seconds.
const spoken = [600, 60, 10];

function tick() {
	const at = now();
	for (const el of document.querySelectorAll("time[data-ends]")) {
		const rest = Number(el.dataset.ends) - at;
		const text = left(rest);
		if (el.textContent !== text) el.textContent = text;
		el.classList.toggle("soon", rest < 600_000);
		if (el.closest("[data-speak]")) speak(el.dataset.ends, rest);
	}
	setTimeout(tick, 1000 - (at % 1000) + 5);
}

const said = new Map(); // end → the moment that was spoken last; the one already past at first is not spoken

function speak(ends, rest) {
	const due = spoken.filter((s) => rest <= s * 1000).pop();
	if (said.has(ends) && due && rest > 0 && said.get(ends) !== due) {
		const say = document.getElementById("say");
		if (say) say.textContent = words.left(left(due * 1000));
	}
	said.set(ends, due);
}

// Absolute times are also shown in the reader's own zone.
export function localTimes(root = document) {
	for (const el of root.querySelectorAll("time[data-local]")) {
		const at = new Date(el.dateTime);
		el.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });
	}
}

if (globalThis.document) { // not in the test of the words
	sync(Number(document.body.dataset.now));
	localTimes();
	tick();
}
