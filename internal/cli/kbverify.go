package cli

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/kb"
)

// A kbVerification is the document of kb verify --format json.
type kbVerification struct {
	At      string           `json:"at"`
	Faults  []*kb.Error      `json:"faults"`
	Regions []kb.RegionBasis `json:"regions"`
}

func kbVerifyCommand(e *env) *cobra.Command {
	var k knowledge
	var at, format string
	cmd := &cobra.Command{
		Use:   "verify [DIR]",
		Short: "Find facts that are not cited well enough, and say how each country was established",
		Long: `verify checks that every fact above claimed has a source and the words read there, that nothing refers to a record that does not
exist, that no key is there twice, that no review is overdue, that every licence may be taken over, that every region has a
country or says that nobody knows, that every country above claimed has two independent sources, and that what is quoted for
it names no other country.

DIR is a whole tree when it holds countries.yaml, as the folder kb of a checkout does; otherwise it is laid over the knowledge
base as --kb does. Without either, the knowledge in this program is verified.

Exit codes: 0 nothing is wrong, 1 something is, 2 the folder cannot be read.`,
		Example: `  bailiwick kb verify kb`,
		Args:    oneAtMost("folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := textOrJSON(format); err != nil {
				return err
			}
			day, err := e.day(at)
			if err != nil {
				return err
			}
			doc, err := verified(args, k.kbDirs, day)
			if err != nil {
				return err
			}
			if format == "json" {
				err = e.json(doc)
			} else {
				doc.print(e)
			}
			if err == nil && len(doc.Faults) > 0 {
				return exit(exitViolation)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "day on which reviews count as overdue (default: today)")
	cmd.Flags().StringVar(&format, "format", "text", "output format: json, text")
	cmd.Flags().StringArrayVar(&k.kbDirs, "kb", nil, "folder with records that add to the knowledge base (repeatable)")
	return cmd
}

// verified verifies folders, overlays, or without either the knowledge in this
// program.
func verified(dirs, overlays []string, day time.Time) (*kbVerification, error) {
	doc := &kbVerification{At: day.Format(time.DateOnly), Faults: []*kb.Error{}, Regions: []kb.RegionBasis{}}
	for _, dir := range dirs {
		if err := isFolder(dir); err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "countries.yaml")); err != nil {
			overlays = append(overlays, dir)
			continue
		}
		v, err := kb.Verify(os.DirFS(dir), day)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		doc.add(v, dir)
	}
	if len(dirs) > 0 && len(overlays) == 0 {
		return doc, nil
	}
	base, err := kb.Open()
	if err != nil {
		return nil, err
	}
	if len(overlays) == 0 {
		doc.add(base.Verify(day), "")
	}
	for _, dir := range overlays {
		if err := isFolder(dir); err != nil {
			return nil, fmt.Errorf("--kb %s: %w", dir, err)
		}
		v, err := base.VerifyOverlay(os.DirFS(dir), dir, day)
		if err != nil {
			return nil, fmt.Errorf("overlay %s: %w", dir, err)
		}
		doc.add(v, dir)
	}
	return doc, nil
}

// add takes over what was found, with files named as the user would open them.
func (d *kbVerification) add(v *kb.Verification, dir string) {
	for _, f := range v.Faults {
		d.Faults = append(d.Faults, &kb.Error{File: path.Join(filepath.ToSlash(dir), f.File), Line: f.Line, Message: f.Message})
	}
	d.Regions = append(d.Regions, v.Regions...)
}

func (d *kbVerification) print(e *env) {
	for _, f := range d.Faults {
		fmt.Fprintln(e.out, f)
	}
	bases := kb.Bases()
	if len(d.Regions) > 0 {
		fmt.Fprintf(e.out, "%-20s %7s", "countries of regions", "all")
		for _, b := range bases {
			fmt.Fprintf(e.out, " %11s", b)
		}
		fmt.Fprintln(e.out)
	}
	counts, order := map[string]map[kb.Basis]int{}, []string{}
	for _, r := range d.Regions {
		for _, of := range []string{string(r.Provider), ""} {
			if counts[of] == nil {
				counts[of] = map[kb.Basis]int{}
				if of != "" {
					order = append(order, of)
				}
			}
			counts[of][r.Basis]++
			counts[of]["all"]++
		}
	}
	for _, of := range append(order, "") {
		if counts[of] == nil {
			break
		}
		name := of
		if of == "" {
			name = "together"
		}
		line := fmt.Sprintf("%-20s %7d", name, counts[of]["all"])
		for _, b := range bases {
			line += fmt.Sprintf(" %11d", counts[of][b])
		}
		fmt.Fprintln(e.out, strings.TrimRight(line, " "))
	}
	fmt.Fprintf(e.out, "%d faults\n", len(d.Faults))
}
