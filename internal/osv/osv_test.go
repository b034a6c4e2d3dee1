package osv_test

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/osv"
)

// database writes all.zip of one ecosystem.
func database(t testing.TB, dir, ecosystem string, advisories ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, ecosystem), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, ecosystem, "all.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for i, a := range advisories {
		w, err := z.Create(string(rune('a'+i)) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, a)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

const (
	one       = `{"id": "A-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "Loud_Lib"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.5"}, {"introduced": "2.0"}, {"last_affected": "2.2"}]}]}]}`
	listed    = `{"id": "A-2", "affected": [{"package": {"ecosystem": "PyPI", "name": "loud-lib"}, "versions": ["3.0"]}]}`
	shuffled  = `{"id": "A-4", "affected": [{"package": {"ecosystem": "PyPI", "name": "mixed"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "2.3"}, {"introduced": "2.0"}, {"fixed": "1.5"}, {"introduced": "0"}]}]}]}`
	open      = `{"id": "A-5", "affected": [{"package": {"ecosystem": "PyPI", "name": "mixed"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "what?"}]}]}, {"package": {"ecosystem": "PyPI", "name": "mixed"}, "versions": ["9.0"]}]}`
	withdrawn = `{"id": "A-3", "withdrawn": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "loud-lib"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]}`
)

func TestMatch(t *testing.T) {
	dir := t.TempDir()
	database(t, dir, "PyPI", one, listed, withdrawn)
	for version, want := range map[string]string{"1.4": "A-1", "1.5": "", "1.9": "", "2.0": "A-1", "2.2": "A-1", "2.3": "", "3.0": "A-2", "": "A-1? A-2?", "latest": "A-1?"} {
		hits, gaps, err := osv.Match(dir, []graph.Package{{Ecosystem: "pypi", Name: "loud.lib", Version: version}})
		if err != nil || len(gaps) > 0 {
			t.Fatal(err, gaps)
		}
		var got []string
		for _, h := range hits {
			if h.Unknown != "" {
				h.ID += "?"
			}
			got = append(got, h.ID)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", version, s, want)
		}
	}
}

// Events stand in any order, and an entry that says nothing hides no other one.
func TestMatchMixed(t *testing.T) {
	dir := t.TempDir()
	database(t, dir, "PyPI", shuffled, open)
	for version, want := range map[string]string{"1.0": "A-4 A-5?", "1.7": "A-5?", "2.1": "A-4 A-5?", "2.4": "A-5?", "9.0": "A-5"} {
		hits, _, err := osv.Match(dir, []graph.Package{{Ecosystem: "pypi", Name: "mixed", Version: version}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range hits {
			if h.Unknown != "" {
				h.ID += "?"
			}
			got = append(got, h.ID)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", version, s, want)
		}
	}
}

// What is not looked up is said.
func TestGaps(t *testing.T) {
	dir := t.TempDir()
	_, gaps, err := osv.Match(dir, []graph.Package{{Ecosystem: "npm", Name: "a", Version: "1.0.0"}, {Ecosystem: "deb", Name: "b"}})
	want := []string{"1 packages of deb were not looked up: their versions are not compared here", "npm/all.zip: there is no such file; 1 packages were not looked up"}
	if err != nil || !slices.Equal(gaps, want) {
		t.Errorf("%v %q", err, gaps)
	}
	if _, _, err := osv.Match(filepath.Join(dir, "gone"), nil); err == nil {
		t.Error("a folder that is not there is no error")
	}
	database(t, dir, "npm", "no json")
	if _, _, err := osv.Match(dir, []graph.Package{{Ecosystem: "npm", Name: "a", Version: "1.0.0"}}); err == nil {
		t.Error("a broken advisory is no error")
	}
}

func FuzzMatch(f *testing.F) {
	f.Add(one, "1.4")
	f.Add(listed, "latest")
	f.Fuzz(func(t *testing.T, text, version string) {
		dir := t.TempDir()
		database(t, dir, "PyPI", text)
		hits, _, err := osv.Match(dir, []graph.Package{{Ecosystem: "pypi", Name: "loud-lib", Version: version}})
		if err == nil {
			for _, h := range hits {
				if h.Package == nil {
					t.Error("a hit without a package")
				}
			}
		}
	})
}
