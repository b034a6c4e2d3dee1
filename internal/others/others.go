// Package others reads what other scanners found: SARIF of any of them, and the
// JSON of Checkov and Trivy. It says what they say, and knows of a few of their
// rules that they ask for copies far away, which a perimeter may forbid.
package others

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// limit bounds one report.
const limit = 64 << 20

// Read reads one report: what fails there, in its order.
func Read(file string) ([]finding.Said, error) {
	src, err := tree.Load(file, limit)
	if err != nil {
		return nil, fmt.Errorf("--with %s: %w", file, err)
	}
	doc, err := tree.JSON(src)
	if err != nil {
		return nil, fmt.Errorf("--with %s: %w", file, err)
	}
	out, known := read(doc)
	if !known {
		return nil, fmt.Errorf("--with %s: it is no report that is known here: SARIF, the JSON of Checkov or that of Trivy", file)
	}
	return out, nil
}

func read(doc *tree.Node) (out []finding.Said, known bool) {
	switch {
	case doc.Get("runs") != nil:
		for _, run := range doc.Get("runs").Elements() {
			out = append(out, sarif(run)...)
		}
		return out, true
	case doc.Get("Results") != nil || doc.Get("SchemaVersion") != nil:
		return trivy(doc), true
	}
	for _, d := range doc.Elements() { // Checkov writes a list when it ran several frameworks
		if d.Get("check_type") == nil {
			continue
		}
		known = true
		for _, c := range d.Get("results", "failed_checks").Elements() {
			out = append(out, finding.Said{Tool: "Checkov", Rule: c.Get("check_id").Str(), Title: c.Get("check_name").Str(), Subject: graph.Address(c.Get("resource").Str()),
				Origin: graph.Origin{File: clean(c.Get("file_path").Str()), Line: first(c.Get("file_line_range"))}})
		}
	}
	return out, known
}

// sarif reads a run of SARIF 2.1.0. What was suppressed, and what passes, is not
// said.
func sarif(run *tree.Node) []finding.Said {
	tool := run.Get("tool", "driver", "name").Str()
	titles := map[string]string{}
	for _, r := range run.Get("tool", "driver", "rules").Elements() {
		titles[r.Get("id").Str()] = cmp.Or(r.Get("shortDescription", "text").Str(), r.Get("name").Str())
	}
	var out []finding.Said
	for _, r := range run.Get("results").Elements() {
		if kind := r.Get("kind").Str(); kind != "" && kind != "fail" || len(r.Get("suppressions").Elements()) > 0 {
			continue
		}
		id := cmp.Or(r.Get("ruleId").Str(), r.Get("rule", "id").Str())
		s := finding.Said{Tool: tool, Rule: id, Title: cmp.Or(titles[id], r.Get("message", "text").Str())}
		for _, l := range r.Get("locations").Elements() {
			at := l.Get("physicalLocation")
			s.Origin = graph.Origin{File: clean(at.Get("artifactLocation", "uri").Str()), Line: number(at.Get("region", "startLine"))}
			for _, name := range l.Get("logicalLocations").Elements() {
				s.Subject = graph.Address(cmp.Or(name.Get("fullyQualifiedName").Str(), name.Get("name").Str()))
			}
			break
		}
		out = append(out, s)
	}
	return out
}

func trivy(doc *tree.Node) []finding.Said {
	var out []finding.Said
	for _, t := range doc.Get("Results").Elements() {
		for _, m := range t.Get("Misconfigurations").Elements() {
			if m.Get("Status").Str() != "FAIL" {
				continue
			}
			c := m.Get("CauseMetadata")
			out = append(out, finding.Said{Tool: "Trivy", Rule: cmp.Or(m.Get("ID").Str(), m.Get("AVDID").Str()), Title: m.Get("Title").Str(), Subject: graph.Address(c.Get("Resource").Str()),
				Origin: graph.Origin{File: clean(t.Get("Target").Str()), Line: number(c.Get("StartLine"))}})
		}
	}
	return out
}

// clean is the path of a report as ours are: slash-separated, and relative.
func clean(uri string) string {
	uri = strings.TrimPrefix(strings.ReplaceAll(uri, `\`, "/"), "file://")
	if uri == "" {
		return ""
	}
	return strings.TrimPrefix(path.Clean(uri), "/")
}

func first(list *tree.Node) int {
	for _, n := range list.Elements() {
		return number(n)
	}
	return 0
}

func number(n *tree.Node) int {
	if n == nil || n.Kind != tree.Number {
		return 0
	}
	i, err := strconv.Atoi(n.Text)
	if err != nil || i < 0 {
		return 0
	}
	return i
}

// An Asset is what something may be said about.
type Asset struct {
	Address graph.Address
	Origin  graph.Origin
}

// Attach finds for each saying the asset that it is about, by address or by file
// and line: the last one that begins at or before the line. It returns the index
// of the asset for each, -1 where none is.
func Attach(said []finding.Said, assets []Asset) []int {
	byFile := map[string][]int{}
	for i, a := range assets {
		byFile[path.Base(a.Origin.File)] = append(byFile[path.Base(a.Origin.File)], i)
	}
	for _, list := range byFile {
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(assets[a].Origin.Line, assets[b].Origin.Line) })
	}
	out := make([]int, len(said))
	for i := range said {
		s := &said[i]
		out[i] = -1
		for _, j := range byFile[path.Base(s.Origin.File)] {
			a := &assets[j]
			if !samePath(a.Origin.File, s.Origin.File) {
				continue
			}
			if s.Subject != "" && a.Address == s.Subject {
				out[i] = j
				break
			}
			if a.Origin.Line > 0 && a.Origin.Line <= s.Origin.Line && (out[i] < 0 || assets[out[i]].Origin.Line < a.Origin.Line) {
				out[i] = j
			}
		}
	}
	return out
}

// samePath reports whether one path ends as the other is: tools begin theirs at
// the folder that they were given.
func samePath(a, b string) bool {
	a, b = strings.TrimPrefix(path.Clean(a), "/"), strings.TrimPrefix(path.Clean(b), "/")
	return a == b || strings.HasSuffix(a, "/"+b) || strings.HasSuffix(b, "/"+a)
}
