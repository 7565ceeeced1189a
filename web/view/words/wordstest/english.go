// Package wordstest finds what a page says in English to somebody who reads Korean.
package wordstest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Words that are the same in Korean: names, units, and what is typed into a terminal.
var foreign = regexp.MustCompile(`\b(Lightshare|UTC|SHA-256|[kMGTP]B|USD?|JPY?|EUR|GBP|KRW|CSV|English|WAV|PNG|ZIP|VISA|Visa|name@example\.com|audio/wav|image/png|(https?://|/)\S+)\b`)

var latin = regexp.MustCompile(`[A-Za-z]{2,}`)

// English returns what a page says in Latin letters, beside the foreign words. What people typed stands in elements whose
// direction is found out from the text, commands in code; names are further words that are no English of the page's own.
func English(t *testing.T, page string, names ...string) (found []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`\b(` + strings.Join(append(names, "Lightshare"), "|") + `)\b`)
	look := func(where, text string) {
		if words := latin.FindAllString(foreign.ReplaceAllString(own.ReplaceAllString(text, ""), ""), -1); words != nil {
			found = append(found, fmt.Sprintf("%s: %q", where, strings.TrimSpace(text)))
		}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			look("<"+n.Parent.Data+">", n.Data)
		case html.ElementNode:
			attributes := make(map[string]string)
			for _, a := range n.Attr {
				attributes[a.Key] = a.Val
			}
			asTyped := attributes["dir"] == "auto" || strings.Contains(attributes["class"], "mono") || strings.Contains(attributes["class"], "ext")
			if asTyped || attributes["lang"] == "en" || slices.Contains([]string{"code", "pre", "kbd", "script", "style"}, n.Data) {
				return
			}
			for _, name := range []string{"aria-label", "placeholder", "alt"} {
				look(name, attributes[name])
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	walk(root)
	return found
}
