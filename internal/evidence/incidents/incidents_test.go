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
		"First seen 24 November 2026, 06:31\u00a0UTC", // of Sentry
		"27 November 2026, 06:31\u00a0UTC",            // 72 hours from it, at the earliest
		"27 November 2026, 09:30\u00a0UTC",            // 72 hours from awareness
		"25 November 2026, 09:30\u00a0UTC",            // 24 hours
		"| 27 December 2026",                          // a month after the notification, which ends with a day
		"Communication to the data subjects where a high risk to them is likely",
		"Art. 73 AI Act applies to this system from 2 December 2027",
		"not counted: the answer is no moment",
		"of the traffic of triage/anthropic?",
	)
	if strings.Contains(got, "as triage/sentry/awareness") { // how an open question is answered
		t.Error("what is answered is asked")
	}
	if strings.Contains(got, "Art. 19(4)") {
		t.Error("a time of DORA is counted for whom nobody calls a financial entity")
	}
}

// TestOver: only what is counted from awareness can be over.
func TestOver(t *testing.T) {
	c := example(t, func(s string) string {
		return s + "  answers:\n    - {question: triage/sentry/awareness, text: \"2026-11-20T09:30Z\", by: ciso@clinic.example, on: 2026-11-24}\n"
	})
	for i := range c.Result.Flows {
		if f := c.Result.Flows[i].Traffic; f != nil {
			f.First = f.First.AddDate(0, -3, 0)
		}
	}
	got := text(t, c)
	says(t, got, "23 November 2026, 09:30\u00a0UTC (over)")
	if strings.Contains(got, "August 2026, 06:31\u00a0UTC (over)") || !strings.Contains(got, "August 2026, 06:31\u00a0UTC") {
		t.Error("a time is over though nobody said from when somebody was aware")
	}
}

// TestOtherLaw counts what holds for a financial entity, and for a high-risk system
// once that law applies.
func TestOtherLaw(t *testing.T) {
	c := example(t, func(s string) string {
		return strings.Replace(s, "frameworks: [GDPR, AIA, NIS2, EUCSF]", "frameworks: [DORA, AIA]", 1) +
			"  answers:\n    - {question: triage/sentry/awareness, text: \"2026-11-24T09:30Z\", by: ciso@clinic.example, on: 2026-11-24}\n"
	})
	c.At, c.Result.At = time.Date(2027, 12, 3, 0, 0, 0, 0, time.UTC), "2027-12-03"
	says(t, text(t, c),
		"25 November 2026, 09:30\u00a0UTC", // initial notification
		"28 November 2026, 09:30\u00a0UTC", // 72 hours after it
		"| 28 December 2026",               // a month after the intermediate report
		"| 9 December 2026",                // 15 days
		"| 26 November 2026",               // two days
		"| 4 December 2026",                // ten days
		"Art. 73(4) AI Act",
	)
}

// TestPast: a ledger knows more than one run saw.
func TestPast(t *testing.T) {
	at := func(s string) time.Time {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	entry := func(s string) evidence.Source {
		return evidence.Source{Kind: evidence.Ledger, At: s + " of log.example"}
	}
	c := example(t, nil)
	c.Past = &evidence.Past{Ledger: "log.example", Dropped: 1, Crossings: []*evidence.PastCrossing{
		{System: "triage", Operator: "sentry", Count: 3, Blocked: 1, First: at("2026-11-01T08:00:00Z"), FirstAt: entry("4"), Last: at("2026-11-23T08:00:00Z"), LastAt: entry("9"), Passed: at("2026-11-02T08:00:00Z"), PassedAt: entry("5")},
		{System: "triage", Operator: "deepseek", Count: 1, Blocked: 1, First: at("2026-10-01T08:00:00Z"), FirstAt: entry("1"), Last: at("2026-10-01T08:00:00Z"), LastAt: entry("1")},
	}}
	got := text(t, c)
	says(t, got,
		"3 recorded decisions that it is not, or not for certain, inside: the first 1 November 2026, 08:00\u00a0UTC, the last 23 November 2026, 08:00\u00a0UTC; blocked: 1.",
		"5 November 2026, 08:00\u00a0UTC", // 72 hours from the first that was not blocked
		"No decision about it is recorded",
		"entries name operators and no hosts", // of one that nobody knows
		"triage → DeepSeek", "1, of which blocked: 1",
		"1 part of the ledger was dropped",
	)
	c.Past.Crossings = nil
	says(t, text(t, c), "The ledger records no crossing that was not seen this time")
}

// TestSilent: a pattern that is declared was met by a host that it matches.
func TestSilent(t *testing.T) {
	c := example(t, nil)
	add := func(to string) {
		c.Result.Flows = append(c.Result.Flows, finding.Edge{From: "triage", To: graph.Address(to), System: "triage", State: graph.Declared, Origin: graph.Origin{File: "perimeter.yaml", Line: 1}})
	}
	add("*.openai.com")
	add("*.nobody.example")
	got := text(t, c)
	says(t, got, "triage → *.nobody.example")
	if strings.Contains(got, "triage → *.openai.com") {
		t.Error("what was seen is called silent")
	}
}

// TestWorst: of several things that a rule says of a flow the worst counts, and all are told.
func TestWorst(t *testing.T) {
	c := example(t, nil)
	for i := range c.Result.Findings {
		if f := c.Result.Findings[i]; f.Rule == "EGR-004" && f.Status == finding.Fail && f.Flow.To == "api.openai.com" {
			f.Status, f.Message = finding.Undecided, "and where it answered is not known"
			c.Result.Findings = append(c.Result.Findings, f)
		}
	}
	says(t, text(t, c), "triage → OpenAI: outside the perimeter", "and where it answered is not known")
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
	says(t, got, "operator openai", "Review was due by")
	if strings.Contains(got, "the review of 0 of them was overdue") {
		t.Error("nothing grows old")
	}
}
