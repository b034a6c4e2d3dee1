package fix

import (
	"fmt"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// TalkEdits says, for a person, what each edit of a file answers and moves.
func (p *Plan) TalkEdits(w io.Writer, f *File) {
	say := sayer(w)
	for i := range p.Edits {
		e := &p.Edits[i]
		if e.File != f.Name {
			continue
		}
		say("%s:%d: %s", e.File, e.Literal.Line, e.what())
		for j := range e.Answers {
			f := &e.Answers[j]
			say("  answers %s: %s %s", f.Rule, f.Subject, f.Message)
		}
		if len(e.Moves) > 0 {
			say("  moves %s", graph.Listed(e.Moves))
		}
		if len(e.Also) > 0 {
			say("  of these nothing was wrong with %s: the value is shared", graph.Listed(e.Also))
		}
		if len(e.Changes) > 0 {
			say("  also changes %s", strings.Join(e.Changes, ", "))
		}
		say("  %s", e.warning())
	}
}

// TalkOpen says what remains, and why.
func (p *Plan) TalkOpen(w io.Writer) {
	say := sayer(w)
	for _, o := range p.Open {
		say("%s: not mended: %s %s: %s", o.Finding.Origin.At(), o.Finding.Rule, o.Finding.Subject, o.Why)
	}
	for _, problem := range p.After.Problems {
		say("%s: not read: %s", problem.Origin.At(), problem.Message)
	}
	say("%s", p.summary())
}

// sayer writes lines in which no name does anything to the terminal.
func sayer(w io.Writer) func(format string, args ...any) {
	return func(format string, args ...any) {
		fmt.Fprintln(w, finding.Tame(fmt.Sprintf(format, args...)))
	}
}

func (e *Edit) what() string {
	if e.Add != "" {
		return fmt.Sprintf("%s of %s is written, as %s", e.Path, e.Of, e.Value)
	}
	return fmt.Sprintf("%s of %s: %q becomes %q", e.Path, e.Of, e.Literal.Text, e.Value)
}

// warning says what to look at before the patch is applied.
func (e *Edit) warning() string {
	var out []string
	if len(e.Fewer) > 0 {
		out = append(out, "there is then no copy of "+graph.Listed(e.Fewer)+" in another region")
	}
	switch {
	case e.Key:
		out = append(out, "read the plan before you apply it: when it replaces a key, what the old one encrypted must be encrypted anew before that one is deleted")
	case e.Data:
		out = append(out, "what moves is built anew: migrate the data that is there before the old store is destroyed, and see that the service is offered in "+e.Region)
	case e.Region != "":
		out = append(out, "what moves is built anew: see that the service is offered in "+e.Region)
	default:
		out = append(out, "read the plan before you apply it: where it says replace, data that is there must be migrated first")
	}
	return strings.Join(out, "; ")
}

func (p *Plan) summary() string {
	fails := func(r *finding.Result) int { return r.Summary.Fail }
	return fmt.Sprintf("%s in %s: %s failed, %d remain; %d undecided; verdict %s",
		plural(len(p.Edits), "edit"), plural(len(p.Files), "file"), plural(fails(p.Before), "finding"), fails(p.After), p.After.Summary.Undecided, p.After.Verdict)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Schema names the document of --format json and its version.
const Schema = "bailiwick/fix/v1"

// A Document is the plan for programs; its fields are stable.
type Document struct {
	Schema    string          `json:"schema"`
	Edits     []DocEdit       `json:"edits"`
	Remaining []DocOpen       `json:"remaining"`
	Failed    int             `json:"failed"` // findings before
	Fail      int             `json:"fail"`   // and with the edits
	Undecided int             `json:"undecided"`
	Verdict   finding.Verdict `json:"verdict"` // with the edits
}

// A DocEdit is one edit.
type DocEdit struct {
	File      string          `json:"file"`
	Line      int             `json:"line"`
	Asset     graph.Address   `json:"asset"`
	Attribute string          `json:"attribute"`
	Old       string          `json:"old,omitempty"` // absent where nothing was written
	New       string          `json:"new"`
	Answers   []DocFinding    `json:"answers"`
	Moves     []graph.Address `json:"moves,omitempty"`
	Shared    []graph.Address `json:"shared,omitempty"`  // of these, those about which nothing was found
	Changes   []string        `json:"changes,omitempty"` // attributes of other assets that have the value too
	Warning   string          `json:"warning,omitempty"`
}

// A DocFinding names a finding.
type DocFinding struct {
	Rule        graph.RuleID  `json:"rule"`
	Subject     graph.Address `json:"subject"`
	Root        string        `json:"root,omitempty"`
	Fingerprint string        `json:"fingerprint"`
}

// A DocOpen is a finding that remains.
type DocOpen struct {
	DocFinding
	Status finding.Status `json:"status"`
	Why    string         `json:"why"`
}

// Document is the plan for programs.
func (p *Plan) Document() *Document {
	d := &Document{Schema: Schema, Edits: []DocEdit{}, Remaining: []DocOpen{},
		Failed: p.Before.Summary.Fail, Fail: p.After.Summary.Fail, Undecided: p.After.Summary.Undecided, Verdict: p.After.Verdict}
	for i := range p.Edits {
		e := &p.Edits[i]
		doc := DocEdit{File: e.File, Line: e.Literal.Line, Asset: e.Of, Attribute: e.Path, Old: e.Literal.Text, New: e.Value,
			Answers: []DocFinding{}, Moves: e.Moves, Shared: e.Also, Changes: e.Changes, Warning: e.warning()}
		for j := range e.Answers {
			doc.Answers = append(doc.Answers, reference(&e.Answers[j]))
		}
		d.Edits = append(d.Edits, doc)
	}
	for i := range p.Open {
		f := &p.Open[i].Finding
		d.Remaining = append(d.Remaining, DocOpen{reference(f), f.Status, p.Open[i].Why})
	}
	return d
}

func reference(f *finding.Finding) DocFinding {
	return DocFinding{f.Rule, f.Subject, f.Root, f.Fingerprint}
}
