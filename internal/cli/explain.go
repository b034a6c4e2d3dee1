package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// An explanation is the document of explain --format json.
type explanation struct {
	Rule        *explainedRule   `json:"rule,omitempty"`
	Requirement *kb.Requirement  `json:"requirement,omitempty"`
	Law         *kb.Law          `json:"law,omitempty"`
	Evidence    []graph.RuleID   `json:"evidenced_by,omitempty"` // rules that evidence the requirement
	Clauses     []kb.Requirement `json:"clauses,omitempty"`      // requirements of the rule
}

type explainedRule struct {
	ID          graph.RuleID     `json:"id"`
	Title       string           `json:"title"`
	Description string           `json:"description"`
	Severity    finding.Severity `json:"severity"`
	Basis       finding.Basis    `json:"basis"`
	Kinds       []graph.Kind     `json:"kinds"`
	Remedy      string           `json:"remedy"`
	File        string           `json:"file"`
}

func explainCommand(e *env) *cobra.Command {
	var format string
	var k knowledge
	cmd := &cobra.Command{
		Use:     "explain RULE|REQUIREMENT|LAW",
		Short:   "Say what a rule, a clause or a foreign access law is about",
		Example: "  bailiwick explain LOC-010\n  bailiwick explain GDPR_ART_44\n  bailiwick explain US_CLOUD_ACT",
		Args:    one("rule, requirement or law"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := textOrJSON(format); err != nil {
				return err
			}
			base, _, err := k.open()
			if err != nil {
				return err
			}
			set, err := k.policies()
			if err != nil {
				return err
			}
			x, err := explain(base, set, args[0])
			if err != nil {
				return err
			}
			if format == "json" {
				return e.json(x)
			}
			x.text(e)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	k.flags(cmd)
	return cmd
}

// explain finds a rule, a requirement or a law by its id, in any letter case.
func explain(k *kb.KB, set *policy.Set, id string) (*explanation, error) {
	if r, ok := set.Find(id); ok {
		x := &explanation{Rule: &explainedRule{r.ID, r.Title, strings.TrimSpace(r.Description), r.Severity, r.Basis, r.Kinds, strings.TrimSpace(r.Remedy), r.File}}
		for _, q := range slices.Concat(r.Requirements, r.Also) {
			if rec, ok := k.Requirement(q); ok {
				x.Clauses = append(x.Clauses, rec)
			}
		}
		return x, nil
	}
	upper := strings.ToUpper(id)
	if upper == string(loosenedRule.ID) {
		return &explanation{Rule: &loosenedRule}, nil
	}
	if q, ok := k.Requirement(graph.RequirementID(upper)); ok {
		x := &explanation{Requirement: &q}
		for _, r := range set.Rules {
			if slices.Contains(r.Requirements, q.ID) || slices.Contains(r.Also, q.ID) {
				x.Evidence = append(x.Evidence, r.ID)
			}
		}
		return x, nil
	}
	for _, l := range k.Laws() {
		if string(l.ID) == upper {
			return &explanation{Law: &l}, nil
		}
	}
	var clauses []string
	for _, q := range k.Requirements() {
		if q.Instrument == upper {
			clauses = append(clauses, string(q.ID))
		}
	}
	if len(clauses) > 0 {
		return nil, fmt.Errorf("%s is explained clause by clause: %s", upper, strings.Join(clauses, ", "))
	}
	var known, near []string
	for _, r := range set.Rules {
		known = append(known, string(r.ID))
	}
	near = append(near, known...)
	for _, q := range k.Requirements() {
		near = append(near, string(q.ID))
	}
	for _, l := range k.Laws() {
		near = append(near, string(l.ID))
	}
	return nil, fmt.Errorf("there is no rule, requirement or law %q%s; rules are %s; requirements look like GDPR_ART_44, laws like US_CLOUD_ACT", id, suggest(id, near), strings.Join(known, ", "))
}

func (x *explanation) text(e *env) {
	p := func(format string, args ...any) { fmt.Fprintf(e.out, format+"\n", args...) }
	switch {
	case x.Rule != nil:
		r := x.Rule
		p("%s  %s", r.ID, r.Title)
		p("severity %s, basis %s, judges %s", r.Severity, r.Basis, or(joinText(r.Kinds), "the perimeter itself"))
		p("")
		p("%s", r.Description)
		p("→ %s", r.Remedy)
		p("")
		for _, q := range x.Clauses {
			p("%s  %s: %s (%s%s)", q.ID, q.Citation, q.Title, q.Status, since(q.From))
		}
		p("")
		p("%s", r.File)
	case x.Requirement != nil:
		q := x.Requirement
		p("%s  %s", q.ID, q.Title)
		p("%s, %s%s, addressed to %s", q.Citation, q.Status, since(q.From), q.Addressee)
		p("")
		p("%s", q.Obligation)
		if q.Shows != "" {
			p("shown by: %s", q.Shows)
		}
		if len(x.Evidence) > 0 {
			p("evidenced by: %s", joinText(x.Evidence))
		} else {
			p("no rule evidences it: %s", or(q.By, "a person attests it"))
		}
		cited(p, q.Fact)
	case x.Law != nil:
		l := x.Law
		p("%s  %s", l.ID, l.Title)
		p("%s; reaches entities seated in %s and all that they control", l.Citation, l.Country)
		p("")
		p("%s", l.Compels)
		p("This is an exposure of an operator, not a requirement for you.")
		cited(p, l.Fact)
	}
	p("")
	p("This is evidence, not legal advice.")
}

func cited(p func(string, ...any), f kb.Fact) {
	if f.Cited == nil || f.Quote == "" {
		p("claimed: no source is cited")
		return
	}
	p("source: %s, read on %s: “%s”", f.Cited.Address, f.Cited.Retrieved, f.Quote)
}

func since(day string) string {
	if day == "" {
		return ""
	}
	return " from " + day
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}
