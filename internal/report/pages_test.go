package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A table row has five cells whatever a name holds, and no name becomes markup.
func TestMarkdown(t *testing.T) {
	pipe := regexp.MustCompile(`\\.`)
	results(t, func(t *testing.T, r *finding.Result) {
		got := write(t, "markdown", r, Options{})
		if len(got) > 65536 {
			t.Fatalf("%d characters do not fit into a comment", len(got))
		}
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(line, "|") {
				if n := strings.Count(pipe.ReplaceAllString(line, ""), "|"); n != 6 {
					t.Fatalf("%d bars in %q", n, line)
				}
			}
			outside := regexp.MustCompile("`[^`]*`").ReplaceAllString(pipe.ReplaceAllString(line, ""), "")
			if strings.Contains(outside, "<script") || strings.Contains(outside, "](") || strings.Contains(outside, "*bold*") {
				t.Fatalf("markup from a name: %q", line)
			}
		}
	})
}

// A comment on a pull request holds at most 65,536 characters.
func TestMarkdownFits(t *testing.T) {
	for seed := range uint64(4) {
		if n := len([]rune(write(t, "markdown", generate(seed, 5000), Options{}))); n > 65536 {
			t.Errorf("%d characters", n)
		}
	}
}

// However long a name and however many groups, waivers and problems there
// are: it fits, and what is hidden is counted.
func TestMarkdownBudget(t *testing.T) {
	hidden := regexp.MustCompile(`… (\d+) more findings are not shown; --all shows everything`)
	andMore := regexp.MustCompile(`(?m)^\| (?:critical|high|medium|low|unknown)(?: \*\*new\*\*)? \|.*$`)
	folded := regexp.MustCompile("` and (\\d+) more \\|")
	cut := 0
	for seed := range uint64(8) {
		r := generate(seed, 600)
		long := strings.Repeat("<&|*", int(seed)*200)
		for i := range r.Findings {
			f := &r.Findings[i]
			f.Message += long
			f.Places[0].Countries = []graph.Country{graph.Country(fmt.Sprintf("%c%c", 'A'+i%26, 'A'+i/26%26))}
		}
		for range 3000 {
			r.Waivers = append(r.Waivers, r.Waivers[0])
			r.Problems = append(r.Problems, r.Problems[0])
			r.Unknown = append(r.Unknown, r.Unknown[0])
			r.Unmatched = append(r.Unmatched, r.Unmatched[0])
			r.Others = append(r.Others, r.Others[0])
		}
		got := write(t, "markdown", r, Options{})
		if len(got) > markdownBytes {
			t.Errorf("seed %d: %d bytes", seed, len(got))
		}
		for _, noun := range []string{"waivers", "problems", "types", "bindings", "sayings"} {
			if !strings.Contains(got, " more "+noun+" are not shown") {
				t.Errorf("seed %d: the %s are not said to be cut", seed, noun)
			}
		}
		n := 0
		if m := hidden.FindStringSubmatch(got); m != nil {
			n, _ = strconv.Atoi(m[1])
			cut++
		}
		for _, row := range andMore.FindAllString(got, -1) {
			n++
			if m := folded.FindStringSubmatch(row); m != nil {
				more, _ := strconv.Atoi(m[1])
				n += more
			}
		}
		if want := r.Summary.Fail + r.Summary.Undecided; n != want {
			t.Errorf("seed %d: %d shown or hidden, of %d", seed, n, want)
		}
		if all := write(t, "markdown", r, Options{All: true}); strings.Contains(all, "not shown") || len(all) < len(got) {
			t.Errorf("seed %d: --all hides something", seed)
		}
	}
	if cut == 0 {
		t.Error("nothing was cut in any run")
	}
}

// The reasons, the law and the remedy of a group are those of its first row,
// and say of which rule.
func TestReasonsOfTheFirstRow(t *testing.T) {
	at := func(rule graph.RuleID, s finding.Severity, remedy string) finding.Finding {
		return finding.Finding{Rule: rule, Severity: s, Status: finding.Fail, Subject: "a.b", Message: remedy, Remedy: remedy, Because: []string{"of " + remedy}, Places: []graph.Place{{Countries: []graph.Country{"US"}}}}
	}
	r := &finding.Result{Verdict: finding.VerdictViolation, Findings: []finding.Finding{at("LOC-012", finding.Medium, "Wait."), at("LOC-001", finding.Critical, "Move.")}}
	for format, want := range map[string]string{"text": "LOC-001 because of Move.", "markdown": "<summary>LOC-001: why, and what to do</summary>\n\n- of Move.\n\nMove."} {
		if got := write(t, format, r, Options{}); !strings.Contains(got, want) || strings.Contains(got, "of Wait.") {
			t.Errorf("%s:\n%s", format, got)
		}
	}
}

// A finding about a setting is no matter of its operator's country; one about
// its custody is.
func TestCrossing(t *testing.T) {
	us := &graph.Operator{Entity: "aws", Seat: "US"}
	for _, c := range []struct {
		f    finding.Finding
		want string
	}{
		{finding.Finding{Rule: "ACME-001", Operator: us, About: []string{"setting:public"}}, "other"},
		{finding.Finding{Rule: "EGR-012", Operator: us, About: []string{"cleartext", "operator"}}, "law of US"},
		{finding.Finding{Rule: "OPR-008", Operator: us}, "law of US"},
		{finding.Finding{Rule: "LOC-001", Operator: us, Places: []graph.Place{{Countries: []graph.Country{"GB"}}}}, "GB"},
		{finding.Finding{Status: finding.Undecided, Operator: us}, "not established"},
	} {
		if got := Crossing(&c.f); got != c.want {
			t.Errorf("%s %v: %s, want %s", c.f.Rule, c.f.About, got, c.want)
		}
	}
}

// The page stands alone: nothing is loaded, nothing runs, no name becomes a tag.
func TestHTML(t *testing.T) {
	results(t, func(t *testing.T, r *finding.Result) {
		got := write(t, "html", r, Options{Version: "1"})
		for _, bad := range []string{"<script", "<link", "<img", "<iframe", "src=", "href=", "@import", "url(", "onload", "javascript:"} {
			if strings.Contains(got, bad) {
				t.Fatalf("the page contains %q", bad)
			}
		}
		if n := strings.Count(got, "<details>"); n != r.Summary.Fail+r.Summary.Undecided {
			t.Fatalf("%d findings on the page, want %d", n, r.Summary.Fail+r.Summary.Undecided)
		}
		if strings.Count(got, "<") != strings.Count(got, ">") {
			t.Fatal("a tag is not closed")
		}
	})
	page := write(t, "html", generate(3, 60), Options{})
	if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Error("the name is not shown as it is")
	}
}

func TestDiff(t *testing.T) {
	old, cur := generate(3, 60), generate(3, 60)
	cur.Findings = cur.Findings[10:]
	old.Findings = old.Findings[:50]
	var b strings.Builder
	d := finding.Compare(old, cur)
	if err := Diff(&b, d); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n"); n != len(d.New)+len(d.Gone)+1 || len(d.New) == 0 || len(d.Gone) == 0 {
		t.Errorf("%d lines for %d new and %d gone:\n%s", n, len(d.New), len(d.Gone), b.String())
	}
}
