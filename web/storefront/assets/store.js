// Where a file is kept while it arrives: the browser's own file system for this site, or memory where there is none.
// Only checked records are written, so whatever is there is good up to its length.

export const inMemory = 200_000_000; // bytes up to which a file may be kept in memory

export const partOf = (order, root) => `${order}-${root.slice(0, 16)}.part`;

// openStore returns the store of a part. Only one tab at a time can have it.
export async function openStore(name) {
	const folder = await folderOf();
	if (!folder) return new Memory();
	const file = await folder.getFileHandle(name, { create: true });
	if (!file.createSyncAccessHandle) return new Memory();
	return new Disk(await file.createSyncAccessHandle());
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
const memory = { chunks: [], length: 0 };

class Memory {
	kept = false;
	size() { return memory.length; }
	read(into, at) {
		let read = 0, start = 0;
		for (const chunk of memory.chunks) {
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
		memory.chunks.push(bytes.slice());
		memory.length += bytes.length;
	}
	cut(length) {
		while (memory.length > length) memory.length -= memory.chunks.pop().length;
	}
	flush() {}
	close() {}
	blob() { return new Blob(memory.chunks); }
}
