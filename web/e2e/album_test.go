package e2e

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pictureName is what the pictures of one page have in common: all but how it was looked at.
var pictureName = regexp.MustCompile(`^(.+?)((?:-ko|-en)?-(?:light|dark)-\d+)\.png$`)

// TestAlbum puts all pictures of a folder, which other tests have taken, on one page.
func TestAlbum(t *testing.T) {
	if *screens == "" {
		t.Skip("no folder of pictures is given")
	}
	files, err := filepath.Glob(filepath.Join(*screens, "*.png"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures in %s (%v)", *screens, err)
	}
	var page strings.Builder
	page.WriteString("<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Lightshare: every screen</title>\n<style>body{font:16px system-ui;margin:2rem}div{display:flex;flex-wrap:wrap;gap:1rem;align-items:start}figure{margin:0}img{height:26rem;border:1px solid #8888}</style>\n<h1>Every screen</h1>\n")
	slices.Sort(files)
	last := ""
	for _, file := range files {
		name := filepath.Base(file)
		parts := pictureName.FindStringSubmatch(name)
		if parts == nil {
			t.Errorf("%s is the picture of nothing", name)
			continue
		}
		if parts[1] != last {
			if last != "" {
				page.WriteString("</div>\n")
			}
			last = parts[1]
			fmt.Fprintf(&page, "<h2>%s</h2><div>\n", html.EscapeString(last))
		}
		said := html.EscapeString(strings.Trim(parts[2], "-"))
		fmt.Fprintf(&page, "<figure><a href=\"%[1]s\"><img loading=\"lazy\" src=\"%[1]s\" alt=\"%[2]s, %[3]s\"></a><figcaption>%[3]s</figcaption></figure>\n", html.EscapeString(name), html.EscapeString(last), said)
	}
	page.WriteString("</div>\n</html>\n")
	if err := os.WriteFile(filepath.Join(*screens, "index.html"), []byte(page.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
