package tia_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/tia"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// with is the assessment of the clinic with more in its perimeter.
func with(t *testing.T, more string) *evidence.Document {
	t.Helper()
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), func(s string) string { return s + more })
	d, err := tia.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// one is the assessment of the clinic's perimeter over a single Terraform file.
func one(t *testing.T, src string) *evidence.Document {
	t.Helper()
	dir := t.TempDir()
	p, err := os.ReadFile(filepath.Join(evidencetest.Example("clinic-assistant", 3), perimeter.FileName))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{perimeter.FileName: p, "main.tf": []byte(src)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d, err := tia.Document.Make(evidencetest.Case(t, dir, nil), "en")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// row is what the table of a caption says of a recipient.
func row(t *testing.T, d *evidence.Document, caption, recipient string) string {
	t.Helper()
	for _, b := range d.Blocks {
		if b.Table == nil || b.Table.Caption != caption {
			continue
		}
		for _, r := range b.Table.Rows {
			if !strings.HasPrefix(r[0][0].Text, recipient) {
				continue
			}
			var out []string
			for _, c := range r {
				for _, s := range c {
					out = append(out, s.Text)
				}
			}
			return strings.Join(out, " | ")
		}
	}
	t.Fatalf("the table %q does not speak of %s", caption, recipient)
	return ""
}

const transfer = "  transfers:\n    - {from: triage, to: %s}\n"

func recorded(entry string) string { return strings.Replace(transfer, "%s", entry, 1) }

// TestTools: what counts as a tool, and what does not.
func TestTools(t *testing.T) {
	of := map[string]string{"no decision": "OpenAI"}
	for name, tc := range map[string]struct{ entry, tool, result string }{
		"none":         {"telemetry.example, tool: bcr", "By which safeguard of Chapter V is the transfer to datadog covered?", "No tool of Chapter V is recorded"},
		"by operator":  {"datadog, tool: scc, module: 2, tia: TIA-7, expires: 2027-05-01", "standard contractual clauses (Art. 46(2)(c)), until 1 May 2027.", "Foreign law reaches the recipient."},
		"by host":      {"aws-kinesis-http-intake.logs.datadoghq.com, tool: scc, module: 2", "standard contractual clauses (Art. 46(2)(c)).", "Foreign law reaches the recipient."},
		"ended":        {"datadog, tool: bcr, expires: 2026-11-24", "which ended on 24 November 2026: there is none now.", "has ended, or is not for every class"},
		"last day":     {"datadog, tool: bcr, expires: 2026-11-25", "until 25 November 2026.", "Foreign law reaches the recipient."},
		"other class":  {"datadog, tool: bcr, data: [backups]", "but not for prompts: that is not covered.", "has ended, or is not for every class"},
		"no decision":  {"openai, tool: adequacy", "but there is none for any country: that is not covered.", "or for every country"},
		"decision":     {"datadog, tool: adequacy", "adequacy decision (Art. 45).", "recorded as one under an adequacy decision for some recipients"},
		"derogation":   {"datadog, tool: derogation", "derogation (Art. 49).", "Derogations are exceptions"},
		"other system": {"datadog, tool: bcr}\n    - {from: aws_kinesis*, to: datadog, tool: scc, module: 1", "binding corporate rules (Art. 47).", "Foreign law reaches the recipient."},
	} {
		t.Run(name, func(t *testing.T) {
			d := with(t, recorded(tc.entry))
			who := cmp.Or(of[name], "Datadog")
			if got := row(t, d, "Tools of Chapter V and adequacy decisions", who); !strings.Contains(got, tc.tool) {
				t.Errorf("the tool: %s", got)
			}
			if got := row(t, d, "What the steps come to", who); !strings.Contains(got, tc.result) {
				t.Errorf("the result: %s", got)
			}
		})
	}
}

// TestPartialDecision: a decision for some recipients is named with its scope, and
// leaves the transfer without a tool.
func TestPartialDecision(t *testing.T) {
	d := with(t, "\n# nothing more\n")
	got := row(t, d, "Tools of Chapter V and adequacy decisions", "Datadog")
	for _, want := range []string{"for some recipients only, and so not sufficient by itself", "Data Privacy Framework List", "By which safeguard"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
	if got := row(t, d, "What the steps come to", "Datadog"); !strings.Contains(got, "the transfer has no basis") {
		t.Errorf("a partial decision suffices: %s", got)
	}
}

// TestUseCase6: who has clear text and is reached by foreign law is told that no
// technical measure is known; of whom no clear text is known, that is not said.
func TestUseCase6(t *testing.T) {
	d := with(t, "\n# nothing more\n")
	of := map[string]bool{}
	d.Sentences(func(s *evidence.Sentence) {
		if name, _, ok := strings.Cut(s.Text, " has clear text and is reached by "); ok {
			of[name] = true
			record := func(n int) bool { return d.Sources[n-1].At == "EDPB_01_2020_UC6" }
			if !slices.ContainsFunc(s.Sources, record) {
				t.Errorf("%q does not name its clause", s.Text)
			}
		}
	})
	for name, want := range map[string]bool{"Amazon Web Services": true, "OpenAI": true, "Datadog": false} {
		if of[name] != want {
			t.Errorf("%s: use case 6 is said: %v", name, of[name])
		}
	}
}

// TestRemoteAccess: support from a third country is a transfer, wherever the data is.
func TestRemoteAccess(t *testing.T) {
	const paper = "  evidence:\n    - {about: mistral, fact: support, value: [FR, MA], document: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\", approved_by: x, expires: 2027-01-01}\n"
	const caption = "From where recipients administer what they run"
	if got := row(t, with(t, paper), caption, "Mistral"); !strings.Contains(got, "France and Morocco, as a document shows that is valid until 1 January 2027.") || !strings.Contains(got, "Access from Morocco is a transfer to a third country") {
		t.Error(got)
	}
	ended := strings.Replace(paper, "2027-01-01", "2026-11-24", 1)
	if got := row(t, with(t, ended), caption, "Mistral"); !strings.Contains(got, "From which countries can mistral reach in") {
		t.Errorf("a document that has ended counts: %s", got)
	}
}

const (
	transfers = "Transfers to third countries"
	unplaced  = "Recipients whose places are not established"
	exposures = "Recipients inside of the Area that foreign law reaches"
)

// TestExposureIsNoTransfer: who is shown to keep the data in the Area under foreign control
// is no transfer, and is not left out.
func TestExposureIsNoTransfer(t *testing.T) {
	const bucket = `provider "aws" { region = "eu-central-1" }
resource "aws_s3_bucket" "corpus" { bucket = "corpus" }
`
	d := one(t, bucket)
	if got := row(t, d, exposures, "Amazon Web Services"); !strings.Contains(got, "Germany") || !strings.Contains(got, "18 U.S.C. 2713") {
		t.Error(got)
	}
	for _, caption := range []string{transfers, unplaced} {
		if speaks(d, caption, "Amazon Web Services") {
			t.Errorf("an exposure stands below %q", caption)
		}
	}
}

// TestClaimedPlace: who is only claimed to keep the data in the Area is not shown to, and
// the law that reaches it stands beside that.
func TestClaimedPlace(t *testing.T) {
	d := with(t, "\n# nothing more\n")
	got := row(t, d, unplaced, "New Relic")
	for _, want := range []string{"the whole European Union (claimed only)", "(that it runs this is claimed only)", "18 U.S.C. 2713", "in which countries does it store"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
	if speaks(d, exposures, "New Relic") {
		t.Error("a claim makes an exposure of it")
	}
}

// TestNobodyVanishes: what nobody knows who runs, and where nobody knows it leads, is in the
// assessment, of a system and of none.
func TestNobodyVanishes(t *testing.T) {
	d := with(t, "\n# nothing more\n")
	const strays = "Assets and flows without a known recipient"
	for what, why := range map[string]string{
		"inferenceservice/triage/embedder": "nothing says where it is",
		"nightly.py#copy_records → ?":      "AIRFLOW_CONN_AWS_RECORDS",
	} {
		if got := row(t, d, strays, what); !strings.Contains(got, why) {
			t.Errorf("%s: %s", what, got)
		}
	}
	if got := row(t, d, unplaced, "config.mlflow-telemetry.io"); !strings.Contains(got, "nobody established who runs it") {
		t.Errorf("what belongs to no system: %s", got)
	}
}

// speaks reports whether a table of a caption speaks of a recipient.
func speaks(d *evidence.Document, caption, recipient string) bool {
	return slices.ContainsFunc(d.Blocks, func(b evidence.Block) bool {
		return b.Table != nil && b.Table.Caption == caption && slices.ContainsFunc(b.Table.Rows, func(r []evidence.Cell) bool {
			return strings.HasPrefix(r[0][0].Text, recipient)
		})
	})
}
