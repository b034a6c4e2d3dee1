package incidents_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/incidents"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// text is the record of a case in English.
func text(t *testing.T, c *evidence.Case) string {
	t.Helper()
	d, err := incidents.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := evidence.Write(&b, "markdown", d); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), `\`, "")
}

func says(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("it does not say %q", w)
		}
	}
}

func example(t *testing.T, edit func(string) string) *evidence.Case {
	t.Helper()
	return evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), edit)
}

func TestClocks(t *testing.T) {
	c := example(t, func(s string) string {
		return s + "  answers:\n" +
			"    - {question: triage/sentry/awareness, text: \"2026-11-24T09:30Z\", by: ciso@clinic.example, on: 2026-11-24}\n" +
			"    - {question: triage/openai/awareness, text: \"on Tuesday\", by: ciso@clinic.example, on: 2026-11-24}\n"
	})
	got := text(t, c)
	says(t, got,
		"triage → Sentry: outside the perimeter",
		"triage → telemetry.example-analytics.net: not established whether it is inside",
		"First seen 24 November 2026, 06:31 UTC", // of Sentry
		"27 November 2026, 06:31 UTC",            // 72 hours from it
		"27 November 2026, 09:30 UTC",            // 72 hours from awareness
		"25 November 2026, 09:30 UTC",            // 24 hours
		"27 December 2026, 09:30 UTC",            // a month after the notification
		"not counted: the answer is no moment",
		"When did somebody responsible become aware of the traffic of triage/anthropic?",
	)
	if strings.Contains(got, "as triage/sentry/awareness") { // how an open question is answered
		t.Error("what is answered is asked")
	}
}

// TestFrameworks counts no time of a framework that the perimeter does not name.
func TestFrameworks(t *testing.T) {
	c := example(t, func(s string) string {
		return strings.Replace(s, "frameworks: [GDPR, AIA, NIS2, EUCSF]", "frameworks: [GDPR]", 1)
	})
	if got := text(t, c); strings.Contains(got, "Art. 23(4)(a)") || !strings.Contains(got, "Art. 33(1) GDPR") {
		t.Error("the times do not follow the frameworks of the perimeter")
	}
}

func TestNoTraffic(t *testing.T) {
	c := example(t, nil)
	c.Result.Flows = slices.DeleteFunc(c.Result.Flows, func(e finding.Edge) bool { return e.Traffic != nil })
	says(t, text(t, c), "this record cannot say that nothing left", "cannot be held against what happens")
}

// TestUnjudged: a flow that was seen and that no rule judged is never fine.
func TestUnjudged(t *testing.T) {
	c := example(t, nil)
	c.Result.Findings = slices.DeleteFunc(c.Result.Findings, func(f finding.Finding) bool { return f.Rule == "EGR-004" })
	says(t, text(t, c), "triage → OpenAI: not established", "No rule judged it")
}

// TestTold takes what records of traffic may have and the example does not.
func TestTold(t *testing.T) {
	c := example(t, nil)
	var e *finding.Edge
	for i := range c.Result.Flows {
		if f := &c.Result.Flows[i]; f.To == "api.anthropic.com" && f.Traffic != nil {
			e = f
		}
	}
	if e == nil {
		t.Fatal("the example has another traffic")
	}
	e.Traffic = &graph.Traffic{Count: 3, Blocked: 3, Incomplete: "two files are cut"}
	says(t, text(t, c), "the records have no times", "All of it was refused on the way", "two files are cut", "Of 1 flow the amount of data is not known")
	for i := range c.Result.Findings {
		f := &c.Result.Findings[i]
		if f.Rule == "EGR-004" && f.Flow.To == e.To {
			f.Status = finding.Pass
		}
	}
	got := text(t, c)
	says(t, got, "Attempts that were refused", "3 times")
	if strings.Contains(got, "triage → Anthropic: ") {
		t.Error("what was refused as it should be is a crossing")
	}
}

// TestStale reads the case when all records are old.
func TestStale(t *testing.T) {
	c := example(t, nil)
	c.At = time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	c.Result.At = "2031-01-01"
	got := text(t, c)
	says(t, got, "operator openai", "Review was due by", "(over)")
	if strings.Contains(got, "the review of 0 of them was overdue") {
		t.Error("nothing grows old")
	}
}
