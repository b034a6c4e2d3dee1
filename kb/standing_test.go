package kb

import (
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestStanding(t *testing.T) {
	cited := Fact{Source: "s", Quote: "q", ReviewBy: "2026-06-30"}
	for _, c := range []struct {
		name string
		fact Fact
		conf graph.Confidence
		at   string
		want graph.Confidence
	}{
		{"cited", cited, graph.Authoritative, "2026-01-01", graph.Authoritative},
		{"on the day", cited, graph.Authoritative, "2026-06-30", graph.Authoritative},
		{"the day after", cited, graph.Authoritative, "2026-07-01", graph.Documented},
		{"stale", cited, graph.Authoritative, "2026-07-02", graph.Documented},
		{"stale document", cited, graph.Documented, "2027-01-01", graph.Inferred},
		{"stale inference", cited, graph.Inferred, "2027-01-01", graph.Claimed},
		{"stale claim", cited, graph.Claimed, "2027-01-01", graph.Claimed},
		{"no quote", Fact{Source: "s"}, graph.Authoritative, "2026-01-01", graph.Claimed},
		{"no source", Fact{Quote: "q"}, graph.Documented, "2026-01-01", graph.Claimed},
		{"unknown", Fact{}, graph.NotKnown, "2026-01-01", graph.NotKnown},
		{"nothing said", Fact{}, "", "2026-01-01", graph.NotKnown},
		{"never due", Fact{Source: "s", Quote: "q"}, graph.Documented, "2100-01-01", graph.Documented},
	} {
		c.fact.Confidence = c.conf
		if got := c.fact.Standing(day(t, c.at)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Every standing that is firm rests on a source with the words read there.
func TestEveryFirmFactIsCited(t *testing.T) {
	k, at, n := open(t), day(t, "2026-11-25"), 0
	tr := k.tree()
	look := func(kind string) func(*Fact, bool) {
		return func(f *Fact, _ bool) {
			n++
			if f.Standing(at).Firm() && (f.Cited == nil || f.Quote == "" || f.Cited.Licence == "" || f.Cited.Retrieved == "") {
				t.Errorf("a %s is firm without a citation: %+v", kind, f)
			}
		}
	}
	for i := range tr.countries {
		tr.countries[i].V.facts(look("country"))
	}
	for i := range tr.laws {
		tr.laws[i].V.facts(look("law"))
	}
	for i := range tr.requirements {
		tr.requirements[i].V.facts(look("requirement"))
	}
	for i := range tr.operators {
		tr.operators[i].V.facts(look("operator"))
	}
	for i := range tr.regions {
		tr.regions[i].V.facts(look("region"))
	}
	for i := range tr.endpoints {
		tr.endpoints[i].V.facts(look("endpoint"))
	}
	for i := range tr.models {
		tr.models[i].V.facts(look("model"))
	}
	if n < 400 {
		t.Errorf("only %d facts were looked at", n)
	}
}
