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
const memories = new Map();

class Memory {
	kept = false;
	constructor(name) {
		if (!memories.has(name)) memories.set(name, { chunks: [], length: 0 });
		this.memory = memories.get(name);
	}
	size() { return this.memory.length; }
	read(into, at) {
		let read = 0, start = 0;
		for (const chunk of this.memory.chunks) {
			const from = at + read - start;
			if (from < chunk.length && read < into.length) {
				const piece = chunk.subarray(from, from + into.length - read);
				into.set(piece, read);
				read += piece.length;
			}
			start += chunk.length;
			if (read === into.length) break;
		}
		return read;
	}
	write(bytes) {
		this.memory.chunks.push(bytes.slice());
		this.memory.length += bytes.length;
	}
	cut(length) {
		while (this.memory.length > length) this.memory.length -= this.memory.chunks.pop().length;
	}
	flush() {}
	close() {}
	blob() { return new Blob(this.memory.chunks); }
}
