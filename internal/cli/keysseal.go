package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/keys/seal"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A keysSeal is one call of the command.
type keysSeal struct {
	*env
	sealedFor
	output string
}

func keysSealCommand(e *env) *cobra.Command {
	s := &keysSeal{env: e}
	cmd := &cobra.Command{
		Use:   "seal IN",
		Short: "Encrypt a file for one tenant, purpose and jurisdiction",
		Long: `seal encrypts a file under a key of its own, which is wrapped by yours for one tenant, purpose and jurisdiction. The file opens for
these words only. It is not held in memory, whatever its size; - is standard input. The original stays: remove it yourself.

Exit codes: 0 sealed, 2 error, and the file that -o names is as it was.`,
		Example: `  bailiwick keys seal scan.dcm -o scan.sealed --key file:records.key --tenant clinic --purpose care --jurisdiction DE
  tar c records | bailiwick keys seal - --key file:k --secret file:pass --tenant clinic --purpose care --jurisdiction DE > records.sealed`,
		Args: one("file"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.check(c); err != nil {
				return err
			}
			return s.run(c.Context(), args[0])
		},
	}
	cmd.Flags().StringVarP(&s.output, "output", "o", "", "file to write (default: stdout)")
	s.flags(cmd)
	return cmd
}

func (s *keysSeal) run(ctx context.Context, path string) error {
	if err := s.known(); err != nil {
		return err
	}
	if s.output == "" && s.screen() {
		return errors.New("a sealed file is nothing for a terminal: name a file with -o")
	}
	in, err := s.input(path, s.output)
	if err != nil {
		return err
	}
	defer in.Close()
	k, err := s.openKey(ctx, s.key, s.secret)
	if err != nil {
		return err
	}
	defer k.Close()
	write := func(w io.Writer) error {
		to, err := seal.NewWriter(ctx, w, k, s.Context)
		if err != nil {
			return err
		}
		if _, err := io.Copy(to, patient{ctx, in}); err != nil {
			return err
		}
		return to.Close()
	}
	if s.output == "" {
		return write(s.out)
	}
	return lasting(s.output, 0o644, write)
}

// known refuses a jurisdiction that there is not: nobody would think of the
// mistyped word when the file has to be opened.
func (s *keysSeal) known() error {
	base, _, err := new(knowledge).open()
	if err != nil {
		return err
	}
	today, err := s.day("")
	if err != nil {
		return err
	}
	if _, err := base.Expand(s.Jurisdiction, today); err != nil {
		return fmt.Errorf("--jurisdiction: %w", err)
	}
	return nil
}

// screen reports whether standard output is a terminal, coloured or not.
func (e *env) screen() bool {
	w := e.out
	if s, ok := w.(*sink); ok {
		w = s.Writer
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

// input opens what is read; - is standard input. It may not be what is written.
func (e *env) input(path, output string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(e.in), nil
	}
	return regular(path, output)
}

// regular opens a file, and nothing that is none.
func regular(path, output string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: it is not a file: pack a folder by tar, and seal what tar writes", path)
	}
	if err == nil {
		if to, gone := os.Stat(output); gone == nil && os.SameFile(info, to) {
			return nil, fmt.Errorf("%s: it would be replaced by what is made of it: name another file with -o", path)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be read: %w", path, tree.Plain(err))
	}
	return f, nil
}

// lasting writes a file whole or not at all, and returns when the disk has it:
// the only other copy may be removed next.
func lasting(path string, mode fs.FileMode, write func(io.Writer) error) error {
	made := false
	err := toFileOf(path, mode, func(w io.Writer) error {
		if err := write(w); err != nil {
			return err
		}
		f, ok := w.(*os.File)
		if !ok {
			return nil
		}
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			return err
		}
		made = true
		return f.Sync()
	})
	if err != nil || !made {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(path))
}
