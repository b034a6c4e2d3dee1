package evidence_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

func messages(en string) fstest.MapFS {
	m := fstest.MapFS{}
	for _, l := range evidence.Languages() {
		m[l+".yaml"] = &fstest.MapFile{Data: []byte(en)}
	}
	return m
}

func clinic(t *testing.T) *evidence.Case {
	return evidencetest.Case(t, evidencetest.Example("clinic-assistant", 2), nil)
}

// kind is a document that write fills.
func kind(en string, write func(*evidence.Builder) error) *evidence.Kind {
	return &evidence.Kind{Name: "trial", Messages: messages("title: Trial\n" + en), Write: write}
}

func TestSharedWords(t *testing.T) {
	if err := evidence.CheckMessages(os.DirFS("words")); err != nil {
		t.Error(err)
	}
}

// TestFrameWords: what renderers ask the shared words for is there. They have no way to
// report that it is not.
func TestFrameWords(t *testing.T) {
	words := map[string]any{}
	src, err := os.ReadFile("words/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(src, &words); err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	files, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	setters, err := filepath.Glob("pdf/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, setters...) {
		if ext := filepath.Ext(name); ext != ".go" && ext != ".html" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:\b[fF]|Frame)\.(?:Word|Caption)\(? ?"([a-z_]+)"|"render\.([a-z_]+)"`).FindAllStringSubmatch(string(src), -1) {
			asked["render."+m[1]+m[2]] = true
		}
	}
	for _, kind := range []evidence.SourceKind{evidence.File, evidence.Record, evidence.Result, evidence.Ledger} {
		asked["render.source."+string(kind)] = true
	}
	if len(asked) < 20 {
		t.Errorf("only %d words are asked for", len(asked))
	}
	for key := range asked {
		if words[key] == nil {
			t.Errorf("the word %s is missing", key)
		}
	}
	for key := range words {
		if strings.HasPrefix(key, "render.") && !asked[key] {
			t.Errorf("nothing says %s", key)
		}
	}
}

func TestCheckMessages(t *testing.T) {
	m := messages("title: Trial\na: about {x}\n")
	m["de.yaml"] = &fstest.MapFile{Data: []byte("title: Versuch\n")}
	if err := evidence.CheckMessages(m); err == nil || err.Error() != `the message "a" is missing in de` {
		t.Errorf("a missing translation: %v", err)
	}
	m["de.yaml"] = &fstest.MapFile{Data: []byte("title: Versuch\na: über {y}\n")}
	if err := evidence.CheckMessages(m); err == nil || !strings.Contains(err.Error(), `speaks of "x" in en and of "y" in de`) {
		t.Errorf("a message about something else: %v", err)
	}
	for say, want := range map[string]string{"{one: a, other: 'a {x}'}": "in one form", "'{X} of'": "has a brace", "'{ x }'": "has a brace"} {
		if err := evidence.CheckMessages(messages("title: Trial\na: " + say + "\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", say, err, want)
		}
	}
	delete(m, "fr.yaml")
	if err := evidence.CheckMessages(m); err == nil || !strings.Contains(err.Error(), "fr.yaml") {
		t.Errorf("a missing language: %v", err)
	}
}

// TestHoles: whatever is missing is an error, and no document.
func TestHoles(t *testing.T) {
	c := clinic(t)
	at := evidence.Source{Kind: evidence.File, At: "a.tf:1"}
	for name, tc := range map[string]struct {
		write func(*evidence.Builder)
		want  string
	}{
		"message":  {func(b *evidence.Builder) { b.Paragraph(b.Fixed("nothing")) }, `the message "nothing" is missing in en`},
		"value":    {func(b *evidence.Builder) { b.Paragraph(b.Say("of", nil, at)) }, `the message "of" in en has no value for x`},
		"surplus":  {func(b *evidence.Builder) { b.Paragraph(b.Say("of", evidence.Values{"x": "1", "y": "2"}, at)) }, `does not say y`},
		"origin":   {func(b *evidence.Builder) { b.Paragraph(b.Say("of", evidence.Values{"x": "1"})) }, `"of" is said without a fact`},
		"nowhere":  {func(b *evidence.Builder) { b.Paragraph(b.Name("x", evidence.At(graph.Origin{}))) }, `"x" rests on a fact without origin`},
		"question": {func(b *evidence.Builder) { b.Paragraph(b.Ask("weather", "")) }, `the question "weather" is not in questions.yaml`},
		"blank":    {func(b *evidence.Builder) { b.Paragraph(b.Name(" ", at)) }, `a statement without words`},
		"row":      {func(b *evidence.Builder) { b.Table("of2", []string{"of2"}, []int{1}, [][]evidence.Cell{{}}) }, `a row of 0 cells below 1 heads`},
	} {
		t.Run(name, func(t *testing.T) {
			k := kind("of: about {x}\nof2: table\n", func(b *evidence.Builder) error { tc.write(b); return nil })
			d, err := k.Make(c, "en")
			if d != nil || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("document %v, error %v, want none with %q", d, err, tc.want)
			}
		})
	}
}

// TestMissingTranslation: a language that lacks a message makes no document.
func TestMissingTranslation(t *testing.T) {
	c := clinic(t)
	for name, tc := range map[string]struct{ de, want string }{
		"message": {"title: Versuch\n", `the message "of" is missing in de`},
		"empty":   {"title: Versuch\nof: ''\n", `de.yaml: the message "of" is empty`},
		"null":    {"title: Versuch\nof:\n", `de.yaml: the message "of" is empty`},
		"number":  {"title: Versuch\nof: 4\n", "a message is no text: put 4 into"},
		"forms":   {"title: Versuch\nof: {one: a, few: b, other: c}\n", "has the forms one and other"},
		"twice":   {"title: Versuch\nof: a\nof: b\n", `"of" already defined at line 2`},
		"file":    {"", "the messages are missing"},
	} {
		t.Run(name, func(t *testing.T) {
			m := messages("title: Trial\nof: word\n")
			if m["de.yaml"].Data = []byte(tc.de); tc.de == "" {
				delete(m, "de.yaml")
			}
			k := &evidence.Kind{Name: "trial", Messages: m, Write: func(b *evidence.Builder) error { b.Paragraph(b.Fixed("of")); return nil }}
			if d, err := k.Make(c, "de"); d != nil || err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("document %v, error %v, want none with %q", d, err, tc.want)
			}
			if _, err := k.Make(c, "en"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCaseWithoutOriginIsRefused(t *testing.T) {
	c := clinic(t)
	c.Result.Assets[3].Origin = graph.Origin{}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "has no origin") {
		t.Errorf("%v", err)
	}
	c = clinic(t)
	c.Result.Summary.Files = 0
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "nothing was looked at") {
		t.Errorf("%v", err)
	}
}

func TestWords(t *testing.T) {
	c := clinic(t)
	got := map[string][]string{}
	for _, language := range evidence.Languages() {
		k := kind("days: {one: '{n} day', other: '{n} days'}\n", func(b *evidence.Builder) error {
			got[language] = []string{
				b.Day("2026-03-01"), b.Day("2026-03-02"), b.Country("DE"), b.Countries(nil), b.Countries([]graph.Country{"CH", "US"}), b.Retention("1y"), b.Retention("10y"), b.Bytes(2_100_000),
				b.Say("days", evidence.Values{"n": 0}, evidence.In("x")).Text, b.Say("days", evidence.Values{"n": 12345}, evidence.In("x")).Text,
			}
			eu, err := c.KB.Expand("EU", c.At)
			if err != nil {
				return err
			}
			got[language] = append(got[language], b.Countries(append(eu, "US")))
			return nil
		})
		if _, err := k.Make(c, language); err != nil {
			t.Fatal(err)
		}
	}
	for language, want := range map[string]string{
		"en": "1 March 2026; 2 March 2026; Germany; not known; Switzerland and United States; 1 year; 10 years; 2.1\u00a0MB; 0 days; 12,345 days; the whole European Union and United States",
		"de": "1. März 2026; 2. März 2026; Deutschland; nicht bekannt; Schweiz und Vereinigte Staaten; 1 Jahr; 10 Jahre; 2,1\u00a0MB; 0 days; 12.345 days; die ganze Europäische Union und Vereinigte Staaten",
		"fr": "1er mars 2026; 2 mars 2026; Allemagne; inconnu; Suisse et États-Unis; 1 an; 10 ans; 2,1\u00a0Mo; 0 day; 12\u00a0345 days; toute l'Union européenne et États-Unis",
	} {
		if s := strings.Join(got[language], "; "); s != want {
			t.Errorf("%s:\n got %s\nwant %s", language, s, want)
		}
	}
}

// TestCite names clauses as lawyers of the language do.
func TestCite(t *testing.T) {
	c := clinic(t)
	got := map[string][]string{}
	for _, language := range evidence.Languages() {
		k := kind("", func(b *evidence.Builder) error {
			for _, q := range []kb.Requirement{
				{Instrument: "GDPR", Citation: "Regulation (EU) 2016/679, Art. 6"},
				{Instrument: "GDPR", Citation: "Regulation (EU) 2016/679, Art. 28(3)(a)"},
				{Instrument: "GDPR", Citation: "Regulation (EU) 2016/679, Art. 25(2)"},
				{Instrument: "AIA", Citation: "Regulation (EU) 2024/1689, Annex IV"},
				{Instrument: "AIA", Citation: "Regulation (EU) 2024/1689, Art. 4a, inserted by Regulation (EU) 2026/1744"},
				{Instrument: "SNC", Citation: "SecNumCloud 3.2, 19.6"},
			} {
				got[language] = append(got[language], b.Cite(&q))
			}
			return nil
		})
		if _, err := k.Make(c, language); err != nil {
			t.Fatal(err)
		}
	}
	const rest = "; Regulation (EU) 2024/1689, Art. 4a, inserted by Regulation (EU) 2026/1744; SecNumCloud 3.2, 19.6"
	for language, want := range map[string]string{
		"en": "Art. 6 GDPR; Art. 28(3)(a) GDPR; Art. 25(2) GDPR; Annex IV AI Act",
		"de": "Art. 6 DSGVO; Art. 28 Abs. 3 lit. a DSGVO; Art. 25 Abs. 2 DSGVO; Anhang IV KI-Verordnung",
		"fr": "art. 6 du RGPD; art. 28, par. 3, point a), du RGPD; art. 25, par. 2, du RGPD; annexe IV du règlement sur l'IA",
	} {
		if s := strings.Join(got[language], "; "); s != want+rest {
			t.Errorf("%s:\n got %s\nwant %s", language, s, want+rest)
		}
	}
}

func TestAnswers(t *testing.T) {
	const one = "  answers:\n    - {question: triage/representative, text: \"None, it is in Germany.\", by: dpo@clinic.example, on: 2026-11-20%s}\n"
	k := kind("", func(b *evidence.Builder) error {
		b.Paragraph(b.Ask("representative", "triage"), b.Ask("representative", "triage"))
		return nil
	})
	for name, tc := range map[string]struct{ more, text string }{
		"answered": {"", "None, it is in Germany. (dpo@clinic.example, 20 November 2026)"},
		"valid":    {", expires: 2026-11-25", "None, it is in Germany. (dpo@clinic.example, 20 November 2026)"},
		"ended":    {", expires: 2026-11-24", "Who represents the controller of triage in the Union, if it is not established there, with name and contact details (Art. 27 GDPR)?"},
	} {
		t.Run(name, func(t *testing.T) {
			c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 2), func(s string) string { return s + fmt.Sprintf(one, tc.more) })
			d, err := k.Make(c, "en")
			if err != nil {
				t.Fatal(err)
			}
			s := d.Blocks[0].Paragraph[1]
			if asked := d.Blocks[0].Paragraph[0]; !strings.HasPrefix(asked.Text, "Who represents") {
				t.Errorf("nothing tells what is answered: %+v", asked)
			}
			if s.Text != tc.text || d.Asked != 1 || (len(d.Open) == 1) != (name == "ended") {
				t.Errorf("%+v, asked %d, open %d", s, d.Asked, len(d.Open))
			}
			if name == "ended" && d.Open[0].Outdated != "2026-11-24" {
				t.Errorf("the end of the answer is not told: %+v", d.Open[0])
			}
		})
	}
}

func TestCheckAnswers(t *testing.T) {
	for question, want := range map[string]string{
		"triage/represantative": `no document asks "triage/represantative": questions end on a topic; did you mean "representative"?`,
		"triage/purpose":        "triage/purpose is answered by the key spec.systems.triage.purpose: write it there",
		"representative":        `"representative" is asked of system`,
		"triaje/representative": `the perimeter has no system "triaje"; did you mean "triage"?`,
		"opanai/sub-processors": `there is no operator "opanai"; did you mean "openai"?`,
		"prompts/retention":     "prompts/retention is answered by the key spec.data.prompts.retention",
	} {
		c := clinic(t)
		c.Perimeter.Spec.Answers = []perimeter.Answer{{Question: question, Text: "x", By: "y", On: "2026-11-20", Origin: graph.Origin{File: "perimeter.yaml", Line: 9}}}
		if err := c.CheckAnswers(); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "perimeter.yaml:9: ") {
			t.Errorf("%s: %v, want %q", question, err, want)
		}
	}
}

// TestCheckAnswersAboutRecipients: operators, and hosts that flows lead to, can be spoken
// of; one that is nearly such a host is a slip of the pen.
func TestCheckAnswersAboutRecipients(t *testing.T) {
	c := clinic(t)
	c.Result.Flows[0].To, c.Result.Flows[1].To = "vault", "eu.api.example"
	for about, want := range map[string]string{
		"openai": "", "vault": "", "eu.api.example": "", "other.part.example": "",
		"vualt": `did you mean "vault"?`, "eu.apo.example": `no flow leads to "eu.apo.example"; did you mean "eu.api.example"?`, "nobody-at-all": `there is no operator "nobody-at-all"`,
	} {
		c.Perimeter.Spec.Answers = []perimeter.Answer{{Question: about + "/sub-processors", Text: "x", By: "y", On: "2026-11-20", Origin: graph.Origin{File: "perimeter.yaml", Line: 9}}}
		err := c.CheckAnswers()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", about, err, want)
		}
	}
}

// escaped is what Markdown takes for text whatever stands around it.
var escaped = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")

// TestTextsAreInert: what a file says cannot become markup, nor hide what it is.
func TestTextsAreInert(t *testing.T) {
	const nasty = "<script>alert(1)</script> | [x](y) ![i](z) `z` *b* ~~s~~ $m$ </pre>-->\n# h\u202egnp\u2066\x00\x1b[31m\u200b\xff"
	k := kind("of2: T1\nof: about {x}\n", func(b *evidence.Builder) error {
		at := evidence.Source{Kind: evidence.File, At: "a(b) <c>\u202e.tf:1"}
		b.Head(1, "of", evidence.Values{"x": nasty})
		for _, begin := range []string{nasty, "- x", "+ x", "1. x", "2) x", "===", "    code", "> q", "# h", "| a |"} {
			b.Paragraph(b.Name(begin, at), b.Ask("purpose", nasty))
			b.List(evidence.Item{b.Name(begin, at), b.Ask("purpose", nasty)})
		}
		b.Table("of2", []string{"of2"}, []int{1}, [][]evidence.Cell{{{b.Name(nasty, at), b.Ask("contact", nasty)}}})
		b.Paragraph(b.Quote(nasty, evidence.Source{Kind: evidence.File, At: "javascript:alert(1)//:3"}))
		return nil
	})
	d, err := k.Make(clinic(t), "de")
	if err != nil {
		t.Fatal(err)
	}
	for format, never := range map[string][]string{
		"markdown": {"<script>", "[x](y)", "\n# h", "| [", "`", "~~", "$", "*b", "-->", "- - x", "- + x", "1. x", "2) x", "===", "\n    ", "](javascript:", "![i"},
		"html":     {"<script>", "</pre>", "-->", `href="javascript:`, "ZgotmplZ"},
	} {
		var b bytes.Buffer
		if err := evidence.Write(&b, format, d); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		if format == "markdown" {
			out = escaped.ReplaceAllString(out, "")
		}
		for _, s := range never {
			if strings.Contains(out, s) {
				t.Errorf("%s has %q in it:\n%s", format, s, out)
			}
		}
		out = strings.ReplaceAll(out, "&#43;", "+")
		for _, s := range []string{"U+202E", "U+2066", "U+0000", "U+001B", "U+200B"} {
			if !strings.Contains(out, s) {
				t.Errorf("%s does not show %s", format, s)
			}
		}
		if i := strings.IndexFunc(out, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }); i >= 0 {
			t.Errorf("%s has %U in it", format, []rune(out[i:])[0])
		}
	}
}

// TestNoFindingIsLost holds the findings of all systems, and of what belongs to none,
// against those of the result.
func TestNoFindingIsLost(t *testing.T) {
	for _, example := range []string{"clinic-assistant", "clinic-assistant-sovereign"} {
		c := evidencetest.Case(t, evidencetest.Example(example, 2), nil)
		seen := map[*finding.Finding]bool{}
		for _, system := range append(c.AllSystems(), evidence.Unbound) {
			for _, f := range c.Findings(system) {
				seen[f] = true
			}
		}
		for i := range c.Result.Findings {
			if f := &c.Result.Findings[i]; !seen[f] {
				t.Errorf("%s: %s about %s is of no system, and not of what belongs to none", example, f.Rule, f.Subject)
			}
		}
	}
}
