package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// markdownRows bounds the table of one jurisdiction: a comment on a pull
// request has a limit of 65,536 characters.
const markdownRows = 25

// markdownWords heads the verdict.
var markdownWords = map[finding.Verdict]string{
	finding.VerdictPass: "✅ pass", finding.VerdictViolation: "❌ violation", finding.VerdictUndecided: "❔ undecided",
}

func writeMarkdown(w io.Writer, r *finding.Result, o Options) error {
	t := &text{w: bufio.NewWriter(w), r: r, o: o}
	s := r.Summary
	t.line("## Sovereignty: %s", markdownWords[r.Verdict])
	t.line("")
	t.line("%d fail · %d undecided · %d waived · %d pass · %s in %s · perimeter %s · law as of %s", s.Fail, s.Undecided, s.Waived, s.Pass, count(s.Assets, "asset"), count(s.Files, "file"), code(r.Perimeter.Name), r.At)
	if r.NewVerdict != "" {
		t.line("")
		t.line("New against the baseline: **%s**", r.NewVerdict)
	}
	for _, why := range r.Why {
		t.line("")
		t.line("> %s", cell(why))
	}
	for _, c := range t.crossings() {
		t.line("")
		t.line("### %s", cell(c.name))
		t.line("")
		t.line("| | rule | subject | what | where |")
		t.line("|---|---|---|---|---|")
		rows := fold(c.findings)
		for i, fs := range rows {
			if i == markdownRows && !o.All {
				t.line("")
				t.line("… and %d more", len(rows)-i)
				break
			}
			f := fs[0]
			status := string(f.Severity)
			if f.Status == finding.Undecided {
				status = "unknown"
			}
			subject := code(string(f.Subject))
			if len(fs) > 1 {
				subject += fmt.Sprintf(" and %d more", len(fs)-1)
			}
			mark := ""
			if r.NewVerdict != "" && !f.Old {
				mark = " **new**"
			}
			t.line("| %s%s | %s | %s | %s | %s |", status, mark, f.Rule, subject, cell(f.Message), code(place(f)))
		}
		f := c.findings[0]
		t.line("")
		t.line("<details><summary>why, and what to do</summary>")
		t.line("")
		for _, b := range f.Because {
			t.line("- %s", cell(b))
		}
		if len(f.Requirements) > 0 {
			t.line("- %s: %s", basis(f), requirements(f))
		}
		t.line("")
		t.line("%s", cell(f.Remedy))
		t.line("</details>")
	}
	t.markdownRest()
	return t.w.Flush()
}

func (t *text) markdownRest() {
	if len(t.r.Waivers) > 0 {
		t.line("")
		t.line("### Waivers")
		t.line("")
		for _, w := range t.r.Waivers {
			t.line("- %s %s: %s%s, until %s (%s)", w.Rule, code(w.Subject), w.State, cell(colon(w.Why)), w.Expires, code(where(w.Origin)))
		}
	}
	if len(t.r.Problems) > 0 {
		t.line("")
		t.line("### Not read")
		t.line("")
		for _, p := range t.r.Problems {
			t.line("- %s: %s", code(where(p.Origin)), cell(p.Message))
		}
	}
	if len(t.r.Unknown) > 0 {
		t.line("")
		t.line("### Types that no dialect knows")
		t.line("")
		for _, u := range t.r.Unknown {
			t.line("- %s (%d)", code(u.Type), u.Count)
		}
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

// code is text as code, inside a table cell or outside.
func code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "|", `\|`, "\n", " ", "\r", " ").Replace(s) + "`"
}
