//go:build real

package google_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/google"
	"github.com/bailiwick-dev/bailiwick/internal/testsys/peer"
)

//go:embed testdata/parse.py
var parse string

// schema gives documents to the messages of Google's service, and gets what is
// wrong with each.
func schema(t *testing.T, docs []json.RawMessage) []string {
	t.Helper()
	asked, err := json.Marshal(docs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(peer.Path(t, "org-policy"), "-c", parse)
	var talk bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(asked), &talk
	out, err := cmd.Output()
	var said []string
	if e := json.Unmarshal(out, &said); err != nil || e != nil || len(said) != len(docs) {
		t.Fatalf("%v, %v: %s\n%s", err, e, out, talk.Bytes())
	}
	return said
}

// TestRealSchema: every policy is a message of Google's service, and what is
// misspelled is none. Whether a location is inside no schema can tell: no evaluator
// of organisation policies but Google's own is known.
func TestRealSchema(t *testing.T) {
	perimeters := append(enforcetest.Clinics(t), inside, strings.Replace(inside, "min_grade: 2}", "min_grade: 2}, in_use: encrypted", 1))
	var names []string
	var docs []json.RawMessage
	for _, p := range perimeters {
		files, err := google.Target.Write(enforcetest.Bounds(t, p))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name, ".json") {
				names, docs = append(names, f.Name), append(docs, f.Data)
			}
		}
	}
	for i, wrong := range schema(t, docs) {
		if wrong != "" {
			t.Errorf("%s: %s", names[i], wrong)
		}
	}
	const list = `{"name": "NAME/policies/gcp.resourceLocations", "spec": {"inheritFromParent": false, "rules": [{"values": {"allowedValues": ["in:europe-west3-locations"]}}]}}`
	mutants := []struct{ name, old, new string }{
		{"nothing is changed", "", ""},
		{"a key that is none", `"inheritFromParent"`, `"inheritsFromParent"`},
		{"the key of Terraform's other resource", `"allowedValues"`, `"allowed"`},
		{"values where a rule is", `{"values": `, `{"rule": `},
		{"one value for a list", `["in:europe-west3-locations"]`, `"in:europe-west3-locations"`},
		{"number for a value", `"in:europe-west3-locations"`, `3`},
		{"text for a switch", `"inheritFromParent": false`, `"inheritFromParent": "no"`},
		{"two rules in one", `{"values"`, `{"denyAll": true, "values"`},
		{"allowed and all", `{"values"`, `{"allowAll": true, "values"`},
		{"rules of a policy", `"rules"`, `"rule"`},
		{"no list of rules", `[{"values": {"allowedValues": ["in:europe-west3-locations"]}}]`, `"deny"`},
	}
	docs = docs[:0]
	for _, m := range mutants {
		docs = append(docs, json.RawMessage(strings.Replace(list, m.old, m.new, 1)))
	}
	for i, wrong := range schema(t, docs) {
		if (wrong == "") != (i == 0) {
			t.Errorf("%s: %q", mutants[i].name, wrong)
		}
	}
	t.Logf("%d policies taken, %d mutants refused", len(names), len(mutants)-1)
}
