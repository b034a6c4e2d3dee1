package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// An explanation is the document of explain --format json.
type explanation struct {
	Rule        *explainedRule   `json:"rule,omitempty"`
	Requirement *kb.Requirement  `json:"requirement,omitempty"`
	Law         *kb.Law          `json:"law,omitempty"`
	Evidence    []graph.RuleID   `json:"evidenced_by,omitempty"` // rules that evidence the requirement
	Instrument  string           `json:"instrument,omitempty"`   // GDPR, NIS2 …: Clauses are its clauses
	Clauses     []kb.Requirement `json:"clauses,omitempty"`      // requirements of the rule or of the instrument
	Type        *explainedType   `json:"type,omitempty"`
	Preset      *explainedPreset `json:"preset,omitempty"`  // Clauses are those that it names
	Answers     []resolve.Answer `json:"answers,omitempty"` // of where, for what is a place or somebody
	Words       []explainedWord  `json:"words,omitempty"`
	// Implemented is where a result says that the requirement is implemented; of --from.
	Implemented []finding.Implemented `json:"implemented,omitempty"`
	from        string
	outcomes    func(*finding.Implemented) map[finding.Status]int // of the result in from
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
	var format, from string
	var k knowledge
	cmd := &cobra.Command{
		Use:   "explain RULE|REQUIREMENT|INSTRUMENT|LAW|PRESET|TYPE|WORD|ANYTHING",
		Short: "Say what a rule, a clause, a foreign access law, a preset, a resource type or a word is about",
		Long: `explain says what a rule, a clause of law (a requirement), a whole instrument (its clauses), a foreign access law or a
resource type is about, why each value of a preset is set so and by which clause, and what a word stands for: of data classes
and systems in a perimeter (special, high-risk), of kinds (object-store), settings (public) and purposes (replica). For anything
else it answers as where does: a host, an address, a region, an operator, a package, a model, an image. Letter case does not matter.`,
		Example: "  bailiwick explain LOC-010\n  bailiwick explain GDPR_ART_44\n  bailiwick explain GDPR\n  bailiwick explain US_CLOUD_ACT\n  bailiwick explain eu-strict\n  bailiwick explain aws_s3_bucket\n  bailiwick explain special\n  bailiwick explain api.mistral.ai",
		Args:    one("rule, requirement, instrument, law, preset, type, word, or anything that where knows"),
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
				day, _ := e.day("")
				answers := whatever(base, args[0], day)
				if len(answers) == 0 {
					return err
				}
				x = &explanation{Answers: answers}
			}
			if from != "" {
				if err := x.implemented(e, from); err != nil {
					return err
				}
			}
			if format == "json" {
				return e.json(x)
			}
			x.text(e)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	cmd.Flags().StringVar(&from, "from", "", "result (check --all --format json) in which tags, labels and remarks say where a clause is implemented")
	k.flags(cmd)
	return cmd
}

// implemented takes from a result where the clause is implemented.
func (x *explanation) implemented(e *env, from string) error {
	if x.Requirement == nil {
		return fmt.Errorf("--from says where a clause is implemented: name one, such as GDPR_ART_30")
	}
	r, err := readResult(e, from)
	if err != nil {
		return err
	}
	if len(r.Assets) == 0 {
		return fmt.Errorf("%s has no inventory: make it with check --all", from)
	}
	x.from, x.outcomes = from, r.Outcomes()
	for _, m := range r.Implements {
		if m.Clause == x.Requirement.ID {
			x.Implemented = append(x.Implemented, m)
		}
	}
	return nil
}

// heldTo says what the checks that rest on a clause came to where somebody claims it.
func heldTo(n map[finding.Status]int) string {
	switch {
	case n[finding.Fail] > 0:
		return fmt.Sprintf(": claimed, and violated there (%d)", n[finding.Fail])
	case n[finding.Undecided] > 0:
		return ": claimed, and not established"
	case len(n) == 0:
		return ": claimed, and no check rests on it there"
	}
	return ""
}

// whatever answers for what is no id and no word, as where does: hosts,
// addresses, regions, operators, packages, models, images.
func whatever(k *kb.KB, query string, day time.Time) []resolve.Answer {
	p := anyPerimeter()
	book, err := limits.New(k, p, day)
	if err != nil {
		return nil // cannot happen: the perimeter is ours
	}
	return resolve.New(k, p, book, day).Where(strings.TrimSpace(query))
}

// explain finds what a name stands for, in any letter case: ids first, then
// presets, resource types, and words.
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
	x := &explanation{}
	for _, q := range k.Requirements() {
		if strings.EqualFold(q.Instrument, id) {
			x.Instrument = q.Instrument
			x.Clauses = append(x.Clauses, q)
		}
	}
	if x.Instrument != "" {
		return x, nil
	}
	if x, ok := explainPreset(k, id); ok {
		return x, nil
	}
	if t, ok := explainType(k, set, strings.ToLower(id)); ok {
		return &explanation{Type: t}, nil
	}
	if ws := explainWords(set, id); len(ws) > 0 {
		return &explanation{Words: ws}, nil
	}
	return nil, unexplained(k, set, id)
}

// unexplained says that a name stands for nothing, and proposes the nearest.
func unexplained(k *kb.KB, set *policy.Set, id string) error {
	var rules, near []string
	for _, r := range set.Rules {
		rules = append(rules, string(r.ID))
	}
	near = append(near, rules...)
	for _, q := range k.Requirements() {
		near = append(near, string(q.ID), q.Instrument)
	}
	for _, l := range k.Laws() {
		near = append(near, string(l.ID))
	}
	for _, w := range words(set) {
		near = append(near, w.Word)
	}
	near = append(near, perimeter.Presets()...)
	for _, p := range k.Providers() {
		for _, language := range k.Languages() {
			if d, ok := k.Dialect(p, language); ok {
				near = append(near, slices.Sorted(maps.Keys(d.Types))...)
			}
		}
	}
	hint := suggest(id, near)
	if i := slices.IndexFunc(near, func(n string) bool { return len(n) > len(id) && strings.EqualFold(n[:len(id)], id) }); hint == "" && i >= 0 && len(id) > 2 {
		hint = fmt.Sprintf("; did you mean %s?", near[i])
	}
	likeRules := "rules look like LOC-001"
	if strings.Contains(id, "-") {
		likeRules = "rules are " + strings.Join(rules, ", ")
	}
	return fmt.Errorf("there is no rule, requirement, instrument, law, type or word %q%s; %s; requirements look like GDPR_ART_44, laws like US_CLOUD_ACT; presets are %s; and bailiwick where knows nothing of it either", id, hint, likeRules, strings.Join(perimeter.Presets(), ", "))
}

func (x *explanation) text(e *env) {
	p := func(format string, args ...any) { fmt.Fprintf(e.out, format+"\n", args...) }
	switch {
	case x.Rule != nil:
		r := x.Rule
		p("%s  %s", r.ID, r.Title)
		p("severity %s, basis %s, judges %s", r.Severity, r.Basis, or(graph.Listed(r.Kinds), "the perimeter itself"))
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
			p("evidenced by: %s", graph.Listed(x.Evidence))
		} else {
			p("no rule evidences it: %s", or(q.By, "a person attests it"))
		}
		for i := range x.Implemented {
			m := &x.Implemented[i]
			p("implemented by %s, says a %s (%s)%s", finding.Tame(string(m.Subject)), m.By, m.Origin.At(), heldTo(x.outcomes(m)))
		}
		if x.from != "" && len(x.Implemented) == 0 {
			p("nothing in %s says that it implements %s", x.from, q.ID)
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
	case x.Preset != nil:
		x.preset(p)
	case x.Instrument != "":
		p("%s  %d clauses", x.Instrument, len(x.Clauses))
		for _, q := range x.Clauses {
			p("%s  %s: %s (%s%s)", q.ID, q.Citation, q.Title, q.Status, since(q.From))
		}
	case x.Type != nil:
		x.Type.text(p)
	}
	for i := range x.Answers {
		writeAnswer(e, &x.Answers[i], "")
	}
	if len(x.Answers) > 0 {
		p("bailiwick where holds it against a perimeter, and names what is inside instead")
	}
	for _, w := range x.Words {
		p("%s  %s", w.Word, w.Of)
		p("  %s", w.Means)
		if len(w.Rules) > 0 {
			p("  judged by %s", graph.Listed(w.Rules))
		}
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
