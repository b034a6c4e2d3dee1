package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A comment on a pull request holds 65,536 characters: that is what bounds the
// report, its tables and its lists. --all lifts all of them.
const (
	markdownBytes = 60_000 // of the whole
	markdownList  = 8_000  // of the waivers, of what was not read, of the unknown types
	markdownRows  = 25     // of the table of one jurisdiction
	markdownCell  = 600    // characters of one text
)

// markdownWords heads the verdict.
var markdownWords = map[finding.Verdict]string{
	finding.VerdictPass: "✅ pass", finding.VerdictViolation: "❌ violation", finding.VerdictUndecided: "❔ undecided",
}

func writeMarkdown(w io.Writer, r *finding.Result, o Options) error {
	t := &text{w: bufio.NewWriter(w), r: r, o: o}
	head := t.apart((*text).markdownHead)
	rest := t.apart((*text).markdownRest)
	room := markdownBytes - len(head) - len(rest) - len("\n… 1000000000 more findings are not shown; --all shows everything\n")
	t.w.Write(head)
	hidden := 0
	for _, c := range t.crossings() {
		left := 0
		group := t.apart(func(x *text) { left = x.markdownGroup(c, room) })
		if !o.All && len(group) > room {
			hidden += len(c.findings) // not even its first row fits
			continue
		}
		t.w.Write(group)
		room, hidden = room-len(group), hidden+left
	}
	if hidden > 0 {
		t.line("")
		t.line("… %s not shown; --all shows everything", more(hidden, "finding"))
	}
	t.w.Write(rest)
	return t.w.Flush() // the writer keeps the first error
}

// apart writes a part of the report into a buffer, to know how long it is.
func (t *text) apart(part func(*text)) []byte {
	var buf bytes.Buffer
	x := &text{bufio.NewWriter(&buf), t.r, t.o, t.style}
	part(x)
	x.w.Flush() // a buffer does not fail
	return buf.Bytes()
}

func (t *text) markdownHead() {
	r, s := t.r, t.r.Summary
	t.line("## Sovereignty: %s", markdownWords[r.Verdict])
	t.line("")
	t.line("%d fail · %d undecided · %d waived · %d pass · %s in %s · perimeter %s · law as of %s", s.Fail, s.Undecided, s.Waived, s.Pass, count(s.Assets, "asset"), count(s.Files, "file"), t.code(r.Perimeter.Name), t.clip(r.At))
	if r.NewVerdict != "" {
		t.line("")
		t.line("New against the baseline: **%s**", r.NewVerdict)
	}
	for _, why := range r.Why {
		t.line("")
		t.line("> %s", t.cell(why))
	}
}

// markdownGroup writes one jurisdiction within the room that is left, and
// returns how many findings it left out.
func (t *text) markdownGroup(c *crossing, room int) (hidden int) {
	rows := fold(c.findings)
	t.line("")
	t.line("### %s", t.cell(c.name))
	t.line("")
	t.line("| | rule | subject | what | where |")
	t.line("|---|---|---|---|---|")
	why := t.apart(func(x *text) { x.markdownWhy(rows[0][0]) })
	room -= len(why) + len("\n### \n\n| | rule | subject | what | where |\n|---|---|---|---|---|\n") + len(t.cell(c.name))
	for i, fs := range rows {
		row := t.apart(func(x *text) { x.markdownRow(fs) })
		if !t.o.All && i > 0 && (hidden > 0 || i >= markdownRows || len(row) > room) {
			hidden += len(fs)
			continue
		}
		room -= len(row)
		t.w.Write(row)
	}
	t.w.Write(why)
	return hidden
}

func (t *text) markdownRow(fs []*finding.Finding) {
	f := fs[0]
	status := string(f.Severity)
	if f.Status == finding.Undecided {
		status = "unknown"
	}
	subject := t.code(string(f.Subject))
	if len(fs) > 1 {
		subject += fmt.Sprintf(" and %d more", len(fs)-1)
	}
	mark := ""
	if t.r.NewVerdict != "" && !f.Old {
		mark = " **new**"
	}
	t.line("| %s%s | %s | %s | %s | %s |", status, mark, t.cell(string(f.Rule)), subject, t.cell(f.Message), t.code(place(f)))
}

// markdownWhy words the reasons, the law and the remedy of the first row.
func (t *text) markdownWhy(f *finding.Finding) {
	t.line("")
	t.line("<details><summary>%s: why, and what to do</summary>", t.cell(string(f.Rule)))
	t.line("")
	because := f.Because
	if !t.o.All {
		because = because[:min(len(because), markdownRows)]
	}
	for _, b := range because {
		t.line("- %s", t.cell(b))
	}
	if len(f.Requirements) > 0 {
		t.line("- %s: %s", basis(f), t.cell(graph.Listed(f.Requirements)))
	}
	t.line("")
	t.line("%s", t.cell(f.Remedy))
	t.line("</details>")
}

func (t *text) markdownRest() {
	var waivers, problems, types, bindings []string
	for _, w := range t.r.Waivers {
		waivers = append(waivers, fmt.Sprintf("%s %s: %s%s, until %s (%s)", t.cell(string(w.Rule)), t.code(w.Subject), t.cell(w.State), t.cell(colon(w.Why)), t.cell(w.Expires), t.code(where(w.Origin))))
	}
	for _, p := range t.r.Problems {
		problems = append(problems, fmt.Sprintf("%s: %s", t.code(where(p.Origin)), t.cell(p.Message)))
	}
	for _, u := range t.r.Unknown {
		types = append(types, fmt.Sprintf("%s (%d)", t.code(u.Type), u.Count))
	}
	for _, match := range t.r.Unmatched {
		bindings = append(bindings, t.code(match))
	}
	t.markdownTraffic()
	t.markdownList("Waivers", "waiver", waivers)
	t.markdownList("Not read", "problem", problems)
	t.markdownList("Types that no dialect knows", "type", types)
	t.markdownOthers()
	t.markdownList("Bindings that bind no asset", "binding", bindings)
}

// markdownList writes a list and says how much of it is left out.
func (t *text) markdownList(title, noun string, items []string) {
	if len(items) == 0 {
		return
	}
	t.line("")
	t.line("### %s", title)
	t.line("")
	room := markdownList
	for i, item := range items {
		if room -= len(item); room < 0 && !t.o.All {
			t.line("- … %s not shown; --all shows everything", more(len(items)-i, noun))
			break
		}
		t.line("- %s", item)
	}
}

func colon(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

// cell keeps text inside its table cell and from becoming markup: a name in
// somebody's branch must not put a link or an image into our comment.
func cell(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", ">", "&gt;", "&", "&amp;",
		"`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "~", `\~`).Replace(s)
}

// cell and code shorten as well, unless everything was asked for.
func (t *text) cell(s string) string { return cell(t.clip(s)) }
func (t *text) code(s string) string { return code(t.clip(s)) }

func (t *text) clip(s string) string {
	if t.o.All {
		return s
	}
	return clip(s, markdownCell)
}

// code is text as code, inside a table cell or outside.
func code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`, "\n", " ", "\r", " ").Replace(s) + "`"
}
