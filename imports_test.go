package main

import (
	"os/exec"
	"strings"
	"testing"
)

// arrows says what each part may import of this module, beside events, which everything may, and itself. The longest
// prefix counts.
var arrows = map[string][]string{
	"events":            {},
	"auction":           {},
	"auction/redis":     {"auction"},
	"blacklist":         {},
	"blacklist/console": {"blacklist", "web/view"},
	"web/view":          {},
	"web/storefront":    {"web/view", "web/checkout"},
	"web/checkout":      {},
	"web/e2e":           {},
	"web/fetch":         {},
	"web/relay":         {},
	"seller-agent":      {"web/view"},
	"":                  {"auction", "blacklist", "web", "seller-agent"}, // the operator's main wires them
}

// TestArrows checks that data flows one way: services never import each other, adapters import their service.
func TestArrows(t *testing.T) {
	for pkg, imports := range list(t, "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
		part := longest(pkg, arrows)
		for _, imported := range imports {
			if imported == "" || within(imported, "events") || within(imported, part) && part != "" {
				continue
			}
			if !allowed(imported, arrows[part]) {
				t.Errorf("%s imports %s: %q may import events and %v only", pkg, imported, part, arrows[part])
			}
		}
	}
}

// TestContractStandsAlone: a stranger can write a client from package events with nothing but the standard library.
func TestContractStandsAlone(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./events").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); len(got) != 1 || got[0] != "lightshare/events" {
		t.Errorf("package events needs %v beside the standard library", got)
	}
}

// list returns the imports of this module's packages, without the module's name.
func list(t *testing.T, args ...string) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(strings.TrimPrefix(fields[0], "lightshare"), "/")
		all[pkg] = []string{}
		for _, imported := range fields[1:] {
			if own, ok := strings.CutPrefix(imported, "lightshare/"); ok {
				all[pkg] = append(all[pkg], own)
			}
		}
	}
	return all
}

func within(pkg, part string) bool { return pkg == part || strings.HasPrefix(pkg, part+"/") }

func allowed(pkg string, parts []string) bool {
	for _, part := range parts {
		if within(pkg, part) {
			return true
		}
	}
	return false
}

func longest(pkg string, parts map[string][]string) string {
	best := ""
	for part := range parts {
		if within(pkg, part) && len(part) > len(best) {
			best = part
		}
	}
	return best
}
