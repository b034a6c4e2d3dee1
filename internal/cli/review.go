package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/bounded"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/fence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/review"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// reviewFile is the name of the review, beside the perimeter.
const reviewFile = "SOVEREIGNTY.md"

// hint is the first line of a new review.
const hint = "<!-- What stands between begin and end is written by bailiwick review; write everything else, anywhere else. -->"

// A reviewer keeps the review of a system.
type reviewer struct {
	proof
	checking bool
	force    bool
}

func reviewCommand(e *env) *cobra.Command {
	r := &reviewer{proof: proof{check: check{env: e, all: true}}}
	cmd := &cobra.Command{
		Use:   "review [PATH ...]",
		Short: "Keep the review of the system as a living document",
		Long: `review works out the same as check and writes it into ` + reviewFile + ` beside the perimeter: the verdict, the systems, every asset and
flow with the jurisdictions that reach it, the lineage of models, which decision follows from which clause, what rests on
claims, the waivers, what is out of scope and which questions nobody has answered. People write between the generated regions;
that is never touched. What somebody edited inside of one is refused, unless --force is given.
A person records a review as an answer (question: reviewed); the document says how long ago that was.

Without a path it looks at the folder of the perimeter. review diff tells what a change does to the flows.

Exit codes: 0 written, or current; with --check 1 stale; 2 error, or a region was edited by hand; 3 nothing was looked at. The
verdict does not count here.`,
		Example: `  bailiwick review
  bailiwick review --check
  bailiwick review infra --language de -o docs/SOUVERÄNITÄT.md`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.run(cmd.Context(), args)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&r.output, "output", "o", "", "the file of the review (default: "+reviewFile+" beside the perimeter)")
	f.BoolVar(&r.checking, "check", false, "write nothing; exit 1 when the review is stale")
	f.BoolVar(&r.force, "force", false, "write over what somebody edited inside of a region")
	f.StringVar(&r.language, "language", "en", "language of the review: "+strings.Join(evidence.Languages(), ", "))
	r.ownFlag(cmd)
	r.subject.flags(cmd)
	r.locator.flags(cmd)
	r.knowledge.flags(cmd)
	cmd.AddCommand(reviewDiffCommand(e))
	return cmd
}

func (r *reviewer) run(ctx context.Context, args []string) error {
	if r.checking && r.force {
		return errors.New("--check writes nothing: --force has nothing to do")
	}
	if err := evidence.CheckLanguage(r.language); err != nil {
		return err
	}
	if err := r.locate(args); err != nil {
		return err
	}
	if r.output == "" {
		r.output = filepath.Join(filepath.Dir(r.perimeter), reviewFile)
	}
	typed := filepath.ToSlash(r.output)
	dir := filepath.Dir(r.output)
	back, err := r.enter(dir)
	if err != nil {
		return err
	}
	defer back()
	if err := r.review(ctx, typed); err != nil {
		if code := exit(0); !errors.As(err, &code) && dir != "." {
			return fmt.Errorf("in %s: %w", filepath.ToSlash(dir), err)
		}
		return err
	}
	return nil
}

// locate finds the perimeter and the paths; without any, its folder is looked at.
func (r *reviewer) locate(args []string) error {
	if err := r.name(args); err != nil {
		return err
	}
	path, err := r.perimeterPath()
	if err != nil {
		return err
	}
	r.perimeter = path
	if len(args) == 0 {
		r.paths = []string{filepath.Dir(path)}
	}
	return nil
}

// review makes the regions and holds them against the file, which is typed so.
func (r *reviewer) review(ctx context.Context, typed string) error {
	c, err := r.caseOf(ctx)
	if err != nil {
		return err
	}
	if c.Result.Summary.Files == 0 {
		return r.nothing()
	}
	if day, ok := dayOf(c.Perimeter, "reviewed"); ok {
		c.History = history(ctx, day, r.paths, r.output)
	}
	d, err := review.Document.Make(c, r.language)
	if err != nil {
		return err
	}
	made, err := evidence.Regions(d)
	if err != nil {
		return err
	}
	is := make([]fence.Region, len(made))
	for i, m := range made {
		is[i] = fence.Region(m)
	}
	src, err := bounded.File(r.output, tree.MaxBytes) // its bytes as they are: what people wrote is written back
	switch {
	case errors.Is(err, os.ErrNotExist) && r.checking:
		fmt.Fprintf(r.out, "%s is not there: bailiwick review writes it\n", typed)
		return exit(exitViolation)
	case errors.Is(err, os.ErrNotExist):
		text, err := fence.New(hint, is)
		if err != nil {
			return err
		}
		return r.keep(text, typed, review.Regions(), d)
	case err != nil:
		return fmt.Errorf("%s: %w", r.output, tree.Plain(err))
	case !utf8.Valid(src):
		return fmt.Errorf("%s: it is not valid UTF-8: write it again as UTF-8", r.output)
	}
	f, err := fence.Parse(r.output, string(src), review.Regions())
	if err != nil {
		return err
	}
	edited := errors.Join(f.Edited(is)...)
	if r.checking {
		return r.compare(f, is, edited, typed)
	}
	if edited != nil && !r.force {
		return edited
	}
	text, err := f.Write(is)
	if err != nil {
		return err
	}
	if text == string(src) {
		fmt.Fprintf(r.out, "%s is current\n", typed)
		return nil
	}
	return r.keep(text, typed, f.Stale(is, nil), d)
}

// dayOf is where the perimeter says on which day a question was answered.
func dayOf(p *perimeter.Perimeter, question string) (graph.Origin, bool) {
	for i := range p.Spec.Answers {
		if p.Spec.Answers[i].Question == question {
			return p.OriginOf(fmt.Sprintf("spec.answers[%d].on", i)), true
		}
	}
	return graph.Origin{}, false
}

// compare says which regions are stale. How long ago something was makes none stale.
func (r *reviewer) compare(f *fence.File, is []fence.Region, edited error, typed string) error {
	stale := f.Stale(is, evidence.Steady)
	if edited != nil {
		for line := range strings.Lines(edited.Error()) {
			fmt.Fprintln(r.out, strings.TrimRight(line, "\n"))
		}
	}
	if len(stale) > 0 {
		fmt.Fprintf(r.out, "%s is stale: %s; bailiwick review writes it anew\n", typed, strings.Join(stale, ", "))
	}
	if edited != nil || len(stale) > 0 {
		return exit(exitViolation)
	}
	fmt.Fprintf(r.out, "%s is current\n", typed)
	return nil
}

func (r *reviewer) keep(text, typed string, changed []string, d *evidence.Document) error {
	err := toFile(r.output, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "wrote %s: %s\n", typed, strings.Join(changed, ", "))
	fmt.Fprintf(r.err, "bailiwick: %d of %d questions to people are open\n", len(d.Open), d.Asked)
	return nil
}

// enter goes to a folder, so that all that is said about files is true from there,
// wherever the command was called. What it returns goes back.
func (r *reviewer) enter(dir string) (func(), error) {
	old, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	target, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	move := func(paths ...*string) {
		for _, p := range paths {
			if *p == "" {
				continue
			}
			if abs, err := filepath.Abs(*p); err == nil {
				if rel, err := filepath.Rel(target, abs); err == nil {
					*p = rel
				}
			}
		}
	}
	move(&r.perimeter, &r.output, &r.locator.path)
	for _, list := range [][]string{r.paths, r.varFiles, r.params, r.values, r.kbDirs, r.ruleDirs} {
		for i := range list {
			move(&list[i])
		}
	}
	if err := os.Chdir(target); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, tree.Plain(err))
	}
	return func() { _ = os.Chdir(old) }, nil
}
