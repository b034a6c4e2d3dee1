package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A keyJudge holds a key against a perimeter.
type keyJudge struct {
	book    *limits.Book
	r       *resolve.Resolver
	classes []graph.ClassID
}

// judge opens the perimeter; nil when none is named.
func (d *keysDescribe) judge() (*keyJudge, error) {
	if d.perimeter == "" {
		return nil, nil
	}
	day, err := d.day(d.at)
	if err != nil {
		return nil, err
	}
	p, err := perimeter.Load(d.perimeter)
	if err != nil {
		return nil, err
	}
	base, _, err := new(knowledge).open()
	if err != nil {
		return nil, err
	}
	j := &keyJudge{}
	if j.book, err = limits.New(base, p, day); err != nil {
		return nil, err
	}
	j.r = resolve.New(base, p, j.book, day)
	for _, name := range d.classes {
		if !j.book.Has(graph.ClassID(name)) {
			return nil, fmt.Errorf("--data %q: %s has no such class; there are: %s", name, d.perimeter, graph.Listed(j.book.Classes()))
		}
		j.classes = append(j.classes, graph.ClassID(name))
	}
	if j.classes == nil {
		j.classes = j.book.Classes()
	}
	slices.Sort(j.classes)
	j.classes = slices.Compact(j.classes)
	return j, nil
}

// A keyDocument is a document of the perimeter about the key.
type keyDocument struct {
	Fact       string   `json:"fact"`
	Value      []string `json:"value"`
	Document   string   `json:"document"`
	ApprovedBy string   `json:"approved_by"`
	Expires    string   `json:"expires"`
	At         string   `json:"at"` // where it stands
	Ignored    string   `json:"ignored,omitempty"`
}

func (k keyDocument) String() string {
	text := fmt.Sprintf("%s: %s is %s, %s, approved by %s until %s", k.At, k.Fact, strings.Join(k.Value, ", "), k.Document, k.ApprovedBy, k.Expires)
	if k.Ignored != "" {
		text += ": does not count: " + k.Ignored
	}
	return text
}

func documentOf(e *perimeter.Evidence, ignored string) keyDocument {
	return keyDocument{e.Fact, e.Value, e.Document, e.ApprovedBy, e.Expires, e.Origin.At(), ignored}
}

// hold lets documents fill what the backend does not know, and judges.
func (j *keyJudge) hold(out *described, names []string) {
	inForce, over := j.r.KeyDocuments(names...)
	var holder *graph.Operator
	var place graph.Place
	if p := out.Statement.Provider; p != "" {
		holder, place = j.r.KeyService(p, out.Statement.Region)
	} else {
		place = graph.Place{Confidence: graph.NotKnown, Unknown: fmt.Sprintf("where the key is, is not shown: state it under evidence: in the perimeter (about: %s, fact: place)", short(out.Address))}
	}
	var said [2]bool // of who has it, of where it is
	for i := range inForce {
		e := &inForce[i]
		which, why := 0, ""
		if e.Fact == "place" {
			which = 1
		}
		switch {
		case out.Statement.Provider != "":
			why = "the service says so itself"
		case said[which]:
			why = "another document stands before it"
		case which == 1:
			place = j.r.KeyPlace(e)
		default:
			holder = j.r.KeyHolder(e)
			out.Custody = documented(out.Statement, e, holder)
		}
		said[which] = true
		out.Documents = append(out.Documents, documentOf(e, why))
	}
	for i := range over {
		out.Documents = append(out.Documents, documentOf(&over[i], "its time is over"))
	}
	if c := &out.Custody; c.Holder == graph.HolderProvider && c.Unknown == "" {
		c.Entity = holder.Entity
	}
	out.Place = &place
	out.Verdict = finding.VerdictPass
	for _, id := range j.classes {
		c := holdKey(j.book.For([]graph.ClassID{id}), out, holder)
		c.Class = id
		out.Classes = append(out.Classes, c)
		switch {
		case c.Verdict == finding.VerdictViolation || out.Verdict == finding.VerdictViolation:
			out.Verdict = finding.VerdictViolation
		case c.Verdict == finding.VerdictUndecided && c.blocks:
			out.Verdict = finding.VerdictUndecided
		}
	}
}

// short is an address without how it is reached.
func short(address string) string {
	s, _, _ := strings.Cut(address, "?")
	return s
}

// documented is custody by what the backend shows and a document that says who
// has the key. That it cannot leave who has it is then the word of one whom the
// perimeter is asked about by name.
func documented(s keys.Statement, e *perimeter.Evidence, holder *graph.Operator) graph.Custody {
	own := s.Grade
	s.Grade = max(s.Grade, keys.OperatorAsserted)
	if holder == nil {
		s.Holder = graph.HolderCustomer
	} else {
		s.Holder, s.Entity = graph.HolderExternal, holder.Entity
	}
	c := keys.Ladder(s)
	if c.Unknown == "" {
		c.Confidence = graph.Documented
		c.Because = []string{
			fmt.Sprintf("%s is a key of grade %d (%s)", s.Key, c.Grade, c.Protection),
			fmt.Sprintf("%s: a document, approved by %s, says who has it; how it is kept is %s", e.Origin.At(), e.ApprovedBy, own),
		}
	}
	return c
}

// A keyClass is how the key stands to one class of data.
type keyClass struct {
	Class   graph.ClassID   `json:"class"`
	Verdict finding.Verdict `json:"verdict"`
	Because []string        `json:"because,omitempty"`

	blocks bool
}

func (k *keyClass) write(w io.Writer) {
	note := ""
	if k.Verdict == finding.VerdictUndecided && !k.blocks {
		note = " (the class has unknown: report)"
	}
	fmt.Fprintf(w, "%-9s %s: %s%s\n", "class", finding.Tame(string(k.Class)), k.Verdict, note)
	for _, b := range k.Because {
		line(w, "", "%s", b)
	}
}

// say adds a reason, and never makes the verdict better.
func (k *keyClass) say(v finding.Verdict, format string, args ...any) {
	k.Because = append(k.Because, fmt.Sprintf(format, args...))
	if v == finding.VerdictViolation || k.Verdict == finding.VerdictPass {
		k.Verdict = v
	}
}

// holdKey holds a key against the limits of a class, as KEY-002 and KEY-003 do.
func holdKey(l *limits.Limits, out *described, holder *graph.Operator) keyClass {
	k := keyClass{Verdict: finding.VerdictPass, blocks: l.Block}
	c := &out.Custody
	switch a, why := l.Holder(c, holder); {
	case a == limits.NotAsked:
	case a == limits.Outside:
		k.say(finding.VerdictViolation, "KEY-002 the key (%s) can be used by a holder outside: %s", c.Protection, why)
	case c.Grade >= 0 && int(c.Grade) < l.Keys.MinGrade:
		k.say(finding.VerdictViolation, "KEY-002 custody is grade %d (%s), the perimeter asks for at least %d", c.Grade, c.Protection, l.Keys.MinGrade)
	case a == limits.Unsure:
		k.say(finding.VerdictUndecided, "KEY-002 who can use the key is not established: %s", why)
	case !c.Confidence.Firm():
		k.say(finding.VerdictUndecided, "KEY-002 custody is only claimed, by who keeps the key: %s", out.Statement.Grade)
	}
	switch a, countries := l.Place(out.Place); a {
	case limits.Outside:
		k.say(finding.VerdictViolation, "KEY-003 the key is kept in %s, outside", graph.Listed(countries))
	case limits.Unsure:
		k.say(finding.VerdictUndecided, "KEY-003 where the key is kept is not established: %s", known(out.Place.Unknown))
	}
	if out.Statement.Provider != "" && out.Statement.MultiRegion != keys.No {
		if out.Statement.MultiRegion == keys.Yes {
			k.say(finding.VerdictViolation, "KEY-003 it is a multi-region key: it can be copied to any region of the provider")
		} else {
			k.say(finding.VerdictUndecided, "KEY-003 whether it is a multi-region key is not established")
		}
	}
	return k
}
