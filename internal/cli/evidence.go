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
	"github.com/bailiwick-dev/bailiwick/internal/evidence/past"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/pdf"
)

// A proof is one run of evidence.
type proof struct {
	check
	language string
	system   string
	ledger   string
	own      []string // folders of frameworks of the user's
}

// ownFlag is the flag for frameworks of the user's.
func (p *proof) ownFlag(c *cobra.Command) {
	c.Flags().StringArrayVar(&p.own, "framework", nil, "folder with a framework of your own, which the score is made by too where the perimeter names its instrument (repeatable)")
}

// pageFormats are the formats of documents for people, sorted.
func pageFormats() []string {
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
documents. The same input gives the same bytes. evidence pack writes all of them as one signed file, and evidence verify verifies it.

Documents: ` + strings.Join(all.Names(), ", ") + `.

Exit codes: 0 the document was made, 2 error, 3 nothing was looked at. The verdict does not count here; open questions are counted on stderr.`,
		Example: `  bailiwick evidence ropa -o ropa.pdf
  bailiwick evidence ropa infra --language de --format markdown -o RoPA.md
  bailiwick evidence dpia --system triage --format pia -o triage.json`,
		Args:              p.arguments,
		ValidArgsFunction: cobra.FixedCompletions(all.Names(), cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.name(args[1:]); err != nil {
				return err
			}
			return p.run(cmd.Context(), args[0], cmd.Flags().Changed("format"))
		},
	}
	f := cmd.Flags()
	f.StringVar(&p.format, "format", "markdown", "output format: "+strings.Join(pageFormats(), ", ")+", or one that the document alone has (default: by the name of the file, else markdown)")
	f.StringVarP(&p.output, "output", "o", "", "write the document to a file")
	f.StringVar(&p.language, "language", "en", "language of the document: "+strings.Join(evidence.Languages(), ", "))
	f.StringVar(&p.system, "system", "", "only the part of one system of the perimeter, of documents that have one for each")
	f.StringVar(&p.ledger, "ledger", "", "folder of the ledger that knows earlier crossings, for the document incidents")
	p.ownFlag(cmd)
	p.subject.flags(cmd)
	p.locator.flags(cmd)
	p.knowledge.flags(cmd)
	cmd.AddCommand(evidencePackCommand(e), evidenceVerifyCommand(e))
	return cmd
}

func (p *proof) arguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("%s takes the name of a document: %s; as in: %s", c.CommandPath(), strings.Join(all.Names(), ", "), firstExample(c))
	}
	return nil
}

// choose is the format: the one that is named, else by the name of the file, else
// markdown, else the only one that there is.
func (p *proof) choose(k *evidence.Kind, named bool) error {
	formats := k.Formats(pageFormats())
	if !named {
		p.format = formats[0]
		if len(formats) > 1 {
			p.format = documentFormat(p.output, formats)
		}
	}
	if p.format == "" {
		return fmt.Errorf("%s says no format of %s by its name: choose one with --format; there are: %s", p.output, k.Name, strings.Join(formats, ", "))
	}
	if !slices.Contains(formats, p.format) {
		return fmt.Errorf("%s cannot be had as %q; there are: %s", k.Name, p.format, strings.Join(formats, ", "))
	}
	return nil
}

// documentFormat is the format that the name of a file says, as poam.json and ropa.pdf do;
// markdown where it says none, and "" where it says one that is not among them.
func documentFormat(file string, formats []string) string {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	if name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)); slices.Contains(formats, name) {
		return name
	}
	switch {
	case slices.Contains(formats, ext):
		return ext
	case ext == "htm":
		return "html"
	case slices.Contains([]string{"", "md", "txt"}, ext):
		return "markdown"
	}
	return ""
}

func (p *proof) run(ctx context.Context, name string, named bool) error {
	kind, err := all.Find(name)
	if err != nil {
		return fmt.Errorf("%w%s", err, suggest(name, all.Names()))
	}
	if err := p.choose(kind, named); err != nil {
		return err
	}
	if err := evidence.CheckLanguage(p.language); err != nil {
		return err
	}
	if p.system != "" && !kind.BySystem {
		return fmt.Errorf("%s is of all systems together: %s; leave --system out", kind.Name, or(kind.Whole, "it has no part for each"))
	}
	if p.ledger != "" && !kind.Past {
		return fmt.Errorf("%s says nothing of what a ledger recorded: leave --ledger out", kind.Name)
	}
	c, err := p.caseOf(ctx)
	if err != nil {
		return err
	}
	if c.Result.Summary.Files == 0 {
		return p.nothing()
	}
	if export := kind.Exports[p.format]; export != nil {
		return p.put(func(w io.Writer) error { return export(w, c, p.language) })
	}
	d, err := kind.Make(c, p.language)
	if err != nil {
		return err
	}
	return p.write(d)
}

// write writes a document for people, and counts what is open on stderr.
func (p *proof) write(d *evidence.Document) error {
	err := p.put(func(w io.Writer) error {
		if p.format == "pdf" {
			return pdf.Write(w, d)
		}
		return evidence.Write(w, p.format, d)
	})
	if err == nil {
		fmt.Fprintf(p.err, "bailiwick: %s: %d of %d questions to people are open\n", d.Name, len(d.Open), d.Asked)
	}
	return err
}

// put writes to the file that is named, else to stdout.
func (p *proof) put(write func(io.Writer) error) error {
	if p.output != "" {
		return toFile(p.output, write)
	}
	return write(p.out)
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
	c.Documents = all.Kinds()
	if names := c.AllSystems(); p.system != "" && !slices.Contains(names, p.system) {
		return nil, fmt.Errorf("the perimeter has no system %q; it has: %s%s", p.system, or(strings.Join(names, ", "), "none"), suggest(p.system, names))
	}
	for _, dir := range p.own {
		if err := isFolder(dir); err != nil {
			return nil, fmt.Errorf("--framework %s: %w", dir, err)
		}
	}
	c.Only, c.Frameworks = p.system, p.own
	if c.Result, err = p.judge(ctx, o, path); err != nil {
		return nil, err
	}
	c.Facts, c.Version = p.facts, Version()
	if err := c.CheckAnswers(all.Messages()...); err != nil {
		return nil, err
	}
	if p.ledger != "" {
		c.Past, err = past.Read(p.ledger, func(shard string) ([]byte, error) { return p.startingPolicy(p.ledger, shard) })
	}
	return c.Settled(), err
}
