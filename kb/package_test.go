package kb

import (
	"maps"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
)

// Every spelling of a name that its ecosystem accepts finds the package, and
// no spelling that it does not.
func TestPackage(t *testing.T) {
	k := loadSmall(t)
	for name, ok := range map[string]bool{"acme-lib": true, "Acme_Lib": true, "ACME.lib": true, "acmelib": false, "": false} {
		if p, found := k.Package(ecosystem.PyPI, name); found != ok || found && p.Name != "Acme_Lib" {
			t.Errorf("%q: %v %+v", name, found, p)
		}
	}
	if _, ok := k.Package(ecosystem.NPM, "acme_lib"); ok {
		t.Error("npm tells - from _")
	}
	if all := k.FindPackages("acme-lib"); len(all) != 2 || all[0].Ecosystem != ecosystem.PyPI || all[1].Ecosystem != ecosystem.NPM {
		t.Errorf("in all ecosystems: %+v", all)
	}
	p, _ := k.Package(ecosystem.PyPI, "acme-lib")
	if b := p.Does[0]; b.Off[0].String() != "ACME_QUIET=1" || b.Cited == nil || b.Standing(day(t, "2026-11-25")) != "documented" {
		t.Errorf("telemetry: %+v", b)
	}
	if got := p.Does[1].Destinations(); len(got) != 1 || got[0] != "registry.acme.example" {
		t.Errorf("labels give %v", got)
	}
}

func TestPackageIsChecked(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`"<1.5.4"`, `"1.5.4"`, "write >=1.2"},
		{`"<1.5.4"`, `"<x"`, "is no version"},
		{"ecosystem: pypi", "ecosystem: pipy", "did you mean pypi?"},
		{"kind: telemetry", "kind: telemtry", "did you mean telemetry?"},
		{`default: "on", off`, `default: "yes", off`, "unknown default"},
		{"status.acme.example", "https://status.acme.example/x", `write "status.acme.example"`},
		{"note: nobody says where, ", "", "no hosts"},
		{`, value: "1"`, "", "a name and a value"},
		{`env: ACME_QUIET`, `arg: -q, env: ACME_QUIET`, "exactly one of env, config and arg"},
		{`default: "off"`, `default: "on"`, "keep one"},
		{"name: acme-lib", "name: Acme-Lib\n    does: []", "does is missing"},
		{"ecosystem: npm, name: acme-lib", "ecosystem: maven, name: acme-lib", "group:artifact"},
		{"ecosystem: npm, name: acme-lib", "ecosystem: pypi, name: acme.lib", "is already at"},
		{"ecosystem: npm, name: acme-lib", `ecosystem: npm, name: "acme-lib*"`, "finds nothing"},
		{"ecosystem: npm, name: acme-lib", `ecosystem: npm, name: "acme-*-lib"`, "finds nothing"},
		{"ecosystem: npm, name: acme-lib", `ecosystem: npm, name: "*"`, "finds nothing"},
	} {
		text := strings.Replace(small["packages/x.yaml"], c.old, c.new, 1)
		if c.want == "does is missing" {
			text = "fact: {confidence: claimed}\npackages:\n  - {ecosystem: npm, name: x, does: []}\n"
		}
		m := maps.Clone(small)
		m["packages/x.yaml"] = text
		if _, err := Load(files(m)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "packages/x.yaml:") {
			t.Errorf("%s for %s: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

// What is embedded holds the traps: a version that ended telemetry, one that
// began it, and a switch that covers only some.
func TestPackageTraps(t *testing.T) {
	k := open(t)
	if n := len(k.Packages()); n < 200 {
		t.Errorf("%d packages", n)
	}
	holds := func(e ecosystem.Ecosystem, name, kind, version string) (holds, known bool) {
		p, ok := k.Package(e, name)
		if !ok {
			t.Fatalf("%s is not known", name)
		}
		for _, b := range p.Does {
			if b.Kind == kind {
				r, err := e.ParseRange(b.Versions)
				if err != nil {
					t.Fatal(err)
				}
				return r.Holds(version)
			}
		}
		t.Fatalf("%s has no %s", name, kind)
		return
	}
	for _, c := range []struct {
		name, version string
		want          bool
	}{
		{"chromadb", "1.5.2", true}, {"chromadb", "1.5.4", false}, {"chromadb", "0.4.0", true}, {"mlflow", "3.1.4", false}, {"mlflow", "3.2.0", true}, {"mlflow", "2.9", false},
	} {
		if got, known := holds(ecosystem.PyPI, c.name, "telemetry", c.version); !known || got != c.want {
			t.Errorf("%s %s: %v (known %v), want %v", c.name, c.version, got, known, c.want)
		}
	}
	for name, want := range map[string]bool{"huggingface-hub": true, "vllm": true, "mlflow": true, "unstructured": true, "kedro-telemetry": true,
		"gradio": false, "crewai": false, "mem0ai": false, "ray": false, "wandb": false} {
		p, ok := k.Package(ecosystem.PyPI, name)
		if !ok {
			t.Errorf("%s is not known", name)
			continue
		}
		covered := false
		for _, b := range p.Does {
			for _, s := range b.Off {
				covered = covered || s.Env == "DO_NOT_TRACK"
			}
		}
		if covered != want {
			t.Errorf("DO_NOT_TRACK turns off %s: %v, want %v", name, covered, want)
		}
	}
	p, ok := k.Package(ecosystem.OCI, "semitechnologies/weaviate")
	if !ok || p.Does[0].Destinations()[0] != "telemetry.weaviate.io" {
		t.Errorf("weaviate: %+v", p)
	}
}
