package others

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// Prowler writes lists: OCSF since its version 4, before that a JSON of its own,
// and for Security Hub the ASFF. Its SARIF is read as any.
var prowlerForms = []struct {
	is   func(*tree.Node) bool
	read func(*tree.Node) (finding.Said, bool)
}{
	{func(f *tree.Node) bool { return f.Get("metadata", "product", "name").Str() == "Prowler" }, prowlerOCSF},
	{func(f *tree.Node) bool { return f.Get("CheckID") != nil && f.Get("StatusExtended") != nil }, prowlerOwn},
	{func(f *tree.Node) bool { return strings.HasPrefix(f.Get("GeneratorId").Str(), "prowler-") }, prowlerASFF},
}

func isProwler(doc *tree.Node) bool {
	for _, f := range list(doc) {
		for _, form := range prowlerForms {
			if form.is(f) {
				return true
			}
		}
	}
	return false
}

func readProwler(doc *tree.Node) (out []finding.Said) {
	for _, f := range list(doc) {
		for _, form := range prowlerForms {
			if !form.is(f) {
				continue
			}
			if s, fails := form.read(f); fails {
				s.Tool = "Prowler"
				out = append(out, s)
			}
			break
		}
	}
	return out
}

// prowlerLines is how the uid of a finding in a file ends: with its lines, which
// stand nowhere else.
var prowlerLines = regexp.MustCompile(`-(\d+):\d+$`)

func prowlerOCSF(f *tree.Node) (finding.Said, bool) {
	s := finding.Said{Rule: f.Get("metadata", "event_code").Str(), Title: f.Get("finding_info", "title").Str()}
	for _, r := range f.Get("resources").Elements() {
		if f.Get("unmapped", "provider").Str() == "iac" {
			s.Origin.File = clean(r.Get("name").Str())
			if m := prowlerLines.FindStringSubmatch(f.Get("finding_info", "uid").Str()); m != nil {
				s.Origin.Line, _ = strconv.Atoi(m[1])
			}
			break
		}
		s.Subject = graph.Address(cmp.Or(r.Get("uid").Str(), r.Get("name").Str()))
		break
	}
	return s, f.Get("status_code").Str() == "FAIL" && f.Get("status").Str() != "Suppressed"
}

func prowlerOwn(f *tree.Node) (finding.Said, bool) {
	return finding.Said{Rule: f.Get("CheckID").Str(), Title: f.Get("CheckTitle").Str(), Subject: graph.Address(cmp.Or(f.Get("ResourceArn").Str(), f.Get("ResourceId").Str()))},
		f.Get("Status").Str() == "FAIL"
}

func prowlerASFF(f *tree.Node) (finding.Said, bool) {
	s := finding.Said{Rule: strings.TrimPrefix(f.Get("GeneratorId").Str(), "prowler-"), Title: f.Get("Title").Str()}
	for _, r := range f.Get("Resources").Elements() {
		s.Subject = graph.Address(r.Get("Id").Str())
		break
	}
	return s, f.Get("Compliance", "Status").Str() == "FAILED"
}
