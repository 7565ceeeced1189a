package deliver

import (
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"lightshare/seller-agent/uplink"
)

const (
	// patience is how long a buyer may take for the next piece before he is given up.
	patience = time.Minute
	// piece is how much is sent before the deadline is set anew, in bytes.
	piece = 1 << 20
)

// buffers are what encrypted pieces are read into.
var buffers = sync.Pool{New: func() any { b := make([]byte, 256<<10); return &b }}

// send copies a part of the file to the buyer, piece by piece as the stream gives them. Without TLS the kernel does it (sendfile); with it, large buffers keep
// the number of calls low.
func send(w http.ResponseWriter, r *http.Request, file *os.File, part span, stream *uplink.Stream) (sent int64, err error) {
	if _, err := file.Seek(part.from, io.SeekStart); err != nil {
		return 0, err
	}
	to := io.Writer(w)
	var buf []byte
	if r.TLS != nil {
		b := buffers.Get().(*[]byte)
		defer buffers.Put(b)
		buf, to = *b, writer{w}
	}
	control := http.NewResponseController(w)
	for sent < part.length {
		may, err := stream.Next(r.Context(), min(piece, part.length-sent))
		if err != nil {
			return sent, err
		}
		if err := control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return sent, err
		}
		n, err := io.CopyBuffer(to, io.LimitReader(file, may), buf)
		sent += n
		stream.Sent(n)
		if err != nil {
			return sent, err
		}
		if n == 0 {
			return sent, io.ErrUnexpectedEOF // the file was cut short
		}
	}
	return sent, nil
}

// write sends bytes that are no part of the file under the same limits.
func write(w http.ResponseWriter, control *http.ResponseController, b []byte, stream *uplink.Stream, r *http.Request) error {
	for len(b) > 0 {
		may, err := stream.Next(r.Context(), int64(len(b)))
		if err != nil {
			return err
		}
		if err := control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		if _, err := w.Write(b[:may]); err != nil {
			return err
		}
		b = b[may:]
	}
	return nil
}

// writer hides everything but Write, so that the given buffer is used.
type writer struct{ io.Writer }
