package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/assess"
	"github.com/bailiwick-dev/bailiwick/internal/chart"
	"github.com/bailiwick-dev/bailiwick/internal/diagram"
)

// A mapper draws the map of what check judges.
type mapper struct {
	check
	by     string
	system string
	stands []string
	full   bool
}

// standings are the words of --only.
var standings = []string{string(diagram.Inside), string(diagram.Open), string(diagram.Outside)}

func mapCommand(e *env) *cobra.Command {
	m := &mapper{check: check{env: e, all: true}}
	cmd := &cobra.Command{
		Use:   "map [PATH ...]",
		Short: "Draw what flows where, by jurisdiction or operator",
		Long: `map works out the same as check and draws it: a lane for each jurisdiction (or operator), the assets and
destinations in it, and what flows between them by configuration, by declaration and as traffic showed it.
What leaves the perimeter is red, dashed and marked. The same input gives the same bytes.

Exit codes: 0 the map was made, 2 error, 3 nothing was looked at. The verdict does not count here.`,
		Example: `  bailiwick map -o map.svg
  bailiwick map infra --by operator --format html -o map.html
  bailiwick map --only outside --format mermaid`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := m.name(args); err != nil {
				return err
			}
			if !cmd.Flags().Changed("format") {
				m.format = formatOf(m.output)
			}
			return m.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&m.format, "format", "svg", "output format: "+strings.Join(diagram.Formats(), ", ")+" (default: by the name of the file, else svg)")
	f.StringVarP(&m.output, "output", "o", "", "write the map to a file")
	f.StringVar(&m.by, "by", chart.ByCountry, "what the lanes are: country, operator")
	f.StringVar(&m.system, "system", "", "only this system of the perimeter, and what it speaks with")
	f.StringArrayVar(&m.stands, "only", nil, "only what stands so to the perimeter: "+strings.Join(standings, ", ")+" (repeatable)")
	f.BoolVar(&m.full, "full", false, fmt.Sprintf("draw each thing, also where there are more than %d", chart.Many))
	m.subject.flags(cmd)
	m.locator.flags(cmd)
	m.knowledge.flags(cmd)
	return cmd
}

// formatOf is the format that the name of a file asks for.
func formatOf(path string) string {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	switch {
	case ext == "mmd":
		return "mermaid"
	case ext == "gv":
		return "dot"
	case ext == "htm":
		return "html"
	case slices.Contains(diagram.Formats(), ext):
		return ext
	}
	return "svg"
}

func (m *mapper) run(ctx context.Context) error {
	if err := diagram.Check(m.format); err != nil {
		return err
	}
	if m.by != chart.ByCountry && m.by != chart.ByOperator {
		return fmt.Errorf("--by %q: there are: %s, %s", m.by, chart.ByCountry, chart.ByOperator)
	}
	var only []diagram.Standing
	for _, s := range m.stands {
		if !slices.Contains(standings, s) {
			return fmt.Errorf("--only %q%s; there are: %s", s, suggest(s, standings), strings.Join(standings, ", "))
		}
		only = append(only, diagram.Standing(s))
	}
	ao, path, err := m.options()
	if err != nil {
		return err
	}
	if err := m.knows(&ao); err != nil {
		return err
	}
	o, err := chart.For(ao.KB, ao.Perimeter, ao.At)
	if err != nil {
		return err
	}
	o.By, o.System, o.Full, o.Only = m.by, m.system, m.full, only
	res, err := m.judge(ctx, ao, path)
	if err != nil {
		return err
	}
	picture := chart.Make(res, o)
	write := func(w io.Writer) error { return diagram.Write(w, m.format, picture) }
	if m.output != "" {
		err = toFile(m.output, write)
	} else {
		err = write(m.out)
	}
	if err == nil && res.Summary.Files == 0 {
		return m.nothing()
	}
	return err
}

// knows refuses a system that the perimeter does not have.
func (m *mapper) knows(o *assess.Options) error {
	if m.system == "" {
		return nil
	}
	var known []string
	for name := range o.Perimeter.Spec.Systems {
		known = append(known, name)
	}
	for _, b := range o.Perimeter.Spec.Bindings {
		if b.System != "" {
			known = append(known, b.System)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	if slices.Contains(known, m.system) {
		return nil
	}
	if len(known) == 0 {
		return fmt.Errorf("--system %s: the perimeter names no system", m.system)
	}
	return fmt.Errorf("--system %s: the perimeter has no such system%s; it has: %s", m.system, suggest(m.system, known), strings.Join(known, ", "))
}
