package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/limits"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A whereResult is the document of where --format json.
type whereResult struct {
	Query   string           `json:"query"`
	Answers []resolve.Answer `json:"answers"`
}

func whereCommand(e *env) *cobra.Command {
	var format, at string
	var k knowledge
	cmd := &cobra.Command{
		Use:   "where HOST|REGION|OPERATOR|MODEL|TYPE|PACKAGE|IMAGE",
		Short: "Say where something is, who runs it and which law reaches it",
		Long: `where answers for a host, a region or zone code (of every provider that has it), an operator, a model, a
resource type, a package (pypi:chromadb==1.5.3, pkg:npm/next@13.4.0, or a name of any ecosystem) and a container image.
What is not known is said to be unknown.

Exit codes: 0 the places, the operator and who controls it are known, 3 something is not.`,
		Example: "  bailiwick where eu-west-2\n  bailiwick where bedrock-runtime.eu-central-1.amazonaws.com\n  bailiwick where mistral-large\n  bailiwick where chromadb==1.5.3\n  bailiwick where ghcr.io/org/app:1.2",
		Args:    one("host, region, operator, model, type, package or image"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := textOrJSON(format); err != nil {
				return err
			}
			day, err := e.day(at)
			if err != nil {
				return err
			}
			base, _, err := k.open()
			if err != nil {
				return err
			}
			// where asks nothing of anybody: any perimeter will do.
			open := &perimeter.Perimeter{Spec: perimeter.Spec{Jurisdictions: perimeter.Jurisdictions{Allow: []string{"EEA"}}}}
			book, err := limits.New(base, open, day)
			if err != nil {
				return err
			}
			query := strings.TrimSpace(args[0])
			res := whereResult{Query: query, Answers: resolve.New(base, open, book, day).Where(query)}
			if err := writeWhere(e, format, &res, base); err != nil {
				return err
			}
			if !res.known() {
				return exit(exitUndecided)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	cmd.Flags().StringVar(&at, "at", "", "day as of which to answer (default: today)")
	k.flags(cmd)
	return cmd
}

// known reports whether there is an answer and nothing is unknown in any.
func (r *whereResult) known() bool {
	if len(r.Answers) == 0 {
		return false
	}
	for i := range r.Answers {
		if !r.Answers[i].Known() {
			return false
		}
	}
	return true
}

func writeWhere(e *env, format string, r *whereResult, k *kb.KB) error {
	if format == "json" {
		if r.Answers == nil {
			r.Answers = []resolve.Answer{}
		}
		return e.json(r)
	}
	if len(r.Answers) == 0 {
		fmt.Fprintf(e.out, "%s: nothing is known of it%s\nTell Bailiwick about it with --kb DIR (docs/spec/kb.md).\n", r.Query, suggest(r.Query, codes(k)))
	}
	for i := range r.Answers {
		a := &r.Answers[i]
		fmt.Fprintf(e.out, "%s  %s\n", a.Title(), strings.TrimSpace(a.Name+" "+a.Version))
		for _, p := range a.Places {
			fmt.Fprintf(e.out, "  %-11s %s\n", p.Role, placeText(&p))
		}
		if a.Operator != nil {
			fmt.Fprintf(e.out, "  %-11s %s\n", "operator", operatorText(a.Operator))
			if len(a.Operator.Laws) > 0 {
				fmt.Fprintf(e.out, "  %-11s %s\n", "laws", joinText(a.Operator.Laws))
			}
		}
		writeMaker(e.out, a.Maker)
		for j := range a.Does {
			writeDoing(e.out, &a.Does[j])
		}
		if a.Unknown != "" {
			fmt.Fprintf(e.out, "  %-11s %s\n", "unknown", a.Unknown)
		}
		for _, b := range a.Because {
			fmt.Fprintf(e.out, "    because %s\n", b)
		}
	}
	return nil
}

// codes are what a query was probably meant to be: regions and operators.
func codes(k *kb.KB) []string {
	var out []string
	for _, p := range k.Providers() {
		for _, r := range k.Regions(p) {
			out = append(out, r.Code)
		}
	}
	for _, o := range k.Operators() {
		out = append(out, string(o.ID))
	}
	return out
}

func placeText(p *graph.Place) string {
	switch {
	case p.Unknown != "":
		return "unknown: " + p.Unknown
	case len(p.Countries) == 1 && p.Countries[0] == graph.Anywhere:
		return fmt.Sprintf("anywhere in the world (%s)", p.Confidence)
	}
	s := joinText(p.Countries)
	if p.Binding != "" {
		return fmt.Sprintf("%s (%s, %s)", s, p.Binding, p.Confidence)
	}
	return fmt.Sprintf("%s (%s)", s, p.Confidence)
}

func operatorText(o *graph.Operator) string {
	if o.Entity == "" {
		return "unknown: " + o.Unknown
	}
	s := fmt.Sprintf("%s (%s)", o.Name, o.Entity)
	if o.Seat != "" {
		s += ", seated in " + string(o.Seat)
	}
	for _, c := range o.Control {
		name := c.Name
		if name == "" {
			name = string(c.Entity)
		}
		s += fmt.Sprintf(", controlled by %s (%s)", name, c.Country)
	}
	if o.Unknown != "" {
		s += "; unknown: " + o.Unknown
	}
	return s
}

func joinText[T ~string](xs []T) string {
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = string(x)
	}
	return strings.Join(out, ", ")
}
