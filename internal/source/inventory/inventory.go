// Package inventory reads what clouds say of the resources that run: snapshots
// and histories of AWS Config, exports and searches of Google's Cloud Asset
// Inventory, lists of Azure (az resource list, az graph query, the API), and
// what Cloud Custodian found.
//
// Each resource is an asset with the attributes that the inventory has of it,
// and with its place, which inventories always tell. The types of Azure are
// those of its templates, and so are those of AWS where AWS Config keeps a
// resource as CloudFormation describes it (its properties begin with a capital
// letter there); the older ones are in the language aws-config.
//
// A file may hold very many resources. Its bytes are kept, and a resource is
// parsed when somebody asks for it. A file larger than [tree.MaxBytes], packed
// or not, is a problem.
package inventory

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// MayMatch reports whether a file may be an inventory by its name.
func MayMatch(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".ndjson") || strings.HasSuffix(name, ".jsonl") || packed(name)
}

// packed are files as AWS Config and Cloud Custodian deliver them.
func packed(name string) bool {
	name = strings.ToLower(filepath.Base(name))
	return strings.HasSuffix(name, ".json.gz") && (strings.Contains(name, "configsnapshot") || strings.Contains(name, "confighistory") || name == "resources.json.gz")
}

var (
	configItems = regexp.MustCompile(`"configurationItems"\s*:\s*\[\s*[{\]]`)
	configType  = regexp.MustCompile(`"resourceType"\s*:\s*"[A-Z][A-Za-z0-9]*::`)
	googleType  = regexp.MustCompile(`"asset_?[tT]ype"\s*:\s*"[a-z0-9.-]+\.googleapis\.com/[A-Za-z]+"`)
	googleName  = regexp.MustCompile(`"name"\s*:\s*"//[a-z0-9.-]+\.googleapis\.com/`)
	azureID     = regexp.MustCompile(`"id"\s*:\s*"(?i:/subscriptions/)`)
	azureType   = regexp.MustCompile(`"type"\s*:\s*"[A-Za-z]+\.[A-Za-z.]+/[A-Za-z/]+"`)
	azureList   = regexp.MustCompile(`^\s*(\[\s*\{|\{\s*"(data|value|count|total_records|skip_token|facets|resultTruncated|totalRecords|@odata[a-z.]*|nextLink)"\s*:)`)
	otherTools  = regexp.MustCompile(`"(terraform_version|planned_values|\$schema|eventTimestamp|operationName)"\s*:`)
)

// Match reports whether a file is an inventory, by its name and its beginning.
func Match(path string, head []byte) bool {
	if !MayMatch(path) {
		return false
	}
	if packed(path) {
		return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) && (!custodianName(path) || policyBeside(path) != "")
	}
	if custodianName(path) && policyBeside(path) != "" {
		return true
	}
	return kindOf(head) != ""
}

// kindOf tells what an inventory is of by its beginning.
func kindOf(head []byte) string {
	switch {
	case configItems.Match(head) && configType.Match(head):
		return "aws"
	case googleType.Match(head) && googleName.Match(head):
		return "google"
	case azureList.Match(head) && azureID.Match(head) && azureType.Match(head) && !otherTools.Match(head):
		return "azure"
	}
	return ""
}

// Read reads the inventories.
func Read(files []string) graph.Facts {
	var facts graph.Facts
	for _, file := range slices.Sorted(slices.Values(files)) {
		in := &inventory{file: slash(file), facts: &facts, index: map[string]graph.Address{}}
		in.read(file)
	}
	slices.Sort(facts.Files)
	facts.Files = slices.Compact(facts.Files)
	return facts
}

// An inventory is one file.
type inventory struct {
	file  string
	facts *graph.Facts
	src   []byte
	index map[string]graph.Address // by what others call a resource
	cache cache
}

func (in *inventory) read(file string) {
	src, err := load(file)
	if err != nil {
		in.problem(0, err.Error())
		return
	}
	in.facts.Files = append(in.facts.Files, in.file)
	in.src = src
	if custodianName(file) {
		if policy := policyBeside(file); policy != "" {
			in.custodian(policy)
			return
		}
	}
	in.parse(kindOf(src[:min(len(src), 64<<10)]))
}

func (in *inventory) parse(kind string) {
	switch kind {
	case "aws":
		in.aws()
	case "google":
		in.google()
	case "azure":
		in.azure()
	}
}

func (in *inventory) problem(line int, text string) {
	in.facts.Problems = append(in.facts.Problems, graph.Problem{Origin: graph.Origin{File: in.file, Line: line}, Message: text})
}

// broken is the problem of a document that is not valid.
func (in *inventory) broken(line int, err error) {
	at, text := tree.Fault(err)
	in.problem(line+max(at, 1)-1, text)
}

func slash(file string) string { return filepath.ToSlash(filepath.Clean(file)) }
