package ropa_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/ropa"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var spec = evidencetest.Example("../docs/spec", 3)

const purpose = "      purpose: answers questions"

// as is the example, kept in a role.
func as(t *testing.T, role string) *evidence.Case {
	var edit func(string) string
	if role != "" {
		edit = func(s string) string { return strings.Replace(s, purpose, "      role: "+role+"\n"+purpose, 1) }
	}
	return evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), edit)
}

func heads(d *evidence.Document) (out []string) {
	for _, b := range d.Blocks {
		if b.Heading != nil && b.Heading.Level == 2 {
			out = append(out, b.Heading.Text[:3])
		}
	}
	return out
}

// TestRoles: a controller has the points of paragraph 1, a processor those of paragraph 2;
// who does not say is asked, and taken for neither.
func TestRoles(t *testing.T) {
	for role, want := range map[string]struct {
		heads string
		asked []string
		said  string
	}{
		"controller": {"(a) (b) (c) (d) (e) (f) (g)", []string{"triage/contact"}, "The record is kept as controller (Art. 4(7); record of Art. 30(1))."},
		"processor":  {"(a) (b) (c) (d)", []string{"triage/on-behalf-of", "triage/processor", "triage/processing-categories"}, "The record is kept as processor (Art. 4(8); record of Art. 30(2))."},
		"":           {"(a) (b) (c) (d) (e) (f) (g)", []string{"triage/role", "triage/contact"}, "Until this is answered, the points of paragraph 1 are given; that the record is kept as a controller is not established."},
	} {
		t.Run(role, func(t *testing.T) {
			d, err := ropa.Document.Make(as(t, role), "en")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(heads(d), " "); !strings.HasPrefix(got, want.heads+" Whe") {
				t.Errorf("points %s, want %s", got, want.heads)
			}
			var open []string
			for _, q := range d.Open {
				open = append(open, q.ID)
			}
			for _, id := range want.asked {
				if !slices.Contains(open, id) {
					t.Errorf("%s is not asked", id)
				}
			}
			if asks := slices.Contains(open, "triage/role"); asks != (role == "") {
				t.Errorf("the role is asked: %v", asks)
			}
			said := false
			d.Sentences(func(s *evidence.Sentence) { said = said || s.Text == want.said })
			if !said {
				t.Errorf("nothing says %q", want.said)
			}
		})
	}
}

func table(t *testing.T, c *evidence.Case) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := ropa.Document.Exports["csv"](&b, c, "en"); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, v := range r {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

// TestCSV: a row for each activity and recipient, and what nobody has said is unknown.
func TestCSV(t *testing.T) {
	c := as(t, "processor")
	want := len(c.Recipients("triage")) + len(c.Recipients(evidence.Unbound))
	rows := table(t, c)
	if len(rows) != want || want == 0 {
		t.Fatalf("%d rows, want %d", len(rows), want)
	}
	met := 0
	for _, r := range rows {
		for k, v := range r {
			if v != "" && strings.ContainsRune("=+-@", rune(v[0])) {
				t.Errorf("a spreadsheet would compute %s: %q", k, v)
			}
		}
		if r["activity"] == "(unbound)" && r["purpose"] != "unknown" {
			t.Errorf("what no binding gives to a system has the purpose %q", r["purpose"])
		}
		if r["activity"] != "triage" || r["recipient"] != "OpenAI" {
			continue
		}
		met++
		for k, want := range map[string]string{
			"role": "processor", "legal_basis": "GDPR_ART_6; GDPR_ART_9", "seat": "US", "controlled_by": "OpenAI Foundation (US)",
			"hosts": "api.openai.com", "gdpr": "personal", "retention": "prompts=1y", "countries": "*; unknown", "third_countries": "*", "transfer": "uncovered", "safeguard": "unknown",
		} {
			if r[k] != want {
				t.Errorf("%s is %q, want %q", k, r[k], want)
			}
		}
		if !strings.Contains(r["sources"], "answer.py:") {
			t.Errorf("sources %q", r["sources"])
		}
	}
	if met != 1 {
		t.Errorf("%d rows of OpenAI", met)
	}
	if r := table(t, as(t, ""))[0]; r["role"] != "unknown" {
		t.Errorf("a role that nobody stated is %q", r["role"])
	}
}

// TestUnread: what could not be read is told with its place.
func TestUnread(t *testing.T) {
	c := as(t, "controller")
	c.Result.Problems = []graph.Problem{{Origin: graph.Origin{File: "corpus.tf", Line: 7}, Message: "broken"}}
	d, err := ropa.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	s := d.Blocks[1].Paragraph[0]
	if s.Text != "1 place could not be read, and what it holds is missing here." || d.Sources[s.Sources[0]-1].At != "corpus.tf:7" {
		t.Errorf("%+v", s)
	}
}

// TestTransfers: how a transfer stands follows the perimeter and the day.
func TestTransfers(t *testing.T) {
	for expires, want := range map[string]string{"2027-05-01": "covered scc 2027-05-01", "2026-11-24": "ended scc 2026-11-24"} {
		c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), func(s string) string {
			return strings.Replace(s, "  stack:\n", "  transfers:\n    - {from: triage, to: openai, tool: scc, module: 2, data: [prompts], expires: "+expires+"}\n  stack:\n", 1)
		})
		for _, r := range table(t, c) {
			if got := r["transfer"] + " " + r["safeguard"] + " " + r["safeguard_until"]; r["activity"] == "triage" && r["recipient"] == "OpenAI" && got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
	}
}

// TestColumns holds the columns against their documentation.
func TestColumns(t *testing.T) {
	rows := table(t, as(t, ""))
	doc, err := os.ReadFile(spec + "/ropa-csv.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range rows[0] {
		if !strings.Contains(string(doc), "| `"+name+"` |") {
			t.Errorf("docs/spec/ropa-csv.md does not speak of the column %s", name)
		}
	}
	if n := strings.Count(string(doc), "\n| `"); n != len(rows[0]) {
		t.Errorf("it speaks of %d columns, there are %d", n, len(rows[0]))
	}
}

// TestCSVAgreesWithTheDocument: a tool that is not for all that goes there covers nothing.
func TestCSVAgreesWithTheDocument(t *testing.T) {
	for data, want := range map[string]string{"model-weights": "uncovered", "prompts": "covered"} {
		c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), func(s string) string {
			return s + "\n  transfers:\n    - {from: triage, to: openai, tool: scc, module: 2, data: [" + data + "]}\n"
		})
		met := 0
		for _, r := range table(t, c) {
			if r["activity"] == "triage" && r["recipient"] == "OpenAI" {
				met++
				if r["transfer"] != want {
					t.Errorf("a tool for %s: %s, want %s", data, r["transfer"], want)
				}
			}
		}
		if met != 1 {
			t.Errorf("%d rows of the recipient", met)
		}
	}
}

// TestFetched: who only gives packages or models gets no data: no recipient, no transfer,
// and no question for a tool.
func TestFetched(t *testing.T) {
	c := as(t, "controller")
	d, err := ropa.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	if has(d, "npm") || !contains(d, "npm and registry.clinic.example the system only fetches packages, images, models or data sets.") {
		t.Error("npm is a recipient, or is not told")
	}
	met := 0
	for _, r := range table(t, c) {
		if r["activity"] == "triage" && r["recipient"] == "npm" {
			met++
			if r["transfer"] != "none" || r["third_countries"] != "" {
				t.Errorf("transfer %s to %s", r["transfer"], r["third_countries"])
			}
		}
	}
	if met != 1 || slices.ContainsFunc(d.Open, func(q *evidence.Asking) bool { return q.ID == "npm/transfer-tool" }) {
		t.Errorf("%d rows of npm, or its tool is asked for", met)
	}
}

// TestUnplaced: of who stores nobody knows where, that it transfers is not excluded.
func TestUnplaced(t *testing.T) {
	c := as(t, "controller")
	d, err := ropa.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(d.Open, func(q *evidence.Asking) bool { return q.ID == "qdrant/recipient-places" }) {
		t.Error("where Qdrant stores is not asked")
	}
	met := 0
	for _, r := range table(t, c) {
		if r["activity"] == "triage" && r["recipient"] == "Qdrant" {
			met++
			if r["transfer"] != "unknown" || r["third_countries"] != "unknown" {
				t.Errorf("transfer %s to %q", r["transfer"], r["third_countries"])
			}
		}
	}
	if met != 1 {
		t.Errorf("%d rows of Qdrant", met)
	}
}

// TestUnseen: without traffic nobody knows whether the record differs from it.
func TestUnseen(t *testing.T) {
	c := as(t, "controller")
	const unseen = "No traffic of triage was read. Whether the record and the traffic differ is not known."
	for _, seen := range []bool{true, false} {
		d, err := ropa.Document.Make(c, "en")
		if err != nil {
			t.Fatal(err)
		}
		if contains(d, unseen) == seen {
			t.Errorf("traffic was read: %v, and the document says %q: %v", seen, unseen, seen)
		}
		for i := range c.Result.Flows {
			c.Result.Flows[i].State = graph.Planned
		}
	}
}

// TestExemption: special categories end the exemption of paragraph 5; without them the
// document does not speak of it.
func TestExemption(t *testing.T) {
	c := as(t, "controller")
	const says = "The exemption of Art. 30(5)"
	for _, special := range []bool{true, false} {
		d, err := ropa.Document.Make(c, "en")
		if err != nil {
			t.Fatal(err)
		}
		if contains(d, says) != special {
			t.Errorf("special categories: %v; it says %q: %v", special, says, !special)
		}
		for id, k := range c.Perimeter.Spec.Data {
			k.GDPR = "personal"
			c.Perimeter.Spec.Data[id] = k
		}
	}
}

// TestEmpty: of a system to which nothing belongs the record says so, and claims nothing.
func TestEmpty(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), func(s string) string {
		return strings.Replace(s, "  systems:\n", "  systems:\n    letters: {purpose: sorts letters}\n", 1)
	})
	d, err := ropa.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	if !has(d, "Nothing that was read belongs to letters: that a table below is empty shows nothing.") || contains(d, "belongs to triage") {
		t.Error("the record of letters looks complete, or that of triage empty")
	}
	met := 0
	for _, r := range table(t, c) {
		if r["activity"] == "letters" {
			met++
			if r["recipient"] != "unknown" || r["transfer"] != "unknown" || !strings.HasPrefix(r["sources"], "perimeter.yaml:") {
				t.Errorf("%v", r)
			}
		}
	}
	if met != 1 {
		t.Errorf("%d rows of letters", met)
	}
}

// has reports whether a sentence of the document is a text, contains whether one has it in it.
func has(d *evidence.Document, text string) (found bool) {
	d.Sentences(func(s *evidence.Sentence) { found = found || s.Text == text })
	return found
}

func contains(d *evidence.Document, text string) (found bool) {
	d.Sentences(func(s *evidence.Sentence) { found = found || strings.Contains(s.Text, text) })
	return found
}
