package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// A gitlabIssue is one entry of GitLab's code quality report, which is a
// subset of the Code Climate format.
type gitlabIssue struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

var gitlabSeverity = map[finding.Severity]string{finding.Critical: "blocker", finding.High: "critical", finding.Medium: "major", finding.Low: "minor"}

func writeGitLab(w io.Writer, r *finding.Result, _ Options) error {
	out := []gitlabIssue{}
	issue := func(text, check, print, severity, file string, line int) {
		x := gitlabIssue{Description: text, CheckName: check, Fingerprint: print, Severity: severity}
		x.Location.Path, x.Location.Lines.Begin = file, max(line, 1)
		out = append(out, x)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		switch f.Status {
		case finding.Fail:
			issue(fmt.Sprintf("%s %s", f.Subject, f.Message), string(f.Rule), f.Fingerprint, gitlabSeverity[f.Severity], f.Origin.File, f.Origin.Line)
		case finding.Undecided:
			issue(fmt.Sprintf("%s undecided: %s", f.Subject, f.Message), string(f.Rule), f.Fingerprint, "minor", f.Origin.File, f.Origin.Line)
		}
	}
	for _, p := range r.Problems {
		issue("not read: "+p.Message, "read", finding.Print("read", p.Origin.File, "", p.Message), "major", p.Origin.File, p.Origin.Line)
	}
	for _, why := range r.Why {
		issue(fmt.Sprintf("%s: %s", r.Verdict, why), "verdict", finding.Print("verdict", "", "", why), "major", ".", 1)
	}
	return JSON(w, out)
}

// writeGitHub writes workflow commands, which GitHub shows as annotations
// beside the lines of a pull request.
func writeGitHub(w io.Writer, r *finding.Result, _ Options) error {
	put := func(level, file string, line int, title, text string) error {
		at := "file=" + property(file)
		if line > 0 {
			at += fmt.Sprintf(",line=%d", line)
		}
		_, err := fmt.Fprintf(w, "::%s %s,title=%s::%s\n", level, at, property(title), data(text))
		return err
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		level := ""
		switch {
		case f.Status == finding.Fail && f.Severity.Rank() >= finding.High.Rank():
			level = "error"
		case f.Status == finding.Fail || f.Status == finding.Undecided && f.Blocks:
			level = "warning"
		case f.Status == finding.Undecided:
			level = "notice"
		default:
			continue
		}
		text := fmt.Sprintf("%s %s\n%s", f.Subject, f.Message, f.Remedy)
		if err := put(level, f.Origin.File, f.Origin.Line, fmt.Sprintf("%s %s", f.Rule, f.Title), text); err != nil {
			return err
		}
	}
	for _, p := range r.Problems {
		if err := put("warning", p.Origin.File, p.Origin.Line, "not read", p.Message); err != nil {
			return err
		}
	}
	level := "notice"
	if r.Verdict != finding.VerdictPass {
		level = "warning"
	}
	_, err := fmt.Fprintf(w, "::%s title=Bailiwick::%s\n", level, data(fmt.Sprintf("verdict %s: %d fail, %d undecided, %d waived. %s", r.Verdict, r.Summary.Fail, r.Summary.Undecided, r.Summary.Waived, strings.Join(r.Why, ". "))))
	return err
}

// data and property escape what a workflow command would take as its own.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
