package limits_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// world is the invented knowledge base of the package resolve.
var world = sync.OnceValues(func() (*kb.KB, error) { return kb.Load(os.DirFS("../resolve/testdata/kb")) })

const today = "2026-11-25"

// open makes a book of a specification, whose lines stand below spec:.
func open(t testing.TB, at, spec string) (*limits.Book, error) {
	t.Helper()
	k, err := world()
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.Parse(time.DateOnly, at)
	if err != nil {
		t.Fatal(err)
	}
	p, err := perimeter.Parse("perimeter.yaml", []byte("apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n"+spec))
	if err != nil {
		t.Fatalf("the test's own perimeter: %v", err)
	}
	return limits.New(k, p, day)
}

func book(t testing.TB, spec string) *limits.Book {
	t.Helper()
	b, err := open(t, today, spec)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// of are the limits of the named classes, or of all.
func of(t testing.TB, spec string, classes ...graph.ClassID) *limits.Limits {
	t.Helper()
	b := book(t, spec)
	if len(classes) == 0 {
		classes = b.Classes()
	}
	return b.For(classes)
}

func place(c graph.Confidence, countries ...graph.Country) *graph.Place {
	return &graph.Place{Role: graph.Storage, Countries: countries, Confidence: c}
}

func TestPlace(t *testing.T) {
	const eu, eea, adequate = "  jurisdictions: {allow: [EU]}\n", "  jurisdictions: {allow: [EEA]}\n", "  jurisdictions: {allow: [EU, EU_ADEQUATE]}\n"
	const firm = graph.Documented
	for _, c := range []struct {
		name, spec string
		place      *graph.Place
		want       limits.Answer
		outside    []graph.Country
	}{
		{"member", eu, place(firm, "DE"), limits.Inside, nil},
		{"outermost region of a member", eu, place(firm, "GP"), limits.Inside, nil},
		{"EEA is not EU", eu, place(firm, "NO"), limits.Outside, []graph.Country{"NO"}},
		{"EEA", eea, place(firm, "NO"), limits.Inside, nil},
		{"country", "  jurisdictions: {allow: [DE]}\n", place(firm, "DE"), limits.Inside, nil},
		{"other country", "  jurisdictions: {allow: [DE]}\n", place(firm, "FR"), limits.Outside, []graph.Country{"FR"}},
		{"country with its parts", "  jurisdictions: {allow: [FR]}\n", place(firm, "GP"), limits.Inside, nil},
		{"part without its country", "  jurisdictions: {allow: [GP]}\n", place(firm, "FR"), limits.Outside, []graph.Country{"FR"}},
		{"denied member", "  jurisdictions: {allow: [EU], deny: [HU]}\n", place(firm, "HU"), limits.Outside, []graph.Country{"HU"}},
		{"denied bloc", "  jurisdictions: {allow: [EEA], deny: [EU]}\n", place(firm, "DE"), limits.Outside, []graph.Country{"DE"}},
		{"left of a denied bloc", "  jurisdictions: {allow: [EEA], deny: [EU]}\n", place(firm, "NO"), limits.Inside, nil},
		{"one of two outside", eu, place(firm, "DE", "US"), limits.Outside, []graph.Country{"US"}},
		{"two of three outside", eu, place(firm, "CH", "DE", "US"), limits.Outside, []graph.Country{"CH", "US"}},
		{"anywhere", eu, place(firm, graph.Anywhere), limits.Outside, []graph.Country{graph.Anywhere}},
		{"fully adequate", adequate, place(firm, "CH"), limits.Inside, nil},
		{"partly adequate is not adequate", adequate, place(firm, "US"), limits.Outside, []graph.Country{"US"}},
		{"claimed inside", eu, place(graph.Claimed, "DE"), limits.Unsure, nil},
		{"claimed outside", eu, place(graph.Claimed, "US"), limits.Outside, []graph.Country{"US"}},
		{"inferred inside", eu, place(graph.Inferred, "DE"), limits.Inside, nil},
		{"confidence unknown", eu, place(graph.NotKnown, "DE"), limits.Unsure, nil},
		{"no confidence", eu, place("", "DE"), limits.Unsure, nil},
		{"no countries", eu, place(firm), limits.Unsure, nil},
		{"unknown", eu, &graph.Place{Unknown: "nobody knows", Countries: []graph.Country{"DE"}, Confidence: firm}, limits.Unsure, nil},
	} {
		got, outside := of(t, c.spec).Place(c.place)
		if got != c.want || !slices.Equal(outside, c.outside) {
			t.Errorf("%s: %s %v, want %s %v", c.name, got, outside, c.want, c.outside)
		}
	}
}

// A bloc is what it is on the day.
func TestBlocOnTheDay(t *testing.T) {
	for day, want := range map[string]limits.Answer{"2021-06-27": limits.Outside, "2021-06-28": limits.Inside, "2027-12-27": limits.Inside, "2027-12-28": limits.Outside} {
		b, err := open(t, day, "  jurisdictions: {allow: [EU, EU_ADEQUATE]}\n")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := b.For(b.Classes()).Place(place(graph.Documented, "GB")); got != want {
			t.Errorf("GB on %s: %s, want %s", day, got, want)
		}
	}
}

func TestClassesIntersect(t *testing.T) {
	const spec = `  jurisdictions: {allow: [EEA]}
  operators: {allow: [EEA, US]}
  data:
    both: {jurisdictions: [EU], operators: [EU], support: [EU], keys: {holder: [EU], min_grade: 1}, retention: 10y, gdpr: special}
    north: {jurisdictions: [SE, "NO"], support: [SE, "NO"], keys: {holder: [customer], min_grade: 3}, retention: 90d, confidentiality: secret, unknown: report}
    open: {gdpr: none, confidentiality: public, unknown: report}
`
	firm := graph.Documented
	for _, c := range []struct {
		classes []graph.ClassID
		inside  []graph.Country
	}{
		{[]graph.ClassID{"open"}, []graph.Country{"DE", "FR", "GP", "HU", "NO", "SE"}},
		{[]graph.ClassID{"both"}, []graph.Country{"DE", "FR", "GP", "HU", "SE"}},
		{[]graph.ClassID{"north"}, []graph.Country{"NO", "SE"}},
		{[]graph.ClassID{"both", "north"}, []graph.Country{"SE"}},
		{[]graph.ClassID{"both", "north", "open"}, []graph.Country{"SE"}},
	} {
		l := of(t, spec, c.classes...)
		if got := slices.Sorted(maps.Keys(l.Places.Countries)); !slices.Equal(got, c.inside) {
			t.Errorf("%v: %v are inside, want %v", c.classes, got, c.inside)
		}
		for _, k := range c.inside {
			if got, _ := l.Place(place(firm, k)); got != limits.Inside {
				t.Errorf("%v: %s is %s", c.classes, k, got)
			}
		}
	}
	l := of(t, spec)
	if l.GDPR != "special" || l.Confidentiality != "secret" || !l.Block || l.RetentionDays != 90 || l.Keys.MinGrade != 3 {
		t.Errorf("all together: gdpr %s, confidentiality %s, block %v, %d days, grade %d", l.GDPR, l.Confidentiality, l.Block, l.RetentionDays, l.Keys.MinGrade)
	}
	if got, _ := l.SupportFrom(&graph.Support{Countries: []graph.Country{"NO"}, Confidence: firm}); got != limits.Outside {
		t.Errorf("support from NO is %s for all classes together", got)
	}
	if got, _ := l.SupportFrom(&graph.Support{Countries: []graph.Country{"SE"}, Confidence: firm}); got != limits.Inside {
		t.Errorf("support from SE is %s for all classes together", got)
	}
	if of(t, spec, "north").Block || of(t, spec, "open").Block {
		t.Error("unknown: report blocks")
	}
}

// The default class, and what unbound assets get.
func TestDefaults(t *testing.T) {
	b := book(t, "  jurisdictions: {allow: [EU]}\n")
	if got := b.Classes(); !slices.Equal(got, []graph.ClassID{limits.Unclassified}) {
		t.Errorf("classes %v", got)
	}
	l := b.For(b.Unbound())
	if l.GDPR != "personal" || l.Confidentiality != "confidential" || !l.Block || l.Keys != nil || l.Support != nil || l.RetentionDays != 0 {
		t.Errorf("the default class is %+v", l)
	}
	const spec = "  jurisdictions: {allow: [EU]}\n  data: {a: {}, b: {}}\n"
	if got := book(t, spec).Unbound(); !slices.Equal(got, []graph.ClassID{"a", "b"}) {
		t.Errorf("unbound assets have the classes %v, want all", got)
	}
	if got := book(t, spec+"  unbound: b\n").Unbound(); !slices.Equal(got, []graph.ClassID{"b"}) {
		t.Errorf("unbound assets have the classes %v, want b", got)
	}
}

func TestTransfer(t *testing.T) {
	l := of(t, "  jurisdictions: {allow: [DE]}\n")
	for _, c := range []struct {
		countries []graph.Country
		want      limits.Transfer
	}{
		{[]graph.Country{"DE"}, limits.NoTransfer},
		{[]graph.Country{"GP", "NO"}, limits.NoTransfer},
		{[]graph.Country{"CH"}, limits.Adequate},
		{[]graph.Country{"DE", "GB"}, limits.Adequate},
		{[]graph.Country{"US"}, limits.Partly},
		{[]graph.Country{"CA", "CH"}, limits.Partly},
		{[]graph.Country{"CH", "US"}, limits.Partly},
		{[]graph.Country{"CN"}, limits.Third},
		{[]graph.Country{"CH", "CN", "US"}, limits.Third},
		{[]graph.Country{graph.Anywhere}, limits.Open},
	} {
		if got := l.Transfer(c.countries); got != c.want {
			t.Errorf("%v: %s, want %s", c.countries, got, c.want)
		}
	}
	b, err := open(t, "2028-01-01", "  jurisdictions: {allow: [DE]}\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.For(b.Classes()).Transfer([]graph.Country{"GB"}); got != limits.Third {
		t.Errorf("GB after its decision ended: %s, want %s", got, limits.Third)
	}
}

// A name that nobody knows is an error with its line, wherever it stands.
func TestUnknownNames(t *testing.T) {
	for name, c := range map[string]struct{ spec, want string }{
		"allowed country":  {"  jurisdictions: {allow: [UE]}\n", `perimeter.yaml:4: "UE" is neither a country`},
		"denied country":   {"  jurisdictions:\n    allow: [EU]\n    deny: [XX]\n", "perimeter.yaml:6: \"XX\""},
		"allowed operator": {"  jurisdictions: {allow: [EU]}\n  operators: {allow: [nrod]}\n", "perimeter.yaml:5: \"nrod\""},
		"denied operator":  {"  jurisdictions: {allow: [EU]}\n  operators: {deny: [nrod]}\n", "perimeter.yaml:5: \"nrod\""},
		"tolerated":        {"  jurisdictions: {allow: [EU]}\n  data: {a: {}}\n  operators: {tolerate: [{operator: nrod, data: [a], when: {key_holder: EU}}]}\n", `perimeter.yaml:6: no operator has the id "nrod"`},
		"tolerated holder": {"  jurisdictions: {allow: [EU]}\n  data: {a: {}}\n  operators: {tolerate: [{operator: nord, data: [a], when: {key_holder: XE}}]}\n", "perimeter.yaml:6: \"XE\""},
		"class country":    {"  jurisdictions: {allow: [EU]}\n  data:\n    a:\n      jurisdictions: [XE]\n", "perimeter.yaml:7: \"XE\""},
		"class operator":   {"  jurisdictions: {allow: [EU]}\n  data:\n    a:\n      operators: [nrod]\n", "perimeter.yaml:7: \"nrod\""},
		"support":          {"  jurisdictions: {allow: [EU]}\n  data:\n    a:\n      support: [XE]\n", "perimeter.yaml:7: \"XE\""},
		"maker":            {"  jurisdictions: {allow: [EU]}\n  data:\n    a:\n      makers: [nrod]\n", "perimeter.yaml:7: \"nrod\""},
		"key holder":       {"  jurisdictions: {allow: [EU]}\n  data:\n    a:\n      keys: {holder: [nrod]}\n", "perimeter.yaml:7: \"nrod\""},
		"clear text":       {"  jurisdictions: {allow: [EU]}\n  data:\n    a:\n      keys: {holder: [EU], cleartext_at_operator: [XE]}\n", "perimeter.yaml:7: \"XE\""},
	} {
		_, err := open(t, today, c.spec)
		var e *limits.Error
		switch {
		case !errors.As(err, &e):
			t.Errorf("%s: %v is no limits.Error", name, err)
		case !strings.HasPrefix(err.Error(), c.want):
			t.Errorf("%s: %v, want %s…", name, err, c.want)
		}
	}
}

func TestNamesAsWritten(t *testing.T) {
	for spec, want := range map[string]string{
		"  jurisdictions: {allow: [EU]}\n":                                          "EU",
		"  jurisdictions: {allow: [EU, CH]}\n":                                      "EU, CH",
		"  jurisdictions: {allow: [EU], deny: [HU]}\n":                              "EU without HU",
		"  jurisdictions: {allow: [EU]}\n  data: {a: {jurisdictions: [DE]}}\n":      "DE",
		"  jurisdictions: {allow: [DE]}\n  data: {a: {jurisdictions: [EU]}}\n":      "DE",
		"  jurisdictions: {allow: [DE, CH]}\n  data: {a: {jurisdictions: [EU]}}\n":  "DE, CH and EU",
		"  jurisdictions: {allow: [EU]}\n  data: {a: {}, b: {jurisdictions: [SE]}}": "SE",
	} {
		l := of(t, spec)
		if got := l.Places.String(); got != want {
			t.Errorf("%s: %q, want %q", fmt.Sprintf("%.90q", spec), got, want)
		}
	}
}
