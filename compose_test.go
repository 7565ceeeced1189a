package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"lightshare/web/e2e"
)

// TestCompose runs the very commands and environment that docker-compose.yml names as processes of this machine, with
// volumes as folders and ports on the loopback, and lives the main job against them.
func TestCompose(t *testing.T) {
	needsRedis(t)
	project := loadCompose(t)
	h := newHost(t, project)
	names := []string{"redis", "nats", "blacklist", "auction", "web", "relay"}
	for _, name := range names {
		h.start(t, project.Services[name])
	}
	if left := len(project.Services) - len(names); left != 0 {
		t.Fatalf("docker-compose.yml names %d services that this test does not start", left)
	}
	store, console := "http://localhost:"+h.ports["8080"], "http://localhost:"+h.ports["8081"]
	share, received, state := t.TempDir(), t.TempDir(), t.TempDir()
	if err := e2e.MakeSamples(share, demoAuction, demoSoftClose); err != nil {
		t.Fatal(err)
	}
	awaitMarket(t, store)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	program := func(args ...string) *exec.Cmd { return exec.CommandContext(ctx, h.program, args...) }
	err := e2e.Run(ctx, e2e.Config{
		Market: store, Console: console, Name: "moderator", Token: "change-me-before-you-open", Share: share, Dir: received,
		Agent: func() *exec.Cmd {
			return program("seller-agent", "share", share, "--market", store, "--name", "Lighthouse Studio", "--state", state, "--json")
		},
		Fetch: func(link, out string) *exec.Cmd {
			return program("fetch", link, "--out", out, "--limit", fmt.Sprint(demoFetchRate))
		},
		Report: func(s e2e.Step) { t.Logf("%6.2f s  %s: %s %v", s.Took.Seconds(), s.Name, s.Detail, s.Err) },
	})
	if err != nil {
		t.Error(err)
	}
}

func loadCompose(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"docker-compose.yml"}, cli.WithName("lightshare"))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// host stands for the machine with its containers.
type host struct {
	program string            // the image's entry point
	ports   map[string]string // container's port → port on the loopback
	volumes map[string]string // volume → folder
}

func newHost(t *testing.T, project *types.Project) *host {
	t.Helper()
	h := &host{program: build(t), ports: map[string]string{"6379": freePort(t)}, volumes: map[string]string{}}
	for _, s := range project.Services {
		for _, p := range s.Ports {
			h.ports[fmt.Sprint(p.Target)] = freePort(t)
		}
	}
	for name := range project.Volumes {
		h.volumes[name] = t.TempDir()
	}
	return h
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// start runs a service's command with its environment.
func (h *host) start(t *testing.T, s types.ServiceConfig) {
	t.Helper()
	var cmd *exec.Cmd
	if s.Command[0] == "redis-server" {
		cmd = exec.Command("redis-server", append(slices.Clone(s.Command[1:]), "--port", h.ports["6379"], "--bind", "127.0.0.1", "--dir", t.TempDir())...)
	} else {
		cmd = exec.Command(h.program, s.Command...)
	}
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		if value := s.Environment[name]; value != nil && *value != "" {
			cmd.Env = append(cmd.Env, name+"="+h.local(s, *value))
		}
	}
	keep(t, s.Name, cmd)
}

// local turns names, ports and folders of the containers into those of this machine.
func (h *host) local(s types.ServiceConfig, value string) string {
	for _, v := range s.Volumes {
		if value == v.Target {
			return h.volumes[v.Source]
		}
	}
	value = strings.NewReplacer("//nats:", "//127.0.0.1:", "//redis:", "//127.0.0.1:", "0.0.0.0:", "127.0.0.1:").Replace(value)
	if value == "0.0.0.0" {
		return "127.0.0.1"
	}
	for inside, outside := range h.ports {
		if value == inside {
			return outside
		}
		value = strings.ReplaceAll(value, ":"+inside, ":"+outside)
	}
	return value
}

// lockedBuffer takes what a process says.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer // guarded by mu
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
