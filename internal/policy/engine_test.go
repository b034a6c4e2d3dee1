package policy_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
)

var world = sync.OnceValues(func() (*kb.KB, error) { return kb.Load(os.DirFS("../resolve/testdata/kb")) })

func euLimits(t testing.TB) *limits.Limits {
	t.Helper()
	k, err := world()
	if err != nil {
		t.Fatal(err)
	}
	p, err := perimeter.Parse("perimeter.yaml", []byte("apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := limits.New(k, p, time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return b.For(b.Classes())
}

// bucket is a resolved bucket with one place.
func bucket(address graph.Address, line int, p graph.Place) *graph.Resolved {
	p.Role = graph.Storage
	return &graph.Resolved{
		Asset:    &graph.Asset{Address: address, Type: "nord_bucket", Language: "terraform", Root: "r", Attrs: graph.NoAttrs, Origin: graph.Origin{File: "main.tf", Line: line}},
		Kind:     graph.ObjectStore,
		Provider: "nord",
		Coordinates: graph.Coordinates{
			Places:   []graph.Place{p},
			Operator: &graph.Operator{Entity: "nord", Name: "Nord", Seat: "DE", Confidence: graph.Documented},
		},
	}
}

func in(country graph.Country, region string) graph.Place {
	return graph.Place{Countries: []graph.Country{country}, Region: region, Confidence: graph.Documented}
}

func engine(t testing.TB, s *policy.Set, kinds ...graph.Kind) *policy.Engine {
	t.Helper()
	e, err := policy.New(s, kinds)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func ask(t testing.TB, e *policy.Engine, q policy.Question) ([]policy.Decision, func(*policy.Decision) string) {
	t.Helper()
	ds, why, err := e.Ask(context.Background(), &q)
	if err != nil {
		t.Fatal(err)
	}
	return ds, why
}

// Two assets that differ in what no rule can see are decided once: the
// decisions are the same slice.
func TestShapesAreShared(t *testing.T) {
	e, l := engine(t, mustLoad(t, good), graph.ObjectStore), euLimits(t)
	first, _ := ask(t, e, policy.Question{Resolved: bucket("a.one", 1, in("DE", "berlin-1")), Limits: l})
	if len(first) != 1 {
		t.Fatalf("%d decisions", len(first))
	}
	same := func(r *graph.Resolved) bool {
		ds, _ := ask(t, e, policy.Question{Resolved: r, Limits: l})
		return len(ds) == 1 && &ds[0] == &first[0]
	}
	twin := bucket("module.x.b.two[7]", 99, in("DE", "berlin-1"))
	twin.Root, twin.Module, twin.Group, twin.Origin.File = "elsewhere", "module.x", "g", "other.tf"
	twin.Places[0].Because = []string{"another reason"}
	twin.Places[0].Origin = graph.Origin{File: "other.tf", Line: 3}
	if !same(twin) {
		t.Error("an asset that differs by address, lines and reasons is decided again")
	}
	for name, r := range map[string]*graph.Resolved{
		"country":  bucket("a.one", 1, in("FR", "berlin-1")),
		"region":   bucket("a.one", 1, in("DE", "bonn-1")),
		"unknown":  bucket("a.one", 1, graph.Place{Region: "berlin-1", Unknown: "why", Confidence: graph.NotKnown}),
		"claimed":  bucket("a.one", 1, graph.Place{Countries: []graph.Country{"DE"}, Region: "berlin-1", Confidence: graph.Claimed}),
		"operator": func() *graph.Resolved { r := bucket("a.one", 1, in("DE", "berlin-1")); r.Operator = nil; return r }(),
		"settings": func() *graph.Resolved {
			r := bucket("a.one", 1, in("DE", "berlin-1"))
			r.Settings = map[string]graph.Setting{"public": {Value: true}}
			return r
		}(),
		"partial": func() *graph.Resolved { r := bucket("a.one", 1, in("DE", "berlin-1")); r.Partial = "count"; return r }(),
		"target": func() *graph.Resolved {
			r := bucket("a.one", 1, in("DE", "berlin-1"))
			r.Targets = []graph.Target{{Purpose: "logs", Name: "x.example"}}
			return r
		}(),
	} {
		if same(r) {
			t.Errorf("an asset with another %s is not decided by itself", name)
		}
	}
}

// Unknown places of different reasons share one evaluation, and each still
// says its own reason.
func TestWhy(t *testing.T) {
	rule := strings.NewReplacer(`{"status": "pass"} if input.kind == "object-store"`, `{"status": "undecided", "message": "is nowhere: {why}", "places": [0]} if not input.places[0].known`).Replace(good)
	e, l := engine(t, mustLoad(t, rule), graph.ObjectStore), euLimits(t)
	var shared *policy.Decision
	for _, reason := range []string{"nobody wrote it", "the variable has no value"} {
		ds, why := ask(t, e, policy.Question{Resolved: bucket("a.x", 1, graph.Place{Unknown: reason, Confidence: graph.NotKnown}), Limits: l})
		if len(ds) != 1 || ds[0].Status != finding.Undecided {
			t.Fatalf("decisions %+v", ds)
		}
		if got := why(&ds[0]); got != reason {
			t.Errorf("why is %q, want %q", got, reason)
		}
		if shared != nil && shared != &ds[0] {
			t.Error("unknown places with different reasons are decided twice")
		}
		shared = &ds[0]
	}
}

func TestWhyAbout(t *testing.T) {
	l := euLimits(t)
	for about, c := range map[string]struct {
		change func(*graph.Resolved)
		want   string
	}{
		"operator": {func(r *graph.Resolved) { r.Operator = &graph.Operator{Unknown: "no dialect knows it"} }, "no dialect knows it"},
		"partial":  {func(r *graph.Resolved) { r.Partial = "count is not known" }, "count is not known"},
		"support":  {func(r *graph.Resolved) { r.Support = &graph.Support{Unknown: "a contract would tell"} }, "a contract would tell"},
		"setting:public": {func(r *graph.Resolved) {
			r.Settings = map[string]graph.Setting{"public": {Unknown: "var.acl has no value"}}
		}, "var.acl has no value"},
		"cleartext": {func(*graph.Resolved) {}, "no reason is recorded"},
	} {
		rule := strings.NewReplacer(`{"status": "pass"}`, `{"status": "undecided", "message": "m", "about": ["`+about+`"]}`).Replace(good)
		r := bucket("a.x", 1, in("DE", "berlin-1"))
		c.change(r)
		ds, why := ask(t, engine(t, mustLoad(t, rule), graph.ObjectStore), policy.Question{Resolved: r, Limits: l})
		if got := why(&ds[0]); got != c.want {
			t.Errorf("about %s: why is %q, want %q", about, got, c.want)
		}
	}
}

// What a rule may answer; anything else is an error that names its file.
func TestResults(t *testing.T) {
	l := euLimits(t)
	for result, want := range map[string]string{
		`{"status": "pass"}`: "",
		`{"status": "fail", "message": "m", "places": [0]}`: "",
		`{"status": "fail"}`:                                         "a result has no message",
		`{"status": "undecided"}`:                                    "a result has no message",
		`{"status": "waived", "message": "m"}`:                       `status "waived"; it must be pass, fail or undecided`,
		`{"status": "ok", "message": "m"}`:                           `status "ok"`,
		`{"message": "m"}`:                                           `status ""`,
		`"pass"`:                                                     "a result is not an object",
		`{"status": "pass", "palces": [0]}`:                          `unknown key "palces"; the known ones are`,
		`{"status": "fail", "message": "m", "places": ["a"]}`:        "no index",
		`{"status": "fail", "message": "m", "places": [-1]}`:         "no index",
		`{"status": "fail", "message": "m", "target": 0.5}`:          "not an index",
		`{"status": "fail", "message": "m", "target": "0"}`:          "not an index",
		`{"status": "fail", "message": "m", "places": 0}`:            "places is no list or set",
		`{"status": "fail", "message": "m", "places": {0}}`:          "",
		`{"status": "fail", "message": "m", "about": "maker"}`:       "about is no list or set",
		`{"status": "fail", "message": "m", "about": ["makers"]}`:    `about "makers"; it may be about operator, custody`,
		`{"status": "fail", "message": "m", "about": ["setting:x"]}`: "",
		`{"status": "fail", "message": "m", "also": "GDPR_ART_44"}`:  "also is no list or set",
		`{"status": "fail", "message": "m", "basis": "law"}`:         "basis law; it must be perimeter or requirement",
		`{"status": "fail", "message": "m", "basis": "requirement"}`: "",
	} {
		e := engine(t, mustLoad(t, with(t, `{"status": "pass"}`, result)), graph.ObjectStore)
		_, _, err := e.Ask(context.Background(), &policy.Question{Resolved: bucket("a.x", 1, in("DE", "berlin-1")), Limits: l})
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", result, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "own/a.rego") || !strings.Contains(err.Error(), "a.x")):
			t.Errorf("%s: %v, want %s, with the rule's file and the asset", result, err, want)
		}
	}
}

// Kinds that no rule judges get no decision, and a rule sees its own kinds only.
func TestKinds(t *testing.T) {
	e, l := engine(t, mustLoad(t, good), graph.Database, graph.ObjectStore), euLimits(t)
	r := bucket("a.x", 1, in("DE", "berlin-1"))
	r.Kind = graph.Database
	if ds, _ := ask(t, e, policy.Question{Resolved: r, Limits: l}); len(ds) != 0 {
		t.Errorf("a database is judged by %d rules for buckets", len(ds))
	}
	for k, want := range map[graph.Kind]int{graph.ObjectStore: 1, graph.Database: 0} {
		if n, err := e.Judges(k); err != nil || n != want {
			t.Errorf("%d rules judge %s (%v), want %d", n, k, err, want)
		}
	}
}

// A results that is a complete rule, and undefined, is no silent pass.
func TestUndefinedResults(t *testing.T) {
	rule := with(t, `results contains {"status": "pass"} if input.kind == "object-store"`, `results := [{"status": "pass"}] if input.kind == "never"`)
	e := engine(t, mustLoad(t, rule), graph.ObjectStore)
	_, _, err := e.Ask(context.Background(), &policy.Question{Resolved: bucket("a.x", 1, in("DE", "b")), Limits: euLimits(t)})
	if err == nil || !strings.Contains(err.Error(), "undefined") {
		t.Errorf("undefined results: %v", err)
	}
}
