package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/frameworks"
	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	paper "github.com/bailiwick-dev/bailiwick/internal/evidence/score"
	"github.com/bailiwick-dev/bailiwick/internal/score"
)

// A grader is one run of score.
type grader struct {
	proof
	frameworks []string
}

// scoreFormats are those of the command, sorted.
func scoreFormats() []string {
	out := append(pageFormats(), "text")
	slices.Sort(out)
	return out
}

func scoreCommand(e *env) *cobra.Command {
	g := &grader{proof: proof{check: check{env: e, all: true}}}
	cmd := &cobra.Command{
		Use:   "score [PATH ...]",
		Short: "Say how far a framework of sovereignty or of transfers is shown to be met",
		Long: `score works out the same as check and holds it against the criteria of frameworks: EU Cloud Sovereignty Framework (eucsf),
BSI C3A (c3a), SecNumCloud 19.6 (secnumcloud-19-6), the annexes of the proposed CADA (cada) and Chapter V of the GDPR
(gdpr-chapter-v). Evidenced, claimed and not known are counted apart; what is not known never counts, levels are those of
the weakest link, and each criterion says which findings decide it. Without --framework: those of the perimeter's frameworks.
A folder with a framework.yaml is a framework of your own: --framework ./house.

Exit codes: 0 the score was made, 2 error, 3 nothing was looked at. How high it is does not count here.`,
		Example: `  bailiwick score
  bailiwick score infra --framework eucsf --framework c3a
  bailiwick score --framework eucsf --language de -o score.pdf
  bailiwick score --format json -o score.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := g.name(args); err != nil {
				return err
			}
			return g.run(cmd.Context(), cmd.Flags().Changed("format"))
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&g.frameworks, "framework", nil, "framework to score by, or folder with one of your own (repeatable; default: those that the perimeter names)")
	f.StringVar(&g.system, "system", "", "only this system of the perimeter, with the operators and accounts that all share")
	f.StringVar(&g.format, "format", "text", "output format: "+strings.Join(scoreFormats(), ", ")+" (default: by the name of the file, else text)")
	f.StringVarP(&g.output, "output", "o", "", "write the score to a file")
	f.StringVar(&g.language, "language", "en", "language of the document (html, markdown, pdf): "+strings.Join(evidence.Languages(), ", "))
	g.subject.flags(cmd)
	g.locator.flags(cmd)
	g.knowledge.flags(cmd)
	return cmd
}

// choose is the format: the one that is named, else by the name of the file, else text.
func (g *grader) choose(named bool) error {
	if !named {
		ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(g.output)), ".")
		if long, ok := map[string]string{"htm": "html", "md": "markdown"}[ext]; ok {
			ext = long
		}
		g.format = "text"
		if slices.Contains(scoreFormats(), ext) {
			g.format = ext
		}
	}
	if !slices.Contains(scoreFormats(), g.format) {
		return fmt.Errorf("there is no format %q; there are: %s", g.format, strings.Join(scoreFormats(), ", "))
	}
	return nil
}

func (g *grader) run(ctx context.Context, named bool) error {
	if err := g.choose(named); err != nil {
		return err
	}
	if err := evidence.CheckLanguage(g.language); err != nil {
		return err
	}
	ids, err := g.ids()
	if err != nil {
		return err
	}
	c, err := g.caseOf(ctx)
	if err != nil {
		return err
	}
	s, err := paper.Make(c, ids)
	if errors.Is(err, paper.ErrNone) {
		return fmt.Errorf("%w; name one with --framework", err)
	}
	if err != nil {
		return err
	}
	if c.Result.Summary.Files == 0 {
		return g.nothing()
	}
	g.unasked(c, s)
	switch g.format {
	case "text":
		return g.put(func(w io.Writer) error { return score.WriteText(w, s) })
	case "json":
		return g.put(func(w io.Writer) error { return score.WriteJSON(w, s) })
	}
	kind := paper.For(score.PartIDs(s))
	d, err := kind.Make(c, g.language)
	if err != nil {
		return err
	}
	return g.write(d)
}

// ids are the ids of the frameworks that are named. Those that are folders are kept as
// the user's own.
func (g *grader) ids() ([]string, error) {
	var out []string
	known := score.Names(frameworks.FS)
	for _, name := range g.frameworks {
		switch {
		case slices.Contains(known, strings.ToLower(name)):
			out = append(out, name)
		case isFolder(name) == nil:
			g.own = append(g.own, name)
			out = append(out, score.ID(name))
		default:
			return nil, fmt.Errorf("--framework %q: there are: %s, and folders with a %s%s", name, strings.Join(known, ", "), score.FileName, suggest(name, known))
		}
	}
	return out, nil
}

// unasked says which frameworks the perimeter does not name: rules that look only
// where it does were silent about them.
func (g *grader) unasked(c *evidence.Case, s *score.Score) {
	for i := range s.Frameworks {
		f := &s.Frameworks[i]
		if named := c.Perimeter.Spec.Frameworks; len(named) > 0 && !slices.Contains(named, f.Instrument) {
			fmt.Fprintf(g.err, "bailiwick: the perimeter does not name %s: rules that look only where it does were silent about %s; add it to frameworks\n", f.Instrument, f.ID)
		}
	}
}
