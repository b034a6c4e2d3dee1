package cases

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/policy"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// DefaultDay is the day of a case that has no file at.
const DefaultDay = "2026-11-25"

// Rule runs the cases of one rule. A line of want is a status and a subject,
// and after a colon a part of the message:
//
//	fail aws_s3_bucket.corpus: US (us-east-1)
//
// All that the rule says must be wanted, and the cases together must show the
// rule failing, passing and undecided. One whose METADATA says never_fails
// must not fail in any.
func Rule(k *kb.KB, set *policy.Set, id graph.RuleID, file string, src []byte) ([]Failure, error) {
	only, err := set.Only([]string{string(id)})
	if err != nil {
		return nil, err
	}
	list, err := Parse(file, src)
	if err != nil {
		return nil, err
	}
	var out []Failure
	shown := map[finding.Status]bool{}
	for i := range list {
		msg, err := list[i].rule(k, only, shown)
		if err != nil {
			return nil, fmt.Errorf("%s: case %s: %w", file, list[i].Name, err)
		}
		if msg != "" {
			out = append(out, Failure{file, list[i].Name, msg})
		}
	}
	for _, s := range []finding.Status{finding.Fail, finding.Pass, finding.Undecided} {
		switch never := s == finding.Fail && only.Rules[0].NeverFails; {
		case never && shown[s]:
			out = append(out, Failure{file, "(all)", fmt.Sprintf("a case shows %s as %s, and its METADATA says never_fails", id, s)})
		case !never && !shown[s]:
			out = append(out, Failure{file, "(all)", fmt.Sprintf("no case shows %s as %s", id, s)})
		}
	}
	return out, nil
}

func (c *Case) rule(k *kb.KB, set *policy.Set, shown map[finding.Status]bool) (string, error) {
	facts, dir, err := c.facts(k)
	defer os.RemoveAll(dir)
	if err != nil {
		return "", err
	}
	src, ok := c.Files["perimeter.yaml"]
	if !ok {
		return "", fmt.Errorf("there is no perimeter.yaml, neither in the case nor shared")
	}
	p, err := perimeter.Parse("perimeter.yaml", src)
	if err != nil {
		return "", err
	}
	day := DefaultDay
	if at, ok := c.Files["at"]; ok {
		day = strings.TrimSpace(string(at))
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", fmt.Errorf("at holds %q, which is not a date such as %s", day, DefaultDay)
	}
	res, err := assess.Run(context.Background(), facts, assess.Options{KB: k, Perimeter: p, Rules: set, At: at, All: true})
	if err != nil {
		return "", err
	}
	var got []string
	for i := range res.Findings {
		f := &res.Findings[i]
		shown[f.Status] = true
		got = append(got, wanted(c.Want, f))
	}
	slices.Sort(got)
	return compare(slices.Compact(got), c.Want), nil
}

// wanted returns the wanted line that the finding answers, else the finding
// as a line.
func wanted(want []string, f *finding.Finding) string {
	line := fmt.Sprintf("%s %s", f.Status, f.Subject)
	for _, w := range want {
		if w == line {
			return w
		}
		if part, ok := strings.CutPrefix(w, line+": "); ok && strings.Contains(f.Message, part) {
			return w
		}
	}
	if f.Message == "" {
		return line
	}
	return line + ": " + f.Message
}
