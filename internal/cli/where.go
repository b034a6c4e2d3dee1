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
	Query     string           `json:"query"`
	Perimeter string           `json:"perimeter,omitempty"` // the file that the answers are held against
	Answers   []resolve.Answer `json:"answers"`
	// Hint is the command that knows the query, when where does not.
	Hint string `json:"hint,omitempty"`
}

// A whereCall is one call of the command.
type whereCall struct {
	*env
	knowledge
	locator   locator
	format    string
	at        string
	perimeter string
}

func whereCommand(e *env) *cobra.Command {
	w := &whereCall{env: e}
	cmd := &cobra.Command{
		Use:   "where HOST|IP|CIDR|REGION|PROVIDER|OPERATOR|MODEL|TYPE|PACKAGE|IMAGE",
		Short: "Say where something is, who runs it and which law reaches it",
		Long: `where answers for a host or URL, an IP address or a range of them, a region or zone code (of every provider that has
it), a provider, an operator, a model, a resource type, a package (pypi:chromadb==1.5.3, pkg:npm/next@13.4.0, or a name of any
ecosystem) and a container image. What is not known is said to be unknown.

With a perimeter (--perimeter, else the nearest perimeter.yaml upward from here) it also says whether each answer is inside,
by the limits of assets that nothing binds, and what is inside instead.

Exit codes: 0 the places, the operator and who controls it are known, 2 error, 3 something is not known.`,
		Example: "  bailiwick where eu-west-2\n  bailiwick where 3.120.0.1\n  bailiwick where bedrock-runtime.eu-central-1.amazonaws.com\n  bailiwick where mistral-large\n  bailiwick where chromadb==1.5.3\n  bailiwick where ghcr.io/org/app:1.2",
		Args:    one("host, address, region, provider, operator, model, type, package or image"),
		RunE:    func(_ *cobra.Command, args []string) error { return w.run(strings.TrimSpace(args[0])) },
	}
	f := cmd.Flags()
	f.StringVar(&w.format, "format", "text", "output format: json, text")
	f.StringVar(&w.at, "at", "", "day as of which to answer (default: today)")
	f.StringVar(&w.perimeter, "perimeter", "", "perimeter file to hold the answers against (default: the nearest perimeter.yaml upward from here, if there is one)")
	w.locator.flags(cmd)
	w.knowledge.flags(cmd)
	return cmd
}

func (w *whereCall) run(query string) error {
	if err := textOrJSON(w.format); err != nil {
		return err
	}
	day, err := w.day(w.at)
	if err != nil {
		return err
	}
	base, _, err := w.open()
	if err != nil {
		return err
	}
	path, p, err := w.limits()
	if err != nil {
		return err
	}
	book, err := limits.New(base, p, day)
	if err != nil {
		return err
	}
	table, err := w.locator.open()
	if err != nil {
		return err
	}
	defer table.close()
	r := resolve.New(base, p, book, day)
	r.Locate(table.locator())
	res := whereResult{Query: query, Perimeter: path, Answers: r.Where(query)}
	if path != "" {
		r.Judge(res.Answers)
	}
	if len(res.Answers) == 0 {
		if res.Hint, err = w.explained(base, query); err != nil {
			return err
		}
	}
	if err := writeWhere(w.env, w.format, &res, base); err != nil {
		return err
	}
	if !res.known() {
		return exit(exitUndecided)
	}
	return nil
}

// limits is the perimeter to hold the answers against, and its file; without
// one any will do, and the path is empty.
func (w *whereCall) limits() (string, *perimeter.Perimeter, error) {
	path := w.perimeter
	if path == "" {
		var ok bool
		if path, ok = perimeter.Find("."); !ok {
			return "", anyPerimeter(), nil
		}
	}
	p, err := perimeter.Load(path)
	return path, p, err
}

// anyPerimeter is one for those who only ask what is known.
func anyPerimeter() *perimeter.Perimeter {
	return &perimeter.Perimeter{Spec: perimeter.Spec{Jurisdictions: perimeter.Jurisdictions{Allow: []string{"EEA"}}}}
}

// explained is the command that explains a query which is the name of a rule,
// a clause or a law.
func (w *whereCall) explained(base *kb.KB, query string) (string, error) {
	set, err := w.policies()
	if err != nil {
		return "", err
	}
	if _, err := explain(base, set, query); err != nil {
		return "", nil // it is no such name
	}
	return "bailiwick explain " + quoted(query), nil
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
	switch {
	case r.Hint != "":
		fmt.Fprintf(e.out, "%s is no place and nobody: %s says what it is\n", r.Query, r.Hint)
	case len(r.Answers) == 0:
		fmt.Fprintf(e.out, "%s: nothing is known of it%s\nTell Bailiwick about it with --kb DIR (docs/spec/kb.md).\n", r.Query, suggest(r.Query, codes(k)))
	}
	for i := range r.Answers {
		writeAnswer(e, &r.Answers[i], r.Perimeter)
	}
	return nil
}

func writeAnswer(e *env, a *resolve.Answer, perimeter string) {
	line := func(name, text string) { fmt.Fprintf(e.out, "  %-11s %s\n", name, text) }
	fmt.Fprintf(e.out, "%s  %s\n", a.Title(), strings.TrimSpace(a.Name+" "+a.Version))
	said := false
	for _, p := range a.Places {
		line(string(p.Role), placeText(&p))
		said = said || a.Unknown == p.Unknown
	}
	if a.Operator != nil {
		line("operator", operatorText(a.Operator))
		if len(a.Operator.Laws) > 0 {
			line("laws", graph.Listed(a.Operator.Laws))
		}
		said = said || a.Unknown == a.Operator.Unknown
	}
	writeMaker(e.out, a.Maker)
	for i := range a.Does {
		writeDoing(e.out, &a.Does[i])
	}
	if a.Unknown != "" && !said {
		line("unknown", a.Unknown)
	}
	if a.Inside != "" {
		line("perimeter", fmt.Sprintf("%s: %s (%s)", a.Inside, a.Why, perimeter))
	}
	for _, b := range a.Because {
		fmt.Fprintf(e.out, "    because %s\n", b)
	}
	for _, alt := range a.Alternatives {
		fmt.Fprintf(e.out, "  → inside: %s\n", alternativeText(&alt))
	}
}

// alternativeText words something that is inside: "scaleway region fr-par in FR".
func alternativeText(a *resolve.Alternative) string {
	s := a.Kind + " " + a.Name
	if a.Provider != "" && a.Kind != "provider" && a.Kind != "type" {
		s = string(a.Provider) + " " + s
	}
	if len(a.Countries) > 0 {
		s += " in " + someCountries(a.Countries)
	}
	if a.Operator != "" && a.Kind != "provider" {
		s += " by " + string(a.Operator)
	}
	if a.Open != "" {
		s += "; open: " + a.Open
	}
	return s
}

// someCountries lists countries, the first of many only.
func someCountries(cs []graph.Country) string {
	const most = 6
	if len(cs) > most {
		return fmt.Sprintf("%s and %d more", graph.Listed(cs[:most]), len(cs)-most)
	}
	return graph.Listed(cs)
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
	s := graph.Listed(p.Countries)
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
