package command

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	for name, tc := range map[string]struct {
		args []string
		code int
		says string
	}{
		"nothing":         {nil, exitUsage, "seller-agent --help"},
		"unknown command": {[]string{"sell"}, exitUsage, "sell"},
		"no market":       {[]string{"share", dir}, exitUsage, "--market"},
		"no folder":       {[]string{"share", filepath.Join(dir, "none"), "--market", stranger.URL}, exitUsage, "no such file"},
		"market's URL":    {[]string{"share", dir, "--market", "market.example"}, exitUsage, "an http or https URL is wanted"},
		"price":           {[]string{"share", dir, "--market", stranger.URL, "--price", "0"}, exitUsage, "--price 0"},
		"currency":        {[]string{"share", dir, "--market", stranger.URL, "--currency", "XXX"}, exitUsage, "--currency XXX"},
		"name":            {[]string{"share", dir, "--market", stranger.URL, "--name", "a\nb"}, exitUsage, "--name"},
		"advertised":      {[]string{"share", dir, "--market", stranger.URL, "--advertise", "me"}, exitUsage, "--advertise"},
		"state inside":    {[]string{"share", dir, "--market", stranger.URL, "--state", filepath.Join(dir, "state")}, exitFailed, "must lie apart"},
		"port taken":      {[]string{"share", dir, "--market", stranger.URL, "--state", t.TempDir(), "--http", stranger.Listener.Addr().String()}, exitFailed, "address already in use"},
		"no market there": {[]string{"share", dir, "--market", stranger.URL, "--state", t.TempDir(), "--https", "off"}, exitRefused, "404"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Main(tc.args, &stdout, &stderr); code != tc.code || !strings.Contains(stderr.String(), tc.says) {
			t.Errorf("%s: Main(%q) = %d %q, want %d with %q", name, tc.args, code, &stderr, tc.code, tc.says)
		}
	}
}

func TestHelpBeginsWithExamples(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"share", "--help"}} {
		var stdout, stderr bytes.Buffer
		code := Main(args, &stdout, &stderr)
		example, usage := strings.Index(stdout.String(), "seller-agent share ~"), strings.Index(stdout.String(), "Usage:")
		if code != 0 || example < 0 || usage < example || !strings.Contains(stdout.String(), "Exit codes:") {
			t.Errorf("Main(%q) = %d\n%s%s", args, code, &stdout, &stderr)
		}
	}
}

// The program goes onto strangers' desks: it is a client, and carries no server of the market's.
func TestNoServerIsLinkedIn(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 100 {
		t.Fatalf("go list -deps = %d packages, want all", len(deps))
	}
	for _, dep := range deps {
		for _, server := range []string{"nats-server", "redis", "stripe", "bleve", "lightshare/auction", "lightshare/blacklist", "lightshare/web/storefront", "lightshare/web/checkout", "lightshare/events/bus/embedded"} {
			if strings.Contains(dep, server) {
				t.Errorf("%s is linked in", dep)
			}
		}
	}
}
