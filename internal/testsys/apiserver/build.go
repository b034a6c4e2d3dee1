package apiserver

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/program"
)

// Version is the Kubernetes that is built, and staging the version of the modules
// that its repository replaces by folders.
const (
	Version = "v1.37.2"
	staging = "v0.37.2"
	etcd    = "v3.7.0" // what that Kubernetes asks for
)

//go:embed server.go.txt
var source string

// Build builds the server once for each of its sources and versions, and returns
// its path. Cold that takes about eight minutes of one core. The module is
// generated: ours does not depend on Kubernetes.
func Build() (string, error) {
	// The server takes what it can do from its version: without one it is v0.0.0.
	stamp := "-s -w -X k8s.io/component-base/version.gitVersion=" + Version
	for i, name := range []string{"gitMajor", "gitMinor"} {
		stamp += fmt.Sprintf(" -X k8s.io/component-base/version.%s=%s", name, strings.Split(strings.TrimPrefix(Version, "v"), ".")[i])
	}
	p := program.Program{Name: "apiserver", Version: Version, Source: source, Key: etcd, Module: module, Flags: []string{"-ldflags", stamp}}
	return p.Build()
}

// module writes go.mod. Kubernetes replaces its staging modules by
// folders, which a module that asks for it does not have: they are replaced by
// what was published from them.
func module(dir string) error {
	out, err := program.Run(dir, "go", "list", "-mod=mod", "-m", "-f", "{{.GoMod}}", "k8s.io/kubernetes@"+Version)
	if err != nil {
		return err
	}
	if out, err = program.Run(dir, "go", "mod", "edit", "-json", strings.TrimSpace(out)); err != nil {
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
	return os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod.String()), 0o644)
}
