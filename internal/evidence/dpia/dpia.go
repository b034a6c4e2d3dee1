// Package dpia writes the data protection impact assessment of each system (GDPR art.
// 35(7)), in the order of that paragraph: what is processed and why, whether it is
// necessary and proportionate, the risks to people, and the measures. Beside it, the same
// sentences as the tool of the CNIL imports them (format pia).
package dpia

import (
	"embed"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

//go:embed *.yaml
var messages embed.FS

// Document is how the assessment is made.
var Document = evidence.Kind{Name: name, Messages: messages, Write: write, Exports: map[string]evidence.Export{"pia": export}, BySystem: true}

const name = "dpia"

func write(b *evidence.Builder) error {
	b.Paragraph(b.Fixed("about"))
	b.Unread()
	systems := b.Case.Systems()
	if len(systems) == 0 {
		b.Paragraph(b.Ask("systems", ""))
	}
	for _, system := range systems {
		s, err := assess(b, system)
		if err != nil {
			return err
		}
		if err := s.write(); err != nil {
			return err
		}
	}
	unbound(b)
	granted(b)
	return nil
}

// unbound is what belongs to no system, with what was found about it: none of the
// risks counts it.
func unbound(b *evidence.Builder) {
	b.Unbound()
	n := map[finding.Status]int{}
	for _, f := range b.Case.Findings(evidence.Unbound) {
		n[f.Status]++
	}
	if n[finding.Fail]+n[finding.Undecided] > 0 {
		b.Paragraph(b.Say("unbound.counts", evidence.Values{"fail": n[finding.Fail], "undecided": n[finding.Undecided]}, evidence.In("findings")))
	}
}

// An assessment is that of one system in the making.
type assessment struct {
	*evidence.Builder
	system string
	checks map[risk][]*checked
	// recipients are who gets data of the system, worked out once, and laws those of
	// third countries that reach each.
	recipients []*evidence.Recipient
	laws       map[*evidence.Recipient][]kb.Law
}

func assess(b *evidence.Builder, system string) (*assessment, error) {
	s := &assessment{b, system, checks(b.Case, system), b.Case.Recipients(system), map[*evidence.Recipient][]kb.Law{}}
	for _, r := range s.recipients {
		if r.Fetched() {
			continue // something comes from there, and no data goes there
		}
		laws, err := b.Case.ForeignLaws(r.Operator)
		if err != nil {
			return nil, err
		}
		s.laws[r] = laws
	}
	return s, nil
}

func (s *assessment) write() error {
	s.Head(1, "assessment", evidence.Values{"system": s.system})
	s.reason()
	if err := s.description(); err != nil {
		return err
	}
	if err := s.proportionality(); err != nil {
		return err
	}
	s.Head(2, "c", nil)
	s.Paragraph(s.Fixed("c.about"))
	for _, r := range risks {
		s.risk(r)
	}
	s.others()
	s.measures()
	s.consultation()
	s.residual()
	return nil
}

// description is point (a): the processing and its purposes.
func (s *assessment) description() error {
	s.Head(2, "a", nil)
	s.Head(3, "a.purposes", nil)
	s.Paragraph(s.Purpose(s.system), s.Basis(s.system))
	s.Paragraph(s.Ask("legitimate-interest", s.system))
	s.Parties(s.system)
	s.Head(3, "a.data", nil)
	s.Paragraph(s.Subjects(s.system))
	s.ClassTable(s.system)
	s.Paragraph(s.Ask("lifecycle", s.system))
	s.Head(3, "a.flows", nil)
	s.Figure("a.figure", evidence.Values{"system": s.system}, s.system, "country")
	s.RecipientTable(s.system)
	s.traffic()
	s.Head(3, "a.assets", nil)
	s.assets()
	s.ModelTable(s.system)
	s.Paragraph(s.Ask("codes-of-conduct", s.system))
	return nil
}

// traffic says what was seen on the way to each recipient.
func (s *assessment) traffic() {
	if !slices.ContainsFunc(s.recipients, func(x *evidence.Recipient) bool { return x.Traffic > 0 }) {
		s.Paragraph(s.Say("a.unseen", nil, evidence.In("flows of "+s.system)))
		return
	}
	var rows [][]evidence.Cell
	for _, x := range s.recipients {
		if x.Traffic == 0 {
			continue
		}
		sent := s.Word("unknown")
		if x.Sent > 0 {
			sent = s.Bytes(x.Sent)
		}
		rows = append(rows, []evidence.Cell{{s.Name(x.Name, x.Sources...)}, {s.Say("a.seen", evidence.Values{"n": int(x.Traffic), "sent": sent}, x.Sources...)}})
	}
	s.Table("a.traffic", []string{"part.recipient", "a.observed"}, []int{5, 8}, rows)
}

// assets are what the data rests on (the supporting assets of the CNIL's method). Who gets
// data by a flow stands among the recipients.
func (s *assessment) assets() {
	own := slices.DeleteFunc(s.Case.Assets(s.system), func(a *finding.Asset) bool { return a.Type == resolve.FlowType })
	s.AssetTable("a.table", []string{"part.kind", "a.operator", "part.countries"}, []int{5, 3, 3, 3}, own, func(a *finding.Asset) []string {
		return []string{evidence.WordOf(s.Builder, "kind", a.Kind), s.Operator(a.Operator), s.Places(a.Places)}
	})
}

// proportionality is point (b): whether the processing is necessary and proportionate,
// and how the rights of people are kept.
func (s *assessment) proportionality() error {
	s.Head(2, "b", nil)
	for _, q := range []string{"necessity", "minimisation", "accuracy"} {
		s.Paragraph(s.Ask(q, s.system))
	}
	s.RetentionTable(s.system)
	if err := s.TransferTable(s.system); err != nil {
		return err
	}
	s.sources("b.open", s.checks[principles])
	var rows [][]evidence.Cell
	for _, right := range rights {
		rows = append(rows, []evidence.Cell{{s.Fixed("right." + right)}, {s.Ask(right, s.system)}})
	}
	s.Table("b.rights", []string{"b.right", "b.how"}, []int{5, 8}, rows)
	return nil
}

// rights are those of the persons concerned, in the order of the regulation; their
// names are those of the questions.
var rights = []string{"information", "consent", "access-rights", "erasure-rights", "objection-rights", "automated-decisions", "processor-contracts"}

// risk is one risk of point (c): what it comes from by facts, and what people judge.
func (s *assessment) risk(r risk) {
	s.Head(3, "risk."+string(r), nil)
	s.Paragraph(s.Fixed("risk.about." + string(r)))
	if r == foreign {
		s.reach()
	}
	s.sources("risk.sources", s.checks[r])
	var rows [][]evidence.Cell
	for _, q := range []string{"impact", "severity", "likelihood"} {
		rows = append(rows, []evidence.Cell{{s.Fixed("judged." + q)}, {s.Ask(q+"-"+string(r), s.system)}})
	}
	s.Table("judged.table", []string{"judged.what", "judged.answer"}, []int{4, 9}, rows)
}

// others are the checks that no risk is drawn from, and human sources of risk.
func (s *assessment) others() {
	s.Head(3, "others", nil)
	s.Paragraph(s.Ask("risk-sources", s.system))
	if slices.ContainsFunc(s.checks[aside], (*checked).failing) {
		s.sources("others.table", s.checks[aside])
	}
}

// measures are point (d): those that are there, by the checks that pass, and those
// that people add.
func (s *assessment) measures() {
	s.Head(2, "d", nil)
	s.Paragraph(s.Fixed("d.about"))
	var rows [][]evidence.Cell
	for _, r := range slices.Concat(risks, []risk{principles, aside}) {
		for _, k := range s.checks[r] {
			if len(k.pass) > 0 {
				rows = append(rows, []evidence.Cell{{s.named(k)}, {s.Fixed("against." + string(r))}, s.held(k)})
			}
		}
	}
	s.Table("d.table", []string{"risk.check", "d.against", "risk.result"}, []int{5, 4, 6}, rows)
	s.CustodyTable(s.system)
	s.ShownTable(s.system, "risks", "oversight", "literacy", "notice")
	s.Paragraph(s.Ask("organisational-measures", s.system))
	rows = nil
	for _, r := range risks {
		rows = append(rows, []evidence.Cell{{s.Fixed("against." + string(r))}, {s.Ask("measures-"+string(r), s.system)}})
	}
	s.Table("d.planned", []string{"d.against", "d.measure"}, []int{4, 9}, rows)
}

// consultation is that of the data protection officer and of the persons concerned
// (art. 35(2) and (9)).
func (s *assessment) consultation() {
	s.Head(2, "consulted", nil)
	s.Paragraph(s.Ask("dpo-opinion", s.system))
	s.Paragraph(s.Ask("views-of-persons", s.system))
}

// residual is what remains, and whether the authority is consulted (art. 36).
func (s *assessment) residual() {
	s.Head(2, "residual", nil)
	n := map[finding.Status]int{}
	for _, ks := range s.checks {
		for _, k := range ks {
			for status, found := range k.n {
				n[status] += found
			}
		}
	}
	at := evidence.In("findings of " + s.system)
	if len(n) == 0 {
		s.Paragraph(s.Say("residual.none", nil, at))
	} else {
		s.Paragraph(s.Say("residual.counts", evidence.Values{
			"pass": n[finding.Pass], "fail": n[finding.Fail], "undecided": n[finding.Undecided], "waived": n[finding.Waived], "later": n[finding.NotInForce],
		}, at))
	}
	for _, q := range []string{"residual-risk", "prior-consultation", "dpia-review"} {
		s.Paragraph(s.Ask(q, s.system))
	}
}
