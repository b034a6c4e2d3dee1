package ecosystem

import (
	"errors"
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for _, c := range []struct {
		e       Ecosystem
		in, out string
	}{
		{PyPI, "Huggingface_Hub", "huggingface-hub"}, {PyPI, "zope.interface", "zope-interface"}, {PyPI, "a-_.b", "a-b"},
		{NPM, "@Angular/CLI", "@angular/cli"}, {NPM, "a_b", "a_b"}, {Cargo, "serde_json", "serde-json"},
		{Go, "github.com/BurntSushi/toml", "github.com/BurntSushi/toml"}, {NuGet, "Newtonsoft.Json", "newtonsoft.json"}, {Gem, "Rails", "Rails"},
	} {
		if got := c.e.Fold(c.in); got != c.out {
			t.Errorf("%s %q: %q, want %q", c.e, c.in, got, c.out)
		}
	}
}

// Each ecosystem has an order of its own, above all for what is not yet final.
func TestCompare(t *testing.T) {
	for _, c := range []struct {
		e    Ecosystem
		a, b string
		want int
	}{
		{PyPI, "1.5.3", "1.5.4", -1}, {PyPI, "1.10", "1.9", 1}, {PyPI, "1.5.4rc1", "1.5.4", -1}, {PyPI, "1.5.4.post1", "1.5.4", 1}, {PyPI, "4.1", "4.1.0", 0},
		{PyPI, "1!0.1", "2026.1", 1}, {PyPI, "1.0.dev1", "1.0a1", -1}, {PyPI, "1.0+local", "1.0", 1},
		{NPM, "13.0.0-canary.1", "13.0.0", -1}, {NPM, "9.10.0", "9.9.0", 1}, {NPM, "2", "2.0.0", 0}, {NPM, "1.0.0-alpha.10", "1.0.0-alpha.9", 1}, {NPM, "v1.2.3", "1.2.3", 0},
		{Go, "v1.2.3", "v1.10.0", -1}, {Go, "v2.0.0-rc.1", "v2.0.0", -1}, {Cargo, "0.9.12", "0.10.0", -1},
		{Maven, "1.0-SNAPSHOT", "1.0", -1}, {Maven, "1.0-alpha-1", "1.0-beta-1", -1}, {Maven, "1.0.1", "1.0", 1},
		{Gem, "1.0.0.pre", "1.0.0", -1}, {Gem, "1.0.0.rc2", "1.0.0.rc10", -1}, {NuGet, "1.2.3.4", "1.2.3.5", -1}, {OCI, "1.25.1", "1.9.0", 1}, {Binary, "2.0", "2.0.0", 0},
	} {
		got, err := c.e.Compare(c.a, c.b)
		if err != nil || got != c.want {
			t.Errorf("%s: %s and %s give %d (%v), want %d", c.e, c.a, c.b, got, err, c.want)
		}
		if back, err := c.e.Compare(c.b, c.a); err != nil || back != -c.want {
			t.Errorf("%s: %s and %s give %d (%v), want %d", c.e, c.b, c.a, back, err, -c.want)
		}
	}
	for _, bad := range []string{"", "latest", "x1", "1 2", strings.Repeat("1", 200)} {
		for _, e := range All() {
			if n, err := e.Compare(bad, "1.0.0"); err == nil {
				t.Errorf("%s takes %q for a version: %d", e, bad, n)
			}
		}
	}
}

func TestRange(t *testing.T) {
	for _, c := range []struct {
		e              Ecosystem
		rng, version   string
		holds, unknown bool
	}{
		{PyPI, "<1.5.4", "1.5.3", true, false}, {PyPI, "<1.5.4", "1.5.4", false, false}, {PyPI, "<1.5.4", "1.5.4rc1", true, false},
		{PyPI, ">=3.2.0", "3.1.4", false, false}, {PyPI, ">=3.2.0", "3.2", true, false}, {PyPI, ">=1.2, <2", "1.9", true, false}, {PyPI, ">=1.2,<2", "2", false, false},
		{PyPI, "", "anything", true, false}, {PyPI, "<1.5.4", "latest", false, true}, {PyPI, "==1.0", "1.0.0", true, false}, {PyPI, "!=1.0", "1.0.0", false, false},
		// A short tag stands for the newest release below it.
		{OCI, "<1.5.4", "1.5", false, true}, {OCI, "<1.5.4", "1.4", true, false}, {OCI, "<1.5.4", "2", false, false}, {OCI, "<1.5.4", "v1", false, true},
		{OCI, "<1.5.4", "1.5.3", true, false}, {NPM, ">=13.4.0", "13", false, true}, {NPM, ">=13.0.0", "13", true, false}, {NPM, ">13.0.0", "14.0.0-canary.1", true, false},
	} {
		r, err := c.e.ParseRange(c.rng)
		if err != nil {
			t.Fatal(err)
		}
		if holds, known := r.Holds(c.version); holds != c.holds || known == c.unknown {
			t.Errorf("%s %q holds %q: %v (known %v), want %v", c.e, c.rng, c.version, holds, known, c.holds)
		}
	}
	for _, bad := range []string{"1.2", ">=", "~1.2", ">=x", ">=1,,<2", ">= 1 2", "≥1"} {
		if _, err := PyPI.ParseRange(bad); err == nil {
			t.Errorf("%q is taken for a range", bad)
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]Reference{
		"chromadb": {"", "chromadb", ""}, "pypi:chromadb": {PyPI, "chromadb", ""}, "PyPI:chromadb==1.5.3": {PyPI, "chromadb", "1.5.3"}, "chromadb==1.5.3": {"", "chromadb", "1.5.3"},
		"pkg:pypi/gradio@4.1": {PyPI, "gradio", "4.1"}, "npm:@angular/cli@16.0.0": {NPM, "@angular/cli", "16.0.0"}, "@angular/cli": {"", "@angular/cli", ""},
		"pkg:npm/%40angular/cli@16.0.0": {NPM, "@angular/cli", "16.0.0"}, "pkg:golang/github.com/acme/tool@v1.2.3": {Go, "github.com/acme/tool", "v1.2.3"},
		"pkg:maven/org.acme/tool@1.0": {Maven, "org.acme:tool", "1.0"}, "maven:org.acme:tool": {Maven, "org.acme:tool", ""}, "pkg:docker/qdrant/qdrant@1.9.0": {OCI, "qdrant/qdrant", "1.9.0"},
		"pkg:oci/app@sha256:abc?repository_url=ghcr.io/acme/app&tag=1.2.3": {OCI, "ghcr.io/acme/app", "1.2.3"}, "oci:qdrant/qdrant:1.9.0": {OCI, "qdrant/qdrant", "1.9.0"},
		"pkg:docker/acme/app@2.0.0?repository_url=registry.example": {OCI, "registry.example/acme/app", "2.0.0"}, "go:github.com/acme/tool@v2": {Go, "github.com/acme/tool", "v2"},
		"nobody:x": {"", "nobody:x", ""},
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q: %+v (%v), want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "  ", "two words", "https://example.org", "-x", "pypi:", "==1", strings.Repeat("a", 600)} {
		if got, err := Parse(text); !errors.Is(err, ErrNoPackage) {
			t.Errorf("%q: %+v (%v)", text, got, err)
		}
	}
	for _, text := range []string{"pkg:", "pkg:pypi", "pkg:nobody/x@1", "pkg:pypi/%zz"} {
		if got, err := Parse(text); err == nil || errors.Is(err, ErrNoPackage) {
			t.Errorf("%q: %+v (%v), want an error that says what is wrong", text, got, err)
		}
	}
}

// Nothing panics, what is parsed has a name, and a version equals itself.
func FuzzParse(f *testing.F) {
	seeds := []string{"pkg:npm/%40angular/cli@16", "pypi:chromadb==1.5.3", "@scope/name@1", "pkg:docker/a@1?repository_url=x", "maven:a:b@1", "oci:a/b:c"}
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ref, err := Parse(text)
		if err == nil && ref.Name == "" {
			t.Errorf("%q has no name", text)
		}
		if again, err2 := Parse(text); again != ref || (err == nil) != (err2 == nil) {
			t.Errorf("%q: %+v, then %+v", text, ref, again)
		}
		for _, e := range All() {
			if once := e.Fold(ref.Name); e.Fold(once) != once {
				t.Errorf("%s folds %q to %q and further", e, ref.Name, once)
			}
		}
	})
}

// No version and no range panics, the order is the same from both sides, and
// a version is in the range that it bounds.
func FuzzVersion(f *testing.F) {
	for _, s := range [][2]string{{"1.5.3", "1.5.4rc1"}, {"1!2.0.post1", "v1.0.0-rc.1+x"}, {"1.0-SNAPSHOT", "1.0.0.pre"}, {"2026.01", "latest"}, {"1.0-1-1", "1..0"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, e := range All() {
			ab, err := e.Compare(a, b)
			ba, err2 := e.Compare(b, a)
			if (err == nil) != (err2 == nil) || err == nil && ab != -ba {
				t.Errorf("%s: %q and %q give %d and %d (%v, %v)", e, a, b, ab, ba, err, err2)
			}
			r, err := e.ParseRange(">=" + a)
			if err != nil {
				continue
			}
			if holds, known := r.Holds(a); known && !holds {
				t.Errorf("%s: %q is not in >=%s", e, a, a)
			}
			r.Holds(b)
		}
	})
}
