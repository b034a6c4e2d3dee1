package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
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
