package keys

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// shown is a statement with evidence; each case says what the evidence shows.
func shown(s Statement) Statement {
	s.Key, s.Time = "k", time.Unix(1, 0)
	s.Evidence = []Evidence{{Name: "DescribeKey", Body: []byte("{}")}}
	return s
}

func TestLadder(t *testing.T) {
	const byProvider, byMaker, byOperator = ProviderAsserted, HSMAttested, OperatorAsserted
	for _, c := range []struct {
		name       string
		s          Statement
		protection string
		unknown    string
	}{
		{"nothing is known", Statement{Key: "k"}, "unknown", "gave no evidence"},
		{"a setting without evidence", Statement{Key: "k", Holder: graph.HolderCustomer, Grade: byMaker, Time: time.Unix(1, 0)}, "unknown", "gave no evidence"},
		{"evidence without time", Statement{Key: "k", Holder: graph.HolderCustomer, Grade: byMaker, Evidence: []Evidence{{}}}, "unknown", "gave no evidence"},
		{"a declaration", shown(Statement{Holder: graph.HolderCustomer}), "unknown", "nothing but a declaration"},
		{"no holder", shown(Statement{Hardware: Yes, Grade: byMaker}), "unknown", "does not show who"},
		{"the provider's own", shown(Statement{Holder: graph.HolderProvider, Material: Managed, Hardware: Yes, Grade: byProvider}), "provider", ""},
		{"in software", shown(Statement{Holder: graph.HolderProvider, Material: Generated, Hardware: No, Grade: byProvider}), "software", ""},
		{"in who knows what", shown(Statement{Holder: graph.HolderProvider, Grade: byProvider}), "software", ""},
		{"in hardware", shown(Statement{Holder: graph.HolderProvider, Material: Generated, Hardware: Yes, Exportable: No, Grade: byProvider}), "hsm", ""},
		{"in hardware, but it can leave", shown(Statement{Holder: graph.HolderProvider, Hardware: Yes, Exportable: Yes, Grade: byMaker}), "software", ""},
		{"imported", shown(Statement{Holder: graph.HolderProvider, Material: Imported, Hardware: Yes, Grade: byProvider}), "imported", ""},
		{"outside", shown(Statement{Holder: graph.HolderExternal, Entity: "trustee", Exportable: No, Grade: byProvider}), "external", ""},
		{"outside, of nobody knows whom", shown(Statement{Holder: graph.HolderExternal, Exportable: No, Grade: byProvider}), "unknown", "who runs"},
		{"outside, but it can leave", shown(Statement{Holder: graph.HolderExternal, Entity: "trustee", Exportable: Yes, Grade: byOperator}), "unknown", "can be exported"},
		{"outside, perhaps it can leave", shown(Statement{Holder: graph.HolderExternal, Entity: "trustee", Grade: byOperator}), "unknown", "is not shown"},
		{"with the customer alone", shown(Statement{Holder: graph.HolderCustomer, Exportable: Yes, Grade: byMaker}), "client", ""},
	} {
		got := Ladder(c.s)
		if got.Protection != c.protection || got.Grade != graph.GradeOf(c.protection) || !strings.Contains(got.Unknown, c.unknown) || (c.unknown == "") != (got.Unknown == "") {
			t.Errorf("%s: %+v, want %s (%s)", c.name, got, c.protection, c.unknown)
		}
		if (got.Unknown == "") != (got.Confidence != graph.NotKnown && len(got.Because) > 0) {
			t.Errorf("%s: confidence %s because %v", c.name, got.Confidence, got.Because)
		}
	}
}

// TestLadderNeverRises takes evidence away, fact by fact: no statement gets a
// better grade by knowing less.
func TestLadderNeverRises(t *testing.T) {
	answers := []Answer{Unknown, Yes, No}
	n := 0
	for _, holder := range []graph.Holder{"", graph.HolderProvider, graph.HolderExternal, graph.HolderCustomer} {
		for _, material := range []Material{"", Generated, Managed} {
			for _, hardware := range answers {
				for _, exportable := range answers {
					for grade := Declared; grade <= HSMAttested; grade++ {
						full := shown(Statement{Holder: holder, Entity: "e", Material: material, Hardware: hardware, Exportable: exportable, Grade: grade})
						at := Ladder(full).Grade
						for name, less := range map[string]func(*Statement){
							"holder":     func(s *Statement) { s.Holder = "" },
							"entity":     func(s *Statement) { s.Entity = "" },
							"hardware":   func(s *Statement) { s.Hardware = Unknown },
							"exportable": func(s *Statement) { s.Exportable = Unknown },
							"evidence":   func(s *Statement) { s.Evidence = nil },
							"grade":      func(s *Statement) { s.Grade = Declared },
						} {
							s := full
							less(&s)
							n++
							// Whoever no longer knows that a key can leave knows less against it.
							if worse := Ladder(s).Grade; worse > at && !(name == "exportable" && exportable == Yes) {
								t.Errorf("without its %s, %+v rises from %d to %d", name, full, at, worse)
							}
						}
					}
				}
			}
		}
	}
	if n < 1000 {
		t.Fatalf("only %d statements were tried", n)
	}
}

func TestStatementJSON(t *testing.T) {
	b, err := json.Marshal(shown(Statement{Exportable: No, Grade: OperatorAsserted}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"exportable":"no"`, `"multi_region":"unknown"`, `"grade":"operator-asserted"`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s has no %s", b, want)
		}
	}
	var back Statement
	if err := json.Unmarshal(b, &back); err != nil || back.Grade != OperatorAsserted {
		t.Errorf("%+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"grade":"best"}`), &back); err == nil {
		t.Error("a grade that is none was read")
	}
}
