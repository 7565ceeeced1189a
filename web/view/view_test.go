package view

import (
	"compress/gzip"
	"context"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestKindOf(t *testing.T) {
	for mediaType, want := range map[string]Kind{
		"image/png": Picture, "Audio/WAV": Sound, "application/ogg": Sound, "video/mp4": Film, "text/plain; charset=utf-8": Text,
		"application/pdf": Text, "application/zip": Archive, "application/x-7z-compressed": Archive, "application/gzip": Archive,
		"application/octet-stream": Other, "": Other, "/": Other,
	} {
		if got := KindOf(mediaType); got != want {
			t.Errorf("KindOf(%q) = %q, want %q", mediaType, got, want)
		}
	}
}

func TestBundle(t *testing.T) {
	get := func(path string, zipped bool) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		if zipped {
			r.Header.Set("Accept-Encoding", "gzip")
		}
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, r)
		return w
	}
	plain, zipped := get(Asset("style.css"), false), get(Asset("style.css"), true)
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(z)
	if err != nil || string(unzipped) != plain.Body.String() || !strings.Contains(plain.Body.String(), "@layer") {
		t.Errorf("the squeezed style sheet is not the plain one (%v)", err)
	}
	for name, want := range map[string]string{"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable"} {
		if got := plain.Header().Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, path := range []string{"/assets/", "/assets/style.css", "/assets/0000000000000000/style.css", Asset("nothing.js"), Asset("")} {
		if got := get(path, false).Code; got != 404 {
			t.Errorf("GET %s = %d, want 404", path, got)
		}
	}
}

// A cover says always the same of the same file, and needs nothing that a strict policy forbids.
func TestCover(t *testing.T) {
	draw := func(seed, mediaType string) string {
		var b strings.Builder
		if err := Cover(seed, "f.bin", mediaType).Render(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	seen := make(map[string]bool)
	for _, mediaType := range []string{"image/png", "audio/wav", "video/mp4", "text/plain", "application/zip", "x/y"} {
		one := draw("seed", mediaType)
		if one != draw("seed", mediaType) {
			t.Errorf("the cover of a %s differs from time to time", mediaType)
		}
		if strings.Contains(one, "style=") || strings.Contains(one, "NaN") {
			t.Errorf("the cover of a %s is %s", mediaType, one)
		}
		seen[one], seen[draw("another", mediaType)] = true, true
	}
	if len(seen) != 12 {
		t.Errorf("%d different covers of 12 files", len(seen))
	}
}

func TestLayout(t *testing.T) {
	var b strings.Builder
	page := Page{Title: `A "title" <b>`, Nav: []Link{{Href: "/x", Text: "X", Current: true}}, SignIn: "/sign-in", Search: "/search", Live: "/live", Now: time.UnixMilli(1234)}
	if err := Layout(page).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<title>A &#34;title&#34; &lt;b&gt; – Lightshare</title>`, `<html lang="en">`, `href="#main"`, `<main id="main"`, `aria-current`,
		`data-now="1234"`, `data-live="/live"`, `role="search"`, `>Sign in</a>`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the layout has no %s:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "style=") || strings.Contains(b.String(), "onclick") {
		t.Error("the layout holds inline style or script")
	}
}

func TestLean(t *testing.T) {
	const module = "// A module.\nimport { a } from \"./a.js\"; // stays\n\nexport function b() {\n\t// why\n\tconst s = `x // ${a}`;\n\treturn s\n}\n"
	const want = "import { a } from \"./a.js\"; // stays\nexport function b() {\nconst s = `x // ${a}`;\nreturn s\n}\n"
	if got := string(lean("b.js", []byte(module))); got != want {
		t.Errorf("lean:\n%s\nwant:\n%s", got, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a template literal of several lines is let through")
		}
	}()
	lean("c.js", []byte("const s = `a\n  // b`;\n"))
}
