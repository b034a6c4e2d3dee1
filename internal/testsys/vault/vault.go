// Package vault runs the core of HashiCorp Vault, built from its Go module, for
// tests of what speaks to a transit engine.
package vault

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/testsys/program"
)

// Version is the last Vault under a free licence (MPL-2.0) that builds as a module,
// and sdk the library of it that was published with it.
const (
	Version = "v1.14.1"
	sdk     = "v0.9.2"
)

//go:embed server.go.txt
var source string

// Start runs a server with a certificate and its key until the test ends, and
// returns its address and root token. Cold, the build takes a quarter of an hour
// of a busy core.
func Start(t testing.TB, certificate, key string) (address, token string) {
	t.Helper()
	p := program.Program{Name: "vault", Version: Version, Source: source, Key: sdk, Module: module, Flags: []string{"-ldflags", "-s -w"}}
	binary, err := p.Build()
	if err != nil {
		t.Fatalf("build Vault: %v", err)
	}
	cmd := exec.Command(binary, certificate, key)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait() // it ends with its input; how, does not matter
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil && err != io.EOF {
		t.Fatal(err)
	}
	address, token, ok := strings.Cut(strings.TrimSpace(line), " ")
	if !ok {
		t.Fatalf("Vault says %q", line)
	}
	return address, token
}

func module(dir string) error {
	text := fmt.Sprintf("module vault.invalid\n\ngo 1.26.0\n\nrequire (\n\tgithub.com/hashicorp/vault %s\n\tgithub.com/hashicorp/vault/sdk %s\n)\n", Version, sdk)
	return os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o644)
}
