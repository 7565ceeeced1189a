// What a buyer's client signs once it holds the whole sealed file: the root over the sealed records and their length.

export function receiptText(order, root, bytes, at) {
	return new TextEncoder().encode(`lightshare receipt 1\n${order}\n${root}\n${bytes}\n${at}\n`);
}

// receipt returns the text followed by its Ed25519 signature.
export async function receipt(key, order, root, bytes, at) {
	const text = receiptText(order, root, bytes, at);
	const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", key, text));
	const all = new Uint8Array(text.length + signature.length);
	all.set(text);
	all.set(signature, text.length);
	return all;
}

export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
