// Package ciliumpolicy asks Cilium's own parser and policy engine, built from its
// Go module, what pods may reach under policies.
package ciliumpolicy

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/program"
)

// Version is the Cilium that is built.
const Version = "v1.20.2"

//go:embed program.go.txt
var source string

// Allowed asks for each flow whether it is let out; a flow is a line as the program
// takes it: "ward host api.example". Policies that Cilium does not take are an error.
func Allowed(t testing.TB, policies []map[string]any, flows []string) ([]bool, error) {
	t.Helper()
	p := program.Program{Name: "ciliumpolicy", Version: Version, Source: source, Module: module, Flags: []string{"-ldflags", "-s -w"}}
	binary, err := p.Build()
	if err != nil {
		t.Fatalf("build Cilium's policy engine: %v", err)
	}
	text, err := json.Marshal(policies)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "policies.json")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, file)
	cmd.Stdin = strings.NewReader(strings.Join(flows, "\n") + "\n")
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(talk.String()))
	}
	answers := strings.Fields(out.String())
	if len(answers) != len(flows) {
		t.Fatalf("%d answers to %d flows: %s", len(answers), len(flows), out.String())
	}
	allowed := make([]bool, len(answers))
	for i, a := range answers {
		allowed[i] = a == "allowed"
	}
	return allowed, nil
}

func module(dir string) error {
	return os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module ciliumpolicy.invalid\n\ngo 1.26.0\n\nrequire github.com/cilium/cilium "+Version+"\n"), 0o644)
}
