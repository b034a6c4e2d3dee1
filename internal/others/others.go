// Package others reads what other scanners found: SARIF of any of them, and the
// JSON of those in the table below. It says what they say, and knows of a few of
// their rules that they ask for places which a perimeter may forbid.
package others

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// limit bounds one report.
const limit = 64 << 20

// readers are the reports that are known, each in a file of its own. No report is
// of two of them.
var readers = []struct {
	name string
	is   func(*tree.Node) bool
	read func(*tree.Node) []finding.Said
}{
	{"SARIF of any tool", isSARIF, readSARIF},
	{"the JSON of borderlint", isBorderlint, readBorderlint},
	{"of Checkov", isCheckov, readCheckov},
	{"of modelscan", isModelscan, readModelscan},
	{"of Prowler (OCSF, ASFF or its own)", isProwler, readProwler},
	{"of Trivy", isTrivy, readTrivy},
}

// Read reads one report: what fails there, in its order.
func Read(file string) ([]finding.Said, error) {
	src, err := tree.Load(file, limit)
	if err != nil {
		return nil, fmt.Errorf("--with %s: %w", file, err)
	}
	out, err := read(src)
	if err != nil {
		return nil, fmt.Errorf("--with %s: %w", file, err)
	}
	return out, nil
}

func read(src []byte) ([]finding.Said, error) {
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, fmt.Errorf("it is empty: the tool wrote no report, or nothing was found; %s", known())
	}
	doc, err := tree.JSON(src)
	if err != nil {
		return nil, err
	}
	if doc.Kind == tree.List && len(doc.Items) == 0 {
		return nil, fmt.Errorf("it is an empty list, which does not say whose report it is; %s", known())
	}
	for _, r := range readers {
		if r.is(doc) {
			return r.read(doc), nil
		}
	}
	return nil, errors.New("it is a report of no tool that is known here; " + known())
}

// known words what can be read.
func known() string {
	names := make([]string, len(readers))
	for i, r := range readers {
		names[i] = r.name
	}
	return "known are " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
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

func isList(n *tree.Node) bool { return n != nil && n.Kind == tree.List }

// list is the elements of a list, and of nothing else.
func list(n *tree.Node) []*tree.Node {
	if !isList(n) {
		return nil
	}
	return n.Items
}

func texts(n *tree.Node) (out []string) {
	for _, t := range list(n) {
		out = append(out, t.Str())
	}
	return out
}

// words joins what is there.
func words(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}
