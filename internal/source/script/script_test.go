package script_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/source/script"
)

var hosts = map[string]string{"pypi": "pypi.host"}

func TestRead(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("install.sh", []byte("#!/bin/sh\r\nset -e\r\npip install a==1\r\ncurl -LO https://$HOST/x\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("setup.ps1", []byte("irm https://w.example\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	f := script.Read([]string{"install.sh", "setup.ps1", "gone.sh"}, script.Options{Hosts: hosts})
	want := []graph.Flow{
		{From: "install.sh", To: "pypi.host", State: graph.Planned, Purpose: "registry", Ecosystem: "pypi", Via: "pip install (a)", Root: ".", Origin: graph.Origin{File: "install.sh", Line: 3}},
		{From: "install.sh", Unknown: "HOST is set by whoever runs the script, if at all", State: graph.Planned, Purpose: "registry", Via: "curl", Root: ".", Origin: graph.Origin{File: "install.sh", Line: 4}},
		{From: "setup.ps1", To: "https://w.example", State: graph.Planned, Purpose: "data", Via: "irm", Root: ".", Origin: graph.Origin{File: "setup.ps1", Line: 1}},
	}
	if diff := cmp.Diff(want, f.Flows); diff != "" {
		t.Error(diff)
	}
	if len(f.Packages) != 1 || len(f.Problems) != 1 || f.Problems[0].Origin.File != "gone.sh" {
		t.Errorf("packages %v, problems %v", f.Packages, f.Problems)
	}
}

func TestMatch(t *testing.T) {
	for file, want := range map[string]bool{"a.sh": true, "x/b.BASH": true, "a.shx": false, "a.ps1": true, "b.PSM1": true, "sh": false, "a.py": false} {
		if script.Match(filepath.FromSlash(file)) != want {
			t.Errorf("%s: %v", file, !want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("curl -O https://x.example/a"))
	f.Add([]byte("\xff\xfe"))
	name := filepath.Join(f.TempDir(), "a.sh")
	f.Fuzz(func(t *testing.T, src []byte) {
		if err := os.WriteFile(name, src, 0o644); err != nil {
			t.Fatal(err)
		}
		one, two := script.Read([]string{name}, script.Options{Hosts: hosts}), script.Read([]string{name}, script.Options{Hosts: hosts})
		if err := one.Check(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(one, two); diff != "" {
			t.Error(diff)
		}
	})
}
