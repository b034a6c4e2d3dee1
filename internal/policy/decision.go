package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// resultKeys are what an element of results may hold.
var resultKeys = []string{"status", "message", "places", "target", "about", "also", "rests_on", "basis", "remedy"}

// decision reads one element of a rule's results.
func decision(r *Rule, x any) (Decision, error) {
	d := Decision{Rule: r, Target: -1}
	m, ok := x.(map[string]any)
	if !ok {
		return d, fmt.Errorf("a result is not an object: %v", x)
	}
	for k := range m {
		if !slices.Contains(resultKeys, k) {
			return d, fmt.Errorf("a result has an unknown key %q; the known ones are %s", k, strings.Join(resultKeys, ", "))
		}
	}
	if err := wellFormed(m); err != nil {
		return d, err
	}
	status, _ := m["status"].(string)
	d.Status = finding.Status(status)
	if d.Status != finding.Pass && d.Status != finding.Fail && d.Status != finding.Undecided {
		return d, fmt.Errorf("a result has the status %q; it must be pass, fail or undecided", status)
	}
	d.Message, _ = m["message"].(string)
	if d.Message == "" && d.Status != finding.Pass {
		return d, fmt.Errorf("a result has no message")
	}
	if n, ok := m["target"].(json.Number); ok {
		i, err := n.Int64()
		if err != nil {
			return d, fmt.Errorf("target is not an index: %v", n)
		}
		d.Target = int(i)
	}
	for _, p := range anys(m["places"]) {
		n, ok := p.(json.Number)
		if !ok {
			return d, fmt.Errorf("places holds something that is no index: %v", p)
		}
		i, err := n.Int64()
		if err != nil || i < 0 {
			return d, fmt.Errorf("places holds something that is no index: %v", n)
		}
		d.Places = append(d.Places, int(i))
	}
	slices.Sort(d.Places)
	d.About = list(m["about"])
	slices.Sort(d.About)
	for _, q := range list(m["also"]) {
		if !slices.Contains(r.Also, graph.RequirementID(q)) {
			return d, fmt.Errorf("a result cites %s, which METADATA custom.also does not list", q)
		}
		d.Also = append(d.Also, graph.RequirementID(q))
	}
	slices.Sort(d.Also)
	for _, q := range list(m["rests_on"]) {
		id := graph.RequirementID(q)
		if !slices.Contains(r.Also, id) && !slices.Contains(r.Requirements, id) {
			return d, fmt.Errorf("a result rests on %s, which METADATA lists neither in custom.requirements nor in custom.also", q)
		}
		d.RestsOn = append(d.RestsOn, id)
	}
	slices.Sort(d.RestsOn)
	basis, _ := m["basis"].(string)
	d.Basis = finding.Basis(basis)
	d.Remedy, _ = m["remedy"].(string)
	return d, nil
}

// abouts are what a result may be about, besides settings and documents.
var abouts = []string{"operator", "custody", "cleartext", "maker", "support", "partial", "papers", "transfers"}

// wellFormed refuses what would otherwise be left out in silence.
func wellFormed(m map[string]any) error {
	for _, k := range []string{"places", "about", "also", "rests_on"} {
		if _, isList := m[k].([]any); m[k] != nil && !isList {
			return fmt.Errorf("%s is no list or set: %v", k, m[k])
		}
	}
	if _, isNumber := m["target"].(json.Number); m["target"] != nil && !isNumber {
		return fmt.Errorf("target is not an index: %v", m["target"])
	}
	for _, a := range list(m["about"]) {
		if !slices.Contains(abouts, a) && !strings.HasPrefix(a, "setting:") && !strings.HasPrefix(a, "document:") {
			return fmt.Errorf("a result is about %q; it may be about %s, setting:NAME, document:FACT", a, strings.Join(abouts, ", "))
		}
	}
	switch m["basis"] {
	case nil, string(finding.OnPerimeter), string(finding.OnRequirement):
		return nil
	}
	return fmt.Errorf("a result has the basis %v; it must be perimeter or requirement", m["basis"])
}

func anys(x any) []any { l, _ := x.([]any); return l }
