package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// What a package does by itself is a flow, unless its version does not, or the
// environment turns it off; what cannot be told is said.
func TestBehaviours(t *testing.T) {
	r := newResolver(t, plain)
	at := graph.Origin{File: "app.tar"}
	for name, c := range map[string]struct {
		p    graph.Package
		env  map[string]any
		want []string
	}{
		"old":     {graph.Package{Ecosystem: "pypi", Name: "Loud-Lib", Version: "1.0"}, nil, []string{"telemetry logs.big.example", "update nobody.example"}},
		"new":     {graph.Package{Ecosystem: "pypi", Name: "loud_lib", Version: "2.0"}, nil, []string{"update nobody.example"}},
		"off":     {graph.Package{Ecosystem: "pypi", Name: "loud-lib", Version: "1.0"}, map[string]any{"QUIET": "true"}, []string{"update nobody.example"}},
		"not off": {graph.Package{Ecosystem: "pypi", Name: "loud-lib", Version: "1.0"}, map[string]any{"QUIET": "0"}, []string{"telemetry logs.big.example", "update nobody.example"}},
		"range":   {graph.Package{Ecosystem: "pypi", Name: "loud-lib"}, nil, []string{"telemetry ?its version is not fixed", "update nobody.example"}},
		"tag":     {graph.Package{Ecosystem: "oci", Name: "docker.io/big/loud", Version: "1.5"}, nil, []string{"telemetry ?cannot be told"}},
		"unsaid":  {graph.Package{Ecosystem: "npm", Name: "loud-lib", Version: "1.0.0"}, nil, []string{"update ?by default is not known"}},
		"hole":    {graph.Package{Ecosystem: "pypi", Name: "loud-lib", Version: "1.0"}, map[string]any{"QUIET": graph.Hole{Unknown: "from a secret"}}, []string{"telemetry ?from a secret", "update nobody.example"}},
		"claimed": {graph.Package{Ecosystem: "npm", Name: "mute-lib", Version: "1.0.0"}, map[string]any{"MUTE": "1"}, []string{"telemetry ?MUTE=1 is set, but"}},
		"on":      {graph.Package{Ecosystem: "npm", Name: "mute-lib", Version: "1.0.0"}, map[string]any{"UPDATES": "x"}, []string{"telemetry logs.big.example", "update nobody.example"}},
		"tests":   {graph.Package{Ecosystem: "pypi", Name: "loud-lib", Version: "1.0", Dev: true}, nil, nil},
		"other":   {graph.Package{Ecosystem: "pypi", Name: "quiet", Version: "1.0"}, nil, nil},
		"system":  {graph.Package{Ecosystem: "deb", Name: "loud-lib", Version: "1.0"}, nil, nil},
	} {
		c.p.In, c.p.Root, c.p.Origin = "app@sha256:1", "app.tar", at
		holder := graph.Asset{Address: "app@sha256:1", Attrs: environment(c.env), Origin: at}
		flows := r.Behaviours(&graph.Facts{Packages: []graph.Package{c.p, c.p}, Assets: []graph.Asset{holder}})
		if err := (&graph.Facts{Flows: flows}).Check(); err != nil {
			t.Error(err)
		}
		var got []string
		for _, f := range flows {
			to := string(f.To)
			if f.Unknown != "" {
				to = "?" + f.Unknown
			}
			got = append(got, f.Purpose+" "+to)
			if f.From != "app@sha256:1" || f.State != graph.Planned || f.Via == "" {
				t.Errorf("%+v", f)
			}
		}
		same := slices.EqualFunc(got, c.want, func(g, w string) bool {
			purpose, why, unknown := strings.Cut(w, "?")
			return g == w || unknown && strings.HasPrefix(g, purpose+"?") && strings.Contains(g, why)
		})
		if !same {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := r.Behaviours(&graph.Facts{Packages: []graph.Package{{Ecosystem: "pypi", Name: "loud-lib", Version: "2.0", Origin: at}}}); len(got) != 1 {
		t.Errorf("without environments: %v", got)
	}
}

// An environment is all that the holder of packages says of itself.
type environment map[string]any

func (e environment) Read(path string) []graph.Reading {
	if path != "env" {
		return nil
	}
	return []graph.Reading{{Value: map[string]any(e)}}
}
