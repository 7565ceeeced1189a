// Where a file is kept while it arrives, sealed, and then once it is opened: the browser's own file system for this site,
// or memory where there is none. Only checked records are written.

export const inMemory = 200_000_000; // bytes up to which a file may be kept in memory

export const partOf = (order, root) => `${order}-${root.slice(0, 16)}.part`; // the sealed file
export const openedOf = (order, root) => `${order}-${root.slice(0, 16)}.open`; // what it opens to

// openStore returns the store of a part. Only one tab at a time can have it.
export async function openStore(name) {
	const folder = await folderOf();
	if (!folder) return new Memory(name);
	const file = await folder.getFileHandle(name, { create: true });
	if (!file.createSyncAccessHandle) return new Memory(name);
	return new Disk(await file.createSyncAccessHandle());
}

// drop removes what is kept under the name, if there is anything.
export async function drop(name) {
	memories.delete(name);
	await (await folderOf())?.removeEntry(name).catch(() => {});
}

export async function folderOf() {
	try { return await navigator.storage.getDirectory(); } catch { return null; }
}

class Disk {
	kept = true; // survives the page
	constructor(handle) { this.handle = handle; }
	size() { return this.handle.getSize(); }
	read(into, at) { return this.handle.read(into, { at }); }
	write(bytes, at) {
		if (this.handle.write(bytes, { at }) !== bytes.length) throw new DOMException("short write", "QuotaExceededError");
	}
	cut(length) { this.handle.truncate(length); }
	flush() { this.handle.flush(); }
	close() { this.handle.close(); }
	blob() { return null; }
}

// Memory outlives a pause of the transfer, but not the page.
// It is read as it was written, from the beginning of a chunk on.
const memories = new Map();

class Memory {
	kept = false;
	constructor(name) {
		if (!memories.has(name)) memories.set(name, new Map());
		this.chunks = memories.get(name); // by where they begin
	}
	size() {
		let end = 0;
		for (const [at, chunk] of this.chunks) end = Math.max(end, at + chunk.length);
		return end;
	}
	read(into, at) {
		let read = 0;
		for (let chunk; read < into.length && (chunk = this.chunks.get(at + read)); read += Math.min(chunk.length, into.length - read)) {
			into.set(chunk.subarray(0, into.length - read), read);
		}
		return read;
	}
	write(bytes, at) { this.chunks.set(at, bytes.slice()); }
	cut(length) {
		for (const at of this.chunks.keys()) if (at >= length) this.chunks.delete(at);
	}
	flush() {}
	close() {}
	blob() {
		const order = [...this.chunks.keys()].sort((a, b) => a - b);
		return new Blob(order.map((at) => this.chunks.get(at)));
	}
}
