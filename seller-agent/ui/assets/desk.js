// What the list of files does beyond forms: it follows the disk, and all of a page can be ticked at once.

let shown; // the state of the list that the page shows, as the stream names it
let fetching = false;

const rows = () => document.getElementById("rows");

// A list in which somebody is choosing is left alone.
const inUse = () => rows().querySelector("input:checked") || rows().contains(document.activeElement) && document.activeElement !== document.body;

document.addEventListener("live", async ({ detail }) => {
	if (!detail.files || !rows()) return;
	const first = shown === undefined;
	const news = shown !== detail.files;
	shown = detail.files;
	if (first || !news || fetching || inUse()) return;
	fetching = true;
	try {
		const answer = await fetch(location.href);
		if (!answer.ok) return;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		const next = page.getElementById("rows");
		if (next && !inUse()) rows().replaceWith(document.adoptNode(next));
		ready();
	} catch { /* the stream says that the agent is away */ } finally {
		fetching = false;
	}
});

// ready shows the box that ticks all, which does nothing without this script.
function ready() {
	const all = document.getElementById("choose-all");
	if (all) all.hidden = false;
}

document.addEventListener("change", ({ target }) => {
	if (target.id !== "choose-all") return;
	for (const box of rows().querySelectorAll("input[name=id]")) box.checked = target.checked;
});

ready();
