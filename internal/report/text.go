package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The rules of the text report, which the code below obeys:
//
//   - The verdict comes last, where the eye rests when the output stops.
//   - Findings are grouped by the jurisdiction that is crossed, because that is
//     the question; then by file.
//   - One line a finding says what is wrong, where, and in which rule. The
//     reasons, the law and the remedy follow once a group or with --all.
//   - Without --all the whole fits on one screen: groups are cut, and the cut
//     says how much it hides and how to see it.
//   - Waivers, problems and unknown types are always shown.
const (
	linesPerGroup = 3
	groupsShown   = 5
)

type style struct{ on bool }

func (s style) paint(code, text string) string {
	if !s.on {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(t string) string   { return s.paint("1", t) }
func (s style) dim(t string) string    { return s.paint("2", t) }
func (s style) red(t string) string    { return s.paint("31", t) }
func (s style) yellow(t string) string { return s.paint("33", t) }
func (s style) green(t string) string  { return s.paint("32", t) }

// A text is a text report being written.
type text struct {
	w *bufio.Writer
	r *finding.Result
	o Options
	style
}

func writeText(w io.Writer, r *finding.Result, o Options) error {
	t := &text{bufio.NewWriter(w), r, o, style{o.Color}}
	t.findings()
	t.waivers()
	t.problems()
	t.unknownTypes()
	t.loosened()
	t.verdict()
	return t.w.Flush()
}

func (t *text) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

// A crossing is a group of findings that cross into the same jurisdiction.
type crossing struct {
	name     string
	rank     int // worst severity, and fails before undecided
	findings []*finding.Finding
}

// Crossing names the jurisdiction that a finding crosses into: the countries
// of its places, else the seat that reaches it, else what is not established.
func Crossing(f *finding.Finding) string {
	if f.Status == finding.Undecided {
		return "not established"
	}
	var cs []graph.Country
	for i := range f.Places {
		cs = append(cs, f.Places[i].Countries...)
	}
	slices.Sort(cs)
	cs = slices.Compact(cs)
	switch {
	case slices.Contains(cs, graph.Anywhere):
		return "anywhere in the world"
	case len(cs) > 4:
		return fmt.Sprintf("%d countries", len(cs))
	case len(cs) > 0:
		out := make([]string, len(cs))
		for i, c := range cs {
			out[i] = string(c)
		}
		return strings.Join(out, ", ")
	}
	if f.Maker != nil && f.Maker.Country != "" {
		return "made in " + string(f.Maker.Country)
	}
	if o := f.Operator; o != nil && f.Rule != "EGR-012" && f.Rule != "LOG-006" {
		for i := len(o.Control) - 1; i >= 0; i-- {
			if o.Control[i].Country != "" {
				return "law of " + string(o.Control[i].Country)
			}
		}
		if o.Seat != "" {
			return "law of " + string(o.Seat)
		}
	}
	return "other"
}

func (t *text) crossings() []*crossing {
	byName := map[string]*crossing{}
	var out []*crossing
	for i := range t.r.Findings {
		f := &t.r.Findings[i]
		if f.Status != finding.Fail && f.Status != finding.Undecided {
			continue
		}
		name := Crossing(f)
		c := byName[name]
		if c == nil {
			c = &crossing{name: name}
			byName[name] = c
			out = append(out, c)
		}
		rank := f.Severity.Rank()
		if f.Status == finding.Fail {
			rank += 10
		}
		c.rank = max(c.rank, rank)
		c.findings = append(c.findings, f)
	}
	slices.SortStableFunc(out, func(a, b *crossing) int {
		return cmp.Or(-cmp.Compare(a.rank, b.rank), -cmp.Compare(len(a.findings), len(b.findings)), cmp.Compare(a.name, b.name))
	})
	return out
}

func (t *text) findings() {
	groups := t.crossings()
	hidden := 0
	for n, c := range groups {
		if !t.o.All && n >= groupsShown {
			hidden += len(c.findings)
			continue
		}
		hidden += t.group(c)
	}
	if hidden > 0 {
		t.line("%s", t.dim(fmt.Sprintf("… %d more findings are not shown; --all shows everything", hidden)))
		t.line("")
	}
}

// group writes one group and returns how many findings it left out.
func (t *text) group(c *crossing) int {
	head := fmt.Sprintf("%s  %s", c.name, t.dim(count(len(c.findings), "finding")))
	t.line("%s", t.bold("▌ ")+t.bold(head))
	if t.o.All {
		for _, f := range c.findings {
			t.full(f)
		}
		t.line("")
		return 0
	}
	lines := fold(c.findings)
	hidden := 0
	for i, l := range lines {
		if i >= linesPerGroup {
			hidden += len(l)
			continue
		}
		t.short(l)
	}
	t.because(c.findings[0])
	t.line("")
	return hidden
}

// fold puts findings together that say the same of instances of one block or
// of one file: same rule, same message. The worst come first.
func fold(fs []*finding.Finding) [][]*finding.Finding {
	type key struct {
		rule    graph.RuleID
		file    string
		message string
	}
	index := map[key]int{}
	var out [][]*finding.Finding
	for _, f := range fs {
		k := key{f.Rule, f.Origin.File, f.Message}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	slices.SortStableFunc(out, func(a, b []*finding.Finding) int {
		return cmp.Or(-cmp.Compare(rank(a[0]), rank(b[0])), cmp.Compare(a[0].Origin.File, b[0].Origin.File), cmp.Compare(a[0].Origin.Line, b[0].Origin.Line), cmp.Compare(a[0].Rule, b[0].Rule))
	})
	return out
}

func rank(f *finding.Finding) int {
	if f.Status == finding.Fail {
		return 10 + f.Severity.Rank()
	}
	return f.Severity.Rank()
}

func (t *text) short(fs []*finding.Finding) {
	f := fs[0]
	more := ""
	if len(fs) > 1 {
		more = t.dim(fmt.Sprintf(" and %d more", len(fs)-1))
	}
	t.line("  %s %s %s%s", t.status(f), f.Rule, t.bold(string(f.Subject)), more)
	t.line("      %s  %s", clip(f.Message, 150), t.dim(place(f)))
}

func (t *text) status(f *finding.Finding) string {
	switch f.Status {
	case finding.Fail:
		return t.red(fmt.Sprintf("%-8s", f.Severity))
	case finding.Undecided:
		return t.yellow(fmt.Sprintf("%-8s", "unknown"))
	}
	return fmt.Sprintf("%-8s", f.Status)
}

// because words the reasons, the law and the remedy of one finding, for a
// whole group.
func (t *text) because(f *finding.Finding) {
	for i, b := range f.Because {
		if i == 1 {
			t.line("      %s", t.dim("… bailiwick explain "+string(f.Rule)+", or --all for the whole chain"))
			break
		}
		t.line("      %s", t.dim("because "+clip(b, 160)))
	}
	if len(f.Requirements) > 0 {
		t.line("      %s", t.dim(basis(f)+": "+requirements(f)))
	}
	if f.Remedy != "" {
		t.line("      %s", "→ "+f.Remedy)
	}
}

// full writes everything about one finding.
func (t *text) full(f *finding.Finding) {
	old := ""
	if f.Old {
		old = t.dim(" (in the baseline)")
	}
	t.line("  %s %s %s%s", t.status(f), f.Rule, t.bold(string(f.Subject)), old)
	t.line("      %s  %s", f.Message, t.dim(place(f)))
	for _, b := range f.Because {
		t.line("      %s", t.dim("because "+b))
	}
	if len(f.Requirements) > 0 {
		t.line("      %s", t.dim(basis(f)+": "+requirements(f)))
	}
	t.line("      → %s", f.Remedy)
}

// basis words what the requirements are to the finding.
func basis(f *finding.Finding) string {
	if f.Basis == finding.OnRequirement {
		return "required by"
	}
	return "a breach of the perimeter; it serves"
}

func requirements(f *finding.Finding) string {
	out := make([]string, len(f.Requirements))
	for i, q := range f.Requirements {
		out[i] = string(q)
	}
	return strings.Join(out, ", ")
}

func (t *text) waivers() {
	if len(t.r.Waivers) == 0 {
		return
	}
	t.line("%s", t.bold("Waivers"))
	for _, w := range t.r.Waivers {
		state := w.State
		switch w.State {
		case "applied":
			state = fmt.Sprintf("covers %s until %s", count(w.Used, "finding"), w.Expires)
		case "expired", "refused":
			state = t.red(w.State + ": " + w.Why)
		default:
			state = t.yellow(w.State + ": " + w.Why)
		}
		t.line("  %s %s  %s  %s", w.Rule, w.Subject, state, t.dim(where(w.Origin)))
	}
	for i := range t.r.Findings {
		if f := &t.r.Findings[i]; f.Status == finding.Waived && (t.o.All || i < 20) {
			t.line("    %s", t.dim(fmt.Sprintf("%s %s: %s (%s, approved by %s)", f.Rule, f.Subject, f.Message, f.Waiver.Reason, f.Waiver.ApprovedBy)))
		}
	}
	t.line("")
}

func (t *text) problems() {
	if len(t.r.Problems) == 0 {
		return
	}
	t.line("%s", t.bold("Not read"))
	for i, p := range t.r.Problems {
		if !t.o.All && i == 8 {
			t.line("  %s", t.dim(fmt.Sprintf("… and %d more", len(t.r.Problems)-i)))
			break
		}
		t.line("  %s %s", t.yellow(where(p.Origin)+":"), p.Message)
	}
	t.line("")
}

func (t *text) unknownTypes() {
	if len(t.r.Unknown) == 0 {
		return
	}
	var names []string
	for i, u := range t.r.Unknown {
		if !t.o.All && i == 8 {
			names = append(names, fmt.Sprintf("and %d more types", len(t.r.Unknown)-i))
			break
		}
		names = append(names, fmt.Sprintf("%s (%d)", u.Type, u.Count))
	}
	t.line("%s %s", t.bold("Types that no dialect knows:"), strings.Join(names, ", "))
	t.line("")
}

func (t *text) loosened() {
	for _, l := range t.r.Loosened {
		t.line("%s %s: %s  %s", t.yellow("Loosened knowledge:"), l.Record, l.Reason, t.dim(where(l.Origin)))
	}
}

func (t *text) verdict() {
	s := t.r.Summary
	word := strings.ToUpper(string(t.r.Verdict))
	switch t.r.Verdict {
	case finding.VerdictPass:
		word = t.green(word)
	case finding.VerdictViolation:
		word = t.red(word)
	default:
		word = t.yellow(word)
	}
	for _, w := range t.r.Why {
		t.line("%s", t.yellow(w))
	}
	t.line("%s  %d fail, %d undecided, %d waived, %d pass, %d not in force", t.bold(word), s.Fail, s.Undecided, s.Waived, s.Pass, s.NotInForce)
	if t.r.NewVerdict != "" {
		t.line("new against the baseline: %s", t.r.NewVerdict)
	}
	t.line("%s", t.dim(fmt.Sprintf("%s and %s in %s (%d blocks, %d inert, %d of unknown type), perimeter %s, law as of %s",
		count(s.Assets, "asset"), count(s.Flows, "flow"), count(s.Files, "file"), s.Blocks, s.Inert, s.Unknown, t.r.Perimeter.Name, t.r.At)))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func place(f *finding.Finding) string { return where(f.Origin) }

func where(o graph.Origin) string {
	if o.Line == 0 {
		return o.File
	}
	return fmt.Sprintf("%s:%d", o.File, o.Line)
}

// clip shortens a line for the first look.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
