package selfdescription_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/selfdescription"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// shapes are what the closed shapes of the Gaia-X ontology 25.11 allow of the types that
// we write, those that they demand with a star.
var shapes = map[string]string{
	"gx:ServiceOffering":          "gx:providedBy* gx:serviceOfferingTermsAndConditions* gx:dataProtectionRegime gx:subContractors gx:possiblePersonalDataTransfers gx:aggregationOfResources schema:name schema:description",
	"gx:LegalPerson":              "gx:registrationNumber* gx:legalAddress* gx:headquartersAddress* schema:name schema:description",
	"gx:SubContractor":            "gx:applicableJurisdiction* gx:legalName* gx:informationDocuments* gx:communicationMethods*",
	"gx:ThirdCountryDataTransfer": "gx:country* gx:reason* gx:scope* gx:securingMechanism*",
	"gx:AvailabilityZone":         "gx:address* schema:name schema:description",
	"gx:Address":                  "gx:countryCode*",
}

func credential(t *testing.T, example string, edit func(string) string) (doc map[string]any, src string) {
	t.Helper()
	c := evidencetest.Case(t, evidencetest.Example(example, 3), edit)
	var b bytes.Buffer
	if err := selfdescription.Document.Exports["credential"](&b, c, "en"); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc, b.String()
}

func each(v any, f func(map[string]any)) {
	switch x := v.(type) {
	case map[string]any:
		f(x)
		for _, y := range x {
			each(y, f)
		}
	case []any:
		for _, y := range x {
			each(y, f)
		}
	}
}

// TestShapes: every subject has what its shape demands or a question for it, nothing
// that its shape forbids, and an origin.
func TestShapes(t *testing.T) {
	for _, example := range []string{"clinic-assistant", "clinic-assistant-sovereign"} {
		doc, _ := credential(t, example, nil)
		asked, origins, met := map[string]bool{}, map[string]bool{}, map[string]int{}
		each(doc, func(o map[string]any) {
			about, _ := o["bailiwick:about"].(map[string]any)
			id, _ := about["id"].(string)
			switch o["type"] {
			case "bailiwick:Question":
				asked[id+" "+o["bailiwick:property"].(string)] = true
				if o["bailiwick:origin"] == "" || o["bailiwick:text"] == "" {
					t.Errorf("%s: nobody can answer %v", example, o)
				}
			case "bailiwick:Origin":
				origins[id] = true
				if len(o["bailiwick:origin"].([]any)) == 0 {
					t.Errorf("%s: an origin that is none: %v", example, o)
				}
			}
		})
		each(doc["credentialSubject"], func(o map[string]any) {
			kind, _ := o["type"].(string)
			if !strings.HasPrefix(kind, "gx:") {
				return
			}
			met[kind]++
			id, _ := o["id"].(string)
			allowed := strings.Fields(strings.ReplaceAll(shapes[kind], "*", ""))
			for k := range o {
				if k != "id" && k != "type" && !slices.Contains(allowed, k) {
					t.Errorf("%s: %s has no %s", example, kind, k)
				}
			}
			for _, p := range strings.Fields(shapes[kind]) {
				name, demanded := strings.CutSuffix(p, "*")
				if demanded && o[name] == nil && !asked[id+" "+name] {
					t.Errorf("%s: %s %s has no %s, and nobody is asked for it", example, kind, id, name)
				}
				if o[name] != nil && asked[id+" "+name] && name != "gx:subContractors" && name != "gx:aggregationOfResources" && name != "gx:possiblePersonalDataTransfers" {
					t.Errorf("%s: %s %s has %s, and somebody is asked for it", example, kind, id, name)
				}
			}
			if kind != "gx:Address" && !origins[id] && !asked[id+" schema:name"] {
				t.Errorf("%s: nobody can verify %s %s", example, kind, id)
			}
		})
		for kind := range shapes {
			if met[kind] == 0 && example == "clinic-assistant" {
				t.Errorf("there is no %s", kind)
			}
		}
		if doc["proof"] != nil {
			t.Error("it is signed")
		}
	}
}

// TestFactGone: a fact that is taken away becomes a question.
func TestFactGone(t *testing.T) {
	for _, fact := range []string{"      controller: University Clinic Example\n", "      purpose: answers questions of doctors about their patients' records\n"} {
		_, with := credential(t, "clinic-assistant", nil)
		_, without := credential(t, "clinic-assistant", func(s string) string { return strings.Replace(s, fact, "", 1) })
		_, value, _ := strings.Cut(strings.TrimSpace(fact), ": ")
		if !strings.Contains(with, value) || strings.Contains(without, value) || strings.Count(without, `"bailiwick:Question"`) != strings.Count(with, `"bailiwick:Question"`)+1 {
			t.Errorf("without %q nobody is asked for it", fact)
		}
	}
}

// TestSecured: a tool secures a transfer of whom it names, of the classes that it names,
// until it ends; and what is only fetched is no transfer.
func TestSecured(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	system := c.Systems()[0]
	crossings, err := c.Crossings(system)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(crossings, func(x *evidence.Crossing) bool {
		return !x.Fetched() && len(x.Adequate) == 0 && !slices.Contains(x.Countries, graph.Anywhere)
	})
	if i < 0 {
		t.Fatal("no transfer")
	}
	x := crossings[i]
	none := secured(t, c, nil)
	for name, want := range map[string]struct {
		perimeter.Transfer
		more int
	}{
		"another": {perimeter.Transfer{From: "nobody", To: x.ID(), Tool: "bcr"}, 0},
		"ended":   {perimeter.Transfer{From: system, To: x.ID(), Tool: "bcr", Expires: "2026-01-01"}, 0},
		"classes": {perimeter.Transfer{From: system, To: x.ID(), Tool: "bcr", Data: []graph.ClassID{"other"}}, 0},
		"holds":   {perimeter.Transfer{From: system, To: x.ID(), Tool: "bcr"}, len(x.Countries)},
	} {
		if got := secured(t, c, []perimeter.Transfer{want.Transfer}); got-none != want.more {
			t.Errorf("%s: %d transfers are secured, without it %d", name, got, none)
		}
	}
}

// secured counts the transfers with a tool.
func secured(t *testing.T, c *evidence.Case, tools []perimeter.Transfer) int {
	t.Helper()
	p := *c.Perimeter
	p.Spec.Transfers = tools
	with := *c
	with.Perimeter = &p
	var b bytes.Buffer
	if err := selfdescription.Document.Exports["credential"](&b, &with, "en"); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	n := 0
	each(doc["credentialSubject"], func(o map[string]any) {
		if o["type"] == "gx:SubContractor" && strings.HasPrefix(o["gx:legalName"].(string), "Docker") {
			t.Errorf("who is only fetched from is a subcontractor: %v", o)
		}
		if o["gx:securingMechanism"] != nil {
			n++
		}
	})
	return n
}

// TestID: another result, another credential.
func TestID(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	id := func() any {
		var b bytes.Buffer
		if err := selfdescription.Document.Exports["credential"](&b, c, "en"); err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		return doc["id"]
	}
	first := id()
	if again := id(); again != first || first == nil {
		t.Errorf("%v and %v", first, again)
	}
	c.Result.Assets[0].Subject += "x"
	if id() == first {
		t.Error("other facts have the same id")
	}
}
