package oscal_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
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
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
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
func TestReferences(t *testing.T) { references(t, clinic(t, nil)) }

// TestOdd: so it is without systems, with all waived, with an operator that only a finding
// knows, of a single finding, and where something could not be read.
func TestOdd(t *testing.T) {
	whole := clinic(t, nil)
	for name, change := range map[string]func(*evidence.Case, *finding.Result){
		"no systems": func(c *evidence.Case, _ *finding.Result) {
			p := *c.Perimeter
			p.Spec.Systems = nil
			c.Perimeter = &p
		},
		"all waived": func(_ *evidence.Case, r *finding.Result) {
			for i := range r.Findings {
				f := &r.Findings[i]
				f.Waiver = &finding.Waiver{Reason: "it is [so].", ApprovedBy: "a", Expires: "2027-01-01", Origin: f.Origin, Was: f.Status}
				f.Status = finding.Waived
			}
		},
		"unknown operator": func(_ *evidence.Case, r *finding.Result) {
			r.Findings[0].Subject, r.Findings[0].Operator = "party/nobody", &graph.Operator{Entity: "nobody", Seat: "US"}
		},
		"one finding": func(_ *evidence.Case, r *finding.Result) {
			r.Findings, r.Assets, r.Flows = r.Findings[:1], nil, nil
		},
		"problems": func(_ *evidence.Case, r *finding.Result) {
			r.Problems = append(r.Problems, graph.Problem{Message: "two\nlines", Origin: graph.Origin{File: "a b.tf"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, r := *whole, *whole.Result
			r.Findings = slices.Clone(r.Findings)
			change(&c, &r)
			c.Result = &r
			references(t, &c)
		})
	}
}

func references(t *testing.T, c *evidence.Case) {
	t.Helper()
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
// is a line of a file that is among the resources, with its digest.
func TestOrigins(t *testing.T) {
	c := clinic(t, nil)
	stating := []string{"components", "inventory-items", "observations", "risks", "findings", "poam-items", "implemented-requirements", "controls", "resources", "parties"}
	line := regexp.MustCompile(`^([^#]+)(#L[0-9]+)?$`)
	met := map[string]int{}
	for format := range oscal.Document.Exports {
		doc := read(t, written(t, c, format, "en"))
		digests := map[string]bool{}
		walk(doc, "", func(in string, o map[string]any) {
			if in == "rlinks" && o["hashes"] != nil {
				digests[o["href"].(string)] = true
			}
		})
		walk(doc, "", func(in string, o map[string]any) {
			if in == "relevant-evidence" || in == "links" && o["rel"] == nil {
				met[in]++
				if m := line.FindStringSubmatch(o["href"].(string)); m == nil || !digests[m[1]] {
					t.Errorf("%s: no evidence: %s", format, mustJSON(o))
				}
			}
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
		})
	}
	for _, in := range append(stating, "relevant-evidence", "links") {
		if met[in] == 0 {
			t.Errorf("no document has %s", in)
		}
	}
}

// TestEveryFinding: each finding stands in one observation, which says what it says, with
// its line and its reasons; its subject is a thing of the document.
func TestEveryFinding(t *testing.T) {
	c := clinic(t, nil)
	want := map[string]*finding.Finding{}
	for _, f := range c.Every() {
		if want[f.Fingerprint] != nil {
			t.Fatalf("two findings are %s", f.Fingerprint)
		}
		want[f.Fingerprint] = f
	}
	doc := read(t, written(t, c, "assessment-results", "en"))
	things := map[string]map[string]any{}
	walk(doc, "", func(in string, o map[string]any) {
		if in == "components" || in == "inventory-items" {
			things[o["uuid"].(string)] = o
		}
	})
	several := 0
	walk(doc, "", func(in string, o map[string]any) {
		if in != "observations" {
			return
		}
		text := string(mustJSON(o))
		if len(o["subjects"].([]any)) > 1 {
			several++
		}
		walk(o["subjects"], "subjects", func(in string, s map[string]any) {
			if in != "subjects" {
				return
			}
			thing := things[s["subject-uuid"].(string)]
			for _, print := range values(s, "fingerprint") {
				f := want[print]
				if f == nil {
					t.Errorf("%s is no finding, or stands twice", print)
					continue
				}
				delete(want, print)
				if values(o, "rule")[0] != string(f.Rule) || values(o, "status")[0] != string(f.Status) || !slices.Contains(append(values(thing, "asset-address"), fmt.Sprint(thing["title"])), string(f.Subject)) && !strings.Contains(string(f.Subject), "[") {
					t.Errorf("%s is not %s", text, print)
				}
				if !strings.Contains(text, `"`+evidence.Href(f.Origin)+`"`) {
					t.Errorf("%s: the line %s is not there", print, f.Origin.At())
				}
				if !slices.Contains(append(values(s, "origin"), values(thing, "origin")...), f.Origin.At()) {
					t.Errorf("%s: of the subject nobody can tell that it is the one in %s", print, f.Origin.At())
				}
				for _, why := range f.Because {
					if word := strings.Fields(why)[0]; !strings.Contains(strings.ReplaceAll(text, `\\`, ``), word) {
						t.Errorf("%s: the reason %q is not there", print, why)
					}
				}
			}
		})
	})
	if len(want) > 0 || several == 0 {
		t.Errorf("%d findings are left out; %d observations have several subjects", len(want), several)
	}
}

// TestFlows: a flow is an interconnection, whether it is judged or not, with how it is
// known; what is not certain about its places is said.
func TestFlows(t *testing.T) {
	c := clinic(t, nil)
	type edge struct{ root, title string }
	want := map[edge]*finding.Edge{}
	for i := range c.Result.Flows {
		e := &c.Result.Flows[i]
		want[edge{e.Root, string(e.From) + " → " + cmp.Or(string(e.To), "?")}] = e
	}
	walk(read(t, written(t, c, "assessment-results", "en")), "", func(in string, o map[string]any) {
		if in == "inventory-items" && slices.Contains(values(o, "resource-type"), resolve.FlowType) {
			t.Errorf("a flow is in the inventory: %s", mustJSON(o))
		}
		if in != "components" || o["type"] != "interconnection" {
			return
		}
		k := edge{strings.Join(values(o, "root"), ""), o["title"].(string)}
		e := want[k]
		if e == nil {
			t.Errorf("there is no flow %v", k)
			return
		}
		delete(want, k)
		if !slices.Contains(values(o, "flow-state"), string(e.State)) || len(values(o, "purpose")) != len(e.Purposes) || e.System != strings.Join(values(o, "system"), "") {
			t.Errorf("%s is not %+v", mustJSON(o), e)
		}
		if state := o["status"].(map[string]any)["state"]; (state == "operational") != (e.State == graph.Observed) {
			t.Errorf("%s is %s", k.title, state)
		}
	})
	if len(want) > 0 {
		t.Errorf("%d flows are left out", len(want))
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
	if len(status) == 0 || len(status) > len(c.Result.Findings) {
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
	findings := map[string]int{} // by observation
	walk(doc, "", func(in string, o map[string]any) {
		if in == "observations" {
			walk(o["subjects"], "", func(_ string, s map[string]any) { findings[o["uuid"].(string)] += len(values(s, "fingerprint")) })
		}
	})
	walk(doc, "", func(in string, o map[string]any) {
		switch in {
		case "poam-items":
			reason := values(o, "reason")[0]
			walk(o["related-observations"], "", func(_ string, r map[string]any) { got[reason] += findings[r["observation-uuid"].(string)] })
			if has := o["related-risks"] != nil; has != (reason != "undecided") {
				t.Errorf("%s, which is %s, has a risk: %v", o["title"], reason, has)
			}
			if reason == "waived" && !slices.Equal(values(o, "waiver-ends"), []string{"2027-03-01"}) {
				t.Errorf("a waiver without its end: %s", mustJSON(o))
			}
		case "risks":
			if (o["status"] == "deviation-approved") != (o["deadline"] == "2027-03-01T00:00:00Z") || (o["deadline"] == nil) != (o["status"] == "open") {
				t.Errorf("a deviation without its end, or an end that nobody set: %s", mustJSON(o))
			}
			accepted := false
			walk(o["remediations"], "", func(_ string, r map[string]any) {
				accepted = accepted || slices.Equal(values(r, "type"), []string{"accept"})
			})
			if accepted != (o["status"] == "deviation-approved") || o["mitigating-factors"] != nil {
				t.Errorf("a waiver that is no acceptance, or that mitigates: %s", mustJSON(o))
			}
		}
	})
	if !maps.Equal(got, want) || want["waived"] == 0 {
		t.Errorf("items %v of findings %v", got, want)
	}
}

// TestWaivedUndecided: what a waiver covers and could not be decided is not said to fail.
func TestWaivedUndecided(t *testing.T) {
	c := clinic(t, nil)
	r := *c.Result
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f finding.Finding) bool { return f.Status != finding.Waived })
	w := *r.Findings[0].Waiver
	w.Was = finding.Undecided
	r.Findings[0].Waiver = &w
	c.Result = &r
	n := 0
	walk(read(t, written(t, c, "poam", "en")), "", func(in string, o map[string]any) {
		if in == "risks" {
			n++
			if s := o["statement"].(string); !strings.Contains(s, "could not be established") {
				t.Errorf("it is said to fail: %s", s)
			}
		}
	})
	if n != 1 {
		t.Errorf("%d risks", n)
	}
}

// TestImplemented: the component definition claims nothing of which no check passes, and
// of a clause never that it is implemented.
func TestImplemented(t *testing.T) {
	c := clinic(t, nil)
	status := map[string]map[finding.Status]int{}
	for _, g := range c.Goals(c.Every()) {
		status[g.ID] = g.N
	}
	states := map[string]int{}
	walk(read(t, written(t, c, "component-definition", "en")), "", func(in string, o map[string]any) {
		if in != "implemented-requirements" {
			return
		}
		id := o["control-id"].(string)
		if status[id][finding.Pass] == 0 {
			t.Errorf("%s is claimed, and no check of it passes: %v", id, status[id])
		}
		state := values(o, "implementation-status")[0]
		states[state]++
		if state == "implemented" && !strings.HasPrefix(id, "PERIMETER_") {
			t.Errorf("%s is claimed to be implemented", id)
		}
	})
	if states["implemented"] == 0 || states["partial"] == 0 || states["implemented"]+states["partial"] >= len(status) {
		t.Errorf("%v of %d", states, len(status))
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

// TestPerhaps: a country that is only possible is not left out.
func TestPerhaps(t *testing.T) {
	c := clinic(t, nil)
	for i := range c.Result.Assets {
		for j := range c.Result.Assets[i].Places {
			c.Result.Assets[i].Places[j].Perhaps = []graph.Country{"US"}
		}
	}
	n := 0
	walk(read(t, written(t, c, "assessment-results", "en")), "", func(in string, o map[string]any) {
		if in == "inventory-items" && len(values(o, "place")) != len(values(o, "place-perhaps")) {
			t.Errorf("%s", mustJSON(o))
		}
		n += len(values(o, "place-perhaps"))
	})
	if n == 0 {
		t.Error("nothing is possible")
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
	f.Because = nil
	src += string(written(t, c, "poam", "en"))
	for _, bad := range []string{`"remarks": ""`, `"* "`, `"target-id":"ISO 27001`, `\n "`, "{{ insert"} {
		if strings.Contains(src, bad) {
			t.Errorf("%q is in the document", bad)
		}
	}
	for _, good := range []string{`"target-id":"ISO_27001_A.5_1_obj"`, `"href": "a%20folder/with%23sign.tf#L`, `\\*bold\\*`, `"title": "MY rule/1: two lines"`} {
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

// TestOperatorsOnce: an operator runs each flow once, also one that is judged.
func TestOperatorsOnce(t *testing.T) {
	c := clinic(t, nil)
	want := map[graph.EntityID]int{}
	see := func(o *graph.Operator) {
		if o != nil && o.Entity != "" {
			want[o.Entity]++
		}
	}
	for i := range c.Result.Flows {
		see(c.Result.Flows[i].Operator)
	}
	judged := 0
	for i := range c.Result.Assets {
		if a := &c.Result.Assets[i]; a.Type != resolve.FlowType {
			see(a.Operator)
		} else {
			judged++
		}
	}
	for _, o := range c.Operators() {
		if o.Found != want[o.Entity] {
			t.Errorf("%s runs %d of %d", o.Entity, o.Found, want[o.Entity])
		}
	}
	if judged == 0 || len(want) == 0 {
		t.Error("no flow is judged")
	}
}

// TestCatalogue: each control and objective that a document names is in the catalogue, once.
func TestCatalogue(t *testing.T) {
	c := clinic(t, nil)
	ids := map[string]int{}
	walk(read(t, written(t, c, "catalog", "en")), "", func(in string, o map[string]any) {
		if id, ok := o["id"].(string); ok && (in == "controls" || in == "parts" || in == "groups") {
			ids[id]++
		}
	})
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s stands %d times", id, n)
		}
	}
	named := 0
	for _, format := range []string{"assessment-results", "component-definition"} {
		walk(read(t, written(t, c, format, "en")), "", func(in string, o map[string]any) {
			for _, key := range []string{"control-id", "target-id"} {
				if id, ok := o[key].(string); ok {
					if named++; ids[id] != 1 {
						t.Errorf("%s: %s names %s, which is not in the catalogue", format, in, id)
					}
				}
			}
		})
	}
	if named == 0 {
		t.Error("no document names a control")
	}
}
