package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What may not be read is one line, the rest is reported, and nothing is
// green. As root this runs in a process of nobody's, for root may read all.
func TestWithoutRights(t *testing.T) {
	dir := t.TempDir()
	for d := dir; len(d) > len(os.TempDir())+1; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	const bucket = "resource \"scaleway_object_bucket\" \"a\" {\n  region = \"fr-par\"\n}\n"
	for name, text := range map[string]string{
		"perimeter.yaml": "apiVersion: bailiwick/v1\nkind: Perimeter\nspec: {jurisdictions: {allow: [EU]}, operators: {allow: [EU]}}\n",
		"tree/ok.tf":     bucket, "tree/blind.tf": strings.Replace(bucket, `"a"`, `"b"`, 1), "tree/shut/x.tf": bucket,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// The test binary, under the name of the command that TestMain knows.
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	command := filepath.Join(dir, "bailiwick")
	if err := os.WriteFile(command, src, 0o755); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (int, string, string) {
		t.Helper()
		cmd := exec.Command(command, args...)
		cmd.Dir = dir
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		var out, errw strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &errw
		err := cmd.Run()
		var ee *exec.ExitError
		if err != nil && !errors.As(err, &ee) {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), out.String(), errw.String()
	}
	if code, out, talk := run("check", "--at", "2026-11-25", "tree"); code != exitPass {
		t.Fatalf("exit code %d before anything is shut\n%s%s", code, out, talk)
	}
	shut := func(name string) {
		path := filepath.Join(dir, name)
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(path, 0o755) })
	}
	shut("tree/shut")
	shut("tree/blind.tf")
	code, out, talk := run("check", "--at", "2026-11-25", "tree")
	if code != exitUndecided {
		t.Errorf("exit code %d, want %d\n%s%s", code, exitUndecided, out, talk)
	}
	for _, want := range []string{"tree/shut: it cannot be read: permission denied", "tree/blind.tf: ", "UNDECIDED  ", "1 asset "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	shut("perimeter.yaml")
	if code, _, talk := run("check", "tree"); code != exitError || !strings.Contains(talk, "perimeter.yaml: ") || !strings.Contains(talk, "permission denied") {
		t.Errorf("exit code %d, %s", code, talk)
	}
}
