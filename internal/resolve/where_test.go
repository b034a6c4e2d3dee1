package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func TestWhere(t *testing.T) {
	r := newResolver(t, plain)
	type want struct {
		kind      string
		provider  graph.ProviderID
		operator  graph.EntityID
		countries []graph.Country
	}
	for query, wants := range map[string][]want{
		// One code of two clouds is two answers.
		"berlin-1":                               {{"region", "nord", "nord", []graph.Country{"DE"}}, {"region", "sud", "sud", []graph.Country{"FR"}}},
		"bonn-1":                                 {{"region", "nord", "nord-gov", []graph.Country{"DE"}}}, // sud, which calls it so too, is left out
		"inside-1":                               {{"region", "sud", "sud", []graph.Country{"DE"}}},
		"world":                                  {{"region", "nord", "nord", []graph.Country{"*"}}},
		"dark-1":                                 {{"region", "nord", "nord", nil}},
		"logs.big.example":                       {{"host", "", "big", []graph.Country{"US"}}},
		"https://a.paris-1.nord.example:443/x":   {{"host", "nord", "nord", []graph.Country{"FR"}}},
		"https://u:p@store.berlin-1.sud.example": {{"host", "sud", "sud", []graph.Country{"FR"}}},
		"sud":                                    {{"provider", "sud", "sud", nil}, {"operator", "", "sud", nil}},
		"Sud Cloud":                              {{"provider", "sud", "sud", nil}},
		"10.1.2.3:443":                           {{"ip", "", "", nil}},
		"https://[::1]:8080/x":                   {{"ip", "", "", nil}},
		"[2001:db8::1]:443":                      {{"ip", "", "", nil}},
		"10.0.0.0/8":                             {{"network", "", "", nil}},
		"10.0.0.0/99":                            {{"network", "", "", nil}},
		"10.0.0.256":                             {{"ip", "", "", nil}},
		"lumen-3":                                {{"model", "", "nord", nil}},
		"nord_bucket":                            {{"type", "nord", "nord", nil}},
		"nord_edge":                              {{"type", "nord", "nord", []graph.Country{"*"}}},
		"nord_iam_user":                          {{"type", "nord", "nord", nil}},
		"192.0.2.7":                              {{"ip", "", "", nil}},
		"atlantis-9":                             nil,
		"":                                       nil,
	} {
		got := r.Where(query)
		if len(got) != len(wants) {
			t.Errorf("%q: %d answers %+v, want %d", query, len(got), got, len(wants))
			continue
		}
		for i, w := range wants {
			a := got[i]
			var entity graph.EntityID
			if a.Operator != nil {
				entity = a.Operator.Entity
			}
			var cs []graph.Country
			for _, p := range a.Places {
				cs = append(cs, p.Countries...)
			}
			slices.Sort(cs)
			if a.Kind != w.kind || a.Provider != w.provider || entity != w.operator || !slices.Equal(slices.Compact(cs), w.countries) {
				t.Errorf("%q: %s of %q by %q in %v, want %+v", query, a.Kind, a.Provider, entity, cs, w)
			}
			if len(a.Because) == 0 && a.Unknown == "" {
				t.Errorf("%q: an answer without reason: %+v", query, a)
			}
			if a.Title() == "" || strings.Contains(strings.Join(a.Because, ""), "u:p") {
				t.Errorf("%q: title %q, because %q", query, a.Title(), a.Because)
			}
		}
	}
}

// What runs in another cloud says in which region, who runs that one, and where it is.
func TestWhereInCloud(t *testing.T) {
	a := newResolver(t, plain).Where("inside-1")[0]
	for i, want := range []string{"sud inside-1 is bonn-1 of nord, which Nord Gov runs (example.org/sud@v1)", "nord bonn-1 is in DE"} {
		if len(a.Because) <= i || !strings.HasPrefix(a.Because[i], want) {
			t.Errorf("because %q, want %q", a.Because, want)
		}
	}
}

// A declared flow to a host is judged like an asset.
func TestFlows(t *testing.T) {
	const p = plain + `  data: {care: {}, site: {}}
  systems: {triage: {}, other: {}}
  flows:
    - {from: triage, to: logs.big.example, data: [site]}
    - {from: triage, to: "https://db.berlin-1.nord.example/x"}
    - {from: triage, to: nobody.example, data: [site, care]}
    - {from: triage, to: other}
`
	got := newResolver(t, p).Flows(&graph.Facts{}, nil)
	if len(got) != 4 || got[3].Kind != graph.Inert || !got[3].Edge.Within {
		t.Fatalf("want three flows to hosts and one to a system: %+v", got)
	}
	for i, w := range []struct {
		subject  graph.Address
		kind     graph.Kind
		line     int
		country  graph.Country
		operator graph.EntityID
		bound    bool
		classes  []graph.ClassID
	}{
		{"triage → logs.big.example", graph.Exporter, 8, "US", "big", true, []graph.ClassID{"site"}},
		{"triage → https://db.berlin-1.nord.example/x", graph.ObjectStore, 9, "DE", "nord", false, []graph.ClassID{"care", "site"}},
		{"triage → nobody.example", graph.Exporter, 10, "", "", true, []graph.ClassID{"care", "site"}},
	} {
		a := &got[i]
		if a.Address != w.subject || a.Kind != w.kind || a.Origin.Line != w.line || a.Operator.Entity != w.operator || a.Bound != w.bound || !slices.Equal(a.Classes, w.classes) || a.System != "triage" {
			t.Errorf("flow %d is %s %s line %d operator %q bound %v classes %v", i, a.Address, a.Kind, a.Origin.Line, a.Operator.Entity, a.Bound, a.Classes)
		}
		if w.country == "" && a.Places[0].Unknown == "" || w.country != "" && !slices.Contains(a.Places[0].Countries, w.country) {
			t.Errorf("%s is in %v (%s), want %q", a.Address, a.Places[0].Countries, a.Places[0].Unknown, w.country)
		}
		for _, f := range sound(a) {
			t.Error(f)
		}
	}
}
