package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/charmbracelet/huh"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/bailiwick-dev/bailiwick/internal/lazy"
	"github.com/bailiwick-dev/bailiwick/internal/perimeter"
)

// An initialiser writes a perimeter to begin with.
type initialiser struct {
	*env
	knowledge
	dir    string
	preset string
	name   string
	owner  string
	force  bool
	stdout bool
}

func initCommand(e *env) *cobra.Command {
	i := &initialiser{env: e}
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a perimeter.yaml to begin with",
		Long: `init looks at the tree, writes a commented perimeter of the chosen preset, and adds what it saw: which providers,
places and operators are there today, and which of the places the new perimeter does not allow. On a terminal it asks; --preset answers.

Presets: ` + strings.Join(perimeter.Presets(), ", "),
		Example: "  bailiwick init\n  bailiwick init --preset eu-strict --name clinic-assistant --owner platform@clinic.example",
		Args:    oneAtMost("folder"),
		RunE: func(_ *cobra.Command, args []string) error {
			i.dir = "."
			if len(args) == 1 {
				i.dir = args[0]
			}
			return i.run()
		},
	}
	f := cmd.Flags()
	f.StringVar(&i.preset, "preset", "", "perimeter to begin with: "+strings.Join(perimeter.Presets(), ", "))
	f.StringVar(&i.name, "name", "", "name of the perimeter (default: the name of the folder)")
	f.StringVar(&i.owner, "owner", "", "mail address of who answers for it")
	f.BoolVar(&i.force, "force", false, "replace a perimeter.yaml that is there")
	f.BoolVar(&i.stdout, "stdout", false, "write to standard output instead of a file")
	i.knowledge.flags(cmd)
	return cmd
}

func (i *initialiser) run() error {
	if err := isFolder(i.dir); err != nil {
		return fmt.Errorf("%s: %w", i.dir, err)
	}
	path := filepath.Join(i.dir, perimeter.FileName)
	if err := i.free(path); err != nil {
		return err
	}
	if i.preset != "" {
		if _, err := perimeter.Preset(i.preset); err != nil {
			return err // before the tree is looked at
		}
	}
	seen, err := i.look()
	if err != nil {
		return err
	}
	if i.name == "" {
		if abs, err := filepath.Abs(i.dir); err == nil {
			i.name = nameOf(filepath.Base(abs))
		}
	}
	if i.preset == "" {
		if err := i.ask(seen); err != nil {
			return err
		}
	}
	src, err := i.file(seen)
	if err != nil {
		return err
	}
	if i.stdout {
		_, err := i.out.Write(src)
		return err
	}
	if err := i.free(path); err != nil { // the interview may have taken a while
		return err
	}
	if err := toFile(path, func(w io.Writer) error { _, err := w.Write(src); return err }); err != nil {
		return err
	}
	fmt.Fprintf(i.out, "wrote %s (preset %s)\n%snext: bailiwick check %s\n", path, i.preset, seen.summary(), quoted(i.dir))
	return nil
}

// free says that a file would be replaced without --force.
func (i *initialiser) free(path string) error {
	if _, err := os.Lstat(path); err == nil && !i.force && !i.stdout {
		return fmt.Errorf("%s is there already: --force replaces it", path)
	}
	return nil
}

// ask is the interview. Without a terminal there is nobody to ask.
func (i *initialiser) ask(seen *sight) error {
	in, ok := i.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return fmt.Errorf("there is no terminal to ask on: --preset names the perimeter to begin with: %s", strings.Join(perimeter.Presets(), ", "))
	}
	options := make([]huh.Option[string], 0, 8)
	for _, p := range perimeter.Presets() {
		options = append(options, huh.NewOption(p+": "+presetTitle(p), p))
	}
	i.preset = seen.proposal()
	form := huh.NewForm(huh.NewGroup(
		huh.NewNote().Title("What is here").Description(seen.summary()),
		huh.NewSelect[string]().Title("Which perimeter shall it be held against?").Options(options...).Value(&i.preset),
		huh.NewInput().Title("What is the system called?").Value(&i.name),
		huh.NewInput().Title("Who answers for the perimeter (mail)?").Value(&i.owner),
	)).WithInput(in).WithOutput(i.err)
	if err := form.Run(); err != nil {
		if errors.Is(err, huh.ErrUserAborted) {
			return exit(exitInterrupted)
		}
		return fmt.Errorf("ask: %w", err)
	}
	return nil
}

// presetTitle is the first sentence of the comment that a preset begins with.
func presetTitle(name string) string {
	src, err := perimeter.Preset(name)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(src), "\n")
	_, title, _ := strings.Cut(line, ": ")
	return strings.TrimSpace(title)
}

var (
	nameLine  = lazy.Regexp(`(?m)^  name: \S+`)
	ownerLine = lazy.Regexp(`(?m)^  owner: \S+`)
	plainName = lazy.Regexp(`^[\pL\pN][\pL\pN ._-]*$`)
	plainMail = lazy.Regexp(`^[^\s"'\\#:,\[\]{}]+$`)
	oddInName = lazy.Regexp(`[^\pL\pN ._-]+`)
)

// file is the preset with name and owner, and what was seen as a comment. It
// is parsed before it is written: what init writes is always valid.
func (i *initialiser) file(seen *sight) ([]byte, error) {
	src, err := perimeter.Preset(i.preset)
	if err != nil {
		return nil, err
	}
	if !plainName().MatchString(i.name) {
		return nil, fmt.Errorf("--name %q: use letters, digits, blanks, dots, dashes and underscores", i.name)
	}
	src = nameLine().ReplaceAllLiteral(src, []byte("  name: "+quoteIfNeeded(i.name)))
	if i.owner != "" {
		if !plainMail().MatchString(i.owner) {
			return nil, fmt.Errorf("--owner %q is not a mail address", i.owner)
		}
		src = ownerLine().ReplaceAllLiteral(src, []byte("  owner: \""+i.owner+"\""))
	}
	p, err := perimeter.Parse(perimeter.FileName, src)
	if err != nil {
		return nil, fmt.Errorf("the perimeter that init made is not valid, please report it: %w", err)
	}
	if err := seen.hold(p); err != nil {
		return nil, err
	}
	src = append(bytes.TrimRight(src, "\n"), '\n')
	src = append(src, seen.comment()...)
	if _, err := perimeter.Parse(perimeter.FileName, src); err != nil {
		return nil, fmt.Errorf("the perimeter that init made is not valid, please report it: %w", err)
	}
	return src, nil
}

// nameOf makes a name for the perimeter of the name of a folder.
func nameOf(folder string) string {
	name := strings.Trim(oddInName().ReplaceAllString(folder, "-"), " ._-")
	if name == "" {
		return "system"
	}
	return name
}

// quoteIfNeeded quotes a name that YAML would not read as a text.
func quoteIfNeeded(s string) string {
	if strings.ContainsRune(s, ' ') || s[0] >= '0' && s[0] <= '9' || strings.Trim(s, "0123456789.-_") == "" || len(s) < 6 {
		return `"` + s + `"`
	}
	return s
}
