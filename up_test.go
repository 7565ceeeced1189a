package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"lightshare/web/e2e"
)

// TestUpSurvivesAPowerCut kills the whole market in the middle of things, without a word of warning, and starts it
// again on the same folder: what people were told still holds.
func TestUpSurvivesAPowerCut(t *testing.T) {
	program := build(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	data, share, state := t.TempDir(), t.TempDir(), t.TempDir()
	store := "http://localhost:" + freePort(t)
	args := []string{"up", "--data", data, "--bus", freePort(t), "--http", store[len("http://"):], "--console", "127.0.0.1:" + freePort(t), "--payments", "127.0.0.1:" + freePort(t)}
	up := start(t, program, args...)
	awaitMarket(t, store)
	if err := e2e.MakeSamples(share, time.Hour, time.Minute); err != nil {
		t.Fatal(err)
	}
	seller := e2e.NewSeller(func() *exec.Cmd {
		return exec.CommandContext(ctx, program, "seller-agent", "share", share, "--market", store, "--state", state, "--json")
	}, nil)
	defer seller.Kill()
	must(t, seller.Start(ctx))

	ann := signIn(t, ctx, "Ann", store)
	picture, err := ann.Find(ctx, "Harbour at dawn")
	must(t, err)
	_, err = ann.Bid(ctx, picture, "25.00")
	must(t, err)
	sound, err := ann.Find(ctx, "Rain on a tin roof")
	must(t, err)
	order, err := ann.Buy(ctx, sound)
	must(t, err)
	_, err = ann.Pay(ctx, order, e2e.GoodCard)
	must(t, err)
	_, err = ann.AwaitOrder(ctx, order, "delivering")
	must(t, err)

	must(t, up.Process.Kill())
	up.Wait() // killed: its exit says no more
	start(t, program, args...)
	awaitMarket(t, store)

	ann = signIn(t, ctx, "Ann", store)
	_, err = ann.Await(ctx, picture, "Ann leads as before", func(p *e2e.Page) bool { return p.Data("price") == "1000" && p.Says("You lead") })
	must(t, err)
	page, err := ann.AwaitOrder(ctx, order, "delivering")
	must(t, err)
	_, err = ann.Await(ctx, sound, "the seller is back", func(p *e2e.Page) bool { return p.Data("online") == "true" })
	must(t, err)
	out := filepath.Join(t.TempDir(), "rain.wav")
	if said, err := exec.CommandContext(ctx, program, "fetch", page.Data("link"), "--out", out).CombinedOutput(); err != nil {
		t.Fatalf("fetch: %v: %s", err, said)
	}
	_, err = ann.AwaitOrder(ctx, order, "captured")
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func signIn(t *testing.T, ctx context.Context, name, store string) e2e.Person {
	t.Helper()
	p, err := e2e.SignIn(ctx, name, store)
	must(t, err)
	return p
}

// build builds the program once for this test.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "lightshare")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// start runs the program until the test ends.
func start(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program, args...)
	keep(t, args[0], cmd)
	return cmd
}

// needsRedis skips the test where there is no redis-server, except where it is required.
func needsRedis(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("redis-server is required: make setup installs it")
	}
	t.Skip("redis-server is not installed: make setup installs it")
}

// keep runs cmd until the test ends, and shows what it said if the test failed.
func keep(t *testing.T, name string, cmd *exec.Cmd) {
	t.Helper()
	said := &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = said, said
	must(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill(); t.Errorf("%s did not end when asked to", name) })
		cmd.Wait()
		late.Stop()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, said)
		}
	})
}

// awaitMarket waits until the storefront answers.
func awaitMarket(t *testing.T, store string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	visitor, err := e2e.NewRobot("visitor", store)
	must(t, err)
	_, err = visitor.Await(ctx, store+"/healthz", "the market", func(p *e2e.Page) bool { return p.Status == 200 })
	must(t, err)
}
