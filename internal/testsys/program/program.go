// Package program builds programs that tests need of modules which ours does not
// depend on: each once for its sources and versions, into the user's cache folder.
package program

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// A Program is one that is built.
type Program struct {
	Name    string // of its folder
	Version string // of what it is made of
	Source  string // main.go
	Key     string // what else it is made of
	// Module writes go.mod into the folder; go mod tidy completes it.
	Module func(dir string) error
	Flags  []string // of go build
}

// Build builds it if it is not there, and returns its path.
func (p *Program) Build() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(p.Source + p.Key + runtime.Version()))
	dir := filepath.Join(cache, "bailiwick", p.Name, fmt.Sprintf("%s-%x", p.Version, sum[:6]))
	binary := filepath.Join(dir, "server")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	if err := p.Module(dir); err != nil {
		return "", fmt.Errorf("write the module of %s: %w", p.Name, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(p.Source), 0o644); err != nil {
		return "", err
	}
	if _, err := Run(dir, "go", "mod", "tidy"); err != nil {
		return "", err
	}
	name, args := "go", append(append([]string{"build", "-trimpath"}, p.Flags...), "-o", binary+".new", ".")
	if nice, err := exec.LookPath("nice"); err == nil {
		name, args = nice, append([]string{"-n", "10", "go"}, args...)
	}
	if _, err := Run(dir, name, args...); err != nil {
		return "", err
	}
	return binary, os.Rename(binary+".new", binary)
}

// Run runs a command in a folder, without what a workspace or flags of the caller
// would change, and returns what it prints.
func Run(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false", "CGO_ENABLED=0")
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Run(); err != nil {
		text := strings.TrimSpace(talk.String())
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, text[max(0, len(text)-1000):])
	}
	return out.String(), nil
}
