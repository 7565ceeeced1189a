// Suggests how to go on with what is typed into the search field. Without it the field works as it is.
const field = document.querySelector("input[data-suggest]");
const list = document.getElementById("suggestions");
const pause = 120; // ms without a key before the market is asked
let timer, asking;

async function ask() {
	asking?.abort();
	asking = new AbortController();
	const text = field.value.trim();
	if (!text) return list.replaceChildren();
	try {
		const response = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
		if (!response.ok) return;
		list.replaceChildren(...(await response.json() ?? []).map((value) => Object.assign(document.createElement("option"), { value })));
	} catch { /* a newer question, or no network: the field works without */ }
}

if (field?.dataset.suggest) field.addEventListener("input", (e) => {
	clearTimeout(timer);
	if (e.inputType) timer = setTimeout(ask, pause); // not when a suggestion was taken
});
