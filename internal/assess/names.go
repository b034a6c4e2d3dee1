package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/gate"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// names holds what the perimeter names, beyond the limits, against the
// knowledge base and the rules. A guard or a waiver whose name is misspelt
// would be silent.
func (o *Options) names() error {
	for _, u := range o.Perimeter.Names() {
		var why string
		switch u.What {
		case perimeter.Requirement:
			if _, ok := o.KB.Requirement(graph.RequirementID(u.Name)); !ok {
				why = fmt.Sprintf("there is no requirement %q; bailiwick explain shows one by its id, such as GDPR_ART_44", u.Name)
			}
		case perimeter.Rule:
			if !o.knows(graph.RuleID(u.Name)) {
				why = fmt.Sprintf("there is no rule %q; there are: %s", u.Name, strings.Join(o.ruleIDs(), ", "))
			}
		case perimeter.Jurisdiction:
			if _, err := o.KB.Expand(u.Name, o.At); err != nil {
				why = err.Error()
			}
		case perimeter.Entity:
			_, isOperator := o.KB.Operator(graph.EntityID(u.Name))
			_, isCountry := o.KB.Country(graph.Country(u.Name))
			if !isOperator && !isCountry {
				why = fmt.Sprintf("%q is neither an operator of the knowledge base nor a country", u.Name)
			}
		}
		if why != "" {
			return &limits.Error{Origin: u.Origin, Message: why}
		}
	}
	return nil
}

// loosenedPerimeter is the one rule that is not in the rule set: it compares
// two perimeters, which the command does.
const loosenedPerimeter graph.RuleID = "PER-001"

func (o *Options) knows(id graph.RuleID) bool {
	return id == loosenedPerimeter || slices.Contains(o.ruleIDs(), string(id))
}

func (o *Options) ruleIDs() []string {
	set := o.Known
	if set == nil {
		set = o.Rules
	}
	ids := make([]string, len(set.Rules))
	for i := range set.Rules {
		ids[i] = string(set.Rules[i].ID)
	}
	return ids
}

// strangers are the waivers beside blocks that name no rule.
func (o *Options) strangers(ws []gate.Waiver) []graph.Problem {
	var out []graph.Problem
	for i := range ws {
		if w := &ws[i]; w.Inline && !o.knows(w.Rule) {
			out = append(out, graph.Problem{Origin: w.Origin, Message: fmt.Sprintf("the waiver names the rule %s, which does not exist; there are: %s", w.Rule, strings.Join(o.ruleIDs(), ", "))})
		}
	}
	return out
}
