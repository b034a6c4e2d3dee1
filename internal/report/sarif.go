package report

import (
	"io"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The types below are the part of SARIF 2.1.0 (OASIS, 2020) that we write.
// Field names are those of the standard.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		ColumnKind  string            `json:"columnKind"`
		Properties  map[string]any    `json:"properties,omitempty"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string         `json:"id"`
		ShortDescription sarifText      `json:"shortDescription"`
		Help             *sarifText     `json:"help,omitempty"`
		DefaultConfig    sarifConfig    `json:"defaultConfiguration"`
		Properties       map[string]any `json:"properties,omitempty"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Kind                string             `json:"kind"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		BaselineState       string             `json:"baselineState,omitempty"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
		Properties          map[string]any     `json:"properties,omitempty"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string         `json:"kind"`
		Status        string         `json:"status"`
		Justification string         `json:"justification"`
		Properties    map[string]any `json:"properties,omitempty"`
	}
)

// levels maps severities to the levels of SARIF.
var levels = map[finding.Severity]string{finding.Critical: "error", finding.High: "error", finding.Medium: "warning", finding.Low: "note"}

// scores are the security-severity values that code hosts sort by (CVSS range).
var scores = map[finding.Severity]string{finding.Critical: "9.5", finding.High: "8.0", finding.Medium: "5.5", finding.Low: "2.0"}

func writeSARIF(w io.Writer, r *finding.Result, o Options) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "Bailiwick", Version: o.Version, InformationURI: "https://github.com/bailiwick-dev/bailiwick", Rules: []sarifRule{}}},
		Results:    []sarifResult{},
		ColumnKind: "utf16CodeUnits",
		Properties: map[string]any{"verdict": r.Verdict, "at": r.At, "perimeter": r.Perimeter, "kb": r.KB},
	}
	index := map[graph.RuleID]int{}
	for _, c := range r.Rules {
		index[c.ID] = len(run.Tool.Driver.Rules)
		rule := sarifRule{ID: string(c.ID), ShortDescription: sarifText{c.Title}, DefaultConfig: sarifConfig{levels[c.Severity]},
			Properties: map[string]any{"security-severity": scores[c.Severity], "tags": []string{"sovereignty", strings.ToLower(family(c.ID))}}}
		if i := slices.IndexFunc(r.Findings, func(f finding.Finding) bool { return f.Rule == c.ID && f.Remedy != "" }); i >= 0 {
			rule.Help = &sarifText{r.Findings[i].Remedy}
		}
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
	}
	inv := sarifInvocation{ExecutionSuccessful: true}
	for _, p := range r.Problems {
		inv.Notifications = append(inv.Notifications, sarifNotification{Level: "warning", Message: sarifText{p.Message}, Locations: []sarifLocation{{Physical: physical(p.Origin)}}})
	}
	for _, why := range r.Why {
		inv.Notifications = append(inv.Notifications, sarifNotification{Level: "warning", Message: sarifText{why}})
	}
	run.Invocations = []sarifInvocation{inv}
	for i := range r.Findings {
		f := &r.Findings[i]
		out := sarifFinding(f, r.NewVerdict != "")
		if i, ok := index[f.Rule]; ok {
			out.RuleIndex = i
		} else {
			out.RuleIndex = -1 // the standard's word for: not in the list
		}
		run.Results = append(run.Results, out)
	}
	return JSON(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func family(id graph.RuleID) string {
	f, _, _ := strings.Cut(string(id), "-")
	return f
}

func physical(o graph.Origin) *sarifPhysical {
	if o.File == "" {
		return nil
	}
	p := &sarifPhysical{Artifact: sarifArtifact{uri(o.File)}}
	if o.Line > 0 {
		p.Region = &sarifRegion{o.Line}
	}
	return p
}

// uri makes a relative reference of a path; characters that a URI may not
// hold are escaped.
func uri(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/!$&'()*+,;=@", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		const hex = "0123456789ABCDEF"
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

func sarifFinding(f *finding.Finding, baseline bool) sarifResult {
	out := sarifResult{
		RuleID: string(f.Rule), Kind: "fail", Level: levels[f.Severity],
		Message:             sarifText{string(f.Subject) + " " + f.Message},
		Locations:           []sarifLocation{{Physical: physical(f.Origin), Logical: []sarifLogical{{string(f.Subject), "resource"}}}},
		PartialFingerprints: map[string]string{"bailiwick/v1": f.Fingerprint},
		Properties:          map[string]any{"status": f.Status, "basis": f.Basis, "because": f.Because, "requirements": f.Requirements, "remedy": f.Remedy},
	}
	switch f.Status {
	case finding.Undecided:
		out.Kind, out.Level = "open", "none"
		if f.Blocks {
			out.Kind, out.Level = "fail", levels[f.Severity]
		}
	case finding.Pass:
		out.Kind, out.Level = "pass", "none"
	case finding.NotInForce:
		out.Kind, out.Level = "notApplicable", "none"
	case finding.Waived:
		kind := "external"
		if strings.HasSuffix(f.Waiver.Origin.File, ".tf") || strings.HasSuffix(f.Waiver.Origin.File, ".tofu") {
			kind = "inSource"
		}
		out.Suppressions = []sarifSuppression{{Kind: kind, Status: "accepted", Justification: f.Waiver.Reason,
			Properties: map[string]any{"approvedBy": f.Waiver.ApprovedBy, "expires": f.Waiver.Expires}}}
	}
	if baseline {
		out.BaselineState = "new"
		if f.Old {
			out.BaselineState = "unchanged"
		}
	}
	return out
}
