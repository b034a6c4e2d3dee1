package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

func write(t *testing.T, format string, r *finding.Result, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, o); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

// results calls f for results of several sizes.
func results(t *testing.T, f func(t *testing.T, r *finding.Result)) {
	for seed := range uint64(12) {
		f(t, generate(seed, []int{0, 1, 7, 60, 300}[seed%5]))
	}
}

// A result that is written and read back is the same, and every format of it
// has the same bytes: report --from is check.
func TestRoundTrip(t *testing.T) {
	results(t, func(t *testing.T, r *finding.Result) {
		src := write(t, "json", r, Options{})
		back, err := finding.Decode([]byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(r, back); d != "" {
			t.Fatalf("read back:\n%s", d)
		}
		for _, format := range Formats() {
			for _, o := range []Options{{}, {All: true, Version: "1"}, {Color: true}} {
				if a, b := write(t, format, r, o), write(t, format, back, o); a != b {
					t.Fatalf("%s differs after a round trip:\n%s", format, cmp.Diff(a, b))
				}
			}
		}
	})
}

// Writing changes nothing in the result: several formats may follow each other.
func TestWriteKeepsResult(t *testing.T) {
	r, same := generate(3, 60), generate(3, 60)
	for _, format := range Formats() {
		write(t, format, r, Options{All: true})
	}
	if d := cmp.Diff(same, r); d != "" {
		t.Fatal(d)
	}
}

func TestUnknownFormat(t *testing.T) {
	err := Write(io.Discard, "pdf", generate(0, 0), Options{})
	if err == nil || !strings.Contains(err.Error(), `"pdf"; there are: github, gitlab, html, json`) {
		t.Fatalf("got %v", err)
	}
}

// A writer that fails is an error of every format.
func TestFullDisk(t *testing.T) {
	for _, format := range Formats() {
		if err := Write(full{}, format, generate(3, 60), Options{}); err == nil {
			t.Errorf("%s: a full disk went unnoticed", format)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// The first look is one screen, however much there is to say; --all says all.
func TestTextIsOneScreen(t *testing.T) {
	for _, n := range []int{0, 1, 20, 300, 5000} {
		for seed := range uint64(6) {
			r := generate(seed, n)
			got := write(t, "text", r, Options{})
			if lines := strings.Count(got, "\n"); lines > 60 {
				t.Errorf("%d findings, seed %d: %d lines", n, seed, lines)
			}
			if !strings.Contains(got, strings.ToUpper(string(r.Verdict))+"  ") {
				t.Error("the verdict is missing")
			}
			shown := r.Summary.Fail + r.Summary.Undecided
			if n == 5000 && (shown < 100 || !strings.Contains(got, "not shown; --all shows everything")) {
				t.Error("what is cut is not said")
			}
		}
	}
	r := generate(1, 300)
	all := write(t, "text", r, Options{All: true})
	for i := range r.Findings {
		if f := &r.Findings[i]; (f.Status == finding.Fail || f.Status == finding.Undecided) && !strings.Contains(all, string(tame(f.Subject))) {
			t.Errorf("--all leaves out %q", f.Subject)
		}
		if f := &r.Findings[i]; f.Status == finding.Waived && !strings.Contains(all, "("+tame(f.Waiver.Reason)+", approved by dpo@clinic.example)") {
			t.Errorf("--all leaves out why %q is waived", f.Subject)
		}
	}
}

// What is left out is counted right.
func TestTextCountsWhatItHides(t *testing.T) {
	for seed := range uint64(10) {
		r := generate(seed, 400)
		got := write(t, "text", r, Options{})
		hidden := regexp.MustCompile(`… (\d+) more findings are not shown`).FindStringSubmatch(got)
		var n int
		if hidden != nil {
			if err := json.Unmarshal([]byte(hidden[1]), &n); err != nil {
				t.Fatal(err)
			}
		}
		shown := 0
		for line := range strings.Lines(got) {
			if m := regexp.MustCompile(`^  (?:critical|high|medium|low|unknown) +[A-Z]{3}-\d{3} .*?(?: and (\d+) more)?\n$`).FindStringSubmatch(line); m != nil {
				shown++
				if m[1] != "" {
					var more int
					if err := json.Unmarshal([]byte(m[1]), &more); err != nil {
						t.Fatal(err)
					}
					shown += more
				}
			}
			if regexp.MustCompile(`^▌ .*  \d+ findings?: [A-Z]{3}-\d{3} `).MatchString(line) {
				shown++
			}
		}
		if want := r.Summary.Fail + r.Summary.Undecided; shown+n != want {
			t.Errorf("seed %d: %d shown and %d hidden, of %d\n%s", seed, shown, n, want, got)
		}
	}
}

// Colour only when it is asked for, and never from a name.
func TestTextControls(t *testing.T) {
	results(t, func(t *testing.T, r *finding.Result) {
		for _, all := range []bool{false, true} {
			for line := range strings.Lines(write(t, "text", r, Options{All: all})) {
				line = strings.TrimSuffix(line, "\n")
				if i := strings.IndexFunc(line, unicode.IsControl); i >= 0 {
					t.Fatalf("a control character in %q", line)
				}
				if strings.HasPrefix(line, "::") || strings.ContainsRune(line, '\u202e') {
					t.Fatalf("a name begins a line or turns it: %q", line)
				}
			}
			colour := write(t, "text", r, Options{All: all, Color: true})
			if !regexp.MustCompile(`\x1b\[3[123]m`).MatchString(colour) {
				t.Fatal("no colour although asked for")
			}
			if plain := regexp.MustCompile(`\x1b\[\d+m`).ReplaceAllString(colour, ""); plain != write(t, "text", r, Options{All: all}) {
				t.Fatal("colour changes the words")
			}
		}
	})
}

// JUnit parses, and its counts add up: what fails or blocks is red.
func TestJUnit(t *testing.T) {
	results(t, func(t *testing.T, r *finding.Result) {
		var got junitSuites
		if err := xml.Unmarshal([]byte(write(t, "junit", r, Options{})), &got); err != nil {
			t.Fatal(err)
		}
		var sum junitSuite
		for _, s := range got.Suites {
			var c junitSuite
			for _, x := range s.Cases {
				c.Tests++
				if x.Failure != nil {
					c.Failures++
				}
				if x.Error != nil {
					c.Errors++
				}
				if x.Skipped != nil {
					c.Skipped++
				}
			}
			if c.Tests != s.Tests || c.Failures != s.Failures || c.Errors != s.Errors || c.Skipped != s.Skipped {
				t.Fatalf("suite %s says %d/%d/%d/%d, its cases are %d/%d/%d/%d", s.Name, s.Tests, s.Failures, s.Errors, s.Skipped, c.Tests, c.Failures, c.Errors, c.Skipped)
			}
			sum.Tests, sum.Failures, sum.Errors, sum.Skipped = sum.Tests+s.Tests, sum.Failures+s.Failures, sum.Errors+s.Errors, sum.Skipped+s.Skipped
		}
		if got.Tests != sum.Tests || got.Failures != sum.Failures || got.Errors != sum.Errors || got.Skipped != sum.Skipped {
			t.Fatalf("the whole says %+v, its suites %+v", got, sum)
		}
		blocking := 0
		for i := range r.Findings {
			if r.Findings[i].Blocks {
				blocking++
			}
		}
		if got.Failures != r.Summary.Fail || got.Errors != blocking+len(r.Problems)+len(r.Why) {
			t.Fatalf("%d failures and %d errors, want %d and %d", got.Failures, got.Errors, r.Summary.Fail, blocking+len(r.Problems)+len(r.Why))
		}
	})
}

// GitLab wants these five fields of every issue; fingerprints are unique.
func TestGitLab(t *testing.T) {
	severities := map[string]bool{"info": true, "minor": true, "major": true, "critical": true, "blocker": true}
	results(t, func(t *testing.T, r *finding.Result) {
		dec := json.NewDecoder(strings.NewReader(write(t, "gitlab", r, Options{})))
		dec.DisallowUnknownFields()
		var got []gitlabIssue
		if err := dec.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if want := r.Summary.Fail + r.Summary.Undecided + len(r.Problems) + len(r.Why); len(got) != want || got == nil {
			t.Fatalf("%d issues, want %d", len(got), want)
		}
		seen := map[string]bool{}
		for _, x := range got {
			if x.Description == "" || x.CheckName == "" || x.Fingerprint == "" || !severities[x.Severity] || x.Location.Lines.Begin < 1 {
				t.Fatalf("not an issue: %+v", x)
			}
			if x.CheckName != "read" && seen[x.Fingerprint] {
				t.Fatalf("the fingerprint %s occurs twice", x.Fingerprint)
			}
			seen[x.Fingerprint] = true
		}
	})
}

// Nothing looked at is no empty list, which GitLab shows as a pass.
func TestGitLabOfNothing(t *testing.T) {
	var got []gitlabIssue
	src := write(t, "gitlab", &finding.Result{Verdict: finding.VerdictUndecided, Why: []string{"no file was read"}}, Options{})
	if err := json.Unmarshal([]byte(src), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Description != "undecided: no file was read" || got[0].Location.Path != "." || got[0].Fingerprint == "" {
		t.Errorf("got %+v", got)
	}
}

// A workflow command is one line, and no name ends it or adds a property.
func TestGitHub(t *testing.T) {
	form := regexp.MustCompile(`^::(error|warning|notice) (?:file=[^,:\r\n]*(?:,line=[1-9]\d*)?,)?title=[^,:\r\n]*::[^\r\n]*$`)
	results(t, func(t *testing.T, r *finding.Result) {
		got := strings.Split(strings.TrimSuffix(write(t, "github", r, Options{}), "\n"), "\n")
		if want := r.Summary.Fail + r.Summary.Undecided + len(r.Problems) + 1; len(got) != want {
			t.Fatalf("%d lines, want %d", len(got), want)
		}
		for _, line := range got {
			if !form.MatchString(line) {
				t.Fatalf("not a command: %q", line)
			}
		}
		if level := strings.HasPrefix(got[len(got)-1], "::warning title=Bailiwick::"); level != (r.Verdict != finding.VerdictPass) {
			t.Fatalf("the verdict %s ends with %q", r.Verdict, got[len(got)-1])
		}
	})
	if got := write(t, "github", &finding.Result{Verdict: finding.VerdictPass}, Options{}); !strings.HasPrefix(got, "::notice title=Bailiwick::verdict pass") {
		t.Errorf("a pass is %q", got)
	}
	if got, want := property("a:b,c%d\ne\r"), "a%3Ab%2Cc%25d%0Ae%0D"; got != want {
		t.Errorf("property: %q, want %q", got, want)
	}
	if got, want := data("a:b,c%d\ne"), "a:b,c%25d%0Ae"; got != want {
		t.Errorf("data: %q, want %q", got, want)
	}
}
