package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
)

// barePage opens data channels, each over a connection of its own, and does nothing with what comes but count it.
const barePage = `<!doctype html><title>bare</title><script>
async function run(connections, size) {
	const began = performance.now();
	let got = 0;
	const over = new Promise((resolve) => { window.count = (n) => { got += n; if (got >= size) resolve(); }; });
	for (let i = 0; i < connections; i++) {
		const c = new RTCPeerConnection();
		const channel = c.createDataChannel("");
		channel.binaryType = "arraybuffer";
		channel.onmessage = ({ data }) => count(data.byteLength);
		await c.setLocalDescription();
		await new Promise((resolve) => {
			const look = () => { if (c.iceGatheringState === "complete") resolve(); };
			c.onicegatheringstatechange = look;
			look();
		});
		const answer = await fetch("/offer", { method: "POST", body: JSON.stringify({ sdp: c.localDescription.sdp, bytes: size / connections }) });
		await c.setRemoteDescription({ type: "answer", sdp: (await answer.json()).sdp });
	}
	await over;
	window.took = performance.now() - began;
}
</script>`

// bareServer sends zeros over a bare data channel of pion's, as fast as it takes them.
type bareServer struct {
	url    string
	api    *webrtc.API
	server *http.Server

	mu    sync.Mutex
	peers []*webrtc.PeerConnection // guarded by mu
}

func newBareServer() (*bareServer, error) {
	var s webrtc.SettingEngine
	s.DetachDataChannels()
	s.EnableDataChannelBlockWrite(true)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &bareServer{url: "http://" + l.Addr().String() + "/", api: webrtc.NewAPI(webrtc.WithSettingEngine(s))}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, barePage)
	})
	mux.HandleFunc("POST /offer", b.answer)
	b.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go b.server.Serve(l)
	return b, nil
}

func (b *bareServer) answer(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		SDP   string `json:"sdp"`
		Bytes int64  `json:"bytes"`
	}
	err := json.NewDecoder(r.Body).Decode(&asked)
	if err == nil {
		asked.SDP, err = b.connect(asked.SDP, asked.Bytes)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	json.NewEncoder(w).Encode(asked)
}

// connect answers an offer, and sends so many bytes over the channel that the browser opens.
func (b *bareServer) connect(offer string, bytes int64) (string, error) {
	c, err := b.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return "", err
	}
	b.mu.Lock()
	b.peers = append(b.peers, c)
	b.mu.Unlock()
	c.OnDataChannel(func(d *webrtc.DataChannel) {
		d.OnOpen(func() {
			channel, err := d.Detach()
			if err != nil {
				return
			}
			zeros := make([]byte, 64<<10)
			for left := bytes; left > 0; left -= int64(len(zeros)) {
				if _, err := channel.Write(zeros[:min(left, int64(len(zeros)))]); err != nil {
					return // the browser waits in vain, and says so
				}
			}
		})
	})
	if err := c.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", err
	}
	answer, err := c.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(c)
	if err := c.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return c.LocalDescription().SDP, nil
}

func (b *bareServer) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	errs := []error{b.server.Close()}
	for _, c := range b.peers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// receive has the browser receive so many bytes over so many connections, and returns how long that took it.
func (b *bareServer) receive(in *benchBrowser, connections int, size int64) (time.Duration, error) {
	if err := in.open(b.url); err != nil {
		return 0, err
	}
	if _, err := evaluate[bool](in, fmt.Sprintf("run(%d, %d), true", connections, size)); err != nil {
		return 0, err
	}
	if err := in.await("the end of the bare channel", "window.took"); err != nil {
		return 0, err
	}
	ms, err := evaluate[float64](in, "window.took")
	return time.Duration(ms * float64(time.Millisecond)), err
}
