package main

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"lightshare/web/e2e"
)

// webrtcRound compares a download in Chromium over WebRTC with a bare data channel, both in 10^6 bytes a second.
type webrtcRound struct {
	WebRTCMBs   float64 `json:"webrtc_mb_s"`          // from the click to the file in the folder for downloads: sealed, checked, signed for, paid, opened, checked, saved
	TransferMBs float64 `json:"webrtc_transfer_mb_s"` // of that the sealed records until each was checked and kept
	BareMBs     float64 `json:"bare_mb_s"`            // pion to Chromium; nothing checked, nothing kept
	Ratio       float64 `json:"webrtc_ratio"`
	Transfer    float64 `json:"webrtc_transfer_ratio"`
	Connections int     `json:"webrtc_connections"` // of either
}

// webrtcResult is the median round, by its ratio, and all rounds as they were run.
type webrtcResult struct {
	webrtcRound
	Rounds []webrtcRound `json:"webrtc_rounds"`
}

// watchPage notes when the page says something else about the download, and counts the connections that it makes.
const watchPage = `{
	window.said = {};
	new MutationObserver(() => {
		const state = document.getElementById("transfer")?.dataset.transfer;
		if (state) said[state] ??= performance.now();
	}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-transfer"] });
	window.connections = 0;
	const Connection = RTCPeerConnection;
	window.RTCPeerConnection = function (...args) { connections++; return new Connection(...args); };
}`

// benchWebRTC receives the file so many times, each as an order of its own. The seller is reachable over WebRTC alone.
func benchWebRTC(ctx context.Context, dir, store, title string, size int64, rounds int) (*webrtcResult, error) {
	in, err := newBenchBrowser(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer in.close()
	bare, err := newBareServer()
	if err != nil {
		return nil, err
	}
	defer bare.Close()
	buyer, err := e2e.SignIn(ctx, "Browsing", store)
	if err != nil {
		return nil, err
	}
	home, err := url.Parse(store)
	if err != nil {
		return nil, err
	}
	if err := in.as(home, buyer.Cookies()); err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(in.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPage}); err != nil {
		return nil, err
	}
	var r webrtcResult
	for range rounds {
		order, err := buyOne(ctx, buyer, title)
		if err != nil {
			return nil, err
		}
		round, err := in.download(store+order, size)
		if err != nil {
			return nil, err
		}
		took, err := bare.receive(in, round.Connections, size)
		if err != nil {
			return nil, err
		}
		round.BareMBs = float64(size) / 1e6 / took.Seconds()
		round.Ratio, round.Transfer = round.WebRTCMBs/round.BareMBs, round.TransferMBs/round.BareMBs
		r.Rounds = append(r.Rounds, round)
	}
	sorted := slices.SortedFunc(slices.Values(r.Rounds), func(a, b webrtcRound) int { return cmp.Compare(a.Ratio, b.Ratio) })
	r.webrtcRound = sorted[len(sorted)/2]
	return &r, nil
}

// download receives an order's file as a buyer does, by a click on its page.
func (b *benchBrowser) download(order string, size int64) (webrtcRound, error) {
	var r webrtcRound
	if err := b.open(order); err != nil {
		return r, err
	}
	if err := b.await("offer the file", `document.getElementById("save") && !document.getElementById("save").disabled`); err != nil {
		return r, err
	}
	began := time.Now()
	if _, err := evaluate[bool](b, `document.getElementById("save").click(), true`); err != nil {
		return r, err
	}
	if err := b.await("say that the file is saved", `said.done || said.failed`); err != nil {
		return r, err
	}
	file, err := b.saved(size)
	if err != nil {
		return r, err
	}
	took := time.Since(began)
	if err := os.Remove(file); err != nil {
		return r, err
	}
	ms, err := evaluate[float64](b, "said.signing - said.transferring")
	if err != nil {
		return r, err
	}
	r.WebRTCMBs, r.TransferMBs = float64(size)/1e6/took.Seconds(), float64(size)/1e3/ms
	r.Connections, err = evaluate[int](b, "connections")
	return r, err
}

// saved waits for a file of that size in the folder for downloads, under its final name.
func (b *benchBrowser) saved(size int64) (string, error) {
	late := time.Now().Add(5 * time.Minute)
	for time.Now().Before(late) && b.ctx.Err() == nil {
		all, err := filepath.Glob(filepath.Join(b.folder, "*.bin"))
		if err != nil {
			return "", err
		}
		for _, path := range all {
			if info, err := os.Stat(path); err == nil && info.Size() == size {
				return path, nil
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	return "", fmt.Errorf("no file of %d bytes was saved", size)
}
