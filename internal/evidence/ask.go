package evidence

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// A topic is what people can be asked about. Its texts are the messages
// "ask.NAME" of each language.
type topic struct {
	To string `yaml:"to"` // a word of "role": who can know it
	// Of says what it is asked of: "system" or "class" once for each, "operator" once for
	// each that gets data, "transfer" once for each that leaves, "crossing" once for each
	// of these that traffic shows in a system, "criterion" of a framework, or "" once.
	Of string `yaml:"of"`
	// Key is the key of the perimeter that answers it, with {of}; absent: its answers.
	Key string `yaml:"key"`
}

//go:embed questions.yaml
var common embed.FS

// topicsOf reads questions.yaml of the shared words and, where they have one, of
// documents: all that can be asked, by name.
func topicsOf(own ...fs.FS) (map[string]topic, error) {
	out := map[string]topic{}
	for i, fsys := range append([]fs.FS{common}, own...) {
		src, err := fs.ReadFile(fsys, "questions.yaml")
		if i > 0 && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var some map[string]topic
		dec := yaml.NewDecoder(bytes.NewReader(src))
		dec.KnownFields(true)
		if err := dec.Decode(&some); err != nil {
			return nil, fmt.Errorf("questions.yaml: %w", err)
		}
		for name, t := range some {
			if _, ok := out[name]; ok {
				return nil, fmt.Errorf("questions.yaml: two documents ask %q: keep it in the shared one", name)
			}
			out[name] = t
		}
	}
	return out, nil
}

// CheckAnswers refuses answers to questions that no document asks: nobody would read
// them. own are the messages of all documents.
func (c *Case) CheckAnswers(own ...fs.FS) error {
	known, err := topicsOf(own...)
	if err != nil {
		return err
	}
	for i := range c.Perimeter.Spec.Answers {
		a := &c.Perimeter.Spec.Answers[i]
		if err := c.asks(known, a.Question); err != nil {
			return fmt.Errorf("%s: %w", a.Origin.At(), err)
		}
	}
	return nil
}

// asks says why no document asks the question of an id.
func (c *Case) asks(known map[string]topic, id string) error {
	of, name := "", id
	if i := strings.LastIndexByte(id, '/'); i >= 0 {
		of, name = id[:i], id[i+1:]
	}
	t, ok := known[name]
	switch {
	case !ok:
		return fmt.Errorf("no document asks %q: questions end on a topic%s", id, perimeter.Suggest(name, slices.Sorted(maps.Keys(known))))
	case t.Key != "":
		return fmt.Errorf("%s is answered by the key %s: write it there", id, strings.ReplaceAll(t.Key, "{of}", of))
	case (t.Of == "") != (of == ""):
		return fmt.Errorf("%q is asked of %s: write its id as the document shows it", name, cmp.Or(t.Of, "the whole"))
	}
	switch t.Of {
	case "system":
		return c.hasSystem(of)
	case "crossing":
		system, recipient, _ := strings.Cut(of, "/")
		if err := c.hasSystem(system); err != nil && system != "unbound" {
			return err
		}
		return c.hasRecipient(recipient)
	case "operator", "transfer":
		return c.hasRecipient(of)
	}
	return nil
}

func (c *Case) hasSystem(name string) error {
	if all := c.AllSystems(); !slices.Contains(all, name) {
		return fmt.Errorf("the perimeter has no system %q%s", name, perimeter.Suggest(name, all))
	}
	return nil
}

// hasRecipient refuses a recipient that is neither an operator nor the end of a flow. A
// host that another part of the tree leads to passes, unless it is nearly one of these.
func (c *Case) hasRecipient(id string) error {
	if _, ok := c.KB.Operator(graph.EntityID(id)); ok {
		return nil
	}
	var hosts []string
	if c.Result != nil {
		for i := range c.Result.Flows {
			hosts = append(hosts, string(c.Result.Flows[i].To))
		}
	}
	slices.Sort(hosts)
	hosts = slices.Compact(hosts)
	near := perimeter.Near(id, hosts)
	switch {
	case slices.Contains(hosts, id):
		return nil
	case near != "":
		return fmt.Errorf("no flow leads to %q; did you mean %q?", id, near)
	case !strings.Contains(id, "."):
		return fmt.Errorf("there is no operator %q%s", id, perimeter.Suggest(id, c.operators()))
	}
	return nil
}

// operators are the ids of those that the knowledge base has, sorted.
func (c *Case) operators() []string {
	var out []string
	for _, o := range c.KB.Operators() {
		out = append(out, string(o.ID))
	}
	slices.Sort(out)
	return out
}

// answers is the key of the perimeter at which people answer what has no key of its own.
const answers = "spec.answers"

// Ask is the answer to a question, or the question where nobody has answered it.
// of is the system, transfer or operator that it is about.
func (b *Builder) Ask(name, of string) Sentence {
	t, ok := b.topics[name]
	if !ok {
		b.fail(fmt.Errorf("the question %q is not in questions.yaml", name))
		return Sentence{}
	}
	id := name
	v := Values{}
	if of != "" {
		id, v = of+"/"+name, Values{"of": of}
	}
	q := b.asked[id]
	if q == nil {
		q = &Asking{ID: id, To: b.Word("role." + t.To), Text: b.text("ask."+name, v), Where: answers}
		if t.Key != "" {
			q.Where = strings.ReplaceAll(t.Key, "{of}", of)
		}
		b.asked[id] = q
		b.count(id)
	}
	if a, holds := b.Case.Answer(id); a != nil {
		if holds {
			s := b.stated(id, a.Text, []Source{At(a.Origin)})
			s.Manner, s.Asking = Answered, q
			s.Text = b.text("answered", Values{"text": a.Text, "by": a.By, "day": b.Day(a.On)})
			return s
		}
		q.Outdated = a.Expires
	}
	if !slices.Contains(b.doc.Open, q) {
		b.doc.Open = append(b.doc.Open, q)
	}
	return Sentence{Text: q.Text, Manner: Asked, Asking: q}
}

// Given is a sentence about what the perimeter may say, or the question for it:
// value is "" where it does not.
func (b *Builder) Given(key, question, of, value string, v Values) Sentence {
	at := strings.ReplaceAll(b.topics[question].Key, "{of}", of)
	if at == "" {
		b.fail(fmt.Errorf("the question %q has no key of the perimeter", question))
		return Sentence{}
	}
	if value == "" {
		return b.Ask(question, of)
	}
	id := question
	if of != "" {
		id = of + "/" + question
	}
	b.count(id)
	return b.Say(key, v, b.Case.Key(at))
}

// count counts a question once, however often the document asks it.
func (b *Builder) count(id string) {
	if !b.doc.ids[id] {
		b.doc.ids[id] = true
		b.doc.Asked++
	}
}

// Adopt makes the questions of another document those of this one too.
func (b *Builder) Adopt(d *Document) {
	for id := range d.ids {
		b.count(id)
	}
	for _, q := range d.Open {
		if !slices.ContainsFunc(b.doc.Open, func(o *Asking) bool { return o.ID == q.ID }) {
			b.doc.Open = append(b.doc.Open, q)
		}
	}
}

// Open are the questions that nobody has answered so far, as sentences.
func (b *Builder) Open() []Sentence {
	out := make([]Sentence, len(b.doc.Open))
	for i, q := range b.doc.Open {
		out[i] = Sentence{Text: q.Text, Manner: Asked, Asking: q}
	}
	return out
}

// Asked counts the questions so far.
func (b *Builder) Asked() int { return b.doc.Asked }

// Answer is what a person says to the question of an id, and whether that still
// holds on the day; nil where nobody has answered.
func (c *Case) Answer(id string) (a *perimeter.Answer, holds bool) {
	for i := range c.Perimeter.Spec.Answers {
		if a := &c.Perimeter.Spec.Answers[i]; a.Question == id {
			return a, a.Expires == "" || c.Result.At <= a.Expires
		}
	}
	return nil, false
}
