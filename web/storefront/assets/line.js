// The Worker's end of a WebRTC connection that the page holds: it asks over it as fetch does, and gets a Response.

const takenEvery = 512 * 1024; // bytes after which the agent is told that they are done with; it sends 4 MiB ahead of that

export class Line {
	// open has the page connect, and fails when that did. Who gives up has the connection closed.
	static open(signal) {
		const { port1, port2 } = new MessageChannel();
		const line = new Line(port1);
		return new Promise((resolve, reject) => {
			const abort = () => { line.close(); reject(signal.reason); };
			if (signal.aborted) return abort();
			signal.addEventListener("abort", abort, { once: true });
			port1.onmessage = ({ data }) => {
				signal.removeEventListener("abort", abort);
				line.relayed = data.relayed;
				if (data.open) resolve(line);
				else reject(new TypeError("no connection"));
			};
			postMessage({ connect: port2 }, [port2]);
		});
	}

	constructor(port) { this.port = port; }

	close() { this.port.postMessage({ close: true }); }

	// fetch asks for a path with headers and returns the Response once its head has come.
	fetch(path, header, signal) {
		const { port1: port, port2 } = new MessageChannel();
		const queue = []; // of pieces of the body that nobody has read yet
		let wake = () => {}, whole = false, over = false, taken = 0, told = 0;
		const stop = () => {
			port.postMessage({ stop: true });
			port.close();
			over = true;
			wake();
		};
		const body = {
			async pull(stream) {
				while (queue.length === 0) {
					if (whole) return stream.close();
					if (over) throw new TypeError("the connection broke");
					await new Promise((resolve) => { wake = resolve; });
				}
				const piece = new Uint8Array(queue.shift());
				taken += piece.length;
				if (taken - told >= takenEvery) port.postMessage({ send: JSON.stringify({ taken: told = taken }) });
				stream.enqueue(piece);
			},
			cancel: stop,
		};
		return new Promise((resolve, reject) => {
			const head = (text) => {
				const { status, header } = JSON.parse(text);
				resolve(new Response(new ReadableStream(body, { highWaterMark: 0 }), { status, headers: header }));
				return true;
			};
			let begun = false;
			port.onmessage = ({ data }) => {
				try {
					if (data.bytes && begun) queue.push(data.bytes);
					else if (!data.text) over = true;
					else if (!begun) begun = head(data.text);
					else whole = JSON.parse(data.text).end === true;
				} catch { // a stranger's nonsense
					over = true;
				}
				if (over || whole) stop();
				if (over && !begun) reject(new TypeError("the connection broke"));
				wake();
			};
			if (signal.aborted) return reject(signal.reason);
			signal.addEventListener("abort", () => { stop(); reject(signal.reason); }, { once: true });
			this.port.postMessage({ path, header }, [port2]);
		});
	}
}
