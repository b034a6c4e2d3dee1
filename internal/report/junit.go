package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// The types below are the JUnit XML that build servers read: a suite a rule,
// a case a finding. Passes are counted, one by one with --all.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		Classname string        `xml:"classname,attr"`
		File      string        `xml:"file,attr,omitempty"`
		Line      int           `xml:"line,attr,omitempty"`
		Failure   *junitMessage `xml:"failure,omitempty"`
		Error     *junitMessage `xml:"error,omitempty"`
		Skipped   *junitMessage `xml:"skipped,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func writeJUnit(w io.Writer, r *finding.Result, _ Options) error {
	out := junitSuites{Name: "bailiwick " + r.Perimeter.Name}
	for _, c := range r.Rules {
		s := junitSuite{Name: fmt.Sprintf("%s %s", c.ID, c.Title)}
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Rule == c.ID {
				s.add(f)
			}
		}
		if c.Pass > 0 && s.Tests == s.Failures+s.Errors+s.Skipped {
			s.Cases = append(s.Cases, junitCase{Name: fmt.Sprintf("%d passed", c.Pass), Classname: string(c.ID)})
			s.Tests++
		}
		out.take(s)
	}
	// What could not be read, and a verdict that is no pass without a finding,
	// must be red on a build server too.
	s := junitSuite{Name: "verdict " + string(r.Verdict)}
	for _, p := range r.Problems {
		s.Cases = append(s.Cases, junitCase{Name: where(p.Origin), Classname: "read", File: p.Origin.File, Line: p.Origin.Line, Error: &junitMessage{Message: clean(p.Message)}})
		s.Tests, s.Errors = s.Tests+1, s.Errors+1
	}
	for _, why := range r.Why {
		s.Cases = append(s.Cases, junitCase{Name: "verdict", Classname: "verdict", Error: &junitMessage{Message: clean(why)}})
		s.Tests, s.Errors = s.Tests+1, s.Errors+1
	}
	out.take(s)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuites) take(x junitSuite) {
	if x.Tests == 0 {
		return
	}
	s.Suites = append(s.Suites, x)
	s.Tests, s.Failures, s.Errors, s.Skipped = s.Tests+x.Tests, s.Failures+x.Failures, s.Errors+x.Errors, s.Skipped+x.Skipped
}

func (s *junitSuite) add(f *finding.Finding) {
	c := junitCase{Name: clean(string(f.Subject)), Classname: string(f.Rule), File: f.Origin.File, Line: f.Origin.Line}
	text := clean(strings.Join(f.Because, "\n") + "\n" + f.Remedy)
	switch f.Status {
	case finding.Fail:
		c.Failure = &junitMessage{Message: clean(f.Message), Type: string(f.Severity), Text: text}
		s.Failures++
	case finding.Undecided:
		if f.Blocks {
			c.Error = &junitMessage{Message: clean(f.Message), Type: "undecided", Text: text}
			s.Errors++
		} else {
			c.Skipped = &junitMessage{Message: "undecided, reported only: " + clean(f.Message)}
			s.Skipped++
		}
	case finding.Waived:
		c.Skipped = &junitMessage{Message: clean(fmt.Sprintf("waived until %s by %s: %s", f.Waiver.Expires, f.Waiver.ApprovedBy, f.Waiver.Reason))}
		s.Skipped++
	case finding.NotInForce:
		c.Skipped = &junitMessage{Message: "not in force"}
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
	s.Tests++
}

// clean drops characters that XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 {
			return r
		}
		return '\uFFFD'
	}, s)
}
