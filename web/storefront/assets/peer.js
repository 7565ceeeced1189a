// A connection with the seller's agent over WebRTC, as package events/peer has it. A Worker cannot have one: the page
// holds it and passes every message on, untouched.

const gathering = 2_000; // ms for this browser's own candidates: a server that is not there must not hold up the rest
const connecting = 15_000; // ms from the agent's answer to an open connection
const disturbed = 4_000; // ms without a word from the agent, after the browser noticed, before it is given up

export class Peer {
	// connect makes an offer, which exchange brings to the agent; it returns the answer. ice are the servers that help.
	static async connect(ice, exchange) {
		const connection = new RTCPeerConnection({ iceServers: ice });
		try {
			const own = connection.createDataChannel("", { negotiated: true, id: 0 }); // opens with the connection
			await connection.setLocalDescription();
			await gathered(connection);
			await connection.setRemoteDescription({ type: "answer", sdp: await exchange(connection.localDescription.sdp) });
			await opened(own, connection);
			return new Peer(connection);
		} catch (e) {
			connection.close();
			throw e;
		}
	}

	constructor(connection) {
		this.connection = connection;
		this.ports = new Set(); // of requests under way
		connection.onconnectionstatechange = () => {
			clearTimeout(this.timer);
			if (connection.connectionState === "disconnected") this.timer = setTimeout(() => this.close(), disturbed);
			if (connection.connectionState === "failed") this.close();
		};
	}

	// carry sends a request, and what comes for it to the port: {text}, {bytes}, at last {end}. The port says {send}, which
	// is another text for the agent, or {stop}.
	carry(request, port) {
		const channel = this.connection.createDataChannel("");
		const end = () => {
			if (!this.ports.delete(port)) return;
			port.postMessage({ end: true });
			channel.close();
		};
		this.ports.add(port);
		channel.binaryType = "arraybuffer";
		channel.onopen = () => channel.send(JSON.stringify(request));
		channel.onmessage = ({ data }) => typeof data === "string" ? port.postMessage({ text: data }) : port.postMessage({ bytes: data }, [data]);
		channel.onclose = end;
		port.onmessage = ({ data }) => {
			if (data.stop) end();
			else if (channel.readyState === "open") channel.send(data.send);
		};
	}

	// relayed returns whether what comes goes over a relay.
	async relayed() {
		const stats = await this.connection.getStats(), all = [...stats.values()];
		const used = all.find((s) => s.type === "transport")?.selectedCandidatePairId;
		const pair = stats.get(used) ?? all.find((s) => s.type === "candidate-pair" && s.nominated && s.state === "succeeded");
		const [near, far] = [stats.get(pair?.localCandidateId), stats.get(pair?.remoteCandidateId)];
		return near?.candidateType === "relay" || Boolean(near?.relayProtocol) || far?.candidateType === "relay";
	}

	// close ends the connection. Browsers do not tell its channels.
	close() {
		clearTimeout(this.timer);
		this.connection.close();
		for (const port of this.ports) port.postMessage({ end: true });
		this.ports.clear();
	}
}

// gathered resolves when all candidates are in the local description, or those that were found in time.
function gathered(connection) {
	return new Promise((resolve) => {
		const look = () => { if (connection.iceGatheringState === "complete") resolve(); };
		connection.addEventListener("icegatheringstatechange", look);
		setTimeout(resolve, gathering);
		look();
	});
}

function opened(channel, connection) {
	return new Promise((resolve, reject) => {
		const no = () => reject(new Error("no way to the seller’s computer"));
		channel.onopen = resolve;
		connection.onconnectionstatechange = () => { if (connection.connectionState === "failed") no(); };
		setTimeout(no, connecting);
	});
}
