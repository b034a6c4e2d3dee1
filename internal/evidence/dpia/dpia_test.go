package dpia_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/dpia"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

const meter = `apiVersion: bailiwick/v1
kind: Perimeter
metadata: {name: plain}
spec:
  jurisdictions: {allow: [EU]}
  data:
    readings: {gdpr: none, confidentiality: internal}
  bindings:
    - {match: "aws_s3_bucket.*", data: [readings], system: meter}
  systems:
    meter: {purpose: measures pumps, controller: Example Ltd}
`

const buckets = `provider "aws" { region = "eu-central-1" }
resource "aws_s3_bucket" "a" { bucket = "a" }
`

// tree is a case of files of its own: the perimeter, and one file of Terraform.
func tree(t *testing.T, perimeter, tf string) *evidence.Case {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"perimeter.yaml": perimeter, "main.tf": tf} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return evidencetest.Case(t, dir, nil)
}

// said is the text of the document, a sentence a line.
func said(t *testing.T, c *evidence.Case, language string) string {
	t.Helper()
	d, err := dpia.Document.Make(c, language)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	d.Sentences(func(s *evidence.Sentence) { out.WriteString(s.Text + "\n") })
	return out.String()
}

// held wants some of what is said to be there, and none of the rest.
func held(t *testing.T, text string, there []string, absent ...string) {
	t.Helper()
	for _, want := range there {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	for _, not := range absent {
		if strings.Contains(text, not) {
			t.Errorf("it says %q", not)
		}
	}
}

// TestWhatCouldNotBeRead: a file with a hole makes an assessment with one, which says so.
func TestWhatCouldNotBeRead(t *testing.T) {
	c := tree(t, meter, buckets+"resource \"aws_s3_bucket\" \"b\" {\n  bucket = \n")
	held(t, said(t, c, "en"), []string{"could not be read"})
	if a := export(t, c, "en").Answers[0]; a.To != 111 || !strings.Contains(*a.Data.Text, "could not be read") {
		t.Errorf("the file does not begin with it: %+v", a)
	}
}

// TestPersonalDataOrNone: where no class is personal, the assessment says that it may not
// be due, and where nothing carries a class, that nobody knows.
func TestPersonalDataOrNone(t *testing.T) {
	const none, unknown = "no class of personal data", "whether it processes personal data is not known"
	held(t, said(t, tree(t, meter, buckets), "en"), []string{none, "readings"}, unknown)
	held(t, said(t, tree(t, strings.Replace(meter, "gdpr: none", "gdpr: personal", 1), buckets), "en"), nil, none, unknown)
	held(t, said(t, tree(t, strings.Replace(meter, "aws_s3_bucket.*", "elsewhere.*", 1), buckets), "en"), []string{unknown}, none)
}

// TestProcessor: a processor assists; the assessment is that of the controller.
func TestProcessor(t *testing.T) {
	const assists = "Art. 28(3)(f)"
	held(t, said(t, tree(t, strings.Replace(meter, "Example Ltd}", "Example Ltd, role: processor}", 1), buckets), "en"), []string{assists})
	held(t, said(t, tree(t, strings.Replace(meter, "Example Ltd}", "Example Ltd, role: controller}", 1), buckets), "en"), nil, assists)
}

// TestWordsOfTheLanguage: a check is named in the language of the document.
func TestWordsOfTheLanguage(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	const english = "Data at rest is encrypted (ENC-003)"
	held(t, said(t, c, "en"), []string{english})
	for _, language := range []string{"de", "fr"} {
		held(t, said(t, c, language), []string{"(ENC-003)"}, english)
		if m := export(t, c, language).Measures[0]; !strings.Contains(m.Title, "(ENC-003)") || strings.Contains(m.Title, "Data at rest") {
			t.Errorf("in %s the first measure is %q", language, m.Title)
		}
	}
}

// TestLawThatDoesNotApplyYet: what rests on such law alone is counted where its risk is,
// and a risk of which nothing else is known does not look looked at.
func TestLawThatDoesNotApplyYet(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	held(t, said(t, c, "en"), []string{"law that does not apply", "MDL-011"})
	kept := c.Result.Findings[:0]
	for _, f := range c.Result.Findings {
		if f.Status == finding.NotInForce {
			kept = append(kept, f)
		}
	}
	if c.Result.Findings = kept; len(kept) == 0 {
		t.Fatal("the example has none")
	}
	held(t, said(t, c, "en"), []string{"nothing is known of it", "MDL-011"}, "fulfilled in every case")
}

// TestMeasuresInPart: what holds in one case of two is no whole measure, in no form, and
// what is only declared says so.
func TestMeasuresInPart(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	held(t, said(t, c, "en"), []string{"Holds in 1 of 2 cases; the other one is failed, undecided or waived.", "only declared"}, "measures that exist", "Measures that exist")
	titles := 0
	for _, m := range export(t, c, "en").Measures {
		if strings.Contains(m.Content, "Holds in 1 of 2 cases") {
			held(t, m.Title, []string{"in 1 of 2 cases"})
			titles++
		}
	}
	if titles == 0 {
		t.Error("no measure holds in part")
	}
}

// TestWhomForeignLawReaches: who only hands out packages gets no data that an authority
// could ask for.
func TestWhomForeignLawReaches(t *testing.T) {
	text := said(t, evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil), "en")
	held(t, text, []string{"no law was looked up for them: Docker"})
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "Amazon Web Services, Anthropic") {
			held(t, line, []string{"OpenAI"}, "Docker", "Python Software Foundation")
			return
		}
	}
	t.Error("no law reaches anybody")
}

// TestKeysThatAreNot: what is not encrypted has no key that somebody could use, and what
// nobody knows is said once.
func TestKeysThatAreNot(t *testing.T) {
	text := said(t, evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil), "en")
	held(t, text, []string{"\nnot encrypted\n", "\nnot known\n", "key of the operator; usable by the operator"}, "not encrypted; usable", "usable by not known")
}

// TestNothingSeen: without traffic nothing is said to be quiet.
func TestNothingSeen(t *testing.T) {
	held(t, said(t, tree(t, meter, buckets), "en"), []string{"No traffic of this system was observed"})
}
