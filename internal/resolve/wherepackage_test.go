package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestWherePackage(t *testing.T) {
	r := newResolver(t, plain)
	for query, want := range map[string]string{
		"pypi:loud-lib":         "pypi:Loud_Lib telemetry update-check",
		"loud.lib==1.9":         "pypi:Loud_Lib telemetry update-check",
		"loud_lib==2.0":         "pypi:Loud_Lib update-check",
		"pkg:pypi/Loud-Lib@2.1": "pypi:Loud_Lib update-check",
		"loud-lib":              "pypi:Loud_Lib telemetry update-check, npm:loud-lib asset",
		"pkg:npm/loud-lib@1":    "npm:loud-lib asset",
		"big/loud:1.5.4":        "docker.io/big/loud:1.5.4, oci:big/loud",
		"big/loud:1.5":          "docker.io/big/loud:1.5, oci:big/loud telemetry?",
		"big/loud:latest":       "docker.io/big/loud:latest, oci:big/loud telemetry?",
		"oci:big/loud:1.0.0":    "docker.io/big/loud:1.0.0, oci:big/loud telemetry",
		"npm:no-such":           "",
		"pkg:pypi/%zz":          "pkg:pypi/%zz !",
	} {
		var got []string
		for _, a := range r.Where(query) {
			s := a.Name
			for _, d := range a.Does {
				s += " " + d.Kind
				if strings.Contains(d.Unknown, "cannot be told") {
					s += "?"
				}
			}
			if a.Kind == "package" && a.Unknown != "" {
				s += " !"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("%s: %s, want %s", query, s, want)
		}
	}
	a := r.Where("pypi:loud-lib==1.0")[0]
	d := a.Does[0]
	if d.To[0].Operator.Entity != "big" || !slices.Equal(d.To[0].Places[0].Countries, []graph.Country{"US"}) || !slices.Equal(d.Off, []string{"QUIET=1"}) || d.Confidence != graph.Documented {
		t.Errorf("telemetry: %+v", d)
	}
	if a.Known() {
		t.Error("an unknown host makes the answer unknown")
	}
	if !strings.Contains(strings.Join(r.Where("pypi:loud-lib==2")[0].Because, "\n"), "2 does not do this, only <2 does") {
		t.Error("what a version does not do is not said")
	}
}

func TestWhereImage(t *testing.T) {
	r := newResolver(t, plain)
	for query, want := range map[string]struct {
		name     string
		operator graph.EntityID
	}{
		"nginx:1.25":                   {"docker.io/library/nginx:1.25", "big"},
		"docker.io/library/nginx":      {"docker.io/library/nginx", "big"},
		"images.nord.example/app/x":    {"images.nord.example/app/x", "nord"},
		"images.nord.example:5000/x:2": {"images.nord.example:5000/x:2", "nord"},
		"nobody.example/app:1":         {"nobody.example/app:1", ""},
		"images.nord.example/a/b@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855": {"images.nord.example/a/b@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "nord"},
		"nginx": {}, "app/x": {}, "nobody.example/v1/chat": {}, "nobody.example:443": {}, "localhost:5000": {}, "https://images.nord.example/app:1": {},
		"lumen-2:7b": {}, "npm:app": {}, "Nord/App:1": {}, "app:": {}, "app@sha256:1": {}, "logs.big.example/v1": {},
	} {
		var got string
		var operator graph.EntityID
		for _, a := range r.Where(query) {
			if a.Kind == "image" {
				got, operator = a.Name, a.Operator.Entity
				if len(a.Because) == 0 || len(a.Places) == 0 {
					t.Errorf("%s: an image without reason or place: %+v", query, a)
				}
			}
		}
		if got != want.name || operator != want.operator {
			t.Errorf("%s: %q by %q, want %q by %q", query, got, operator, want.name, want.operator)
		}
	}
}

// A model's answer has its maker and what it is made from.
func TestWhereModel(t *testing.T) {
	a := newResolver(t, plain).Where("lumen-tuned-7b")
	if len(a) != 1 || a[0].Maker == nil || a[0].Maker.Entity != "big" || len(a[0].Maker.Lineage) != 1 || a[0].Maker.Lineage[0].Country != "DE" || a[0].Maker.Lineage[0].Confidence != graph.Documented {
		t.Fatalf("%+v", a)
	}
	if got := a[0].Maker.Countries(); !slices.Equal(got, []graph.Country{"US", "DE"}) {
		t.Errorf("countries %v", got)
	}
}

// FuzzWhere asks for anything; nothing panics, and every answer says what it is.
func FuzzWhere(f *testing.F) {
	r := newResolver(f, plain)
	for _, s := range []string{"pkg:pypi/loud-lib@1.0", "big/loud:1.5", "images.nord.example:5000/x@sha256:1", "loud_lib==2!1.0", "lumen-tuned", "npm:@a/b@1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, a := range r.Where(query) {
			if a.Kind == "" || a.Name == "" && query != "" {
				t.Errorf("%q: %+v", query, a)
			}
			a.Known()
		}
	})
}
