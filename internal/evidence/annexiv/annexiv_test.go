package annexiv_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/annexiv"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

func written(t *testing.T, example string, old, new string) *evidence.Document {
	t.Helper()
	var edit func(string) string
	if old != "" {
		edit = func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	d, err := annexiv.Document.Make(evidencetest.Case(t, evidencetest.Example(example, 3), edit), "en")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// text is all sentences of a document, and the ids of its open questions.
func text(d *evidence.Document) string {
	var b strings.Builder
	d.Sentences(func(s *evidence.Sentence) { b.WriteString(s.Text + "\n") })
	for _, q := range d.Open {
		b.WriteString("open: " + q.ID + "\n")
	}
	return b.String()
}

func points(d *evidence.Document) int {
	n := 0
	for _, b := range d.Blocks {
		if b.Heading != nil && b.Heading.Level > 1 {
			n++
		}
	}
	return n
}

// TestScope: the documentation is written of high-risk systems alone; of others the
// document says so, and of a system that nobody classed it asks.
func TestScope(t *testing.T) {
	const key = "      ai_act: high-risk\n"
	for kind, want := range map[string]struct {
		whole bool
		says  string
	}{
		"high-risk":    {true, "Art. 11 AI Act applies to it from 2 December 2027."},
		"annex-i":      {true, "Art. 11 AI Act applies to it from 2 August 2028."},
		"transparency": {false, "Art. 11 asks for the documentation of Annex IV of high-risk AI systems only; none is made of triage."},
		"minimal":      {false, "triage is: none of the regulated kinds."},
		"":             {false, "open: triage/ai-act\n"},
	} {
		t.Run(kind, func(t *testing.T) {
			old, line := key, "      ai_act: "+kind+"\n"
			switch kind {
			case "high-risk":
				old = ""
			case "":
				line = ""
			}
			d := written(t, "clinic-assistant", old, line)
			if n := points(d); (n == 26) != want.whole || !want.whole && n > 0 {
				t.Errorf("%d points", n)
			}
			if s := text(d); !strings.Contains(s, want.says) {
				t.Errorf("it does not say %q:\n%s", want.says, s)
			}
		})
	}
}

// TestFacts: what files show stands under its point.
func TestFacts(t *testing.T) {
	s := text(written(t, "clinic-assistant", "", ""))
	for _, want := range []string{
		"Qwen/Qwen3-8B\n", "Alibaba Cloud (China)", // fetched by a pipeline, and not configured anywhere
		"bigbio/med_qa\n", "Data that models are trained on is named and described: undecided.",
		"2 endpoints or services are configured and name no model: aws_sagemaker_endpoint_configuration.mistral; azurerm_cognitive_account.openai.",
		"sentence-transformers\n", "finetune.yaml#exec-train\n", "2 flows lead to ends that could not be established.",
		"open: triage/shown-instructions\n", "open: triage/declaration\n", "open: triage/provider\n",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// TestDataSets: data that comes over the flow of a model is no model, and a model is no data.
func TestDataSets(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	met := 0
	for i := range c.Result.Flows {
		e := &c.Result.Flows[i]
		if !slices.Contains(e.Purposes, "dataset") {
			continue
		}
		met++
		e.Purposes = append(e.Purposes, "registry")
		for j := range c.Result.Assets {
			if a := &c.Result.Assets[j]; a.Subject == e.From+" → "+e.To {
				a.Maker.Others = append(a.Maker.Others, graph.Maker{Component: "allenai/Molmo-7B-D", Family: "molmo", Entity: "allenai", Country: "US", Confidence: graph.Claimed,
					Lineage: []graph.Ancestor{{Family: "olmo", Entity: "allenai", Country: "US", Confidence: graph.Documented}, {Unknown: "the name does not tell which"}}})
			}
		}
	}
	if met != 1 {
		t.Fatalf("%d flows bring data sets", met)
	}
	d, err := annexiv.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	models, sets := table(d, "Models of third parties, as configuration and programs name them"), table(d, dataSets)
	if want := "allenai/Molmo-7B-D|allenai (United States; claimed only)|OLMo: allenai (United States).|not known|the name does not tell which|not known|"; !strings.Contains(models, want) || strings.Contains(models, "med_qa") {
		t.Errorf("models, without %q:\n%s", want, models)
	}
	if want := "bigbio/med_qa|pipelines/dags/nightly.py|huggingface.co|Hugging Face (seat: United States)|the whole European Union and United States; any country (claimed only)|"; !strings.Contains(sets, want) || strings.Contains(sets, "Molmo") {
		t.Errorf("data sets, without %q:\n%s", want, sets)
	}
}

// dataSets is the caption of their table.
const dataSets = "Data sets that pipelines and programs fetch, and that stand in the folders of the system"

// table is the text of a table, a line for each row.
func table(d *evidence.Document, caption string) string {
	var out strings.Builder
	for _, b := range d.Blocks {
		if b.Table == nil || b.Table.Caption != caption {
			continue
		}
		for _, row := range b.Table.Rows {
			for _, cell := range row {
				for _, s := range cell {
					out.WriteString(s.Text + "|")
				}
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

// TestCards: what cards tell stands in the lineage: data in the folders, and on what
// data a model was trained.
func TestCards(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"perimeter.yaml": "apiVersion: bailiwick/v1\nkind: Perimeter\nmetadata: {name: tuned}\nspec:\n  jurisdictions: {allow: [EU]}\n  data: {notes: {gdpr: special, confidentiality: secret, collected_in: [DE, CH]}}\n" +
			"  bindings: [{match: \"*\", data: [notes], system: triage}]\n  systems: {triage: {ai_act: annex-i}}\n",
		"tuned/README.md": "---\nlicense: apache-2.0\nbase_model: meta-llama/Llama-3.1-8B\ndatasets: [clinic/notes]\n---\n",
		"main.tf":         "provider \"aws\" { region = \"eu-central-1\" }\nresource \"aws_s3_bucket\" \"notes\" {}\n",
		"notes/README.md": "---\nlicense: cc-by-4.0\ntask_categories: [question-answering]\n---\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d, err := annexiv.Document.Make(evidencetest.Case(t, dir, nil), "en")
	if err != nil {
		t.Fatal(err)
	}
	sets := table(d, dataSets)
	for _, want := range []string{"notes/README.md|–|a card in the folders of the system|not known|", "clinic/notes|tuned/README.md|named in the card of the model|not known|"} {
		if !strings.Contains(sets, want) {
			t.Errorf("data sets, without %q:\n%s", want, sets)
		}
	}
	all := text(d)
	for _, want := range []string{"Germany and Switzerland\n", "there is a single set of technical documentation"} {
		if !strings.Contains(all, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// TestPapers: a document of the perimeter stands with its digest, who approved it and
// its end; after that it shows nothing, and is asked for.
func TestPapers(t *testing.T) {
	const paper = "    - about: triage\n      fact: practices\n"
	add := func(expires string) string {
		return "    - {about: \"*\", fact: oversight, value: two doctors, document: \"sha256:" + strings.Repeat("ab", 32) + "\", approved_by: ciso@clinic.example, expires: " + expires + "}\n" + paper
	}
	for expires, want := range map[string]struct {
		says string
		asks bool
	}{
		"2027-06-30": {"two doctors (document sha256:" + strings.Repeat("ab", 32) + ", approved by ciso@clinic.example, valid until 30 June 2027)", false},
		"2026-11-25": {"valid until 25 November 2026)", false}, // its last day
		"2026-11-24": {"it ended on 24 November 2026 and shows nothing now.", true},
	} {
		s := text(written(t, "clinic-assistant-sovereign", paper, add(expires)))
		if !strings.Contains(s, want.says) || strings.Contains(s, "open: triage/shown-oversight") != want.asks {
			t.Errorf("%s: it does not say %q, or its question is open: %v is wanted", expires, want.says, want.asks)
		}
	}
}
