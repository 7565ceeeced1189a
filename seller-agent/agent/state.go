package agent

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// The files in the state folder.
const (
	keyFile         = "agent.key"
	memoryFile      = "agent.db"
	certificateFile = "agent.pem"
)

// DefaultState returns the state folder of this user: lightshare in XDG_STATE_HOME, or in ~/.local/state.
func DefaultState() (string, error) {
	if base := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "lightshare"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find state folder: %w", err)
	}
	return filepath.Join(home, ".local", "state", "lightshare"), nil
}

// apart reports why the state folder does not lie apart from a shared one, as it must: neither may the agent write there,
// nor offer its own key.
func apart(state, shared string) error {
	a, err := real(state)
	if err != nil {
		return fmt.Errorf("open state folder: %w", err)
	}
	b, err := real(shared)
	if err != nil {
		return fmt.Errorf("open shared folder: %w", err)
	}
	if inside(a, b) || inside(b, a) {
		return fmt.Errorf("the state folder %s and the shared folder %s must lie apart; choose another one with --state", state, shared)
	}
	return nil
}

// real returns the absolute path without links. The end of it need not exist yet.
func real(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	found, err := filepath.EvalSymlinks(path)
	if parent := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) && parent != path {
		found, err = real(parent)
		return filepath.Join(found, filepath.Base(path)), err
	}
	return found, err
}

// inside reports whether path is dir or lies below it.
func inside(dir, path string) bool {
	to, err := filepath.Rel(dir, path)
	return err == nil && to != ".." && !strings.HasPrefix(to, ".."+string(filepath.Separator))
}

// openKey returns the agent's key from the file, or makes one.
func openKey(file string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return newKey(file)
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("key %s can be read by others, who could sell in your name; make it yours alone: chmod 600", file)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("key %s: no PEM block", file)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", file, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("key %s: not an Ed25519 key", file)
	}
	return key, nil
}

// newKey makes a key. It is written under another name first, so that half of one is never taken for a key.
func newKey(file string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	part := file + ".new"
	if err := os.WriteFile(part, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return nil, fmt.Errorf("keep key: %w", err)
	}
	if err := os.Rename(part, file); err != nil {
		return nil, fmt.Errorf("keep key: %w", err)
	}
	return key, nil
}
