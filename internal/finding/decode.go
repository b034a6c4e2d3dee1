package finding

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Decode reads a result document; other documents are errors. Every word that
// a report or an exit code depends on is checked, so that a document which was
// edited, or which another version wrote, is never read as a pass.
func Decode(src []byte) (*Result, error) {
	var r Result
	err := json.Unmarshal(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), &r)
	switch {
	case err != nil:
	case r.Schema != Schema:
		err = fmt.Errorf("its schema is %q, not %q", r.Schema, Schema)
	default:
		err = r.check()
	}
	if err != nil {
		return nil, fmt.Errorf("this is not a result of bailiwick check --format json: %w", err)
	}
	return &r, nil
}

// check returns the first thing that no check writes.
func (r *Result) check() error {
	violates := false
	for i := range r.Findings {
		f := &r.Findings[i]
		if err := f.named(i + 1); err != nil {
			return err
		}
		violates = violates || f.Violates
	}
	return r.agrees(violates)
}

// agrees checks all but the findings, of which some violate or none does.
func (r *Result) agrees(violates bool) error {
	if !slices.Contains(Verdicts(), r.Verdict) {
		return fmt.Errorf("its verdict is %q; there are: %v", r.Verdict, Verdicts())
	}
	if r.NewVerdict != "" && !slices.Contains(Verdicts(), r.NewVerdict) {
		return fmt.Errorf("its new_verdict is %q; there are: %v", r.NewVerdict, Verdicts())
	}
	if _, err := time.Parse(time.DateOnly, r.At); err != nil {
		return fmt.Errorf("its at is %q, which is no day: YYYY-MM-DD", r.At)
	}
	for i := range r.Rules {
		if c := &r.Rules[i]; c.Severity.Rank() == 0 {
			return fmt.Errorf("the severity of the rule %s is %q; there are: %v", c.ID, c.Severity, Severities())
		}
	}
	if violates != (r.Verdict == VerdictViolation) {
		return fmt.Errorf("its verdict is %s, but that a finding violates is %v", r.Verdict, violates)
	}
	return nil
}

// named is check, of the finding that stands n-th.
func (f *Finding) named(n int) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("finding %d (%s %s): %w", n, f.Rule, f.Subject, err)
	}
	return nil
}

// check returns the first thing about a finding that no check writes.
func (f *Finding) check() error {
	switch {
	case !slices.Contains(Statuses(), f.Status):
		return fmt.Errorf("its status is %q; there are: %v", f.Status, Statuses())
	case f.Severity.Rank() == 0:
		return fmt.Errorf("its severity is %q; there are: %v", f.Severity, Severities())
	case f.Fingerprint == "":
		return fmt.Errorf("it has no fingerprint")
	case f.Violates && f.Status != Fail:
		return fmt.Errorf("it violates, but its status is %s", f.Status)
	case (f.Waiver != nil) != (f.Status == Waived):
		return fmt.Errorf("its status is %s, but that it has a waiver is %v", f.Status, f.Waiver != nil)
	case f.Waiver != nil && f.Waiver.Was != Fail && f.Waiver.Was != Undecided:
		return fmt.Errorf("its waiver says that it was %q; there are: %s, %s", f.Waiver.Was, Fail, Undecided)
	}
	return nil
}
