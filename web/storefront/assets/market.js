// What the download asks of the market: tickets for its session key, taking the receipt, and the key to the file.
import { base64, receipt } from "./receipt.js";
import { words } from "./words.js";

export class Refused extends Error {
	constructor(status, answer) { super(answer.error ?? words.status(status)); this.status = status; this.refusal = answer.refusal; }
}

async function post(path, body) {
	const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
	const answer = await response.json().catch(() => ({}));
	if (!response.ok) throw new Refused(response.status, answer);
	return answer;
}

// A Session is one page's key to one order. The private half cannot leave the browser.
export class Session {
	static async open(order) {
		const keys = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
		const session = new Session();
		session.order = order;
		session.key = keys.privateKey;
		session.public = base64(new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
		return session;
	}

	ticket() { return post(`/orders/${this.order}/ticket`, { key: this.public }); }

	// peer brings a WebRTC offer to the seller's agent, and returns the answer.
	async peer(ticket, sdp) { return (await post(`/orders/${this.order}/peer`, { ticket, sdp })).sdp; }

	opening() { return post(`/orders/${this.order}/key`, {}); }

	mismatch(proof) { return post(`/orders/${this.order}/mismatch`, proof); }

	async deliver(root, bytes, at) {
		const signed = await receipt(this.key, this.order, root, bytes, at);
		return post(`/orders/${this.order}/receipt`, { receipt: base64(signed) });
	}
}
