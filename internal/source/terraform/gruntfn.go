package terraform

import (
	"os"
	"path"
	"path/filepath"

	"github.com/zclconf/go-cty/cty"
)

// A gruntContext is where a configuration of Terragrunt is evaluated.
type gruntContext struct {
	reader   *gruntReader
	dir      string // of the unit
	included string // of the file itself, when another one includes it
	depth    int
}

// shown is a path as the files are named: Terragrunt's own functions make
// absolute ones.
func (g *gruntContext) shown(p string) string {
	if filepath.IsAbs(p) {
		if rel, err := filepath.Rel(g.absolute(), filepath.Clean(p)); err == nil {
			p = rel
		}
	}
	if filepath.IsAbs(p) {
		return slash(p)
	}
	return path.Join(g.dir, slash(p))
}

func (g *gruntContext) absolute() string { return absolutePath(g.dir) }

func absolutePath(p string) string {
	abs, err := filepath.Abs(filepath.FromSlash(p))
	if err != nil {
		return filepath.FromSlash(p)
	}
	return abs
}

// atRun are functions that only a run can answer.
var atRun = map[string]bool{"run_cmd": true, "sops_decrypt_file": true, "get_aws_account_id": true, "get_aws_account_alias": true, "get_aws_caller_identity_arn": true, "get_aws_caller_identity_user_id": true,
	"get_terraform_command": true, "get_terraform_cli_args": true, "get_platform": true, "get_working_dir": true, "get_terragrunt_source_cli_flag": true, "get_default_retryable_errors": true, "read_tfvars_file": true}

// gruntFunction returns a function that Terragrunt adds to the language. None of
// them exists in Terraform itself.
func gruntFunction(name string) (specialFunc, bool) {
	f, ok := gruntFunctions(name)
	if !ok {
		return specialFunc{}, false
	}
	call := f.call
	f.call = func(s *scope, args []cty.Value) (cty.Value, error) {
		if s.m.root.grunt == nil {
			return cty.NilVal, faultf("there is no function %s", name)
		}
		return call(s, args)
	}
	return f, true
}

func gruntFunctions(name string) (specialFunc, bool) {
	text := func(f func(g *gruntContext) string) specialFunc {
		return specialFunc{0, 1, func(s *scope, _ []cty.Value) (cty.Value, error) {
			if p := f(s.m.root.grunt); p != "" {
				return cty.StringVal(filepath.ToSlash(p)), nil
			}
			return unknown(name + "() is known when terragrunt runs"), nil
		}}
	}
	switch name {
	case "find_in_parent_folders":
		return specialFunc{0, 2, findInParents}, true
	case "read_terragrunt_config":
		return specialFunc{1, 2, readGrunt}, true
	case "get_env":
		return specialFunc{1, 2, func(_ *scope, args []cty.Value) (cty.Value, error) {
			v, why := knownText(args[0])
			if why != "" {
				return unknown(why), nil
			}
			return cty.UnknownVal(cty.String).RefineNotNull().Mark(cause("the environment variable " + v + " decides")), nil
		}}, true
	case "mark_as_read":
		return specialFunc{1, 1, func(_ *scope, args []cty.Value) (cty.Value, error) { return args[0], nil }}, true
	case "get_terragrunt_dir", "get_original_terragrunt_dir":
		return text((*gruntContext).absolute), true
	case "get_parent_terragrunt_dir":
		return text(func(g *gruntContext) string { return absolutePath(g.includedDir()) }), true
	case "path_relative_to_include":
		return text(func(g *gruntContext) string { return relative(g.includedDir(), g.dir) }), true
	case "path_relative_from_include":
		return text(func(g *gruntContext) string { return relative(g.dir, g.includedDir()) }), true
	case "get_repo_root":
		return text(func(g *gruntContext) string { return g.repository() }), true
	case "get_path_to_repo_root":
		return text(func(g *gruntContext) string { return relative(g.dir, g.repository()) }), true
	case "get_path_from_repo_root":
		return text(func(g *gruntContext) string { return relative(g.repository(), g.dir) }), true
	}
	if atRun[name] {
		return specialFunc{0, -1, func(*scope, []cty.Value) (cty.Value, error) {
			return unknown(name + "() is known when terragrunt runs"), nil
		}}, true
	}
	return specialFunc{}, false
}

func (g *gruntContext) includedDir() string {
	if g.included == "" {
		return g.dir
	}
	return g.included
}

// relative is the way from one folder to another; "" when there is none.
func relative(from, to string) string {
	if from == "" || to == "" {
		return ""
	}
	rel, err := filepath.Rel(absolutePath(from), absolutePath(to))
	if err != nil {
		return ""
	}
	return rel
}

// maxUp bounds how many folders are looked at upwards.
const maxUp = 40

// upwards looks for a name in the folders above one, nearest first.
func upwards(dir, name string) string {
	for range maxUp {
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return filepath.Join(dir, name)
		}
	}
	return ""
}

func (g *gruntContext) repository() string {
	if at := upwards(filepath.Join(g.absolute(), "x"), ".git"); at != "" {
		return filepath.Dir(at)
	}
	return ""
}

func findInParents(s *scope, args []cty.Value) (cty.Value, error) {
	name := unitName
	if len(args) > 0 {
		given, why := knownText(args[0])
		if why != "" {
			return unknown(why), nil
		}
		name = given
	}
	if filepath.IsAbs(name) || len(name) > 255 {
		return cty.NilVal, faultf("find_in_parent_folders takes a name, not %s", name)
	}
	if at := upwards(s.m.root.grunt.absolute(), filepath.FromSlash(name)); at != "" {
		return cty.StringVal(filepath.ToSlash(at)), nil
	}
	if len(args) > 1 {
		return args[1], nil
	}
	return unknown("no folder above has " + name), nil
}

func readGrunt(s *scope, args []cty.Value) (cty.Value, error) {
	p, why := knownText(args[0])
	if why != "" {
		return unknown(why), nil
	}
	g := s.m.root.grunt
	file := g.shown(p)
	if info, err := os.Stat(filepath.FromSlash(file)); err != nil || !info.Mode().IsRegular() {
		if len(args) > 1 {
			return args[1], nil
		}
		return unknown(file + " cannot be read"), nil
	}
	c := g.reader.read(file, path.Dir(file), "", g.depth+1)
	return cty.ObjectVal(map[string]cty.Value{"locals": objectOf(c.locals), "inputs": objectOf(c.inputs)}), nil
}
