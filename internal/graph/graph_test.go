package graph_test

import (
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var confidences = []graph.Confidence{graph.NotKnown, graph.Claimed, graph.Inferred, graph.Documented, graph.Authoritative}

// A conclusion is as strong as the weakest fact that it rests on.
func TestWeakest(t *testing.T) {
	for i, a := range confidences {
		for j, b := range confidences {
			want := confidences[min(i, j)]
			if got := graph.Weakest(a, b); got != want {
				t.Errorf("weakest of %s and %s is %s, want %s", a, b, got, want)
			}
			if got := graph.Weakest(graph.Authoritative, b, a); got != want {
				t.Errorf("weakest of three is %s, want %s", got, want)
			}
		}
	}
	if got := graph.Weakest(); got != graph.NotKnown {
		t.Errorf("weakest of nothing is %s", got)
	}
	if got := graph.Weakest(graph.Authoritative, "certain"); got.Firm() {
		t.Errorf("a confidence that nobody knows makes a firm %s", got)
	}
}

func TestFirm(t *testing.T) {
	for i, c := range confidences {
		if c.Firm() != (i >= 2) {
			t.Errorf("%s is firm: %v", c, c.Firm())
		}
	}
	if graph.Confidence("").Firm() || graph.Confidence("certain").Firm() {
		t.Error("a confidence that is not one of the list is firm")
	}
}

// Every kind has roles, and what cannot be read counts as bearing data.
func TestKinds(t *testing.T) {
	ks := graph.Kinds()
	if len(ks) < 35 || !slices.IsSorted(ks) || len(slices.Compact(slices.Clone(ks))) != len(ks) {
		t.Fatalf("kinds are %v", ks)
	}
	want := map[graph.Bearing][]graph.Role{
		graph.BearsData:    {graph.Storage, graph.Processing},
		graph.BearsWork:    {graph.Processing},
		graph.BearsTransit: {graph.Processing},
		graph.BearsNothing: {graph.Metadata},
	}
	for _, k := range ks {
		if !k.Valid() || !slices.Equal(k.Roles(), want[k.Bearing()]) {
			t.Errorf("%s: valid %v, bearing %d, roles %v", k, k.Valid(), k.Bearing(), k.Roles())
		}
	}
	for _, k := range []graph.Kind{graph.Module, graph.UnknownKind} {
		if k.Bearing() != graph.BearsData {
			t.Errorf("%s bears %d: what nobody knows may hold data", k, k.Bearing())
		}
	}
	if graph.Kind("bucket").Valid() || graph.Kind("").Valid() {
		t.Error("a kind that is not one of the list is valid")
	}
}

func TestReading(t *testing.T) {
	for _, c := range []struct {
		r    graph.Reading
		want bool
	}{
		{graph.Reading{Value: "x"}, true},
		{graph.Reading{Value: false}, true},
		{graph.Reading{Null: true}, false},
		{graph.Reading{Unknown: "var.x has no value"}, false},
	} {
		if got := c.r.Known(); got != c.want {
			t.Errorf("%+v is known: %v", c.r, got)
		}
	}
	if got := graph.NoAttrs.Read("x"); len(got) != 0 {
		t.Errorf("nothing has the attribute %v", got)
	}
	if !(graph.Origin{}).IsZero() || (graph.Origin{File: "main.tf"}).IsZero() {
		t.Error("an origin is zero when it has no file, and only then")
	}
}

func TestLocalName(t *testing.T) {
	for host, want := range map[string]bool{
		"redis": true, "qdrant.rag.svc": true, "a.rag.svc.cluster.local": true, "db.internal.": true, "PRINTER.LOCAL": true,
		"api.eu.mistral.ai": false, "internal.example": false, "svc.example.com": false, "": false,
	} {
		if got := graph.LocalName(host); got != want {
			t.Errorf("%q is local: %v", host, got)
		}
	}
}
