// Keeps the progress of long work up to date. Without this the page comes anew by itself every two seconds.
const every = 500; // ms

async function look() {
	const here = document.getElementById("import");
	if (here?.dataset.running === undefined) {
		return;
	}
	const answer = await fetch(location.href).catch(() => null);
	const there = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("import");
	if (there && there.innerHTML !== here.innerHTML) {
		here.replaceWith(document.adoptNode(there));
	}
	setTimeout(look, every);
}

setTimeout(look, every);
