package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// spoken returns every sentence that the source says, and where. A sentence is a literal: what is made up while the
// program runs cannot be translated.
func spoken(t *testing.T) map[string]string {
	t.Helper()
	said := make(map[string]string)
	root := "../../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(source), "say(") && !strings.Contains(string(source), "Say(") && !strings.Contains(string(source), "words.") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, source, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if sentence := sentenceOf(call); sentence != "" {
					said[sentence] = path
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// sentenceOf returns the sentence that a call says; empty if it says none.
func sentenceOf(call *ast.CallExpr) string {
	at := -1 // the sentence among the arguments
	switch f := call.Fun.(type) {
	case *ast.Ident:
		if f.Name == "say" {
			at = 1
		}
	case *ast.SelectorExpr:
		of, _ := f.X.(*ast.Ident)
		inPackage := of != nil && of.Name == "words"
		switch {
		case f.Sel.Name == "Say" && !inPackage, f.Sel.Name == "Key" && inPackage:
			at = 0
		case (f.Sel.Name == "Say" || f.Sel.Name == "Around") && inPackage:
			at = 1
		}
	}
	if at < 0 || at >= len(call.Args) {
		return ""
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	sentence, _ := strconv.Unquote(literal.Value) // the parser has read it
	return sentence
}

var verb = regexp.MustCompile(`%(?:\[(\d)\])?([a-z])`)

// args returns the arguments that a sentence says, by their places.
func args(sentence string) map[string]string {
	found, next := make(map[string]string), 1
	for _, m := range verb.FindAllStringSubmatch(sentence, -1) {
		place := m[1]
		if place == "" {
			place = strconv.Itoa(next)
		}
		found[place] = m[2]
		next, _ = strconv.Atoi(place)
		next++
	}
	return found
}

// The catalogue has what the pages say, nothing else, once, and with the same arguments.
func TestCatalogue(t *testing.T) {
	said, known := spoken(t), make(map[string]string)
	for _, part := range korean {
		for sentence, words := range part {
			if _, twice := known[sentence]; twice {
				t.Errorf("%q is in the catalogue twice", sentence)
			}
			known[sentence] = words
		}
	}
	for _, sentence := range slices.Sorted(maps.Keys(said)) {
		words, ok := known[sentence]
		if !ok {
			t.Errorf("%q (%s) has no Korean", sentence, said[sentence])
		} else if !maps.Equal(args(sentence), args(words)) {
			t.Errorf("%q says %v, its Korean %q says %v", sentence, args(sentence), words, args(words))
		}
	}
	for sentence := range known {
		if _, ok := said[sentence]; !ok {
			t.Errorf("nobody says %q", sentence)
		}
	}
	if len(said) < 200 {
		t.Errorf("the source says %d sentences only: the test does not find them", len(said))
	}
	for sentence, one := range singular {
		if _, ok := said[sentence]; !ok || strings.Contains(one, "%") {
			t.Errorf("the form for one, %q, of %q is of no use", one, sentence)
		}
	}
	counts := regexp.MustCompile(`^[^%]*%d [a-z]+s\b`)
	limit := regexp.MustCompile(`(More than|At most) %d`) // which is never one
	for sentence := range said {
		if _, ok := singular[sentence]; counts.MatchString(sentence) && !ok && !strings.HasPrefix(sentence, "%d s") && !strings.Contains(sentence, "copies, ") && !limit.MatchString(sentence) {
			t.Errorf("%q has no form for one", sentence)
		}
	}
}
