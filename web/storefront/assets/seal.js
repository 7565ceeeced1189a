// Opens sealed records: RFC 8188 (aes128gcm, 64 KiB records), by the browser's own cryptography.
import { recordSize, overhead, sealedRecordsOf } from "./tree.js";

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

// An Opener opens the records of one file of the given size.
export class Opener {
	static async of(secret, salt, size) {
		const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
		const derive = async (info, bits) => new Uint8Array(await crypto.subtle.deriveBits(
			{ name: "HKDF", hash: "SHA-256", salt, info: new TextEncoder().encode(`Content-Encoding: ${info}\0`) }, material, bits));
		const opener = new Opener();
		opener.key = await crypto.subtle.importKey("raw", await derive("aes128gcm", 128), "AES-GCM", false, ["decrypt"]);
		opener.base = await derive("nonce", 96);
		opener.last = sealedRecordsOf(size) - 1;
		return opener;
	}

	nonce(i) {
		const nonce = this.base.slice(), view = new DataView(nonce.buffer);
		view.setBigUint64(4, view.getBigUint64(4) ^ BigInt(i));
		return nonce;
	}

	// open returns what record i holds, or null if it does not open there.
	async open(i, record) {
		if (record.length <= overhead || record.length > recordSize + overhead) return null;
		let text;
		try {
			text = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: this.nonce(i) }, this.key, record));
		} catch {
			return null;
		}
		const end = text.length - 1;
		return text[end] === (i === this.last ? 2 : 1) ? text.subarray(0, end) : null;
	}
}
