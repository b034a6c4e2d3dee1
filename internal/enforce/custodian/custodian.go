// Package custodian writes policies of Cloud Custodian for what already exists: the
// policies of a cloud refuse what is new, and leave what was there before. What is
// found is marked with the rule that it breaks; machines outside are stopped.
// Nothing is deleted, and nobody is written to.
//
// Resources and filters: Cloud Custodian's reference (c7n 0.9, c7n-azure 0.7,
// c7n-gcp 0.4).
package custodian

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// Target is the target custodian.
var Target = enforce.Target{
	Name:  "custodian",
	Title: title,
	Holds: holds,
	Write: write,
}

const title = "Cloud Custodian: policies that find and mark what already exists outside"

var holds = []graph.RuleID{"LOC-001", "LOC-004", "LOC-005", "LOC-006", "LOC-010", "OPR-001", "KEY-001", "KEY-002", "KEY-003", "ENC-003", "EGR-012"}

// A policy is one of Cloud Custodian's.
type policy struct {
	resource string // aws.s3
	name     string // what it finds, in words of a name
	about    string
	rule     graph.RuleID
	filters  []any
}

// A house is a cloud that Cloud Custodian knows.
type house struct {
	provider graph.ProviderID
	file     string
	policies func(*bounds.Bounds, *bounds.Cloud) []policy
	// mark is the action that marks, by rule; nil where a resource takes no mark.
	mark func(resource string, rule graph.RuleID) any
	// machines are what is stopped where it is outside.
	machines string
}

var houses = []house{
	{"aws", "aws.yml", amazon, func(_ string, rule graph.RuleID) any {
		return map[string]any{"type": "tag", "key": mark(rule), "value": "outside"}
	}, "aws.ec2"},
	{"azurerm", "azure.yml", azure, func(resource string, rule graph.RuleID) any {
		if resource == deployments {
			return nil
		}
		return map[string]any{"type": "tag", "tag": mark(rule), "value": "outside"}
	}, "azure.vm"},
	{"google", "gcp.yml", google, func(resource string, rule graph.RuleID) any {
		switch resource {
		case "gcp.bucket", "gcp.disk", "gcp.instance":
			return map[string]any{"type": "set-labels", "labels": map[string]string{strings.ToLower(mark(rule)): "outside"}}
		}
		return nil
	}, "gcp.instance"},
}

func mark(rule graph.RuleID) string { return "bailiwick-" + string(rule) }

func write(b *bounds.Bounds) ([]enforce.File, error) {
	var out []enforce.File
	for i := range houses {
		h := &houses[i]
		c := b.Main(h.provider)
		if c == nil {
			return nil, fmt.Errorf("the knowledge base has no record of the cloud %s", h.provider)
		}
		if err := enforce.NeverClear(c, "no filter"); err != nil {
			return nil, err
		}
		if err := enforce.NoCloudKey(b, c, "no filter"); err != nil {
			return nil, err
		}
		data, err := h.write(b, c)
		if err != nil {
			return nil, err
		}
		out = append(out, enforce.File{Name: h.file, Data: data})
	}
	return out, nil
}

func (h *house) write(b *bounds.Bounds, c *bounds.Cloud) ([]byte, error) {
	ps := h.policies(b, c)
	if len(c.Codes()) == 0 {
		ps = closed(b, c, ps)
	}
	var s strings.Builder
	s.WriteString(enforce.Comment("#", append(enforce.Header(b, title, holds...), "", "custodian run --region all --output-dir out "+h.file)))
	s.WriteString("policies:\n")
	for i := range ps {
		p := &ps[i]
		fmt.Fprintf(&s, "\n%s  - name: %s\n    resource: %s\n    description: %q\n", enforce.Comment("  #", []string{p.about + ".", enforce.Cite(b, p.rule)}),
			"bailiwick-"+strings.Replace(p.resource, ".", "-", 1)+"-"+p.name, p.resource, string(p.rule))
		if err := list(&s, "filters", p.filters); err != nil {
			return nil, err
		}
		if err := list(&s, "actions", h.actions(p)); err != nil {
			return nil, err
		}
	}
	return []byte(s.String()), nil
}

func (h *house) actions(p *policy) []any {
	var out []any
	if m := h.mark(p.resource, p.rule); m != nil {
		out = append(out, m)
	}
	if p.resource == h.machines && (p.rule == "LOC-001" || p.rule == "OPR-001") {
		out = append(out, map[string]any{"type": "stop"})
	}
	return out
}

// list writes each thing as JSON on a line, which is YAML.
func list(s *strings.Builder, name string, things []any) error {
	if len(things) == 0 {
		return nil
	}
	fmt.Fprintf(s, "    %s:\n", name)
	for _, t := range things {
		line, err := json.Marshal(t)
		if err != nil {
			return err
		}
		fmt.Fprintf(s, "      - %s\n", line)
	}
	return nil
}

// closed finds everything, where nothing may be.
func closed(b *bounds.Bounds, c *bounds.Cloud, ps []policy) []policy {
	why := c.Why
	if c.Open() {
		why = "no place of it is inside " + b.Limits.Places.String()
	}
	var out []policy
	seen := map[string]bool{}
	for _, p := range ps {
		if !seen[p.resource] {
			seen[p.resource] = true
			out = append(out, policy{p.resource, "closed", "Nothing may be here: " + enforce.Line(why), "OPR-001", nil})
		}
	}
	return out
}

// Filters. What is not known is found: a filter says what is inside, and is turned
// round.

func value(key, op string, v any) map[string]any {
	return map[string]any{"type": "value", "key": key, "op": op, "value": v}
}

func is(key string, v any) any { return map[string]any{"type": "value", "key": key, "value": v} }

func not(filters ...any) any { return map[string]any{"not": filters} }

// matches is a pattern at the beginning of a value; {account_id} in it is filled in
// by Cloud Custodian, and braces mean nothing else.
func matches(key, pattern string) any { return value(key, "regex", pattern) }

// either is a pattern of one of the words.
func either(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w)
	}
	return "(" + strings.Join(quoted, "|") + ")"
}
