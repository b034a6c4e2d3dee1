package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The types below are the ClusterReport of openreports.io/v1alpha1, which
// dashboards of clusters read. They are written down here because the module of
// the API brings all types of Kubernetes with it.
// https://github.com/openreports/reports-api
type (
	openList struct {
		APIVersion string       `json:"apiVersion"`
		Kind       string       `json:"kind"`
		Items      []openReport `json:"items"`
	}
	openReport struct {
		APIVersion string       `json:"apiVersion"`
		Kind       string       `json:"kind"`
		Metadata   openMetadata `json:"metadata"`
		Source     string       `json:"source"`
		Summary    openSummary  `json:"summary"`
		Results    []openResult `json:"results"`
	}
	openMetadata struct {
		Name        string            `json:"name"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	}
	openSummary struct {
		Pass    int `json:"pass"`
		Fail    int `json:"fail"`
		Warn    int `json:"warn"`
		Error   int `json:"error"`
		Skipped int `json:"skip"`
	}
	openResult struct {
		Source     string            `json:"source"`
		Policy     string            `json:"policy"`
		Rule       string            `json:"rule,omitempty"`
		Category   string            `json:"category,omitempty"`
		Severity   finding.Severity  `json:"severity,omitempty"`
		Timestamp  openTime          `json:"timestamp"`
		Result     string            `json:"result"`
		Scored     bool              `json:"scored"`
		Resources  []openResource    `json:"resources,omitempty"`
		Message    string            `json:"message,omitempty"`
		Properties map[string]string `json:"properties,omitempty"`
	}
	openTime struct {
		Seconds int64 `json:"seconds"`
		Nanos   int32 `json:"nanos"`
	}
	openResource struct {
		Kind      string `json:"kind"`
		Namespace string `json:"namespace,omitempty"`
		Name      string `json:"name"`
	}
)

// mostResults bounds one report: a cluster stores no object above 1.5 MiB, and a
// result has one or two kilobytes.
const mostResults = 400

func writeOpenReports(w io.Writer, r *finding.Result, _ Options) error {
	at, err := time.Parse(time.DateOnly, r.At)
	if err != nil {
		return fmt.Errorf("the day of the result: %w", err)
	}
	o := &open{at: openTime{Seconds: at.Unix()}}
	for i := range r.Findings {
		o.add(finds(&r.Findings[i]))
	}
	for _, p := range r.Problems {
		o.add(openResult{Policy: "read", Result: "error", Message: clean(p.Message), Properties: map[string]string{"origin": clean(where(p.Origin))}})
	}
	for _, why := range r.Why {
		o.add(openResult{Policy: "verdict", Result: "error", Message: clean(why)})
	}
	list := openList{APIVersion: "v1", Kind: "List", Items: []openReport{}}
	for n := 0; n == 0 || len(o.results) > 0; n++ {
		some := o.results[:min(len(o.results), mostResults)]
		o.results = o.results[len(some):]
		rep := openReport{APIVersion: "openreports.io/v1alpha1", Kind: "ClusterReport", Source: "bailiwick", Results: some, Metadata: openMetadata{
			Name:        fmt.Sprintf("bailiwick-%s-%d", labelled(r.Perimeter.Name), n),
			Labels:      map[string]string{"app.kubernetes.io/managed-by": "bailiwick"},
			Annotations: map[string]string{"bailiwick.dev/perimeter": r.Perimeter.Digest, "bailiwick.dev/verdict": string(r.Verdict)},
		}}
		for i := range some {
			rep.Summary.count(some[i].Result)
		}
		if n == 0 {
			for _, c := range r.Rules {
				rep.Summary.Pass += c.Pass // each has a result of its own with --all only
			}
		}
		list.Items = append(list.Items, rep)
	}
	return JSON(w, list)
}

// open collects results.
type open struct {
	at      openTime
	results []openResult
}

func (o *open) add(r openResult) {
	r.Source, r.Timestamp = "bailiwick", o.at
	r.Scored = r.Result != "warn" // which by the definition is a breach that is not scored
	o.results = append(o.results, r)
}

// count counts a result, but for passes, which are counted by rule.
func (s *openSummary) count(result string) {
	switch result {
	case "fail":
		s.Fail++
	case "warn":
		s.Warn++
	case "error":
		s.Error++
	case "skip":
		s.Skipped++
	}
}

// finds words one finding. A fail below the gate, and what is undecided and only
// reported, is a warning; undecided that blocks is an error: it could not be judged.
func finds(f *finding.Finding) openResult {
	out := openResult{Policy: "perimeter", Rule: string(f.Rule), Category: axis(f.Rule), Severity: f.Severity, Message: clean(f.Message), Properties: map[string]string{
		"title": clean(f.Title), "status": string(f.Status), "subject": clean(string(f.Subject)), "origin": clean(where(f.Origin)), "fingerprint": f.Fingerprint}}
	if len(f.Requirements) > 0 {
		out.Properties["requirements"] = graph.Listed(f.Requirements)
		if f.Basis == finding.OnRequirement { // else they are not what is breached
			out.Policy = string(f.Requirements[0])
		}
	}
	if f.Remedy != "" {
		out.Properties["remedy"] = clean(f.Remedy)
	}
	switch {
	case f.Status == finding.Pass:
		out.Result = "pass"
	case f.Violates:
		out.Result = "fail"
	case f.Status == finding.Undecided && f.Blocks:
		out.Result = "error"
	case f.Status == finding.Fail, f.Status == finding.Undecided:
		out.Result = "warn"
	default: // waived, not in force
		out.Result = "skip"
	}
	if o, ok := object(f); ok {
		out.Resources = []openResource{o}
	}
	return out
}

// axis is the first part of a rule's id, which says what it is about: LOC, OPR, KEY.
func axis(id graph.RuleID) string {
	a, _, _ := strings.Cut(string(id), "-")
	return a
}

// object is the object of a cluster that a finding is about, if it is one: its type
// is a kind with its group, and its address begins with the kind in small letters.
func object(f *finding.Finding) (openResource, bool) {
	kind, group, _ := strings.Cut(f.Type, ".")
	if kind == "" || !unicode.IsUpper(rune(kind[0])) {
		return openResource{}, false
	}
	parts := strings.Split(string(f.Subject), "/")
	lower := strings.ToLower(kind)
	if len(parts) < 2 || len(parts) > 3 || parts[0] != lower && parts[0] != lower+"."+group {
		return openResource{}, false
	}
	out := openResource{Kind: kind, Name: parts[len(parts)-1]}
	if len(parts) == 3 {
		out.Namespace = parts[1]
	}
	return out, true
}

var unnamed = regexp.MustCompile(`[^a-z0-9]+`)

// labelled makes a text a part of a name that the API accepts.
func labelled(s string) string {
	s = strings.Trim(unnamed.ReplaceAllString(strings.ToLower(s), "-"), "-")
	if s == "" {
		return "perimeter"
	}
	return strings.TrimRight(s[:min(len(s), 200)], "-")
}
