package assess

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A law knows which requirements count for this perimeter on this day.
type law struct {
	kb         *kb.KB
	at         time.Time
	day        string          // of at, as the records write days
	frameworks map[string]bool // nil: every instrument addressed to customers
	territory  map[graph.Country]bool

	mu      sync.Mutex
	applies map[lawKey]bool
}

type lawKey struct {
	id    graph.RequirementID
	aiAct string
}

func newLaw(k *kb.KB, p *perimeter.Perimeter, at time.Time) (*law, error) {
	l := &law{kb: k, at: at, day: at.Format(time.DateOnly), territory: map[graph.Country]bool{}, applies: map[lawKey]bool{}}
	known := map[string]bool{}
	for _, q := range k.Requirements() {
		known[q.Instrument] = true
	}
	for i, f := range p.Spec.Frameworks {
		if !known[f] {
			var names []string
			for n := range known {
				names = append(names, n)
			}
			slices.Sort(names)
			return nil, &limits.Error{Origin: p.OriginOf(fmt.Sprintf("spec.frameworks[%d]", i)), Message: fmt.Sprintf("there is no framework %q; there are: %s", f, strings.Join(names, ", "))}
		}
		if l.frameworks == nil {
			l.frameworks = map[string]bool{}
		}
		l.frameworks[f] = true
	}
	names := slices.Clone(p.Spec.Jurisdictions.Allow)
	for _, c := range p.Spec.Data {
		names = append(names, c.CollectedIn...) // the law of where data is from goes with it
	}
	for _, n := range names {
		cs, err := k.Expand(n, at)
		if err != nil {
			return nil, err // limits.New says it with its line
		}
		for _, c := range cs {
			l.territory[c] = true
		}
	}
	return l, nil
}

// cited refuses rules that rest on a clause that the knowledge base does not
// have: they would never be in force, and that in silence.
func cited(k *kb.KB, rules *policy.Set) error {
	for i := range rules.Rules {
		r := &rules.Rules[i]
		for _, id := range slices.Concat(r.Requirements, r.Also) {
			if _, ok := k.Requirement(id); !ok {
				return fmt.Errorf("%s: %s cites the requirement %s, which the knowledge base does not have; --kb adds records of your own", r.File, r.ID, id)
			}
		}
	}
	return nil
}

// weigh gives a decision its status and its requirements. A decision that
// rests on requirements alone is not in force when none of them applies yet;
// one that rests on the perimeter stands, and cites those that apply.
func (l *law) weigh(d *policy.Decision, aiAct string) (finding.Status, []graph.RequirementID) {
	ids := d.Rule.Requirements
	if len(d.RestsOn) > 0 {
		ids = d.RestsOn
	}
	if len(d.Also) > 0 {
		ids = append(slices.Clone(ids), d.Also...)
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	var in []graph.RequirementID
	for _, id := range ids {
		if l.inForce(id, aiAct) {
			in = append(in, id)
		}
	}
	basis := d.Basis
	if basis == "" {
		basis = d.Rule.Basis
	}
	if basis == finding.OnRequirement && len(in) == 0 {
		return finding.NotInForce, ids
	}
	return d.Status, in
}

// inForce reports whether a requirement counts: its instrument is one of the
// perimeter's frameworks, and it applies on the day.
func (l *law) inForce(id graph.RequirementID, aiAct string) bool {
	key := lawKey{id, aiAct}
	l.mu.Lock()
	defer l.mu.Unlock()
	if v, ok := l.applies[key]; ok {
		return v
	}
	v := l.find(id, aiAct)
	l.applies[key] = v
	return v
}

func (l *law) find(id graph.RequirementID, aiAct string) bool {
	q, ok := l.kb.Requirement(id)
	if !ok {
		return false
	}
	if l.frameworks != nil && !l.frameworks[q.Instrument] {
		return false
	}
	if l.frameworks == nil && (q.Addressee == "provider" || !l.reaches(q.Territory)) {
		return false
	}
	return q.InForce(l.day, aiAct)
}

// reaches reports whether the territory shares a country with the perimeter.
func (l *law) reaches(territory []string) bool {
	for _, t := range territory {
		cs, err := l.kb.Expand(t, l.at)
		if err != nil {
			continue // the loader refuses unknown names
		}
		for _, c := range cs {
			if l.territory[c] {
				return true
			}
		}
	}
	return false
}
