package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/all"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/pdf"
)

// A proof is one run of evidence.
type proof struct {
	check
	language string
}

// evidenceFormats are the formats of documents, sorted.
func evidenceFormats() []string {
	out := append(evidence.Formats(), "pdf")
	slices.Sort(out)
	return out
}

func evidenceCommand(e *env) *cobra.Command {
	p := &proof{check: check{env: e, all: true}}
	cmd := &cobra.Command{
		Use:   "evidence DOCUMENT [PATH ...]",
		Short: "Write a document that an authority asks for",
		Long: `evidence works out the same as check and writes a document of it: each statement names the line, the record or the entry
that it was made from, and what no machine can know is asked of a person by name. People answer in perimeter.yaml, once for all
documents. The same input gives the same bytes.

Documents: ` + strings.Join(all.Names(), ", ") + `.

Exit codes: 0 the document was made, 2 error, 3 nothing was looked at. The verdict does not count here; open questions are counted on stderr.`,
		Example: `  bailiwick evidence ropa -o ropa.pdf
  bailiwick evidence ropa infra --language de --format markdown -o RoPA.md`,
		Args:              p.arguments,
		ValidArgsFunction: cobra.FixedCompletions(all.Names(), cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.name(args[1:]); err != nil {
				return err
			}
			if !cmd.Flags().Changed("format") {
				p.format = documentFormat(p.output)
			}
			return p.run(cmd.Context(), args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&p.format, "format", "markdown", "output format: "+strings.Join(evidenceFormats(), ", ")+" (default: by the name of the file, else markdown)")
	f.StringVarP(&p.output, "output", "o", "", "write the document to a file")
	f.StringVar(&p.language, "language", "en", "language of the document: "+strings.Join(evidence.Languages(), ", "))
	p.subject.flags(cmd)
	p.locator.flags(cmd)
	p.knowledge.flags(cmd)
	return cmd
}

func (p *proof) arguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s takes the name of a document: %s; as in: %s", c.CommandPath(), strings.Join(all.Names(), ", "), firstExample(c))
	}
	return nil
}

// documentFormat is the format that the name of a file asks for.
func documentFormat(path string) string {
	switch ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."); ext {
	case "htm":
		return "html"
	case "html", "json", "pdf":
		return ext
	}
	return "markdown"
}

func (p *proof) run(ctx context.Context, name string) error {
	kind, err := all.Find(name)
	if err != nil {
		return fmt.Errorf("%w%s", err, suggest(name, all.Names()))
	}
	if !slices.Contains(evidenceFormats(), p.format) {
		return fmt.Errorf("there is no format %q; there are: %s", p.format, strings.Join(evidenceFormats(), ", "))
	}
	if err := evidence.CheckLanguage(p.language); err != nil {
		return err
	}
	c, err := p.caseOf(ctx)
	if err != nil {
		return err
	}
	if c.Result.Summary.Files == 0 {
		fmt.Fprintln(p.err, "bailiwick: nothing was looked at: no file below the paths is one that a source reads")
		return exit(exitUndecided)
	}
	d, err := kind.Make(c, p.language)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		if p.format == "pdf" {
			return pdf.Write(w, d)
		}
		return evidence.Write(w, p.format, d)
	}
	if p.output != "" {
		err = toFile(p.output, write)
	} else {
		err = write(p.out)
	}
	if err == nil {
		fmt.Fprintf(p.err, "bailiwick: %s: %d of %d questions to people are open\n", d.Name, len(d.Open), d.Asked)
	}
	return err
}

// caseOf judges, and is what documents are made of.
func (p *proof) caseOf(ctx context.Context) (*evidence.Case, error) {
	o, path, err := p.options()
	if err != nil {
		return nil, err
	}
	c, err := evidence.NewCase(o.Perimeter, o.KB, o.At)
	if err != nil {
		return nil, err
	}
	if err := c.CheckAnswers(all.Messages()...); err != nil {
		return nil, err
	}
	c.Result, err = p.judge(ctx, o, path)
	return c, err
}
