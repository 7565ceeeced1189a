package view

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed assets
var embedded embed.FS

var own = MustBundle("/assets/", embedded, "assets")

// Assets serves the style sheet, the icon and the modules of this package. Mount it at /assets/.
func Assets() http.Handler { return own }

// Asset returns the path of one of them, such as "clock.js".
func Asset(name string) string { return own.Path(name) }

// A Bundle serves a folder of files under a path that holds the hash of all of them, so that modules can import each
// other by plain relative names and every file may be kept by browsers for ever.
type Bundle struct {
	prefix string // where it is mounted, with the hash: /assets/1f3a.../
	files  map[string]file
}

type file struct {
	plain, gzipped []byte
	mediaType      string
}

// MustBundle reads the folder dir of files, which are part of the program: not to have them is a fault of the build.
func MustBundle(mount string, files fs.FS, dir string) *Bundle {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		panic(fmt.Sprintf("bundle %s: %v", dir, err))
	}
	b, sum := &Bundle{files: make(map[string]file)}, sha256.New()
	for _, e := range entries {
		content, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			panic(fmt.Sprintf("bundle %s: %v", dir, err))
		}
		if path.Ext(e.Name()) == ".js" {
			content = lean(e.Name(), content)
		}
		fmt.Fprintf(sum, "%s %d\n", e.Name(), len(content))
		sum.Write(content)
		b.files[e.Name()] = file{content, squeeze(content), mediaType(e.Name())}
	}
	b.prefix = mount + hex.EncodeToString(sum.Sum(nil)[:8]) + "/"
	return b
}

// Path returns where the file is served.
func (b *Bundle) Path(name string) string { return b.prefix + name }

// ServeHTTP serves the files of this version; others are not found.
func (b *Bundle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, b.prefix)
	f, known := b.files[name]
	if !ok || !known {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.gzipped
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// lean returns a module without what only its authors read: indentation, and comments that have a line of their own. Lines
// stay lines, so that no statement runs into the next; a template literal of several lines, in which spaces count, is a
// fault of the build.
func lean(name string, module []byte) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(module) {
		if bytes.Count(line, []byte("`"))%2 == 1 {
			panic(fmt.Sprintf("bundle %s: a template literal of several lines: %s", name, line))
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			b.Write(line)
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

func squeeze(content []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	z.Write(content)                                      // a bytes.Buffer takes everything
	z.Close()
	return b.Bytes()
}

// mediaType does not ask the machine's own table, which may know less.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}
