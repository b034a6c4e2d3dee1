// Package peer runs Bailiwick and the scanners that it is compared with, each
// as its makers say, on the same tree: it measures what a run costs and reads
// what the run found. bench/peers.sh installs the scanners.
package peer

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Tool is one scanner.
type Tool struct {
	Name   string
	binary string
	needs  string // a binary of another tool, which it runs
	env    []string
	// Each: it takes one tree a run. The others read a folder of trees, each as a root of its own.
	Each bool
	// Reads reports whether it can read a tree at all; nil: any.
	Reads func(tree string) bool
	// args are the arguments for a tree; out is an empty folder for results.
	args func(b *Bench, tree, out string) ([]string, error)
	// found reads the results, from stdout or out.
	found func(stdout []byte, out string) ([]Finding, error)
}

// A Bench knows where everything is.
type Bench struct {
	Bin       string // the folder that bench/peers.sh prints
	Bailiwick string // our binary
	Policy    string // bench/policy, which Conftest runs
	Perimeter string // for Bailiwick; empty: the nearest one
}

// tools is the list, ours first. Trivy, KICS and Checkov run all checks that
// they have for Terraform; Conftest has none and runs bench/policy. The last
// three ask nearer to what we ask: Pépin of plans of three clouds, Prowler by
// running Trivy, borderlint of application code.
var tools = []Tool{
	{Name: "bailiwick", Each: true, args: bailiwick, found: bailiwickFound},
	{Name: "trivy", binary: "trivy", args: trivy, found: trivyFound},
	{Name: "kics", binary: "kics", env: []string{"DISABLE_CRASH_REPORT=1"}, args: kics, found: kicsFound},
	{Name: "checkov", binary: "checkov", args: checkov, found: checkovFound},
	{Name: "conftest", binary: "conftest", args: conftest, found: conftestFound},
	{Name: "pepin", binary: "pepin", Each: true, Reads: HasPlan, args: pepin, found: pepinFound},
	{Name: "prowler", binary: "prowler", needs: "trivy", args: prowler, found: prowlerFound},
	{Name: "borderlint", binary: "borderlint", args: borderlint, found: borderlintFound},
}

// Scanners are the names, separated by commas, of us and those that read any
// Terraform.
const Scanners = "bailiwick,trivy,kics,checkov,conftest"

// Installed returns the tools of these names, separated by commas, that are
// there, and the names of those that are not. A name that is not known is an error.
func (b *Bench) Installed(names string) (there []*Tool, missing []string, err error) {
	var known []string
	for i := range tools {
		known = append(known, tools[i].Name)
	}
	for name := range strings.SplitSeq(names, ",") {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, nil, fmt.Errorf("no tool is called %q; there are: %s", name, strings.Join(known, ", "))
		}
		t := &tools[i]
		_, err := os.Stat(b.path(t))
		if err == nil && t.needs != "" {
			_, err = os.Stat(filepath.Join(b.Bin, t.needs))
		}
		if err != nil {
			missing = append(missing, t.Name)
			continue
		}
		there = append(there, t)
	}
	return there, missing, nil
}

func (b *Bench) path(t *Tool) string {
	if t.binary == "" {
		return b.Bailiwick
	}
	return filepath.Join(b.Bin, t.binary)
}

func bailiwick(b *Bench, tree, out string) ([]string, error) {
	args := []string{"check", tree, "--format", "json", "-o", filepath.Join(out, "result.json")}
	if b.Perimeter != "" {
		args = append(args, "--perimeter", b.Perimeter)
	}
	return args, nil
}

// trivy runs with the checks embedded in it: it asks nobody for newer ones.
func trivy(_ *Bench, tree, out string) ([]string, error) {
	return []string{"config", "--skip-check-update", "--skip-version-check", "--disable-telemetry", "--misconfig-scanners", "terraform",
		"--cache-dir", filepath.Join(out, "cache"), "--format", "json", "--quiet", "--output", filepath.Join(out, "result.json"), tree}, nil
}

func kics(b *Bench, tree, out string) ([]string, error) {
	shares, err := filepath.Glob(filepath.Join(b.Bin, "..", "share", "kics-*"))
	if err != nil || len(shares) != 1 {
		return nil, fmt.Errorf("one folder share/kics-VERSION must stand beside %s: run bench/peers.sh kics", b.Bin)
	}
	return []string{"scan", "-p", tree, "--type", "Terraform", "--queries-path", filepath.Join(shares[0], "queries"),
		"--libraries-path", filepath.Join(shares[0], "libraries"), "--no-progress", "--minimal-ui", "--disable-secrets",
		"--report-formats", "json", "-o", out}, nil
}

func checkov(_ *Bench, tree, _ string) ([]string, error) {
	return []string{"-d", tree, "--framework", "terraform", "--skip-download", "--quiet", "--compact", "--output", "json"}, nil
}

// conftest is given the files, because it would take charts and manifests
// beside them for input too and stop at the first that it cannot parse.
func conftest(b *Bench, tree, _ string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".tf") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no .tf files", tree)
	}
	return slices.Concat([]string{"test", "--policy", b.Policy, "--all-namespaces", "--parser", "hcl2", "--no-fail", "--output", "json"}, files), nil
}
