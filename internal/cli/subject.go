package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/source/all"
	"github.com/bailiwick-dev/bailiwick/internal/source/arm"
	"github.com/bailiwick-dev/bailiwick/internal/source/cloudformation"
	"github.com/bailiwick-dev/bailiwick/internal/source/kubernetes"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// A subject is the code that is judged, and the perimeter and the day that it
// is judged by.
type subject struct {
	paths     []string
	perimeter string
	at        string
	only      []string
	vars      []string
	varFiles  []string
	workspace string
	region    string
	location  string
	params    []string
	values    []string
	set       []string
}

func (s *subject) flags(c *cobra.Command) {
	f := c.Flags()
	s.perimeterFlags(c, "the first path")
	f.StringArrayVar(&s.varFiles, "var-file", nil, "tfvars file for every root (repeatable)")
	f.StringArrayVar(&s.vars, "var", nil, "variable for every root, name=value (repeatable)")
	f.StringVar(&s.region, "region", "", "region that CloudFormation templates are deployed to (default: what stands beside them, else unknown)")
	f.StringVar(&s.location, "location", "", "location of the resource groups that ARM templates are deployed to (default: unknown)")
	f.StringArrayVar(&s.params, "parameters", nil, "file with parameters of CloudFormation or ARM templates (repeatable)")
	f.StringVar(&s.workspace, "workspace", "", "value of terraform.workspace (default: unknown)")
	f.StringArrayVar(&s.values, "values", nil, "file of values for every Helm chart (repeatable)")
	f.StringArrayVar(&s.set, "set", nil, "value for every Helm chart, path=value (repeatable)")
}

// perimeterFlags are those of every command that asks a perimeter, which is looked
// for from there upward.
func (s *subject) perimeterFlags(c *cobra.Command, from string) {
	f := c.Flags()
	f.StringVar(&s.perimeter, "perimeter", "", "perimeter file (default: the nearest perimeter.yaml upward from "+from+")")
	f.StringVar(&s.at, "at", "", "day whose law and waivers count (default: today)")
}

// name takes the paths from the command line; without any, this folder.
func (s *subject) name(paths []string) error {
	if s.paths = paths; len(paths) == 0 {
		s.paths = []string{"."}
	}
	return exist(s.paths)
}

// options are what the subject is judged by, with every rule, and the file of
// the perimeter.
func (c *check) options() (assess.Options, string, error) {
	var o assess.Options
	at, err := c.day(c.at)
	if err != nil {
		return o, "", err
	}
	path, err := c.perimeterPath()
	if err != nil {
		return o, "", err
	}
	p, err := perimeter.Load(path)
	if err != nil {
		return o, "", err
	}
	o = assess.Options{Perimeter: p, At: at}
	if o.KB, o.Loosened, err = c.open(); err != nil {
		return o, "", err
	}
	if o.Rules, err = c.policies(); err != nil {
		return o, "", err
	}
	o.Known = o.Rules
	return o, path, nil
}

func (c *check) perimeterPath() (string, error) {
	if c.perimeter != "" {
		return c.perimeter, nil
	}
	if path, ok := perimeter.Find(c.paths[0]); ok {
		for _, p := range c.paths[1:] {
			if other, ok := perimeter.Find(p); ok && !sameFile(path, other) {
				fmt.Fprintf(c.err, "bailiwick: %s judges all paths, %s does not count; --perimeter names another\n", finding.Tame(path), finding.Tame(other))
			}
		}
		return path, nil
	}
	if yml := filepath.Join(c.paths[0], "perimeter.yml"); isFile(yml) {
		return "", fmt.Errorf("%s is not looked for under this name: rename it to %s, or name it with --perimeter", yml, perimeter.FileName)
	}
	return "", fmt.Errorf("there is no perimeter.yaml in %s or above: bailiwick init writes one, --perimeter names one", c.paths[0])
}

// source says what the files alone do not.
func (s *subject) source(k *kb.KB) (all.Options, error) {
	o := all.Known(k)
	o.Terraform.VarFiles, o.Terraform.Workspace = s.varFiles, s.workspace
	o.Kubernetes = kubernetes.Options{Values: s.values, Set: s.set}
	for _, v := range s.vars {
		name, value, ok := strings.Cut(v, "=")
		if !ok || name == "" {
			return o, fmt.Errorf("--var %q: write it as name=value", v)
		}
		if o.Terraform.Vars == nil {
			o.Terraform.Vars = map[string]string{}
		}
		o.Terraform.Vars[name] = value
	}
	for _, v := range s.set {
		if name, _, ok := strings.Cut(v, "="); !ok || name == "" {
			return o, fmt.Errorf("--set %q: write it as path=value", v)
		}
	}
	o.CloudFormation = cloudformation.Options{Region: s.region, Parameters: s.params}
	o.ARM = arm.Options{Location: s.location, Parameters: s.params}
	for flag, files := range map[string][]string{"--var-file": s.varFiles, "--parameters": s.params, "--values": s.values} {
		for _, f := range files {
			switch info, err := os.Stat(f); {
			case err != nil:
				return o, fmt.Errorf("%s %s: it cannot be read: %w", flag, f, tree.Plain(err))
			case info.IsDir():
				return o, fmt.Errorf("%s %s: it is a folder: name a file in it", flag, f)
			}
		}
	}
	return o, nil
}

// nothing says that no file was read: what would be made of it would look like
// something.
func (e *env) nothing() error {
	fmt.Fprintln(e.err, "bailiwick: nothing was looked at: no file below the paths is one that a source reads")
	return exit(exitUndecided)
}
