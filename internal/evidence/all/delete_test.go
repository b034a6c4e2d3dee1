package all_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/all"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
)

// A deletion takes one fact out of the perimeter.
type deletion struct {
	line  string // that goes: its beginning, without blanks
	says  string // what sentences that rest on it have in them
	asks  string // the question that takes their place
	rules bool   // rules read it too, so that findings change with it
}

var deletions = map[string]deletion{
	"purpose":    {line: "purpose: answers questions", says: "answers questions of doctors about their patients' records", asks: "triage/purpose"},
	"controller": {line: "controller: University", says: "University Clinic Example", asks: "triage/controller"},
	"dpo":        {line: "dpo: ", says: "dpo@clinic.example", asks: "triage/dpo"},
	"subjects":   {line: "subjects: ", says: "patients and staff", asks: "triage/subjects"},
	"basis":      {line: "basis: ", says: "Art. 9 GDPR", asks: "triage/basis", rules: true},
	"ai-act":     {line: "ai_act: ", says: "high-risk system (", asks: "triage/ai-act", rules: true},
	"retention":  {line: "retention: 10y", says: "10 years", asks: "patient-records/retention", rules: true},
	"transfer":   {line: "- {from: triage, to: openai, tool: scc", says: "ontractual clauses", asks: "openai/transfer-tool", rules: true},
	"document":   {line: "- {about: triage, fact: oversight", says: "OVERSIGHT-7", asks: "triage/shown-oversight", rules: true},
	"answer":     {line: "- {question: triage/representative", says: "None, it is in Germany.", asks: "triage/representative"},
}

// further are facts that the example lacks, for the end of its perimeter.
var further = `
  transfers:
    - {from: triage, to: openai, tool: scc, module: 2, expires: 2027-06-30}
    - {from: triage, to: sentry, tool: scc, module: 2, expires: 2027-06-30}
  evidence:
    - {about: triage, fact: oversight, value: [OVERSIGHT-7], document: "sha256:` + strings.Repeat("0", 64) + `", approved_by: board@clinic.example, expires: 2027-06-30}
    - {about: triage, fact: risks, value: [RISKS-3], document: "sha256:` + strings.Repeat("1", 64) + `", approved_by: board@clinic.example, expires: 2027-06-30}
  answers:
    - {question: triage/representative, text: "None, it is in Germany.", by: board@clinic.example, on: 2026-11-20}
    - {question: triage/contact, text: "Clinic Road 1", by: board@clinic.example, on: 2026-11-20}
`

// cut leaves the line of the fact empty, so that all others keep their numbers, and tells
// which it was.
func (d deletion) cut(text string) (rest, at string) {
	lines := strings.Split(text, "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), d.line) })
	if i >= 0 {
		lines[i] = ""
	}
	return strings.Join(lines, "\n"), fmt.Sprintf("perimeter.yaml:%d", i+1)
}

// TestDeletedFactsAreAsked takes facts away, one after the other: in every document the
// sentences that rested on one are gone, the question for it is there, and, where rules do
// not read it, nothing else has changed.
func TestDeletedFactsAreAsked(t *testing.T) {
	dir := evidencetest.Example("clinic-assistant", 3)
	before := evidencetest.Case(t, dir, func(s string) string { return s + further })
	before.Documents = all.Kinds()
	was := map[string]*evidence.Document{}
	for name, fact := range deletions {
		t.Run(name, func(t *testing.T) {
			at := ""
			gone := evidencetest.Case(t, dir, func(s string) (rest string) {
				rest, at = fact.cut(s + further)
				return rest
			})
			gone.Documents = all.Kinds()
			said := 0
			for _, k := range all.Kinds() {
				if k.Write == nil {
					continue
				}
				if was[k.Name] == nil {
					was[k.Name] = made(t, k, before)
				}
				n, wrong := afterwards(was[k.Name], made(t, k, gone), fact, at)
				said += n
				for _, w := range wrong {
					t.Errorf("%s: %s", k.Name, w)
				}
			}
			if said == 0 {
				t.Error("no document says it")
			}
		})
	}
}

func made(t *testing.T, k *evidence.Kind, c *evidence.Case) *evidence.Document {
	t.Helper()
	d, err := k.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// afterwards counts the sentences of a document that say a fact, and tells what is wrong
// when it is gone.
func afterwards(was, is *evidence.Document, fact deletion, at string) (said int, wrong []string) {
	rest := map[string]int{} // how often each other sentence stands there, before less after
	saying := 0              // sentences of others that have the words too
	for _, s := range sentences(was) {
		words := strings.Contains(s.Text, fact.says)
		if words && slices.ContainsFunc(s.Sources, func(n int) bool { return was.Sources[n-1].At == at }) {
			said++
			continue
		}
		rest[trace(was, &s)]++
		if words && s.Manner != evidence.Fixed {
			saying++
		}
	}
	open := func(d *evidence.Document) bool {
		return slices.ContainsFunc(d.Open, func(q *evidence.Asking) bool { return q.ID == fact.asks })
	}
	if open(was) {
		wrong = append(wrong, "it asks for what it was told")
	}
	if said > 0 && !open(is) {
		wrong = append(wrong, "it said so, and does not ask now")
	}
	asked, still := 0, 0
	for _, s := range sentences(is) {
		switch {
		case s.Asking != nil && s.Asking.ID == fact.asks:
			asked++
			continue
		case strings.Contains(s.Text, fact.says) && s.Manner != evidence.Fixed:
			still++
		}
		rest[trace(is, &s)]--
	}
	if said > 0 && asked == 0 {
		wrong = append(wrong, "the question stands nowhere in the text")
	}
	if still > saying {
		wrong = append(wrong, fmt.Sprintf("it still says %q", fact.says))
	}
	for s, n := range rest {
		if n != 0 && !fact.rules {
			wrong = append(wrong, fmt.Sprintf("%+d of %s", -n, s))
		}
	}
	return said, wrong
}

// trace is a sentence with all that it rests on. What the result says as a whole counts
// questions too.
func trace(d *evidence.Document, s *evidence.Sentence) string {
	out := string(s.Manner) + " " + s.Text
	for _, n := range s.Sources {
		out += " | " + d.Sources[n-1].String()
		if d.Sources[n-1].Kind == evidence.Result {
			return "of the result as a whole"
		}
	}
	return out
}

// TestDeletionIsSeen: the test above finds a document that goes on to say what nobody
// wrote, one that falls silent, and one that changes what does not rest on the fact.
func TestDeletionIsSeen(t *testing.T) {
	dir := evidencetest.Example("clinic-assistant", 3)
	fact := deletions["dpo"]
	before := evidencetest.Case(t, dir, nil)
	at := before.Key("spec.systems.triage.dpo")
	gone := evidencetest.Case(t, dir, func(s string) (rest string) { rest, _ = fact.cut(s); return rest })
	dpo := func(b *evidence.Builder) string { return b.Case.Perimeter.Spec.Systems["triage"].DPO }
	given := func(b *evidence.Builder) evidence.Sentence {
		return b.Given("value", "dpo", "triage", dpo(b), evidence.Values{"value": dpo(b)})
	}
	for name, tc := range map[string]struct {
		write func(*evidence.Builder)
		want  string
	}{
		"honest": {func(b *evidence.Builder) { b.Paragraph(given(b)) }, ""},
		"stale":  {func(b *evidence.Builder) { b.Paragraph(b.Name("dpo@clinic.example", at)) }, "it still says"},
		"silent": {func(b *evidence.Builder) {
			if dpo(b) != "" {
				b.Paragraph(given(b))
			}
		}, "does not ask now"},
		"other": {func(b *evidence.Builder) {
			b.Paragraph(given(b))
			if dpo(b) == "" {
				b.Paragraph(b.Name("something else", at))
			}
		}, "something else"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &evidence.Kind{Name: "trial", Messages: trial(), Write: func(b *evidence.Builder) error { tc.write(b); return nil }}
			_, wrong := afterwards(made(t, k, before), made(t, k, gone), fact, at.At)
			if got := strings.Join(wrong, "; "); (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func trial() fs.FS {
	messages := fstest.MapFS{}
	for _, l := range evidence.Languages() {
		messages[l+".yaml"] = &fstest.MapFile{Data: []byte("title: Trial\n")}
	}
	return messages
}
