package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/all"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// An enforcer writes the guardrails of one target.
type enforcer struct {
	check
	list    bool
	data    []string
	compare bool
}

func enforceCommand(e *env) *cobra.Command {
	f := &enforcer{check: check{env: e}}
	cmd := &cobra.Command{
		Use:   "enforce TARGET",
		Short: "Write the perimeter as guardrails of a system that can refuse",
		Long: `enforce compiles perimeter.yaml into the native constraints of one system: policies of a cloud organisation, admission
policies, mesh and network rules, modules. The same perimeter gives the same bytes. What a target cannot hold is an error
that names the clause.

--data says which classes of data the place holds that the guardrails are for, such as an account, a folder or a namespace;
without it they are those of what nothing binds (unbound: in the perimeter).

Exit codes: 0 written, or with --check up to date; 1 with --check: something differs; 2 error.`,
		Example: `  bailiwick enforce --list
  bailiwick enforce aws -o guardrails/aws
  bailiwick enforce kubernetes --data patient-records -o guardrails/records
  bailiwick enforce aws -o guardrails/aws --check`,
		Args: oneAtMost("target"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return all.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.list {
				return f.targets()
			}
			if len(args) == 0 {
				return fmt.Errorf("name a target; there are: %s", strings.Join(all.Names(), ", "))
			}
			return f.run(cmd.Context(), args[0])
		},
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.list, "list", false, "list the targets and what each holds")
	fl.StringVarP(&f.output, "output", "o", "", "folder to write to (default: standard output, for a target of one file)")
	fl.StringArrayVar(&f.data, "data", nil, "class of data that the place holds (repeatable; default: that of what nothing binds)")
	fl.BoolVar(&f.compare, "check", false, "write nothing, and say what differs from the folder")
	f.perimeterFlags(cmd, "this folder")
	f.knowledge.flags(cmd)
	return cmd
}

// targets lists them.
func (f *enforcer) targets() error {
	for _, t := range all.Targets() {
		holds := make([]string, len(t.Holds))
		for i, id := range t.Holds {
			holds[i] = string(id)
		}
		fmt.Fprintf(f.out, "%-12s %s\n%-12s holds %s\n", t.Name, t.Title, "", strings.Join(holds, " "))
	}
	return nil
}

func (f *enforcer) run(ctx context.Context, name string) error {
	target, ok := all.Target(name)
	if !ok {
		return fmt.Errorf("there is no target %q%s; there are: %s", name, suggest(name, all.Names()), strings.Join(all.Names(), ", "))
	}
	if f.compare && f.output == "" {
		return fmt.Errorf("--check needs the folder to compare with: -o DIR")
	}
	f.paths = []string{"."}
	o, path, err := f.options()
	if err != nil {
		return err
	}
	classes := make([]graph.ClassID, len(f.data))
	for i, c := range f.data {
		classes[i] = graph.ClassID(c)
	}
	b, err := assess.Compile(ctx, o, classes)
	if err != nil {
		return err
	}
	files, err := target.Write(b)
	if err != nil {
		return fmt.Errorf("%s: enforce %s: %w", path, name, err)
	}
	alone := len(files) == 1
	if files, err = enforce.Finish(b, &target, files); err != nil {
		return err
	}
	for _, h := range b.Refused {
		fmt.Fprintf(f.err, "bailiwick: %s:%d: the flow from %s to %s is declared and not let through: %s\n", h.Origin.File, h.Origin.Line, h.From, h.Name, h.Why)
	}
	switch {
	case f.compare:
		return f.differ(files)
	case f.output != "":
		if err := f.foreign(&target, files); err != nil {
			return err
		}
		return f.write(files)
	case alone:
		_, err := f.out.Write(files[0].Data)
		return err
	}
	return fmt.Errorf("enforce %s writes %d files: name a folder with -o", name, len(files))
}

// foreign refuses a folder in which a run would overwrite what no run wrote, or
// the files of another target, whose manifest would be lost. Nothing is written
// then.
func (f *enforcer) foreign(target *enforce.Target, files []enforce.File) error {
	old, _ := os.ReadFile(f.at(enforce.ManifestName)) // none: nothing was written there before
	ours := enforce.Listed(old)
	for _, t := range all.Targets() {
		if t.Name != target.Name && len(ours) > 0 && enforce.WrittenBy(old, &t) {
			return fmt.Errorf("%s holds what enforce %s wrote: give each target a folder of its own", f.output, t.Name)
		}
	}
	if len(ours) > 0 {
		ours = append(ours, enforce.ManifestName)
	}
	for i := range files {
		path := f.at(files[i].Name)
		info, err := os.Stat(path)
		if err != nil || slices.Contains(ours, files[i].Name) && info.Mode().IsRegular() {
			continue
		}
		if info.Mode().IsRegular() {
			if now, err := os.ReadFile(path); err == nil && bytes.Equal(now, files[i].Data) {
				continue // of a run that was interrupted, perhaps
			}
		}
		return fmt.Errorf("%s is there, and no run of enforce wrote it: move it away or name another folder", path)
	}
	return nil
}

// write writes the files, and says which of earlier runs are none of them.
func (f *enforcer) write(files []enforce.File) error {
	old, gone := f.earlier(files)
	stale := slices.DeleteFunc(gone, func(name string) bool { return !isFile(f.at(name)) })
	manifest := &files[len(files)-1]
	manifest.Data = enforce.Leave(manifest.Data, old, stale)
	for i := range files {
		path := f.at(files[i].Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("%s: the folder cannot be made: %w", filepath.Dir(path), tree.Plain(err))
		}
		if err := toFile(path, func(w io.Writer) error { _, err := w.Write(files[i].Data); return err }); err != nil {
			return err
		}
		fmt.Fprintln(f.out, path)
	}
	for _, name := range stale {
		fmt.Fprintf(f.err, "bailiwick: %s was written by an earlier run and is no part of this one: delete it\n", f.at(name))
	}
	return nil
}

// differ says which files are not as they would be written.
func (f *enforcer) differ(files []enforce.File) error {
	old, gone := f.earlier(files)
	manifest := &files[len(files)-1]
	manifest.Data = enforce.Leave(manifest.Data, old, gone) // a file that was deleted as asked is no difference
	n := 0
	for i := range files {
		path := f.at(files[i].Name)
		now, err := os.ReadFile(path)
		switch {
		case err != nil && !os.IsNotExist(err):
			return fmt.Errorf("%s: it cannot be read: %w", path, tree.Plain(err))
		case err != nil:
			fmt.Fprintf(f.out, "missing  %s\n", path)
		case !bytes.Equal(now, files[i].Data):
			fmt.Fprintf(f.out, "differs  %s\n", path)
		default:
			continue
		}
		n++
	}
	for _, name := range gone {
		if isFile(f.at(name)) {
			fmt.Fprintf(f.out, "stale    %s\n", f.at(name))
			n++
		}
	}
	if n > 0 {
		return exit(exitViolation)
	}
	fmt.Fprintf(f.out, "%d files are as the perimeter says\n", len(files))
	return nil
}

// earlier are the manifest of the folder, and the files that it lists and this run
// does not write.
func (f *enforcer) earlier(files []enforce.File) (manifest []byte, gone []string) {
	manifest, err := os.ReadFile(f.at(enforce.ManifestName))
	if err != nil {
		return nil, nil // nothing was written there before
	}
	for _, name := range enforce.Listed(manifest) {
		if !slices.ContainsFunc(files, func(x enforce.File) bool { return x.Name == name }) && filepath.IsLocal(filepath.FromSlash(name)) {
			gone = append(gone, name)
		}
	}
	return manifest, gone
}

// at is where a file of that name lies.
func (f *enforcer) at(name string) string {
	return filepath.Join(f.output, filepath.FromSlash(name))
}
