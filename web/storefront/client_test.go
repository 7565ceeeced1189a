package storefront

import (
	"os"
	"os/exec"
	"testing"
)

// The modules that run in the page agree with package sealed.
func TestClientModules(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is not installed")
		}
		t.Skip("node is not installed: the page's modules are held against the vectors in Chromium only")
	}
	if said, err := exec.Command(node, "--test", "testdata/client.test.mjs").CombinedOutput(); err != nil {
		t.Errorf("node --test: %v\n%s", err, said)
	}
}
