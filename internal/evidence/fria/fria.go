// Package fria writes the fundamental rights impact assessment that a deployer makes of
// each high-risk system (AI Act art. 27(1)), its points (a) to (f) in their order. Systems
// that are of another kind are named with it; one of which nobody says the kind is a question.
package fria

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the assessment is made.
var Document = evidence.Kind{Name: "fria", Messages: messages, Write: write, BySystem: true}

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"))
	law(b)
	b.Unread()
	systems := b.Case.Systems()
	if len(systems) == 0 {
		b.Paragraph(b.Ask("systems", ""))
	}
	for _, name := range systems {
		s := &assessment{b, name, b.Case.Findings(name)}
		s.Head(1, "assessment", evidence.Values{"system": name})
		s.Paragraph(s.Regulated(name))
		switch s.Case.Perimeter.Spec.Systems[name].AIAct {
		case "high-risk":
			s.write()
		case "":
			s.Paragraph(s.Fixed("unstated"))
		case "prohibited":
			s.none("prohibited")
		default:
			s.none("other")
		}
	}
	b.Unbound()
	return nil
}

// law says since when the duty counts: the day differs by what the knowledge base holds.
func law(b *evidence.Builder) {
	q, ok := b.Case.KB.Requirement("AIA_ART_27")
	if !ok || q.From == "" {
		b.Paragraph(b.Ask("fria-duty-day", ""))
		return
	}
	key := "law.counts"
	if q.From > b.Case.Result.At {
		key = "law.will"
	}
	b.Paragraph(b.Say(key, evidence.Values{"clause": b.Cite(&q), "day": b.Day(q.From)}, evidence.Clause(&q)))
}

// An assessment is that of one system in the making.
type assessment struct {
	*evidence.Builder
	system   string
	findings []*finding.Finding
}

// none says why no assessment is made of a system.
func (s *assessment) none(why string) {
	s.Paragraph(s.Say(why, evidence.Values{"system": s.system}, s.Case.Key("spec.systems."+s.system+".ai_act")))
}

func (s *assessment) write() {
	s.ask("deployer", "fria-duty", "fria-reliance")
	s.ShownTable(s.system, "fria", "dpia")
	s.process()
	s.Head(2, "b", nil)
	s.ask("use-period", "use-frequency")
	s.persons()
	s.harms()
	s.oversight()
	s.materialised()
	s.Head(2, "notice", nil)
	s.ask("authority-notice", "fria-update", "deployer-registration")
}

// ask puts questions in the order of the section.
func (s *assessment) ask(names ...string) {
	for _, name := range names {
		s.Paragraph(s.Ask(name, s.system))
	}
}

// process is point (a): in which processes of the deployer the system is used, and of
// what it consists.
func (s *assessment) process() {
	s.Head(2, "a", nil)
	s.Paragraph(s.Purpose(s.system))
	s.Parties(s.system)
	s.ask("deployment-process")
	s.ModelTable(s.system)
	s.ShownTable(s.system, "instructions", "practices")
}

// persons are point (c): who is affected.
func (s *assessment) persons() {
	s.Head(2, "c", nil)
	s.Paragraph(s.Subjects(s.system))
	s.ask("affected-groups")
	s.ClassTable(s.system)
}

// families are the checks that speak of harm to people, in the order of the table.
var families = []string{"MDL", "OPR", "LOC", "FLW", "EGR", "KEY", "ENC", "LOG", "SUP", "SCM", "TEE", "EXI"}

// harms are point (d): what could harm the persons, as the checks found it, and what
// people know of it.
func (s *assessment) harms() {
	s.Head(2, "d", nil)
	s.Paragraph(s.Fixed("d.about"))
	found := map[string][]*finding.Finding{}
	for _, f := range s.findings {
		family := family(f.Rule)
		if !slices.Contains(families, family) {
			family = ""
		}
		found[family] = append(found[family], f)
	}
	var rows [][]evidence.Cell
	for _, name := range slices.Concat(families, []string{""}) {
		fs := found[name]
		if len(fs) == 0 {
			continue
		}
		key := name
		if key == "" {
			key = "own"
		}
		rows = append(rows, []evidence.Cell{{s.Fixed("of." + key)}, {s.counts(fs)}, s.worst(fs)})
	}
	s.Table("d.table", []string{"d.of", "d.result", "d.worst"}, []int{4, 4, 7}, rows)
	s.Paragraph(s.Fixed("d.dpia"))
	s.ask("harms", "harms-information")
	s.ShownTable(s.system, "risks")
}

func family(id graph.RuleID) string {
	name, _, _ := strings.Cut(string(id), "-")
	return name
}

// counts is what the checks of a family came to.
func (s *assessment) counts(fs []*finding.Finding) evidence.Sentence {
	n := map[finding.Status]int{}
	for _, f := range fs {
		n[f.Status]++
	}
	var parts []string
	for _, status := range []finding.Status{finding.Pass, finding.Fail, finding.Undecided, finding.Waived, finding.NotInForce} {
		if n[status] > 0 {
			parts = append(parts, s.Counted("n."+string(status), n[status]))
		}
	}
	return s.Say("d.counts", evidence.Values{"counts": s.And(parts)}, evidence.FirstOf(fs)...)
}

// worst quotes the worst finding of a family that is failed, undecided or waived.
func (s *assessment) worst(fs []*finding.Finding) []evidence.Sentence {
	var worst *finding.Finding
	for _, f := range fs {
		if i := slices.Index(harm, f.Status); i >= 0 && (worst == nil || harsher(f, worst)) {
			worst = f
		}
	}
	if worst == nil {
		return evidence.One(s.Say("d.none", nil, evidence.FirstOf(fs)...))
	}
	at := evidence.At(worst.Origin)
	return evidence.One(
		s.Name(fmt.Sprintf("%s (%s).", s.RuleTitle(worst.Rule), worst.Rule), at),
		s.Quote(fmt.Sprintf("%s: %s.", worst.Subject, worst.Message), at))
}

var harm = []finding.Status{finding.Fail, finding.Undecided, finding.Waived}

func harsher(a, b *finding.Finding) bool {
	if i, j := slices.Index(harm, a.Status), slices.Index(harm, b.Status); i != j {
		return i < j
	}
	return a.Severity.Rank() > b.Severity.Rank()
}

// oversight is point (e): who watches the system and can stop it.
func (s *assessment) oversight() {
	s.Head(2, "e", nil)
	s.ShownTable(s.system, "oversight", "literacy")
	s.ask("oversight-implementation", "oversight-persons")
	s.said("MDL-011", "e.recorded")
}

// materialised is point (f): what is done when a risk becomes real, and to whom persons
// can complain.
func (s *assessment) materialised() {
	s.Head(2, "f", nil)
	s.ShownTable(s.system, "monitoring", "notice")
	s.ask("materialised-risk", "governance", "complaints")
	s.said("EXI-001", "f.stopped")
}

// said is what one check came to about the system, by status.
func (s *assessment) said(rule graph.RuleID, key string) {
	var fs []*finding.Finding
	for _, f := range s.findings {
		if f.Rule == rule {
			fs = append(fs, f)
		}
	}
	if len(fs) == 0 {
		s.Paragraph(s.Fixed(key), s.Say("unchecked", evidence.Values{"rule": string(rule)}, evidence.In("findings of "+string(rule))))
		return
	}
	s.Paragraph(s.Fixed(key), s.counts(fs))
}
