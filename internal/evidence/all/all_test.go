package all_test

import (
	"bytes"
	"errors"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/all"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/pdf"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

var examples = []string{"clinic-assistant", "clinic-assistant-sovereign"}

// each calls f for every document in every language of an example.
func each(t *testing.T, c *evidence.Case, f func(*testing.T, *evidence.Kind, *evidence.Document)) {
	t.Helper()
	c.Documents = all.Kinds()
	for _, name := range all.Names() {
		k, err := all.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		if k.Write == nil {
			continue
		}
		for _, language := range evidence.Languages() {
			t.Run(name+"/"+language, func(t *testing.T) {
				d, err := k.Make(c, language)
				if err != nil {
					t.Fatal(err)
				}
				f(t, k, d)
			})
		}
	}
}

// TestEveryStatementHasItsOrigin walks all sentences of all documents: a statement has
// a source, and what the source names is there.
func TestEveryStatementHasItsOrigin(t *testing.T) {
	for _, example := range examples {
		c := evidencetest.Case(t, evidencetest.Example(example, 3), nil)
		each(t, c, func(t *testing.T, _ *evidence.Kind, d *evidence.Document) {
			stated := 0
			d.Sentences(func(s *evidence.Sentence) {
				if strings.TrimSpace(s.Text) == "" || strings.ContainsAny(s.Text, "{}") && s.Manner != evidence.Stated {
					t.Errorf("a sentence with a hole: %+v", s)
				}
				switch s.Manner {
				case evidence.Stated, evidence.Answered:
					stated++
					if len(s.Sources) == 0 {
						t.Errorf("nobody can verify %q", s.Text)
					}
				case evidence.Asked:
					if s.Asking == nil || s.Asking.ID == "" || s.Asking.Where == "" {
						t.Errorf("nobody can answer %q", s.Text)
					}
				case evidence.Fixed:
				default:
					t.Errorf("%q came to be in no manner", s.Text)
				}
				for _, n := range s.Sources {
					if n < 1 || n > len(d.Sources) {
						t.Errorf("%q has the source %d of %d", s.Text, n, len(d.Sources))
					}
				}
			})
			if stated == 0 {
				t.Error("the document states nothing")
			}
			for _, s := range d.Sources {
				there(t, c, s)
			}
			headings(t, d)
			figures(t, d)
		})
	}
}

// headings reports a level that is left out, and a section with nothing in it.
func headings(t *testing.T, d *evidence.Document) {
	t.Helper()
	last := 0
	for i := range d.Blocks {
		h := d.Blocks[i].Heading
		if h == nil {
			continue
		}
		if h.Level > last+1 {
			t.Errorf("%q is a heading of level %d below one of level %d", h.Text, h.Level, last)
		}
		last = h.Level
		if next := i + 1; next == len(d.Blocks) || d.Blocks[next].Heading != nil && d.Blocks[next].Heading.Level <= h.Level {
			t.Errorf("nothing stands below %q", h.Text)
		}
	}
}

// figures reports what is drawn and leads nowhere: a line has an origin, and so has a box,
// or it names those for which it stands.
func figures(t *testing.T, d *evidence.Document) {
	t.Helper()
	for i := range d.Blocks {
		f := d.Blocks[i].Figure
		if f == nil {
			continue
		}
		for j := range f.Map.Nodes {
			if n := &f.Map.Nodes[j]; n.Origin.IsZero() && len(n.Members) == 0 {
				t.Errorf("%s: nobody can verify the box %s", f.Caption, n.Full)
			}
		}
		for j := range f.Map.Edges {
			if e := &f.Map.Edges[j]; e.Origin.IsZero() {
				t.Errorf("%s: nobody can verify the line from %s to %s", f.Caption, e.From, e.To)
			}
		}
	}
}

var fileLine = regexp.MustCompile(`^(.+):([0-9]+)$`)

// there reports a source that leads nowhere.
func there(t *testing.T, c *evidence.Case, s evidence.Source) {
	t.Helper()
	switch s.Kind {
	case evidence.File:
		file, line := s.At, 0
		if m := fileLine.FindStringSubmatch(s.At); m != nil {
			file = m[1]
			line, _ = strconv.Atoi(m[2])
		}
		if src, err := os.ReadFile(file); err != nil || line > bytes.Count(src, []byte("\n"))+1 {
			t.Errorf("the source %s is not there: %v", s.At, err)
		}
	case evidence.Record:
		what, id, ok := strings.Cut(s.At, " ")
		if !ok {
			what, id = "requirement", s.At
		}
		found := false
		switch what {
		case "operator":
			_, found = c.KB.Operator(graph.EntityID(id))
		case "adequacy":
			_, found = c.KB.Adequate(graph.Country(id), c.At)
		case "requirement":
			_, found = c.KB.Requirement(graph.RequirementID(id))
		case "law":
			found = slices.ContainsFunc(kbLaws(c), func(l string) bool { return l == id })
		case "model":
			found = slices.ContainsFunc(c.KB.Models(), func(m kb.Model) bool { return m.ID == id })
		}
		if !found {
			t.Errorf("the knowledge base has no record %s", s.At)
		}
	case evidence.Result, evidence.Ledger:
		if s.At == "" {
			t.Error("a source without a path")
		}
	default:
		t.Errorf("a source of no kind: %+v", s)
	}
}

func kbLaws(c *evidence.Case) []string {
	var out []string
	for _, l := range c.KB.Laws() {
		out = append(out, string(l.ID))
	}
	return out
}

// TestOneFactOneChange changes one fact: exactly the sentences that name its line
// change. It takes the fact away: they become questions.
func TestOneFactOneChange(t *testing.T) {
	dir := evidencetest.Example("clinic-assistant", 3)
	const fact = "answers questions of doctors about their patients' records"
	before := evidencetest.Case(t, dir, nil)
	changed := evidencetest.Case(t, dir, func(s string) string { return strings.Replace(s, fact, "sorts letters", 1) })
	gone := evidencetest.Case(t, dir, func(s string) string { return strings.Replace(s, "      purpose: "+fact+"\n", "", 1) })
	line := evidence.At(before.Perimeter.OriginOf("spec.systems.triage.purpose"))
	met := 0
	for _, name := range all.Names() {
		k, _ := all.Find(name)
		if k.Write == nil {
			continue
		}
		a, err := k.Make(before, "en")
		if err != nil {
			t.Fatal(err)
		}
		b, err := k.Make(changed, "en")
		if err != nil {
			t.Fatal(err)
		}
		was, is := sentences(a), sentences(b)
		if len(was) != len(is) {
			t.Fatalf("%s: %d sentences became %d", name, len(was), len(is))
		}
		for i := range was {
			names := slices.ContainsFunc(was[i].Sources, func(n int) bool { return a.Sources[n-1] == line })
			if differs := was[i].Text != is[i].Text; differs != (names && strings.Contains(was[i].Text, fact)) {
				t.Errorf("%s: %q became %q, and its source is the fact: %v", name, was[i].Text, is[i].Text, names)
			} else if differs {
				met++
			}
		}
		c, err := k.Make(gone, "en")
		if err != nil {
			t.Fatal(err)
		}
		asks := slices.ContainsFunc(c.Open, func(q *evidence.Asking) bool { return q.ID == "triage/purpose" })
		says := slices.ContainsFunc(was, func(s evidence.Sentence) bool { return strings.Contains(s.Text, fact) })
		if asks != says {
			t.Errorf("%s: it says the purpose: %v; without it, it asks for it: %v", name, says, asks)
		}
	}
	if met == 0 {
		t.Error("no document says the fact")
	}
}

func sentences(d *evidence.Document) []evidence.Sentence {
	var out []evidence.Sentence
	d.Sentences(func(s *evidence.Sentence) { out = append(out, *s) })
	return out
}

// TestSameBytes writes every document twice in every format.
func TestSameBytes(t *testing.T) {
	dir := evidencetest.Example("clinic-assistant", 3)
	one, two := evidencetest.Case(t, dir, nil), evidencetest.Case(t, dir, nil)
	two.Documents = all.Kinds()
	each(t, one, func(t *testing.T, k *evidence.Kind, d *evidence.Document) {
		again, err := k.Make(two, d.Language)
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range evidence.Formats() {
			var a, b bytes.Buffer
			if err := evidence.Write(&a, format, d); err != nil {
				t.Fatal(err)
			}
			if err := evidence.Write(&b, format, again); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s differs between two runs: %v", format, err)
			}
		}
		var a, b bytes.Buffer
		if err := pdf.Write(&a, d); err != nil {
			t.Fatal(err)
		}
		if err := pdf.Write(&b, again); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("pdf differs between two runs: %v", err)
		}
	})
}

// TestMessages holds the languages of each document together, and its messages
// against the program that uses them.
func TestMessages(t *testing.T) {
	if len(all.Names()) == 0 {
		t.Fatal("there are no documents")
	}
	for _, name := range all.Names() {
		k, _ := all.Find(name)
		if err := evidence.CheckMessages(k.Messages); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		src := ""
		files, err := os.ReadDir(path.Join("..", strings.ReplaceAll(name, "-", "")))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
				b, err := os.ReadFile(path.Join("..", strings.ReplaceAll(name, "-", ""), f.Name()))
				if err != nil {
					t.Fatal(err)
				}
				src += string(b)
			}
		}
		for _, key := range evidence.Keys(k.Messages) {
			if key == "title" || strings.HasPrefix(key, "ask.") || strings.Contains(src, `"`+key+`"`) {
				continue
			}
			// A family of messages is named by its beginning: "g." + family.
			if i := strings.LastIndexByte(key, '.'); i < 0 || !strings.Contains(src, `"`+key[:i+1]+`"`) {
				t.Errorf("%s: nothing says the message %q", name, key)
			}
		}
	}
}

// TestQuestionsHaveWords holds the questions of all documents against their texts, in
// every language, and against the roles that are asked.
func TestQuestionsHaveWords(t *testing.T) {
	read := func(name string, into any) {
		src, err := os.ReadFile(path.Join("..", name))
		if errors.Is(err, os.ErrNotExist) && strings.HasSuffix(name, "questions.yaml") {
			return
		}
		if err == nil {
			err = yaml.Unmarshal(src, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	topics := 0
	for _, language := range evidence.Languages() {
		shared := map[string]any{}
		read("words/"+language+".yaml", &shared)
		for _, name := range append([]string{""}, all.Names()...) {
			folder, words := strings.ReplaceAll(name, "-", ""), map[string]any{}
			if name == "" {
				words = shared
			} else if k, _ := all.Find(name); k.Write != nil || k.Messages != nil {
				read(folder+"/"+language+".yaml", &words)
			}
			asked := map[string]struct{ To string }{}
			read(path.Join(folder, "questions.yaml"), &asked)
			for topic, a := range asked {
				topics++
				if words["ask."+topic] == nil {
					t.Errorf("%s: %s asks %s without words", language, name, topic)
				}
				if shared["role."+a.To] == nil {
					t.Errorf("%s: %s is asked of %q, and there is no word for that", language, topic, a.To)
				}
			}
			for key := range words {
				if topic, ok := strings.CutPrefix(key, "ask."); ok {
					if _, ok := asked[topic]; !ok {
						t.Errorf("%s: %s has words for %s, which is no question", language, name, topic)
					}
				}
			}
		}
	}
	if topics < 200 {
		t.Errorf("only %d questions", topics)
	}
}

// TestNoQuestionTwice: two documents that ask the same share the topic.
func TestNoQuestionTwice(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), nil)
	if err := c.CheckAnswers(all.Messages()...); err != nil {
		t.Error(err)
	}
}

// TestExports writes every export of every document twice, in every language: the same
// both times.
func TestExports(t *testing.T) {
	n := 0
	for _, example := range examples {
		dir := evidencetest.Example(example, 3)
		one, two := evidencetest.Case(t, dir, nil), evidencetest.Case(t, dir, nil)
		for _, name := range all.Names() {
			k, _ := all.Find(name)
			for format, export := range k.Exports {
				for _, language := range evidence.Languages() {
					var a, b bytes.Buffer
					if err := export(&a, one, language); err != nil {
						t.Errorf("%s %s of %s in %s: %v", name, format, example, language, err)
						continue
					}
					if err := export(&b, two, language); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
						t.Errorf("%s %s of %s in %s differs between two runs: %v", name, format, example, language, err)
					}
					if a.Len() == 0 {
						t.Errorf("%s %s of %s in %s is empty", name, format, example, language)
					}
					n++
				}
			}
		}
	}
	if n == 0 {
		t.Error("nothing is exported")
	}
}
