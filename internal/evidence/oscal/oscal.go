// Package oscal writes what a case holds as OSCAL: the catalogue of the clauses
// that checks were run against, a component definition, assessment results, and a
// plan of action and milestones (POA&M).
//
// The documents say version 1.2.1, which readers take, and are valid by the schema
// of 1.2.3. Every statement names its origin: a property "origin" of our namespace,
// and the line itself as the href of relevant evidence; the digest of the file stands
// with the file, among the resources.
//
// Findings that say the same of several subjects are one observation. A document is
// written as it is made, and never held.
package oscal

import (
	"embed"
	"io"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/lines"
)

//go:embed *.yaml
var messages embed.FS

// Document is the kind of these documents. Each is written by a format of its own.
var Document = evidence.Kind{Name: "oscal", Messages: messages, Exports: map[string]evidence.Export{
	"catalog":              export("catalog", (*writer).catalog),
	"component-definition": export("component-definition", (*writer).definition),
	"assessment-results":   export("assessment-results", (*writer).results),
	"poam":                 export("plan-of-action-and-milestones", (*writer).poam),
}}

const (
	version = "1.2.1"
	// namespace is that of our properties.
	namespace = "https://bailiwick.dev/ns/oscal"
)

// export makes a document of one root. Nothing of it is written before it is known that
// there is one.
func export(root string, write func(*writer, *lines.Writer) error) evidence.Export {
	return func(w io.Writer, c *evidence.Case, language string) error {
		o, err := newWriter(c, language)
		if err != nil {
			return err
		}
		e := lines.New(w)
		e.Object(root, func() { err = write(o, e) })
		if err != nil {
			return err
		}
		if _, err := o.Document(); err != nil {
			return err
		}
		return e.Close()
	}
}

// A writer makes the documents of one case.
type writer struct {
	*evidence.Builder
	ids
	at     string // the day of the case, as OSCAL writes it
	things map[subject]*thing
	others []subject // those of things that only findings know, in their order
	runs   map[graph.EntityID]*evidence.Running
	files  map[string]bool // that evidence stands in
}

func newWriter(c *evidence.Case, language string) (*writer, error) {
	b, err := evidence.NewBuilder(c, "oscal", language, messages)
	if err != nil {
		return nil, err
	}
	i, err := newIDs(c, language)
	if err != nil {
		return nil, err
	}
	return &writer{Builder: b, ids: i, at: stamp(c.At)}, nil
}

// stamp is a moment as OSCAL writes it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// say is the text of a message about a fact.
func (w *writer) say(key string, v evidence.Values, at evidence.Source) string {
	return w.Say(key, v, at).Text
}

// head begins a document.
func (w *writer) head(e *lines.Writer, name, title string) {
	e.Value("uuid", w.document(name))
	e.Value("metadata", w.metadata(title))
}

func (w *writer) metadata(title string) metadata {
	r, p := w.Case.Result, w.Case.Perimeter
	m := metadata{
		Title: plain(w.say(title, evidence.Values{"perimeter": p.Metadata.Name}, evidence.In("perimeter"))), LastModified: w.at, Version: r.At, OSCAL: version,
		Props: props("perimeter-digest", r.Perimeter.Digest, "knowledge-digest", r.KB.Digest, "rules-digest", r.Ruleset.Digest, "verdict", string(r.Verdict), "tool-version", w.Case.Version),
	}
	m.Links = []link{{Href: "#" + w.perimeter().UUID, Rel: "reference"}}
	if owner := line(p.Metadata.Owner); owner != "" {
		at := p.OriginOf("metadata.owner").At()
		who := party{UUID: w.id("party", owner), Type: "organization", Name: owner, Props: props("origin", at)}
		if mail.MatchString(owner) {
			who.Mail = []string{owner}
		}
		m.Roles = []role{{"owner", w.Word("role_owner")}}
		m.Parties, m.Responsible = []party{who}, []responsible{{"owner", []string{who.UUID}}}
	}
	return m
}
