package oscal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/oscal"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

func clinic(t *testing.T, edit func(string) string) *evidence.Case {
	return evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), edit)
}

func written(t *testing.T, c *evidence.Case, format, language string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := oscal.Document.Exports[format](&b, c, language); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read is a document below its root.
func read(t *testing.T, src []byte) map[string]any {
	t.Helper()
	var doc map[string]map[string]any
	if err := json.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	for _, root := range doc {
		return root
	}
	return nil
}

// walk calls f for every object of a document, with the name of the list or key that it
// stands in.
func walk(v any, in string, f func(in string, o map[string]any)) {
	switch x := v.(type) {
	case map[string]any:
		f(in, x)
		for k, y := range x {
			walk(y, k, f)
		}
	case []any:
		for _, y := range x {
			walk(y, in, f)
		}
	}
}

func values(o map[string]any, name string) []string {
	var out []string
	ps, _ := o["props"].([]any)
	for _, p := range ps {
		if p := p.(map[string]any); p["name"] == name {
			out = append(out, p["value"].(string))
		}
	}
	return out
}

var uuid5 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestReferences: every UUID is of version 5 and names one thing, and every reference
// leads to one.
func TestReferences(t *testing.T) {
	c := clinic(t, nil)
	for format := range oscal.Document.Exports {
		doc := read(t, written(t, c, format, "en"))
		known, asked := map[string]string{}, map[string]string{}
		walk(doc, "", func(in string, o map[string]any) {
			for k, v := range o {
				id, ok := v.(string)
				switch {
				case !ok:
				case k == "uuid":
					if !uuid5.MatchString(id) {
						t.Errorf("%s: %s is no UUID of version 5", format, id)
					}
					if known[id] != "" {
						t.Errorf("%s: %s names two things, in %s and %s", format, id, known[id], in)
					}
					known[id] = in
				case strings.HasSuffix(k, "-uuid"):
					asked[id] = in
				case (k == "href" || k == "source") && strings.HasPrefix(id, "#"):
					asked[id[1:]] = in
				}
			}
		})
		for id, in := range asked {
			if known[id] == "" {
				t.Errorf("%s: %s refers to %s, which is not there", format, in, id)
			}
		}
		if len(known) < 3 {
			t.Errorf("%s names %d things", format, len(known))
		}
	}
}

// TestOrigins: whatever states something says where it was read, and what is evidence
// is a line of a file that is there, with its digest.
func TestOrigins(t *testing.T) {
	c := clinic(t, nil)
	stating := []string{"components", "inventory-items", "observations", "risks", "findings", "poam-items", "implemented-requirements", "controls", "relevant-evidence", "mitigating-factors", "resources", "parties"}
	line := regexp.MustCompile(`^[^#]+#L[0-9]+$`)
	met := map[string]int{}
	for format := range oscal.Document.Exports {
		walk(read(t, written(t, c, format, "en")), "", func(in string, o map[string]any) {
			if !slices.Contains(stating, in) || o["title"] == "Bailiwick" {
				return
			}
			if in == "resources" && values(o, "origin") == nil && strings.Contains(string(mustJSON(o)), "catalog.json") {
				return // a file beside this one
			}
			met[in]++
			if len(values(o, "origin")) == 0 {
				t.Errorf("%s: nobody can verify %s", format, mustJSON(o))
			}
			if in == "relevant-evidence" {
				if !line.MatchString(o["href"].(string)) || len(values(o, "sha256")) != 1 {
					t.Errorf("%s: no evidence: %s", format, mustJSON(o))
				}
			}
		})
	}
	for _, in := range stating {
		if met[in] == 0 {
			t.Errorf("no document has %s", in)
		}
	}
}

func mustJSON(v any) []byte {
	b, _ := json.Marshal(v)
	return b
}

// TestUndecidedIsNotSatisfied: a target is satisfied where all that was seen passes, and
// what keeps it from being so is said.
func TestUndecidedIsNotSatisfied(t *testing.T) {
	c := clinic(t, nil)
	status := map[string]string{}
	reasons := map[string]int{}
	doc := read(t, written(t, c, "assessment-results", "en"))
	walk(doc, "", func(in string, o map[string]any) {
		if in == "observations" {
			status[o["uuid"].(string)] = values(o, "status")[0]
		}
	})
	walk(doc, "", func(in string, o map[string]any) {
		if in != "findings" {
			return
		}
		worst := map[string]bool{}
		walk(o["related-observations"], "", func(_ string, r map[string]any) { worst[status[r["observation-uuid"].(string)]] = true })
		s := o["target"].(map[string]any)["status"].(map[string]any)
		only := len(worst) == 1 && worst["pass"]
		if (s["state"] == "satisfied") != only {
			t.Errorf("%s is %s by %v", o["title"], s["state"], slices.Sorted(maps.Keys(worst)))
		}
		if reason := values(o, "reason"); only != (len(reason) == 0) {
			t.Errorf("%s is %s because of %v", o["title"], s["state"], reason)
		} else if !only {
			reasons[reason[0]]++
		}
	})
	if reasons["fail"] == 0 || reasons["undecided"] == 0 {
		t.Errorf("nothing is undecided: %v", reasons)
	}
	if len(status) != len(c.Result.Findings) {
		t.Errorf("%d observations of %d findings", len(status), len(c.Result.Findings))
	}
}

// TestPlan: every finding that fails, is undecided or is waived is an item; a waiver ends
// on its day, and what fails is a risk.
func TestPlan(t *testing.T) {
	c := clinic(t, nil)
	want := map[string]int{}
	for _, f := range c.Every() {
		if f.Status != finding.Pass && f.Status != finding.NotInForce {
			want[string(f.Status)]++
		}
	}
	got := map[string]int{}
	doc := read(t, written(t, c, "poam", "en"))
	walk(doc, "", func(in string, o map[string]any) {
		switch in {
		case "poam-items":
			reason := values(o, "reason")[0]
			got[reason]++
			if has := o["related-risks"] != nil; has != (reason != "undecided") {
				t.Errorf("%s, which is %s, has a risk: %v", o["title"], reason, has)
			}
			if reason == "waived" && !slices.Equal(values(o, "waiver-ends"), []string{"2027-03-01"}) {
				t.Errorf("a waiver without its end: %s", mustJSON(o))
			}
		case "risks":
			if o["status"] == "deviation-approved" && o["deadline"] != "2027-03-01T00:00:00Z" {
				t.Errorf("a deviation without its end: %s", mustJSON(o))
			}
		}
	})
	if !maps.Equal(got, want) || want["waived"] == 0 {
		t.Errorf("items %v of findings %v", got, want)
	}
}

// TestNothingToPlan: OSCAL has no empty plan, and says so in a way that one can tell
// from a failure.
func TestNothingToPlan(t *testing.T) {
	c := clinic(t, nil)
	r := *c.Result
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return f.Status != finding.Pass })
	c.Result = &r
	if err := oscal.Document.Exports["poam"](&bytes.Buffer{}, c, "en"); !errors.Is(err, evidence.ErrNothing) {
		t.Errorf("%v", err)
	}
	for _, format := range []string{"catalog", "component-definition", "assessment-results"} {
		written(t, c, format, "en")
	}
}

// TestStable: the ids of subjects stay when another fact changes, that of the document
// does not.
func TestStable(t *testing.T) {
	a := read(t, written(t, clinic(t, nil), "assessment-results", "en"))
	b := read(t, written(t, clinic(t, func(s string) string { return s + "# one line more\n" }), "assessment-results", "en"))
	if a["uuid"] == b["uuid"] {
		t.Error("another perimeter, the same document")
	}
	ids := func(doc map[string]any) []string {
		var out []string
		walk(doc, "", func(in string, o map[string]any) {
			if in == "observations" || in == "inventory-items" {
				out = append(out, o["uuid"].(string))
			}
		})
		slices.Sort(out)
		return out
	}
	if !slices.Equal(ids(a), ids(b)) {
		t.Error("the ids of subjects changed with a comment")
	}
}

// TestHostile: what a file may hold never makes a document that the models refuse.
func TestHostile(t *testing.T) {
	c := clinic(t, nil)
	r := *c.Result
	r.Findings = slices.Clone(r.Findings[:1])
	f := &r.Findings[0]
	f.Rule, f.Title, f.Message, f.Subject = "MY rule/1", " two\nlines ", "<b>*bold*</b> {{ insert: param, x }}\n", "a\tb"
	f.Status, f.Basis, f.Requirements = finding.Fail, finding.OnRequirement, nil
	f.Requirements = append(f.Requirements, "ISO 27001 A.5/1")
	f.Origin.File = "a folder/with#sign.tf"
	c.Result = &r
	src := string(written(t, c, "assessment-results", "en"))
	for _, bad := range []string{`"target-id":"ISO 27001`, `\n "`, "{{ insert"} {
		if strings.Contains(src, bad) {
			t.Errorf("%q is in the document", bad)
		}
	}
	for _, good := range []string{`"target-id":"ISO_27001_A.5_1_obj"`, `"href":"a%20folder/with%23sign.tf#L`, `\\*bold\\*`, `"title":"MY rule/1: two lines"`} {
		if !strings.Contains(src, good) {
			t.Errorf("%q is not in the document", good)
		}
	}
}

// TestDigest: the digest of evidence is that of the file.
func TestDigest(t *testing.T) {
	dir := t.TempDir()
	name := dir + "/a"
	if err := os.WriteFile(name, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := evidence.Digests{}
	if sum := d.Of(name); sum != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Errorf("%s", sum)
	}
	for _, other := range []string{dir, name + "b", ""} {
		if sum := d.Of(other); sum != "" {
			t.Errorf("%q has the digest %s", other, sum)
		}
	}
}
