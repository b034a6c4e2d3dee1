package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
)

// A Question is one asset with what is asked of it.
type Question struct {
	*graph.Resolved
	Limits    *limits.Limits
	KeyHolder *graph.Operator // nil for the customer
	AIAct     string          // of the asset's system
	Bound     bool            // whether a binding or tag gave it its classes
	Tagged    bool            // whether a tag binds it to nobody knows what
	Critical  bool            // whether its system is critical
	Receives  []string        // purposes for which other assets name it as a target, sorted
	// Partitions are who runs the instances of its provider's cloud.
	Partitions []*graph.Operator
	Transfers  []Transfer
	System     System
	Papers     graph.Papers
}

// A System is what the perimeter says of the system that an asset belongs to.
type System struct {
	Named bool     `json:"named"` // it belongs to one
	Basis []string `json:"basis"` // requirement ids of what makes its processing lawful
	DPIA  bool     `json:"dpia"`  // a document that holds shows its impact assessment
}

// A Transfer is a tool of GDPR chapter V that the perimeter records for it.
type Transfer struct {
	Tool   string `json:"tool"`
	TIA    bool   `json:"tia"`    // it names an assessment
	Shown  bool   `json:"shown"`  // a document that holds shows the assessment
	Valid  bool   `json:"valid"`  // it has not ended
	Covers bool   `json:"covers"` // it is for every class that is bound
}

// An input is what rules see of a question: what is the same for all assets
// of one shape. It holds no address and no line, and unknown coordinates
// without their reasons, so that assets that differ only in these share one
// evaluation. docs/spec/rules.md describes it for authors of rules.
type input struct {
	Kind     graph.Kind              `json:"kind"`
	Bearing  string                  `json:"bearing"` // data, work, transit, nothing
	Type     string                  `json:"type"`
	Provider graph.ProviderID        `json:"provider"`
	Partial  bool                    `json:"partial"`
	Bound    bool                    `json:"bound"`
	Places   []inputPlace            `json:"places"`
	Operator *inputOperator          `json:"operator,omitempty"`
	Custody  *inputCustody           `json:"custody,omitempty"`
	Maker    *inputMaker             `json:"maker,omitempty"`
	Support  *inputSupport           `json:"support,omitempty"`
	Settings map[string]inputSetting `json:"settings"`
	Targets  []inputTarget           `json:"targets"`
	Limits   inputLimits             `json:"limits"`
	AIAct    string                  `json:"ai_act"`
	Tagged   bool                    `json:"tagged"`
	Critical bool                    `json:"critical"`
	Receives []string                `json:"receives"`
	Flow     *inputFlow              `json:"flow,omitempty"`
	// Components are there where somebody asks who makes them.
	Components *inputComponents `json:"components,omitempty"`
	// Transfers and System are asked where personal data may go to a third country.
	Transfers []Transfer `json:"transfers,omitempty"`
	System    *System    `json:"system,omitempty"`
	// Partitions are who else runs an instance of the provider's cloud; asked only
	// where the operator is outside.
	Partitions []*inputOperator `json:"partitions,omitempty"`
	// Papers are there where something is asked that only a document shows.
	Papers *graph.Papers `json:"papers,omitempty"`
}

type inputFlow struct {
	States   []graph.FlowState `json:"states"`
	Purposes []string          `json:"purposes"`
	To       graph.Address     `json:"to"`    // of a fetch; "" of others, which share their answer with what is alike
	Known    bool              `json:"known"` // to whom it leads
	Declared graph.Relation    `json:"declared"`
	Planned  graph.Relation    `json:"planned"`
	// Passed says that something went through, Blocked that something was refused;
	// of what was observed.
	Passed     bool `json:"passed"`
	Blocked    bool `json:"blocked"`
	Incomplete bool `json:"incomplete"`
	// Seal is how the program that sends data encrypts it; absent where no program is seen to send.
	Seal *graph.Seal `json:"seal,omitempty"`
}

// attempted reports whether all that is known of a flow is that somebody tried,
// or looked the name up: nothing went where it leads.
func (f *inputFlow) attempted() bool {
	return f != nil && !f.Passed && len(f.States) == 1 && f.States[0] == graph.Observed
}

type inputPlace struct {
	Role     graph.Role      `json:"role"`
	Purpose  string          `json:"purpose"`
	Country  []graph.Country `json:"countries"`
	Region   string          `json:"region"`
	Binding  graph.Binding   `json:"binding"`
	Answer   limits.Answer   `json:"answer"`
	Outside  []graph.Country `json:"outside"`
	Transfer limits.Transfer `json:"transfer"`
	Known    bool            `json:"known"`
}

type inputOperator struct {
	Entity  graph.EntityID     `json:"entity"`
	Name    string             `json:"name"`
	Seat    graph.Country      `json:"seat"`
	Control []graph.Controller `json:"control"`
	Laws    []graph.LawID      `json:"laws"`
	Answer  limits.Answer      `json:"answer"`
}

type inputCustody struct {
	Holder     graph.Holder  `json:"holder"`
	Protection string        `json:"protection"`
	Grade      graph.Grade   `json:"grade"`
	Named      bool          `json:"named"`
	ClearText  bool          `json:"cleartext"`
	Answer     limits.Answer `json:"answer"`       // of the holder
	Clear      limits.Answer `json:"clear_answer"` // of clear text at the operator
	Known      bool          `json:"known"`
}

type inputMaker struct {
	Component string         `json:"component"`
	Family    string         `json:"family"`
	Entity    graph.EntityID `json:"entity"`
	Country   graph.Country  `json:"country"`
	Claimed   bool           `json:"claimed"` // that it is made by it
	// Lineage is what the weights derive from, nearest first.
	Lineage []inputAncestor `json:"lineage"`
	Others  []inputMaker    `json:"others"` // of the further models; their answer is part of the first one's
	Answer  limits.Answer   `json:"answer,omitempty"`
	Licence string          `json:"licence"` // of the weights; "" where none is recorded with a source
	Terms   []inputTerm     `json:"terms"`   // clauses of its licence, and of those of its lineage, that give no rights somewhere
}

// An inputTerm is one of them; answer is outside where it gives no rights to whom
// the perimeter is for.
type inputTerm struct {
	Family  string        `json:"family"`
	Clause  string        `json:"clause"`
	Names   []string      `json:"names"`
	BySeat  bool          `json:"by_seat"`
	Claimed bool          `json:"claimed"`
	Answer  limits.Answer `json:"answer"`
}

type inputAncestor struct {
	Family  string         `json:"family"`
	Entity  graph.EntityID `json:"entity"`
	Country graph.Country  `json:"country"`
	Licence string         `json:"licence"`
	Known   bool           `json:"known"`
	Claimed bool           `json:"claimed"` // that it is a link, or whose it is
}

type inputSupport struct {
	Countries []graph.Country `json:"countries"`
	Answer    limits.Answer   `json:"answer"`
	Outside   []graph.Country `json:"outside"`
}

type inputSetting struct {
	Value any  `json:"value"`
	Known bool `json:"known"`
}

type inputTarget struct {
	Purpose  string         `json:"purpose"`
	Name     string         `json:"name"`
	Known    bool           `json:"known"`
	Places   []inputPlace   `json:"places"`
	Operator *inputOperator `json:"operator,omitempty"`
	Listed   limits.Answer  `json:"listed"` // registries: whether the approved stack names it
}

type inputLimits struct {
	Classes         []graph.ClassID `json:"classes"`
	GDPR            string          `json:"gdpr"`
	Confidentiality string          `json:"confidentiality"`
	Places          string          `json:"places"` // as written
	Keys            bool            `json:"keys"`   // whether custody is asked
	MinGrade        int             `json:"min_grade"`
	RetentionDays   int             `json:"retention_days"` // 0: not asked
	InUse           bool            `json:"in_use"`         // whether protection in use is asked
	Frameworks      []string        `json:"frameworks"`     // that the perimeter names
	Unbound         string          `json:"unbound"`        // "" without data classes, "decided" when unbound names one of them, else "open"
}

// bearings words [graph.Bearing] for rules.
var bearings = map[graph.Bearing]string{graph.BearsNothing: "nothing", graph.BearsTransit: "transit", graph.BearsWork: "work", graph.BearsData: "data"}

// selfRun are the kinds on which a team runs a model itself.
var selfRun = map[graph.Kind]bool{graph.Compute: true, graph.Cluster: true, graph.Function: true, graph.Training: true, graph.Notebook: true}

// document makes the input, and the answers' reasons beside it, in why.
func (q *Question) document() (*input, *reasons) {
	l := q.Limits
	why := &reasons{}
	in := &input{
		Kind: q.Kind, Bearing: bearings[q.Kind.Bearing()], Type: q.Type, Provider: q.Provider, Partial: q.Partial != "", Bound: q.Bound, AIAct: q.AIAct, Tagged: q.Tagged, Critical: q.Critical, Receives: q.Receives,
		Places:   places(q.Places, l),
		Settings: make(map[string]inputSetting, len(q.Settings)),
		Targets:  make([]inputTarget, 0, len(q.Targets)),
		Limits: inputLimits{Classes: l.Classes, GDPR: l.GDPR, Confidentiality: l.Confidentiality, Places: l.Places.String(),
			Keys: l.Keys != nil, RetentionDays: l.RetentionDays, InUse: l.InUse, Unbound: l.Unbound, Frameworks: l.Frameworks},
	}
	if l.Keys != nil {
		in.Limits.MinGrade = l.Keys.MinGrade
	}
	in.Operator, why.operator = operator(q.Operator, l)
	if c := q.Custody; c != nil {
		out := &inputCustody{Holder: c.Holder, Protection: c.Protection, Grade: c.Grade, Named: c.Named, ClearText: c.ClearText, Known: c.Unknown == ""}
		if out.Answer, why.custody = l.Holder(c, q.KeyHolder); why.custody == "" {
			why.custody = c.Unknown // no class limits keys
		}
		out.Clear, why.clear = l.ClearText(c, q.Operator)
		in.Custody = out
	}
	if in.Operator != nil && in.Operator.Entity != "" && (in.Operator.Answer == limits.Outside || in.Operator.Answer == limits.Unsure) {
		switch a, reason := l.Tolerated(q.Operator, q.Custody, q.KeyHolder); a {
		case limits.Tolerated:
			in.Operator.Answer, why.operator = a, reason
		case limits.Unsure:
			in.Operator.Answer = a
			why.operator += "; the perimeter may tolerate it, but " + reason
		case limits.Outside:
			why.operator += "; " + reason
		}
	}
	if q.Operator != nil && q.Operator.AnyPartition {
		in.Operator.Answer, why.operator = q.whoever()
	}
	if m := q.Maker; m != nil {
		in.Maker = q.maker(m)
		in.Maker.Answer, why.maker = l.Maker(m, selfRun[q.Kind])
	}
	if s := q.Support; s != nil {
		out := &inputSupport{Countries: s.Countries}
		out.Answer, out.Outside = l.SupportFrom(s)
		why.support = s.Unknown
		in.Support = out
	}
	if in.Operator != nil && in.Operator.Answer == limits.Outside {
		for _, p := range q.Partitions {
			if p.Entity != in.Operator.Entity {
				o, _ := operator(p, l)
				in.Partitions = append(in.Partitions, o)
			}
		}
	}
	in.Components = components(q.Components, l)
	in.Flow = flow(q.Edge, q.Kind)
	in.Papers = papers(&q.Papers, l)
	if l.GDPR != "none" && slices.ContainsFunc(in.Places, func(p inputPlace) bool { return p.Transfer != limits.NoTransfer && p.Transfer != "" }) {
		in.Transfers, in.System = q.Transfers, &q.System
	}
	for name, s := range q.Settings {
		in.Settings[name] = inputSetting{Value: s.Value, Known: s.Unknown == ""}
	}
	for i := range q.Targets {
		t := &q.Targets[i]
		out := inputTarget{Purpose: t.Purpose, Known: t.Unknown == "", Places: places(t.Places, l)}
		out.Listed = limits.NotAsked
		if t.Asset == "" {
			out.Name = t.Name
			if t.Name != "" && (t.Purpose == "registry" || t.Purpose == "index") {
				out.Listed = l.Registry(t.Name)
			}
		}
		var reason string
		out.Operator, reason = operator(t.Operator, l)
		why.targets = append(why.targets, reason)
		in.Targets = append(in.Targets, out)
	}
	return in, why
}

// papers are what rules see of them; nil where nothing is asked that they show.
func papers(p *graph.Papers, l *limits.Limits) *graph.Papers {
	if p.Documents == nil && p.Ownership == nil && p.Services == nil && p.Volume == nil && p.Outbound == nil {
		return nil
	}
	out := *p
	out.Documents = make(map[string]graph.Document, len(p.Documents))
	for fact, d := range p.Documents {
		d.Inside = l.Documented(d.Countries) == limits.Inside
		out.Documents[fact] = d
	}
	return &out
}

// whoever judges an operator of which only the provider is known: it is outside
// when everybody is who runs a partition, and open otherwise.
func (q *Question) whoever() (limits.Answer, string) {
	names := make([]string, len(q.Partitions))
	for i, o := range q.Partitions {
		a, _ := q.Limits.Operator(o)
		t, _ := q.Limits.Tolerated(o, q.Custody, q.KeyHolder)
		if a != limits.Outside || t == limits.Tolerated || t == limits.Unsure {
			return limits.Unsure, q.Operator.Unknown
		}
		names[i] = o.Name
	}
	if len(names) == 0 {
		return limits.Unsure, q.Operator.Unknown
	}
	return limits.Outside, fmt.Sprintf("which of them runs it is not known (%s), and none of them is allowed: %s", q.Operator.Unknown, strings.Join(names, ", "))
}

func places(ps []graph.Place, l *limits.Limits) []inputPlace {
	out := make([]inputPlace, len(ps))
	for i := range ps {
		p := &ps[i]
		o := &out[i]
		*o = inputPlace{Role: p.Role, Purpose: p.Purpose, Country: p.Countries, Region: p.Region, Binding: p.Binding, Known: p.Unknown == ""}
		o.Answer, o.Outside = l.Place(p)
		if o.Known {
			o.Transfer = l.Transfer(p.Countries)
		}
	}
	return out
}

func flow(e *graph.Edge, kind graph.Kind) *inputFlow {
	if e == nil {
		return nil
	}
	out := &inputFlow{States: e.States, Purposes: e.Purposes, Known: e.To != "", Declared: e.Declared, Planned: e.Planned, Seal: e.Seal}
	if kind == graph.Upstream {
		out.To = e.To
	}
	if t := e.Traffic; t != nil {
		out.Passed, out.Blocked, out.Incomplete = t.Count > t.Blocked, t.Blocked > 0, t.Incomplete != ""
	}
	return out
}

func (q *Question) maker(m *graph.Maker) *inputMaker {
	out := &inputMaker{Component: m.Component, Family: m.Family, Entity: m.Entity, Country: m.Country, Claimed: m.Confidence == graph.Claimed, Licence: m.Licence,
		Lineage: make([]inputAncestor, len(m.Lineage)), Others: make([]inputMaker, len(m.Others)), Terms: make([]inputTerm, len(m.Terms))}
	for i, a := range m.Lineage {
		out.Lineage[i] = inputAncestor{Family: a.Family, Entity: a.Entity, Country: a.Country, Licence: a.Licence, Known: a.Unknown == "", Claimed: a.Confidence == graph.Claimed}
	}
	for i := range m.Terms {
		t := &m.Terms[i]
		out.Terms[i] = inputTerm{Family: t.Family, Clause: t.Clause, Names: t.Names, BySeat: t.BySeat, Claimed: !t.Confidence.Firm(), Answer: q.Limits.Term(t, q.Places)}
	}
	for i := range m.Others {
		out.Others[i] = *q.maker(&m.Others[i])
	}
	return out
}

func operator(o *graph.Operator, l *limits.Limits) (*inputOperator, string) {
	if o == nil {
		return nil, ""
	}
	out := &inputOperator{Entity: o.Entity, Name: o.Name, Seat: o.Seat, Control: o.Control, Laws: l.Foreign(o.Laws)}
	a, why := l.Operator(o)
	out.Answer = a
	if why == "" {
		why = o.Unknown
	}
	return out, why
}

// reasons are the sentences behind the answers of one question.
type reasons struct {
	operator, custody, clear, maker, support string
	targets                                  []string
}

// shape is the canonical form of the input, by which questions share answers.
func (in *input) shape() ([]byte, error) { return json.Marshal(in) }
