package score

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

const day = "2026-11-29"

// a found is a finding of a rule, with an origin.
func found(rule graph.RuleID, s finding.Status) *finding.Finding {
	return &finding.Finding{Rule: rule, Status: s, Subject: "a.b", Origin: graph.Origin{File: "main.tf", Line: 3}, Basis: finding.OnPerimeter}
}

func with(f *finding.Finding, edit func(*finding.Finding)) *finding.Finding {
	edit(f)
	return f
}

func made(t testing.TB, k Known, f *Framework, p *perimeter.Perimeter, found ...*finding.Finding) *FrameworkPart {
	t.Helper()
	s, err := Make(Input{Result: &finding.Result{At: day}, Perimeter: p, KB: k.KB, Findings: found}, []*Framework{f})
	if err != nil {
		t.Fatal(err)
	}
	return &s.Frameworks[0]
}

func (p *FrameworkPart) find(id string) *CriterionPart {
	for i := range p.Groups {
		for j := range p.Groups[i].Criteria {
			if c := &p.Groups[i].Criteria[j]; c.ID == id {
				return c
			}
		}
	}
	return nil
}

func pick(fs []*Framework, id string) *Framework {
	return fs[slices.IndexFunc(fs, func(f *Framework) bool { return f.ID == id })]
}

// TestStatus is what single findings come to.
func TestStatus(t *testing.T) {
	fs, k := ours(t)
	document := &perimeter.Perimeter{}
	document.Spec.Evidence = []perimeter.Evidence{
		{About: "ovh", Fact: "ownership", ApprovedBy: "ciso", Expires: "2027-01-01", Origin: graph.Origin{File: "perimeter.yaml", Line: 9}},
		{About: "ovh", Fact: "energy", ApprovedBy: "ciso", Expires: "2026-01-01", Origin: graph.Origin{File: "perimeter.yaml", Line: 19}},
	}
	document.Spec.Answers = []perimeter.Answer{
		{Question: "eucsf/SOV-4-F03/shown", Text: "yes", By: "hr", On: "2026-01-01", Origin: graph.Origin{File: "perimeter.yaml", Line: 30}},
		{Question: "eucsf/SOV-4-S4/shown", Text: "yes", By: "hr", On: "2026-01-01", Expires: "2026-02-01", Origin: graph.Origin{File: "perimeter.yaml", Line: 31}},
	}
	in := func(c graph.Country, how graph.Confidence) func(*finding.Finding) {
		return func(f *finding.Finding) {
			f.Places = []graph.Place{{Role: graph.Storage, Countries: []graph.Country{c}, Confidence: how}}
		}
	}
	run := func(seat, control graph.Country) func(*finding.Finding) {
		return func(f *finding.Finding) {
			f.Operator = &graph.Operator{Entity: "x", Seat: seat, Control: []graph.Controller{{Entity: "y", Country: control}}, Confidence: graph.Documented}
		}
	}
	breach := func(q graph.RequirementID) func(*finding.Finding) {
		return func(f *finding.Finding) {
			f.Basis, f.Requirements = finding.OnRequirement, []graph.RequirementID{q}
		}
	}
	because := func(s string) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Because = []string{s} }
	}
	for _, c := range []struct {
		name, framework, criterion string
		want                       Status
		found                      []*finding.Finding
	}{
		{"nobody looked", "eucsf", "SOV-3-F03", Unknown, nil},
		{"a pass on facts", "eucsf", "SOV-3-F03", Evidenced, []*finding.Finding{with(found("LOC-001", finding.Pass), in("FR", graph.Authoritative))}},
		{"a pass, and something open", "eucsf", "SOV-3-F03", Unknown, []*finding.Finding{found("LOC-001", finding.Pass), found("LOC-004", finding.Undecided)}},
		{"a pass, and a fail of a provider's duty", "eucsf", "SOV-3-F03", Lacking, []*finding.Finding{found("LOC-001", finding.Pass), found("LOC-004", finding.Fail)}},
		{"a provider's duty is never breached by the customer", "eucsf", "SOV-1-F06", Lacking, []*finding.Finding{with(found("EXI-001", finding.Fail), breach("EUCSF_SOV_1"))}},
		{"a pass in a country that the perimeter allows and the framework does not", "eucsf", "SOV-3-F03", Lacking, []*finding.Finding{with(found("LOC-001", finding.Pass), in("US", graph.Authoritative))}},
		{"a pass anywhere", "eucsf", "SOV-3-F03", Lacking, []*finding.Finding{with(found("LOC-001", finding.Pass), in(graph.Anywhere, graph.Authoritative))}},
		{"a pass in a place that is only claimed", "eucsf", "SOV-3-F03", Claimed, []*finding.Finding{with(found("LOC-001", finding.Pass), in("FR", graph.Claimed))}},
		{"a place that is only claimed, outside", "eucsf", "SOV-3-F03", Unknown, []*finding.Finding{with(found("LOC-001", finding.Undecided), in("US", graph.Claimed))}},
		{"a pass in a place that is only claimed, outside", "eucsf", "SOV-3-F03", Unknown, []*finding.Finding{with(found("LOC-001", finding.Pass), in("US", graph.Claimed))}},
		{"a pass in a place that may have another", "eucsf", "SOV-3-F03", Unknown, []*finding.Finding{with(found("LOC-001", finding.Pass), func(f *finding.Finding) {
			f.Places = []graph.Place{{Countries: []graph.Country{"FR"}, Perhaps: []graph.Country{"US"}, Confidence: graph.Authoritative}}
		})}},
		{"a pass in a place of which something is not known", "eucsf", "SOV-3-F03", Unknown, []*finding.Finding{with(found("LOC-001", finding.Pass), func(f *finding.Finding) {
			f.Places = []graph.Place{{Countries: []graph.Country{"FR"}, Unknown: "x", Confidence: graph.Authoritative}}
		})}},
		{"a pass that does not say where", "eucsf", "SOV-3-F03", Unknown, []*finding.Finding{found("LOC-001", finding.Pass)}},
		{"nobody knows who controls the operator", "eucsf", "SOV-1-F01", Unknown, []*finding.Finding{with(found("OPR-002", finding.Pass), func(f *finding.Finding) {
			f.Operator = &graph.Operator{Entity: "x", Seat: "FR", Confidence: graph.Documented, Unknown: "who controls it is not known"}
		})}},
		{"a maker whose other model is claimed", "c3a", "SOV-5-01", Unknown, []*finding.Finding{with(found("MDL-002", finding.Pass), func(f *finding.Finding) {
			f.Maker = &graph.Maker{Country: "FR", Confidence: graph.Documented, Others: []graph.Maker{{Country: "FR", Confidence: graph.Claimed}}}
		})}},
		{"a place that is only claimed", "eucsf", "SOV-3-F03", Claimed, []*finding.Finding{with(found("LOC-001", finding.Undecided), in("FR", graph.Claimed))}},
		{"an operator of the EU", "eucsf", "SOV-1-F01", Evidenced, []*finding.Finding{with(found("OPR-002", finding.Pass), run("FR", "FR"))}},
		{"an operator of the EU that belongs to others", "eucsf", "SOV-1-F01", Lacking, []*finding.Finding{with(found("OPR-002", finding.Pass), run("IE", "US"))}},
		{"nobody knows its seat", "eucsf", "SOV-1-F01", Unknown, []*finding.Finding{with(found("OPR-002", finding.Pass), run("", "FR"))}},
		{"a key that the operator can use", "eucsf", "SOV-3-F01", Lacking, []*finding.Finding{with(found("KEY-002", finding.Pass), func(f *finding.Finding) {
			f.Custody = &graph.Custody{Holder: graph.HolderProvider, Confidence: graph.Authoritative}
		})}},
		{"a key that the customer has", "eucsf", "SOV-3-F01", Evidenced, []*finding.Finding{with(found("KEY-002", finding.Pass), func(f *finding.Finding) {
			f.Custody = &graph.Custody{Holder: graph.HolderCustomer, Confidence: graph.Authoritative}
		})}},
		{"a pass on a document", "eucsf", "SOV-7-F01", Claimed, []*finding.Finding{with(found("OPR-005", finding.Pass), because("iso27001: perimeter.yaml:9: ciso approved it"))}},
		{"a pass on another line", "eucsf", "SOV-7-F01", Evidenced, []*finding.Finding{with(found("OPR-005", finding.Pass), because("perimeter.yaml:99 decides"))}},
		{"a test that a document shows", "eucsf", "SOV-4-F01", Claimed, []*finding.Finding{with(found("EXI-003", finding.Pass), func(f *finding.Finding) { f.About = []string{"document:exit-test"} })}},
		{"an exception is no evidence", "eucsf", "SOV-3-F03", Lacking, []*finding.Finding{with(found("LOC-001", finding.Waived), func(f *finding.Finding) { f.Waiver = &finding.Waiver{Was: finding.Fail} })}},
		{"rules see a part", "eucsf", "SOV-3-F02", Unknown, []*finding.Finding{found("LOG-005", finding.Pass)}},
		{"rules see a part, and it fails", "eucsf", "SOV-3-F02", Lacking, []*finding.Finding{found("LOG-005", finding.Fail)}},
		{"a document where no rule looks", "eucsf", "SOV-1-F02", Claimed, nil},
		{"a document that has ended", "eucsf", "SOV-8-F01", Unknown, nil},
		{"an answer", "eucsf", "SOV-4-F03", Claimed, nil},
		{"an answer that has ended", "eucsf", "SOV-4-S4", Unknown, nil},
		{"a transfer without basis", "gdpr-chapter-v", "ART-44", Breached, []*finding.Finding{with(found("FLW-007", finding.Fail), breach("GDPR_ART_44"))}},
		{"a breach of the perimeter that cites the clause", "gdpr-chapter-v", "ART-44", Lacking, []*finding.Finding{with(found("LOC-001", finding.Fail), func(f *finding.Finding) { f.Requirements = []graph.RequirementID{"GDPR_ART_44"} })}},
		{"a breach of the perimeter alone", "gdpr-chapter-v", "ART-44", Unknown, []*finding.Finding{found("LOC-001", finding.Fail)}},
		{"a tool of chapter V that a person recorded", "gdpr-chapter-v", "ART-46", Claimed, []*finding.Finding{with(found("FLW-007", finding.Pass), func(f *finding.Finding) {
			f.About, f.Requirements = []string{"transfers"}, []graph.RequirementID{"GDPR_ART_44", "GDPR_ART_46"}
		})}},
		{"a tool of article 46 rests on no adequacy decision", "gdpr-chapter-v", "ART-45", Unknown, []*finding.Finding{with(found("FLW-007", finding.Pass), func(f *finding.Finding) {
			f.About, f.Requirements = []string{"transfers"}, []graph.RequirementID{"GDPR_ART_44", "GDPR_ART_46"}
		})}},
		{"an adequacy decision", "gdpr-chapter-v", "ART-45", Evidenced, []*finding.Finding{with(found("FLW-007", finding.Pass), breach("GDPR_ART_45"))}},
		{"a proposal", "cada", "II-b1", NotInForce, []*finding.Finding{with(found("LOC-001", finding.Pass), in("FR", graph.Authoritative))}},
	} {
		got := made(t, k, pick(fs, c.framework), document, c.found...).find(c.criterion)
		if got == nil || got.Status != c.want {
			t.Errorf("%s: %s is %+v, not %s", c.name, c.criterion, got, c.want)
		}
		if c.framework == "cada" && (got.Would != Evidenced || got.Facts() != Evidenced) {
			t.Errorf("%s: it would be %q", c.name, got.Would)
		}
	}
}

// rank orders statuses by what they are worth.
func rank(s Status) int { return -slices.Index(Statuses(), s) }

// random is a finding that may say anything about any rule.
func random(r *rand.Rand, k Known) *finding.Finding {
	f := found(k.Rules[r.IntN(len(k.Rules))], []finding.Status{finding.Pass, finding.Pass, finding.Pass, finding.Undecided, finding.Fail, finding.NotInForce}[r.IntN(6)])
	f.Subject = graph.Address("asset." + strconv.Itoa(r.IntN(20)))
	if r.IntN(3) == 0 {
		f.Places = []graph.Place{{Countries: []graph.Country{[]graph.Country{"FR", "DE", "US"}[r.IntN(3)]}, Confidence: []graph.Confidence{graph.Authoritative, graph.Claimed}[r.IntN(2)]}}
	}
	if r.IntN(3) == 0 {
		f.Operator = &graph.Operator{Entity: "x", Seat: []graph.Country{"FR", "US"}[r.IntN(2)], Confidence: graph.Documented}
	}
	if r.IntN(4) == 0 {
		f.About = []string{"document:ownership"}
	}
	if r.IntN(2) == 0 {
		f.Requirements = []graph.RequirementID{"GDPR_ART_44"}
		f.Basis = finding.OnRequirement
	}
	return f
}

// lower reports where a score is better than another.
func lower(t *testing.T, what string, was, is *FrameworkPart) {
	t.Helper()
	for i := range was.Groups {
		for j := range was.Groups[i].Criteria {
			a, b := &was.Groups[i].Criteria[j], &is.Groups[i].Criteria[j]
			looked := len(a.Rules) > 0 // before, somebody had looked
			if looked && rank(b.Facts()) > rank(a.Facts()) || !looked && b.Facts() == Evidenced {
				t.Errorf("%s: %s was %s and is %s", what, a.ID, a.Facts(), b.Facts())
			}
		}
	}
	a, b := effective(was), effective(is)
	if b.Evidenced > a.Evidenced {
		t.Errorf("%s: %d criteria were evidenced and %d are", what, a.Evidenced, b.Evidenced)
	}
	if a.Points != nil && b.Points.Evidenced > a.Points.Evidenced+1e-9 {
		t.Errorf("%s: the score was %v and is %v", what, a.Points.Evidenced, b.Points.Evidenced)
	}
	if a.Level != nil && (b.Level.Shown > a.Level.Shown || b.Level.Possible > a.Level.Possible) {
		t.Errorf("%s: the level was %+v and is %+v", what, *a.Level, *b.Level)
	}
}

// effective is the tally that speaks of facts.
func effective(p *FrameworkPart) *Tally {
	if p.Would != nil {
		return p.Would
	}
	return &p.Tally
}

// TestNothingUnknownCounts: adding something unknown never raises a score, and
// turning a pass into a fail never does.
func TestNothingUnknownCounts(t *testing.T) {
	fs, k := ours(t)
	p := &perimeter.Perimeter{}
	r := rand.New(rand.NewPCG(7, 29))
	turned := 0
	for range 150 {
		var some []*finding.Finding
		for range r.IntN(120) {
			some = append(some, random(r, k))
		}
		for _, f := range fs {
			was := made(t, k, f, p, some...)
			open := found(k.Rules[r.IntN(len(k.Rules))], finding.Undecided)
			lower(t, "adding an unknown", was, made(t, k, f, p, append(slices.Clone(some), open)...))
			for i := range some {
				if some[i].Status != finding.Pass {
					continue
				}
				turned++
				worse := *some[i]
				worse.Status = finding.Fail
				changed := slices.Clone(some)
				changed[i] = &worse
				lower(t, "turning a pass of "+string(worse.Rule)+" into a fail", was, made(t, k, f, p, changed...))
				break
			}
			consistent(t, was)
		}
	}
	if turned < 100 {
		t.Errorf("only %d passes were turned", turned)
	}
}

// consistent holds the parts of a score against each other.
func consistent(t *testing.T, p *FrameworkPart) {
	t.Helper()
	for _, tally := range []*Tally{&p.Tally, effective(p)} {
		if sum := tally.Evidenced + tally.Claimed + tally.Unknown + tally.Lacking + tally.Breached + tally.NotInForce; sum != tally.Criteria {
			t.Errorf("%s: the counts come to %d of %d", p.ID, sum, tally.Criteria)
		}
		if x := tally.Points; x != nil {
			r := x.Rounded()
			if sum := r.Evidenced + r.Claimed + r.Unknown + r.Against; math.Abs(sum-100) > 1e-6 || r.Evidenced > x.Evidenced+1e-6 && x.Evidenced < 99 {
				t.Errorf("%s: the points %+v are written %+v and come to %v", p.ID, *x, r, sum)
			}
		}
		if l := tally.Level; l != nil && (l.Shown > l.Claimed || l.Claimed > l.Possible || l.Possible > p.Ladder.Top()) {
			t.Errorf("%s: the level is %+v", p.ID, *l)
		}
	}
	if (p.Standing == Proposed) != (p.Would != nil) || p.Standing == Proposed && p.Tally.NotInForce != p.Tally.Criteria {
		t.Errorf("%s: a proposal counts: %+v", p.ID, p.Tally)
	}
}

// TestLevel: the weakest link decides, a level that nothing asks for comes with the
// next, and what facts speak against ends what is possible.
func TestLevel(t *testing.T) {
	group := func(ss map[int]Status) *GroupPart {
		g := &GroupPart{}
		for l, s := range ss {
			g.Criteria = append(g.Criteria, CriterionPart{Level: l, Status: s})
		}
		return g
	}
	for _, c := range []struct {
		name string
		ss   map[int]Status
		want Level
	}{
		{"everything", map[int]Status{1: Evidenced, 2: Evidenced, 4: Evidenced}, Level{4, 4, 4, 0}},
		{"nothing for level 4", map[int]Status{1: Evidenced, 2: Evidenced}, Level{2, 2, 4, 0}},
		{"the lowest is not known", map[int]Status{1: Unknown, 2: Evidenced, 4: Evidenced}, Level{0, 0, 4, 0}},
		{"the lowest is claimed", map[int]Status{1: Claimed, 3: Evidenced, 4: Unknown}, Level{0, 3, 4, 0}},
		{"level 3 lacks", map[int]Status{1: Evidenced, 3: Lacking, 4: Evidenced}, Level{1, 1, 2, 0}},
		{"nothing is asked below 2, and nothing is shown", map[int]Status{2: Lacking, 4: Evidenced}, Level{0, 0, 1, 0}},
		{"nothing is asked below 2, and nobody knows", map[int]Status{2: Unknown, 4: Unknown}, Level{0, 0, 4, 0}},
		{"nothing is asked below 2, and that is claimed", map[int]Status{2: Claimed, 4: Unknown}, Level{0, 2, 4, 0}},
		{"without a bound", map[int]Status{0: Lacking, 1: Evidenced}, Level{1, 1, 4, 0}},
	} {
		got := group(c.ss).level(4, (*CriterionPart).real)
		if got.below = 0; *got != c.want {
			t.Errorf("%s: %+v, not %+v", c.name, *got, c.want)
		}
	}
	if group(map[int]Status{0: Evidenced}).level(4, (*CriterionPart).real) != nil {
		t.Error("a group that bounds no level has one")
	}
}

// TestWholeLevel: a group that asks nothing for a level does not keep the whole from
// it, and where nothing is shown at all there is no level.
func TestWholeLevel(t *testing.T) {
	fs, k := ours(t)
	cada := pick(fs, "cada")
	nothing := made(t, k, cada, &perimeter.Perimeter{})
	if l := nothing.Would.Level; l.Shown != 0 || l.Claimed != 0 || l.Possible != 4 {
		t.Errorf("of nothing the whole is %+v", *l)
	}
	for i := range nothing.Groups {
		if l := nothing.Groups[i].Would.Level; l != nil && (l.Shown != 0 || l.Claimed != 0) {
			t.Errorf("of nothing %s is %+v", nothing.Groups[i].ID, *l)
		}
	}
	tallied := func(cs ...CriterionPart) GroupPart {
		g := GroupPart{Criteria: cs}
		g.Tally = g.tally(cada.Levels, (*CriterionPart).real)
		return g
	}
	groups := []GroupPart{
		tallied(CriterionPart{Level: 1, Status: Evidenced}, CriterionPart{Level: 2, Status: Evidenced}),
		tallied(CriterionPart{Level: 2, Status: Unknown}),
	}
	if l := total(groups, func(g *GroupPart) *Tally { return &g.Tally }).Level; l.Shown != 1 {
		t.Errorf("a group that asks nothing at level 1 makes the whole %+v", *l)
	}
	groups = groups[1:]
	if l := total(groups, func(g *GroupPart) *Tally { return &g.Tally }).Level; l.Shown != 0 {
		t.Errorf("a whole of which nothing is shown is %+v", *l)
	}
}

// TestOrigin refuses a finding that nobody could verify.
func TestOrigin(t *testing.T) {
	fs, k := ours(t)
	f := found("LOC-001", finding.Pass)
	f.Origin = graph.Origin{}
	if _, err := Make(Input{Result: &finding.Result{At: day}, Perimeter: &perimeter.Perimeter{}, KB: k.KB, Findings: []*finding.Finding{f}}, fs); err == nil {
		t.Error("a finding without origin is taken")
	}
}
