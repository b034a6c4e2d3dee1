package dpia_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/dpia"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
)

// What the importer of the tool reads (importData, importAnswers, importMeasures,
// importEvaluations, importComments), and the questions of its architecture by kind.
var (
	lists   = []string{"answers", "measures", "evaluations", "comments"}
	headers = []string{"name", "category", "status", "dpo_status", "dpo_opinion", "dpos_names", "people_names",
		"concerned_people_opinion", "concerned_people_status", "concerned_people_searched_opinion", "concerned_people_searched_content",
		"rejection_reason", "applied_adjustments", "author_name", "evaluator_name", "validator_name", "created_at", "updated_at"}
	texts    = []int{111, 112, 113, 121, 122, 123, 211, 212, 213, 214, 215, 221, 222, 223, 224, 225, 226, 227}
	tags     = []int{321, 322, 323, 324, 331, 332, 333, 334, 341, 342, 343, 344}
	controls = []int{324, 334, 344}
	gauges   = []int{325, 326, 335, 336, 345, 346}
)

type imported struct {
	PIA     map[string]any
	Answers []struct {
		To   int `json:"reference_to"`
		Data struct {
			Text  *string
			Gauge *int
			List  []string
		}
		Created string `json:"created_at"`
	}
	Measures []struct {
		ID                          int
		Title, Content, Placeholder string
		Created                     string `json:"created_at"`
	}
	Evaluations []any
	Comments    []struct {
		To          int `json:"reference_to"`
		Description string
		ForMeasure  *bool  `json:"for_measure"`
		Created     string `json:"created_at"`
	}
}

func export(t *testing.T, c *evidence.Case, language string) *imported {
	t.Helper()
	var out bytes.Buffer
	if err := dpia.Document.Exports["pia"](&out, c, language); err != nil {
		t.Fatal(err)
	}
	var whole map[string]any
	if err := json.Unmarshal(out.Bytes(), &whole); err != nil {
		t.Fatal(err)
	}
	for _, name := range lists {
		if _, ok := whole[name].([]any); !ok {
			t.Errorf("%s is no list: the importer breaks on it", name)
		}
	}
	if len(whole) != len(lists)+1 {
		t.Errorf("there is more in the file than the importer reads: %d parts", len(whole))
	}
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	got := &imported{}
	if err := d.Decode(got); err != nil {
		t.Fatal(err)
	}
	return got
}

// TestTheToolCanReadIt holds the file against what the importer reads.
func TestTheToolCanReadIt(t *testing.T) {
	for _, example := range []string{"clinic-assistant", "clinic-assistant-sovereign"} {
		c := evidencetest.Case(t, evidencetest.Example(example, 3), nil)
		for _, language := range evidence.Languages() {
			got := export(t, c, language)
			for _, name := range headers {
				if _, ok := got.PIA[name]; !ok {
					t.Errorf("the head has no %s", name)
				}
			}
			if len(got.PIA) != len(headers) || got.PIA["name"] != "triage" || got.PIA["status"] != 0.0 {
				t.Errorf("the head is %v", got.PIA)
			}
			dated(t, got.PIA["created_at"].(string))
			answered(t, got)
			if len(got.Evaluations) > 0 {
				t.Error("the file evaluates: that is for people")
			}
			for _, k := range got.Comments {
				dated(t, k.Created)
				if k.Description == "" || k.ForMeasure == nil || *k.ForMeasure || !slices.Contains(slices.Concat(texts, tags, gauges), k.To) {
					t.Errorf("the tool shows no comment %+v", k)
				}
			}
		}
	}
}

func answered(t *testing.T, got *imported) {
	t.Helper()
	titles := map[string]bool{}
	for i, m := range got.Measures {
		dated(t, m.Created)
		if m.ID != i+1 || m.Title == "" || titles[m.Title] || m.Content == "" || m.Placeholder == "" {
			t.Errorf("the measure %d is %+v", i, m)
		}
		titles[m.Title] = true
	}
	seen := map[int]bool{}
	for _, a := range got.Answers {
		dated(t, a.Created)
		if seen[a.To] {
			t.Errorf("%d is answered twice", a.To)
		}
		seen[a.To] = true
		text, gauge, list := a.Data.Text != nil && *a.Data.Text != "", a.Data.Gauge != nil, len(a.Data.List) > 0
		switch {
		case slices.Contains(texts, a.To) && text && !gauge && !list:
		case slices.Contains(tags, a.To) && !text && !gauge && list:
		case slices.Contains(gauges, a.To) && text && gauge && *a.Data.Gauge >= 0 && *a.Data.Gauge <= 4 && !list:
		default:
			t.Errorf("the answer to %d is of another kind: %+v", a.To, a.Data)
		}
		if text && strings.ContainsAny(strings.NewReplacer("<p>", "", "</p>", "", "<ul>", "", "</ul>", "", "<li>", "", "</li>", "", "<br />", "", "<strong>", "", "</strong>", "").Replace(*a.Data.Text), "<>") {
			t.Errorf("the text of %d has what the editor does not keep", a.To)
		}
		if slices.Contains(controls, a.To) {
			for _, title := range a.Data.List {
				if !titles[title] {
					t.Errorf("%d names the measure %q, which is not there", a.To, title)
				}
			}
		}
	}
	if len(seen) < 10 || len(titles) == 0 {
		t.Errorf("%d answers and %d measures: that is no assessment", len(seen), len(titles))
	}
}

func dated(t *testing.T, s string) {
	t.Helper()
	if _, err := time.Parse(time.RFC3339, s); err != nil {
		t.Error(err)
	}
}

// TestOnlyPeopleJudge shows that a gauge is set by answers alone, the graver of two
// risks that are one in the tool, and by none while one of them is open.
func TestOnlyPeopleJudge(t *testing.T) {
	dir := evidencetest.Example("clinic-assistant", 3)
	gauge := func(answers ...string) (level int, text string, comments int) {
		var c *evidence.Case
		if len(answers) == 0 {
			c = evidencetest.Case(t, dir, nil)
		} else {
			c = evidencetest.Case(t, dir, func(s string) string {
				s += "\n  answers:\n"
				for _, a := range answers {
					id, said, _ := strings.Cut(a, "=")
					s += fmt.Sprintf("    - {question: triage/%s, text: %q, by: dpo@clinic.example, on: 2026-11-01}\n", id, said)
				}
				return s
			})
		}
		level = -1
		got := export(t, c, "en")
		for _, a := range got.Answers {
			if a.To == 325 {
				level, text = *a.Data.Gauge, *a.Data.Text
			}
		}
		for _, k := range got.Comments {
			if k.To == 325 {
				comments++
			}
		}
		return level, text, comments
	}
	if n, _, open := gauge(); n != -1 || open != 2 {
		t.Errorf("nobody judged, and the level is %d with %d open questions", n, open)
	}
	if n, text, open := gauge("severity-access=limited: few persons"); n != 0 || open != 1 || !strings.Contains(text, "few persons") {
		t.Errorf("one of two is judged, and the level is %d with %d open questions: %s", n, open, text)
	}
	if n, text, open := gauge("severity-access=limited: few persons", "severity-foreign=significant: <health>"); n != 3 || open != 0 || !strings.Contains(text, "&lt;health&gt;") {
		t.Errorf("both are judged, and the level is %d with %d open questions: %s", n, open, text)
	}
}

// TestTheFileForgetsNothing: what the document says stands in the file too.
func TestTheFileForgetsNothing(t *testing.T) {
	got := export(t, evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil), "en")
	var all strings.Builder
	for _, a := range got.Answers {
		if a.Data.Text != nil {
			all.WriteString(*a.Data.Text + "\n")
		}
	}
	for _, k := range got.Comments {
		all.WriteString(k.Description + "\n")
		if strings.Contains(k.Description, "::") {
			t.Errorf("a question is put with two colons: %s", k.Description)
		}
	}
	held(t, all.String(), []string{
		"belongs to no system", "aws_cloudfront_distribution.site", // what nothing gives to a system
		"the site serves the public help pages only", // exceptions
		"US_FISA_702", "key of the operator; usable by the operator", "EXI-006",
		"describes the human oversight of triage", "law that does not apply",
	})
	if got.PIA["people_names"] != nil {
		t.Errorf("nobody says who was asked, and the file names %v", got.PIA["people_names"])
	}
}

// TestOneSystemAFile refuses what the tool has no place for.
func TestOneSystemAFile(t *testing.T) {
	dir := evidencetest.Example("clinic-assistant", 3)
	c := evidencetest.Case(t, dir, func(s string) string {
		return strings.Replace(s, "  systems:\n", "  systems:\n    billing: {purpose: writes letters}\n", 1)
	})
	err := dpia.Document.Exports["pia"](&bytes.Buffer{}, c, "en")
	if err == nil || !strings.Contains(err.Error(), "--system") || !strings.Contains(err.Error(), "billing, triage") {
		t.Errorf("two systems in one file: %v", err)
	}
	none := evidencetest.Case(t, dir, nil)
	none.Perimeter.Spec.Systems = nil
	if err := dpia.Document.Exports["pia"](&bytes.Buffer{}, none, "en"); err == nil || !strings.Contains(err.Error(), "spec.systems") {
		t.Errorf("no system in a file: %v", err)
	}
	c.Only = "billing"
	if got := export(t, c, "en"); got.PIA["name"] != "billing" {
		t.Errorf("the file is of %v", got.PIA["name"])
	}
	d, err := dpia.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.Blocks {
		if b.Heading != nil && b.Heading.Text == "Assessment: triage" {
			t.Error("the document of one system has another")
		}
	}
}
