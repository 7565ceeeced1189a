// The queue and its cases by keyboard. The pages work without this: every key presses a button or follows a link that is
// there. Keys do nothing while something is being typed, with a modifier, or when they are switched off.
const keysOff = "lightshare.console.keys-off";
const page = document.querySelector("[data-keys]");
const help = document.getElementById("keys");
const on = document.getElementById("keys-on");
const freshEvery = 10_000; // ms between two looks at who works on what

if (on) {
	on.checked = !localStorage.getItem(keysOff);
	on.addEventListener("change", () => on.checked ? localStorage.removeItem(keysOff) : localStorage.setItem(keysOff, "1"));
}

const rows = () => [...document.querySelectorAll("tr[data-case]")];
const box = (row) => row.querySelector("input[type=checkbox]");
const current = () => document.activeElement?.closest("tr[data-case]");
const typing = (el) => el.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
const press = (selector) => {
	const el = document.querySelector(selector);
	el?.focus();
	el?.click();
};

// step focuses the next case, or the one before.
function step(by) {
	const all = rows();
	const at = all.indexOf(current());
	const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
	if (next) {
		box(next).focus();
		next.scrollIntoView({ block: "nearest" });
	}
}

function count() {
	const said = document.getElementById("chosen");
	if (said) {
		const n = document.querySelectorAll("tr[data-case] input:checked").length;
		said.textContent = n ? said.dataset.words.replace("%s", n) : "";
	}
}

function choose(reason) {
	const field = document.getElementById("template");
	if (field && field.options[reason]) {
		field.selectedIndex = reason;
		field.dispatchEvent(new Event("change", { bubbles: true }));
	}
}

const keys = {
	j: () => step(1),
	k: () => step(-1),
	x: () => { const row = current(); if (row) { box(row).click(); } },
	Enter: () => current()?.querySelector(".look button")?.click(),
	n: () => press("#next"),
	a: () => press("[data-key=a]"),
	r: () => press("[data-key=r]"),
	s: () => press("[data-key=s]"),
	c: () => press("[data-key=c]"),
	u: () => press("#undo"),
	q: () => press("#back"),
	t: () => document.getElementById("reason")?.focus(),
	"/": () => document.getElementById("q")?.focus(),
	"?": () => { help.open = !help.open; help.querySelector("summary").focus(); },
};

document.addEventListener("keydown", (e) => {
	const el = e.target;
	if (e.key === "Escape" && typing(el)) {
		el.blur();
		return;
	}
	if (!on?.checked || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || typing(el)) {
		return;
	}
	if (e.key === "Enter" && !el.matches("tr[data-case] input")) {
		return; // what has the focus takes it
	}
	const act = /^[1-9]$/.test(e.key) ? () => choose(Number(e.key)) : keys[e.key];
	if (act) {
		e.preventDefault();
		act();
	}
});

// fresh draws the cases as the server knows them now, and leaves focus and choice where they are.
async function fresh() {
	const cases = document.getElementById("cases");
	if (document.hidden || !cases) {
		return;
	}
	const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
	if (!answer?.ok || answer.redirected) {
		return;
	}
	const now = new DOMParser().parseFromString(await answer.text(), "text/html");
	for (const id of ["cases", "waiting"]) {
		const [there, here] = [now.getElementById(id), document.getElementById(id)];
		if (!there || !here || there.innerHTML === here.innerHTML) {
			continue;
		}
		const chosen = new Set([...here.querySelectorAll("input:checked")].map((b) => b.id));
		const focused = here.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.case : null;
		here.replaceChildren(...there.childNodes);
		for (const b of here.querySelectorAll("input[type=checkbox]")) {
			b.checked = chosen.has(b.id);
		}
		if (focused) {
			document.getElementById("case-" + focused)?.focus();
		}
	}
	count();
}

if (page?.dataset.keys === "queue") {
	document.addEventListener("change", count);
	count();
	setInterval(fresh, freshEvery);
	document.addEventListener("visibilitychange", fresh);
	addEventListener("pageshow", (e) => e.persisted && fresh());
}
