package apiserver

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Version is the Kubernetes that is built, and staging the version of the modules
// that its repository replaces by folders.
const (
	Version = "v1.37.2"
	staging = "v0.37.2"
	etcd    = "v3.7.0" // what that Kubernetes asks for
)

//go:embed server.go.txt
var program string

// Build builds the server once for each of its sources and versions, into the
// user's cache folder, and returns its path. Cold that takes about eight minutes
// of one core. The module is generated: ours does not depend on Kubernetes.
func Build() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(program + etcd + runtime.Version()))
	dir := filepath.Join(cache, "bailiwick", "apiserver", fmt.Sprintf("%s-%x", Version, sum[:6]))
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
	if err := module(dir); err != nil {
		return "", fmt.Errorf("write the module of the API server: %w", err)
	}
	if _, err := run(dir, "go", "mod", "tidy"); err != nil {
		return "", err
	}
	// The server takes what it can do from its version: without one it is v0.0.0.
	stamp := "-s -w -X k8s.io/component-base/version.gitVersion=" + Version
	for i, name := range []string{"gitMajor", "gitMinor"} {
		stamp += fmt.Sprintf(" -X k8s.io/component-base/version.%s=%s", name, strings.Split(strings.TrimPrefix(Version, "v"), ".")[i])
	}
	name, args := "go", []string{"build", "-trimpath", "-ldflags", stamp, "-o", binary + ".new", "."}
	if nice, err := exec.LookPath("nice"); err == nil {
		name, args = nice, append([]string{"-n", "10", "go"}, args...)
	}
	if _, err := run(dir, name, args...); err != nil {
		return "", err
	}
	return binary, os.Rename(binary+".new", binary)
}

// module writes main.go and go.mod. Kubernetes replaces its staging modules by
// folders, which a module that asks for it does not have: they are replaced by
// what was published from them.
func module(dir string) error {
	out, err := run(dir, "go", "list", "-mod=mod", "-m", "-f", "{{.GoMod}}", "k8s.io/kubernetes@"+Version)
	if err != nil {
		return err
	}
	if out, err = run(dir, "go", "mod", "edit", "-json", strings.TrimSpace(out)); err != nil {
		return err
	}
	var theirs struct {
		Go      string
		Replace []struct{ Old, New struct{ Path string } }
	}
	if err := json.Unmarshal([]byte(out), &theirs); err != nil {
		return err
	}
	var mod strings.Builder
	fmt.Fprintf(&mod, "module apiserver.invalid\n\ngo %s\n\ngodebug default=go%s\n\n", theirs.Go, strings.TrimSuffix(theirs.Go, ".0"))
	fmt.Fprintf(&mod, "require (\n\tk8s.io/kubernetes %s\n\tk8s.io/component-base %s\n\tgo.etcd.io/etcd/server/v3 %s\n)\n\n", Version, staging, etcd)
	n := 0
	for _, r := range theirs.Replace {
		if strings.HasPrefix(r.New.Path, "./staging/") {
			fmt.Fprintf(&mod, "replace %s => %s %s\n", r.Old.Path, r.Old.Path, staging)
			n++
		}
	}
	if n == 0 {
		return fmt.Errorf("the go.mod of Kubernetes %s replaces no staging module", Version)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod.String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644)
}

// run runs a command in a folder, without what a workspace or flags of the caller
// would change.
func run(dir, name string, args ...string) (string, error) {
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
