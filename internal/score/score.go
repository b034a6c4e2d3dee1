package score

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// Schema names the document of scores and its version.
const Schema = "bailiwick/score/v1"

// A Score is what a result comes to by some frameworks. The field names are those
// of the document, which is stable.
type Score struct {
	Schema     string          `json:"schema"`
	Perimeter  finding.Named   `json:"perimeter"`
	KB         finding.Named   `json:"kb"`
	Ruleset    finding.Named   `json:"ruleset"`
	At         string          `json:"at"`
	System     string          `json:"system,omitempty"`
	Frameworks []FrameworkPart `json:"frameworks"`
}

// A FrameworkPart is the score by one framework.
type FrameworkPart struct {
	ID         string `json:"id"`
	Instrument string `json:"instrument"`
	Title      Text   `json:"title"`
	About      Text   `json:"-"`
	Reading    *Text  `json:"reading,omitempty"` // what is our own reading, and what an assessor decides
	// Standing is what none or some of it is on the day. Where nothing of it is in
	// force, Would is what it would come to.
	Standing Standing    `json:"standing"`
	Ladder   *Ladder     `json:"levels,omitempty"`
	Tally    Tally       `json:"tally"`
	Would    *Tally      `json:"would,omitempty"`
	Groups   []GroupPart `json:"groups"`
}

// Standing is what a framework is on a day.
type Standing string

// The standings of frameworks.
const (
	Stands   Standing = "in-force"
	Later    Standing = "not-in-force" // on the day; it is, or was, on others
	Proposed Standing = "proposed"
)

// A GroupPart is the score of one group.
type GroupPart struct {
	ID       string          `json:"id"`
	Title    Text            `json:"title"`
	Weight   int             `json:"weight,omitempty"`
	Tally    Tally           `json:"tally"`
	Would    *Tally          `json:"would,omitempty"`
	Criteria []CriterionPart `json:"criteria"`
}

// Name is the title of a group, behind its number where the catalogue gives one.
func (g *GroupPart) Name(language string) string {
	if r := g.ID[0]; r < 'a' || r > 'z' {
		return g.ID + " " + g.Title.In(language)
	}
	return g.Title.In(language)
}

// A CriterionPart is what is known about one criterion, and why.
type CriterionPart struct {
	ID          string              `json:"id"`
	Title       Text                `json:"title"`
	Requirement graph.RequirementID `json:"requirement"`
	Citation    string              `json:"citation"`
	Addressee   string              `json:"addressee"` // customer, provider, both
	Level       int                 `json:"level,omitempty"`
	Unscored    bool                `json:"unscored,omitempty"`
	Status      Status              `json:"status"`
	Would       Status              `json:"would,omitempty"` // of what is not in force: what facts say
	Rules       []RulePart          `json:"rules,omitempty"`
	Silent      []graph.RuleID      `json:"silent,omitempty"` // rules that looked at nothing
	// Dormant are rules that found something which does not count: what they rest on is
	// not in force on the day, or the perimeter does not name it.
	Dormant []graph.RuleID `json:"dormant,omitempty"`
	Papers  []Paper        `json:"claims,omitempty"` // documents and answers that claim it
	Part    bool           `json:"part,omitempty"`   // rules see a part of it only
	Asked   bool           `json:"asked,omitempty"`  // rules cannot show all of it: a person is asked
}

// Facts is what facts say, whether or not the criterion is in force.
func (c *CriterionPart) Facts() Status {
	if c.Would != "" {
		return c.Would
	}
	return c.Status
}

// A RulePart is what one rule says about a criterion.
type RulePart struct {
	ID        graph.RuleID `json:"id"`
	Pass      int          `json:"pass"`    // on facts
	Claimed   int          `json:"claimed"` // on documents and claims
	Unknown   int          `json:"unknown"`
	Fail      int          `json:"fail"`
	Breached  int          `json:"breached,omitempty"` // of Fail: those that breach the customer's own duty
	Waived    int          `json:"waived,omitempty"`   // of all of them: those under an exception
	Findings  []Why        `json:"findings"`           // worst first, as many as [most] of each status
	More      int          `json:"more,omitempty"`     // findings that are not listed here
	listedFor map[Status]int
}

// most is how many findings of a rule are listed for each status: who wants all has
// the result.
const most = 3

// A Why is one finding behind a status.
type Why struct {
	Status      Status        `json:"status"`
	Subject     graph.Address `json:"subject"`
	Root        string        `json:"root,omitempty"`
	Origin      graph.Origin  `json:"origin"`
	Message     string        `json:"message,omitempty"`
	Waived      bool          `json:"waived,omitempty"`
	Fingerprint string        `json:"fingerprint"`
}

// The kinds of papers.
const (
	Document = "document" // that the perimeter names
	Answer   = "answer"   // of a person
)

// A Paper is a document or an answer that claims a criterion.
type Paper struct {
	Kind   string       `json:"kind"` // [Document] or [Answer]
	Says   string       `json:"says"`
	By     string       `json:"by"`
	Origin graph.Origin `json:"origin"`
}

// An Input is what scores are made of.
type Input struct {
	Result    *finding.Result
	Perimeter *perimeter.Perimeter
	KB        *kb.KB
	System    string // "" for all
	// Findings are those that count: of the system, or all.
	Findings []*finding.Finding
}

// Make scores by frameworks.
func Make(in Input, fs []*Framework) (*Score, error) {
	if in.Result == nil || in.Perimeter == nil || in.KB == nil {
		return nil, errors.New("a score needs a result, a perimeter and a knowledge base")
	}
	s := &Score{Schema: Schema, Perimeter: in.Result.Perimeter, KB: in.Result.KB, Ruleset: in.Result.Ruleset, At: in.Result.At, System: in.System, Frameworks: []FrameworkPart{}}
	day, err := time.Parse(time.DateOnly, in.Result.At)
	if err != nil {
		return nil, fmt.Errorf("the day of the result is %q: it is a day as 2026-11-29", in.Result.At)
	}
	m := &maker{in: in, day: day, x: newExaminer(in.Perimeter), by: map[graph.RuleID][]*finding.Finding{}}
	for _, f := range in.Findings {
		if f.Origin.IsZero() {
			return nil, fmt.Errorf("the finding of %s about %s has no origin: nobody could verify it", f.Rule, f.Subject)
		}
		m.by[f.Rule] = append(m.by[f.Rule], f)
	}
	for _, f := range fs {
		part, err := m.framework(f)
		if err != nil {
			return nil, fmt.Errorf("framework %s: %w", f.ID, err)
		}
		s.Frameworks = append(s.Frameworks, *part)
	}
	return s, nil
}

// PartIDs are the ids of the frameworks of a score, in its order.
func PartIDs(s *Score) []string {
	var out []string
	for i := range s.Frameworks {
		out = append(out, s.Frameworks[i].ID)
	}
	return out
}

// A maker makes the parts of a score.
type maker struct {
	in  Input
	day time.Time
	x   *examiner
	by  map[graph.RuleID][]*finding.Finding
}

func (m *maker) framework(f *Framework) (*FrameworkPart, error) {
	m.x.inside = nil
	if f.Territory != "" {
		var err error
		if m.x.inside, err = m.in.KB.Expand(f.Territory, m.day); err != nil {
			return nil, err
		}
	}
	m.x.confined = m.confined()
	p := &FrameworkPart{ID: f.ID, Instrument: f.Instrument, Title: f.Title, About: f.About, Ladder: f.Levels, Standing: f.standing(m.in.KB, m.in.Result.At)}
	if f.Reading != (Text{}) {
		p.Reading = &f.Reading
	}
	for i := range f.Groups {
		g := &f.Groups[i]
		gp := GroupPart{ID: g.ID, Title: g.Title, Weight: g.Weight}
		for j := range g.Criteria {
			c, err := m.criterion(f, &g.Criteria[j])
			if err != nil {
				return nil, err
			}
			gp.Criteria = append(gp.Criteria, *c)
		}
		p.Groups = append(p.Groups, gp)
	}
	p.add()
	return p, nil
}

// confined reports whether every country that the perimeter allows is in the territory
// of the framework.
func (m *maker) confined() bool {
	out := len(m.in.Perimeter.Spec.Jurisdictions.Allow) > 0
	for _, name := range m.in.Perimeter.Spec.Jurisdictions.Allow {
		cs, err := m.in.KB.Expand(name, m.day)
		out = out && err == nil && !slices.ContainsFunc(cs, func(c graph.Country) bool { return !slices.Contains(m.x.inside, c) })
	}
	return out
}

func (m *maker) criterion(f *Framework, c *Criterion) (*CriterionPart, error) {
	q, ok := m.in.KB.Requirement(c.Requirement)
	if !ok {
		return nil, fmt.Errorf("the knowledge base has no requirement %q", c.Requirement)
	}
	p := &CriterionPart{ID: c.ID, Title: c.Title, Requirement: c.Requirement, Citation: q.Citation, Addressee: q.Addressee, Level: c.Level, Unscored: c.Unscored, Part: c.Part, Asked: c.Part || len(c.Rules) == 0}
	status := Status("")
	for _, id := range c.Rules {
		r, s := m.rule(id, c, &q)
		if s == "" {
			if m.dormant(id, c) {
				p.Dormant = append(p.Dormant, id)
			} else {
				p.Silent = append(p.Silent, id)
			}
			continue
		}
		if p.Rules = append(p.Rules, *r); status == "" {
			status = s
		}
		status = worse(status, s)
	}
	if status == "" || c.Part && worse(status, Claimed) == Claimed {
		status = Unknown
		if p.Papers = m.papers(f, c); len(p.Papers) > 0 {
			status = Claimed
		}
	}
	p.Status = status
	if !q.InForce(m.in.Result.At, m.kind()) {
		p.Status, p.Would = NotInForce, status
	}
	return p, nil
}

// kind is the kind of the system under the AI Act.
func (m *maker) kind() string {
	return m.in.Perimeter.Spec.Systems[m.in.System].AIAct
}

// rule is what a rule says about a criterion: "" where it looked at nothing.
func (m *maker) rule(id graph.RuleID, c *Criterion, q *kb.Requirement) (*RulePart, Status) {
	p := &RulePart{ID: id, Findings: []Why{}, listedFor: map[Status]int{}}
	status := Status("")
	for _, f := range m.by[id] {
		s, ok := m.x.worth(f, c, q)
		if !ok {
			continue
		}
		if status == "" {
			status = s
		}
		status = worse(status, s)
		p.add(f, s)
	}
	slices.SortStableFunc(p.Findings, func(a, b Why) int {
		return slices.Index(Statuses(), b.Status) - slices.Index(Statuses(), a.Status)
	})
	return p, status
}

// dormant reports whether a rule found something that does not count today.
func (m *maker) dormant(id graph.RuleID, c *Criterion) bool {
	return slices.ContainsFunc(m.by[id], func(f *finding.Finding) bool {
		return f.Status == finding.NotInForce && (!c.Own || slices.Contains(f.Requirements, c.Requirement))
	})
}

func (p *RulePart) add(f *finding.Finding, s Status) {
	switch s {
	case Evidenced:
		p.Pass++
	case Claimed:
		p.Claimed++
	case Unknown:
		p.Unknown++
	case Breached:
		p.Breached++
		p.Fail++
	default:
		p.Fail++
	}
	if f.Status == finding.Waived {
		p.Waived++
	}
	if p.listedFor[s]++; p.listedFor[s] > most {
		p.More++
		return
	}
	p.Findings = append(p.Findings, Why{s, f.Subject, f.Root, f.Origin, f.Message, f.Status == finding.Waived, f.Fingerprint})
}

// Fails counts the fails that are worth a status, [Lacking] or [Breached].
func (p *RulePart) Fails(s Status) int {
	if s == Breached {
		return p.Breached
	}
	return p.Fail - p.Breached
}

// asked is the end of the ids of questions about criteria.
const asked = "/shown"

// AnswerID is the id of the question that people are asked about a criterion.
func AnswerID(framework, criterion string) string { return framework + "/" + criterion + asked }

// CheckAnswers refuses answers about a criterion that no framework has: they would
// claim nothing, and that in silence.
func CheckAnswers(p *perimeter.Perimeter, all []*Framework) error {
	for i := range p.Spec.Answers {
		a := &p.Spec.Answers[i]
		if !strings.HasSuffix(a.Question, asked) {
			continue
		}
		id, name, _ := strings.Cut(strings.TrimSuffix(a.Question, asked), "/")
		f, err := Choose(all, []string{id})
		if err != nil {
			return fmt.Errorf("%s: the answer to %s: %w", a.Origin.At(), a.Question, err)
		}
		if !f[0].any(func(c *Criterion) bool { return c.ID == name }) {
			return fmt.Errorf("%s: the answer to %s: %s has no criterion %q", a.Origin.At(), a.Question, id, name)
		}
	}
	return nil
}

// papers are what claims a criterion where no rule sees all of it: documents that have not
// ended, and what a person answered.
func (m *maker) papers(f *Framework, c *Criterion) []Paper {
	var out []Paper
	spec := &m.in.Perimeter.Spec
	for i := range spec.Evidence {
		e := &spec.Evidence[i]
		if _, other := spec.Systems[e.About]; other && m.in.System != "" && e.About != m.in.System {
			continue // a document about another system
		}
		if slices.Contains(c.Documents, e.Fact) && m.in.Result.At <= e.Expires {
			out = append(out, Paper{Document, e.About + ": " + e.Fact, e.ApprovedBy, e.Origin})
		}
	}
	for i := range spec.Answers {
		a := &spec.Answers[i]
		if a.Question == AnswerID(f.ID, c.ID) && (a.Expires == "" || m.in.Result.At <= a.Expires) {
			out = append(out, Paper{Answer, a.Text, a.By, a.Origin})
		}
	}
	return out
}
