package report

import (
	"bufio"
	"bytes"
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
//   - Nothing that a file says can move the cursor or begin a line of its own.
const (
	screen        = 58 // lines of the first look
	linesPerGroup = 3
	waiversShown  = 6
	problemsShown = 6
	typesShown    = 8
	recordsShown  = 3
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
	t := &text{bufio.NewWriter(w), printable(r), o, style{o.Color}}
	// What follows the findings is written first, to know how much room is left.
	var tail bytes.Buffer
	rest := &text{bufio.NewWriter(&tail), t.r, o, t.style}
	rest.everything()
	rest.traffic()
	rest.waivers()
	rest.problems()
	rest.unknownTypes()
	rest.w.Flush() // a buffer does not fail
	rest.others(bytes.Count(tail.Bytes(), []byte("\n")) > othersRoom)
	rest.loosened()
	rest.unmatched()
	rest.verdict()
	if err := rest.w.Flush(); err != nil {
		return err
	}
	t.findings(screen - bytes.Count(tail.Bytes(), []byte("\n")))
	if _, err := t.w.Write(tail.Bytes()); err != nil {
		return err
	}
	return t.w.Flush()
}

func (t *text) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

// findings writes the groups in their order as long as there is room: whole
// ones, then one line each, then how many are left.
func (t *text) findings(room int) {
	groups := t.crossings()
	hidden, brief, lined := 0, false, false
	for n, c := range groups {
		if t.o.All {
			t.group(c)
			continue
		}
		var buf bytes.Buffer
		one := &text{bufio.NewWriter(&buf), t.r, t.o, t.style}
		left := one.group(c)
		if err := one.w.Flush(); err != nil {
			hidden += len(c.findings)
			continue // a buffer does not fail
		}
		lines := bytes.Count(buf.Bytes(), []byte("\n"))
		// The other groups want a line each, up to six, and the last word two.
		if !brief && (n == 0 || lines+min(len(groups)-n-1, 6)+3 <= room) {
			t.w.Write(buf.Bytes())
			room, hidden = room-lines, hidden+left
			continue
		}
		brief = true
		if room > 4 {
			t.brief(c)
			lined = true
			room--
			hidden += len(c.findings) - 1
		} else {
			hidden += len(c.findings)
		}
	}
	if lined {
		t.line("")
	}
	if hidden > 0 {
		t.line("%s", t.dim(fmt.Sprintf("… %s not shown; --all shows everything", more(hidden, "finding"))))
		t.line("")
	}
}

// more words how many things are left out.
func more(n int, noun string) string {
	if n == 1 {
		return "1 more " + noun + " is"
	}
	return fmt.Sprintf("%d more %ss are", n, noun)
}

// brief writes a group in one line: its worst finding stands for it.
func (t *text) brief(c *crossing) {
	f := fold(c.findings)[0][0]
	t.line("%s  %s: %s %s", t.bold("▌ "+c.name), t.dim(count(len(c.findings), "finding")), f.Rule, clip(fmt.Sprintf("%s %s", f.Subject, f.Message), 110))
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
	t.because(lines[0][0])
	t.line("")
	return hidden
}

func (t *text) short(fs []*finding.Finding) {
	f := fs[0]
	rules, subjects := []string{}, map[string]bool{}
	for _, x := range fs {
		if !slices.Contains(rules, string(x.Rule)) {
			rules = append(rules, string(x.Rule))
		}
		subjects[x.Root+"\x00"+string(x.Subject)] = true
	}
	more := ""
	if n := len(subjects); n > 1 {
		more = t.dim(fmt.Sprintf(" and %d more", n-1))
	}
	t.line("  %s %s %s%s", t.status(f), strings.Join(rules, " "), t.bold(string(f.Subject)), more)
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

// because words the reasons, the law and the remedy of the first line shown,
// and says whose they are.
func (t *text) because(f *finding.Finding) {
	for i, b := range f.Because {
		if i == 1 {
			t.line("      %s", t.dim("… bailiwick explain "+string(f.Rule)+", or --all for the whole chain"))
			break
		}
		t.line("      %s", t.dim(fmt.Sprintf("%s because %s", f.Rule, clip(b, 160))))
	}
	if len(f.Requirements) > 0 {
		t.line("      %s", t.dim(basis(f)+": "+graph.Listed(f.Requirements)))
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
		t.line("      %s", t.dim(basis(f)+": "+graph.Listed(f.Requirements)))
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

// cut reports whether a list of so many ends before item i, and says how much
// of it is left out.
func (t *text) cut(i, shown, of int, noun string) bool {
	if t.o.All || i != shown {
		return false
	}
	t.line("  %s", t.dim(fmt.Sprintf("… %s listed with --all", more(of-i, noun))))
	return true
}

func (t *text) waivers() {
	if len(t.r.Waivers) == 0 {
		return
	}
	t.line("%s", t.bold("Waivers"))
	for i, w := range t.r.Waivers {
		if t.cut(i, waiversShown, len(t.r.Waivers), "waiver") {
			break
		}
		var state string
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
		if f := &t.r.Findings[i]; f.Status == finding.Waived && t.o.All {
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
		if t.cut(i, problemsShown, len(t.r.Problems), "problem") {
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
		if !t.o.All && i == typesShown {
			names = append(names, fmt.Sprintf("and %d more types", len(t.r.Unknown)-i))
			break
		}
		names = append(names, fmt.Sprintf("%s (%d)", u.Type, u.Count))
	}
	t.line("%s %s", t.bold("Types that no dialect knows:"), strings.Join(names, ", "))
	t.line("")
}

func (t *text) loosened() {
	for i, l := range t.r.Loosened {
		if t.cut(i, recordsShown, len(t.r.Loosened), "record") {
			break
		}
		t.line("%s %s: %s  %s", t.yellow("Loosened knowledge:"), l.Record, l.Reason, t.dim(where(l.Origin)))
	}
}

func (t *text) unmatched() {
	for i, match := range t.r.Unmatched {
		if t.cut(i, recordsShown, len(t.r.Unmatched), "binding") {
			break
		}
		t.line("%s %s binds no asset of this tree", t.yellow("Binding:"), match)
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
	t.line("%s", t.dim(fmt.Sprintf("%s and %s in %s (%s, %d inert, %d of unknown type), perimeter %s, law as of %s",
		count(s.Assets, "asset"), count(s.Flows, "flow"), count(s.Files, "file"), count(s.Blocks, "block"), s.Inert, s.Unknown, t.r.Perimeter.Name, t.r.At)))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func place(f *finding.Finding) string { return where(f.Origin) }

func where(o graph.Origin) string { return o.At() }

// clip shortens a line for the first look.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
