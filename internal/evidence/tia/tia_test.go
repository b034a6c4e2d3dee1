package tia_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/tia"
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
	for name, tc := range map[string]struct{ entry, tool, result string }{
		"none":         {"telemetry.example, tool: bcr", "By which safeguard of Chapter V is the transfer to datadog covered?", "No tool of Chapter V is recorded"},
		"by operator":  {"datadog, tool: scc, module: 2, tia: TIA-7, expires: 2027-05-01", "standard contractual clauses (Art. 46(2)(c)), until 1 May 2027.", "Foreign law reaches the recipient."},
		"by host":      {"aws-kinesis-http-intake.logs.datadoghq.com, tool: scc, module: 2", "standard contractual clauses (Art. 46(2)(c)).", "Foreign law reaches the recipient."},
		"ended":        {"datadog, tool: bcr, expires: 2026-11-24", "which ended on 24 November 2026: there is none now.", "has ended, or is not for every class"},
		"last day":     {"datadog, tool: bcr, expires: 2026-11-25", "until 25 November 2026.", "Foreign law reaches the recipient."},
		"other class":  {"datadog, tool: bcr, data: [backups]", "but not for prompts: that is not covered.", "has ended, or is not for every class"},
		"other system": {"datadog, tool: bcr}\n    - {from: aws_kinesis*, to: datadog, tool: scc, module: 1", "binding corporate rules (Art. 47).", "Foreign law reaches the recipient."},
	} {
		t.Run(name, func(t *testing.T) {
			d := with(t, recorded(tc.entry))
			if got := row(t, d, "Tools of Chapter V and adequacy decisions", "Datadog"); !strings.Contains(got, tc.tool) {
				t.Errorf("the tool: %s", got)
			}
			if got := row(t, d, "What the steps come to", "Datadog"); !strings.Contains(got, tc.result) {
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

// TestExposureIsNoTransfer: who keeps the data in the Area under foreign control is
// no transfer, and is not left out.
func TestExposureIsNoTransfer(t *testing.T) {
	d := with(t, "\n# nothing more\n")
	if got := row(t, d, "Recipients inside of the Area that foreign law reaches", "New Relic"); !strings.Contains(got, "18 U.S.C. 2713") {
		t.Error(got)
	}
	for _, b := range d.Blocks {
		if b.Table != nil && b.Table.Caption == "Transfers to third countries" {
			for _, r := range b.Table.Rows {
				if strings.HasPrefix(r[0][0].Text, "New Relic") {
					t.Error("an exposure stands among the transfers")
				}
			}
		}
	}
}
