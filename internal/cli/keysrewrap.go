package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/durable"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/seal"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A keysRewrap is one call of the command.
type keysRewrap struct {
	*env
	sealedFor
	to, toSecret string
}

func keysRewrapCommand(e *env) *cobra.Command {
	r := &keysRewrap{env: e}
	cmd := &cobra.Command{
		Use:   "rewrap FILE ...",
		Short: "Change the key of sealed files, without reading them through",
		Long: `rewrap wraps the key inside of sealed files anew: by the newest version of their key, after keys rotate, or by another key, with --to.
Only the head of each file is written, in its place. Until the new head is on the disk the old one stands beside the file, so that a machine
that stops in between loses nothing: call rewrap again.

Exit codes: 0 all files were changed, 2 error; the message names the file, and those after it are as they were.`,
		Example: `  bailiwick keys rewrap scan.sealed --key file:records.key --tenant clinic --purpose care --jurisdiction DE
  bailiwick keys rewrap *.sealed --key file:records.key --to transit://bao.clinic.example/transit/records --tenant clinic --purpose care --jurisdiction DE`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s takes the sealed files; as in: %s", c.CommandPath(), firstExample(c))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := r.check(c); err != nil {
				return err
			}
			if err := exist(args); err != nil {
				return err
			}
			return r.explained(r.run(c.Context(), args))
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.to, "to", "", "address of the key that wraps from now on (default: the same key)")
	f.StringVar(&r.toSecret, "to-secret", "", "where its passphrase or token stands, as --secret (default: that of --secret if both keys are files)")
	r.flags(cmd)
	return cmd
}

func (r *keysRewrap) run(ctx context.Context, paths []string) error {
	from, err := r.openKey(ctx, r.key, r.secret)
	if err != nil {
		return err
	}
	defer from.Close()
	to := from
	if r.to != "" {
		if to, err = r.openKey(ctx, r.to, r.secretOfTo()); err != nil {
			return err
		}
		defer to.Close()
	} else if r.toSecret != "" {
		return errors.New("--to-secret is of the key that --to names, and none is named")
	}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		w := rewrapping{path: path, from: from, to: to, context: r.Context}
		if err := w.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Fprintf(r.out, "rewrapped  %s\n", finding.Tame(path))
	}
	return nil
}

// secretOfTo is that of --secret where both keys are files and nothing else is
// said. Never for a service: it would get the passphrase of a file for a token.
func (r *keysRewrap) secretOfTo() string {
	if r.toSecret == "" && strings.HasPrefix(r.key, "file:") && strings.HasPrefix(r.to, "file:") {
		return r.secret
	}
	return r.toSecret
}

// A rewrapping is that of one file.
type rewrapping struct {
	path     string
	from, to keys.Key
	context  keys.Context
	file     *os.File
	size     int64
}

func (w *rewrapping) run(ctx context.Context) error {
	real, err := filepath.EvalSymlinks(w.path)
	if err != nil {
		return err
	}
	if w.file, err = os.OpenFile(real, os.O_RDWR, 0); err != nil {
		return fmt.Errorf("its head cannot be written: %w", tree.Plain(err))
	}
	defer w.file.Close()
	// Another one would take the half of a head that we write for a damaged file,
	// and put the old one back.
	if err := durable.Lock(w.file); err != nil {
		return err
	}
	info, err := w.file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a file")
	}
	w.size = info.Size()
	former := filepath.Join(filepath.Dir(real), "."+filepath.Base(real)+".head")
	if err := w.recover(ctx, former); err != nil {
		return err
	}
	old, err := w.head()
	if err != nil {
		return err
	}
	anew, err := w.rewrapped(ctx, old)
	if err != nil {
		return err
	}
	if err := keep(former, old); err != nil {
		return err
	}
	if err := w.put(ctx, anew); err != nil {
		return fmt.Errorf("%w (its old head is kept in %s)", err, former)
	}
	return os.Remove(former)
}

// rewrapped is the head that the file will have. A file that was cut or is
// under the new key alone already is told from one that does not open.
func (w *rewrapping) rewrapped(ctx context.Context, old []byte) ([]byte, error) {
	if err := w.opens(ctx, w.file, w.from); err != nil {
		if w.opens(ctx, w.file, w.to) == nil {
			return seal.Rewrap(ctx, old, w.to, w.to, w.context)
		}
		return nil, err
	}
	return seal.Rewrap(ctx, old, w.from, w.to, w.context)
}

func (w *rewrapping) opens(ctx context.Context, file io.ReaderAt, k keys.Key) error {
	_, err := seal.NewReaderAt(ctx, file, w.size, k, w.context)
	return err
}

// head reads the head that the file has.
func (w *rewrapping) head() ([]byte, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(io.NewSectionReader(w.file, 0, w.size), b); err != nil {
		return nil, seal.ErrCorrupt
	}
	n, err := seal.HeaderSize(b)
	if err != nil {
		return nil, err
	}
	b = make([]byte, n)
	if _, err := io.ReadFull(io.NewSectionReader(w.file, 0, w.size), b); err != nil {
		return nil, seal.ErrCorrupt
	}
	return b, nil
}

// put writes a head into the file, and believes it when the file opens by it.
func (w *rewrapping) put(ctx context.Context, head []byte) error {
	if _, err := w.file.WriteAt(head, 0); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	return w.opens(ctx, w.file, w.to)
}

// keep writes a head beside its file, durably.
func keep(path string, head []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(head)
	return errors.Join(err, f.Sync(), f.Close(), durable.SyncDir(filepath.Dir(path)))
}

// recover ends a rewrapping that a stop of the machine interrupted. The head
// in the file counts when the file opens by it; else the one that was kept.
func (w *rewrapping) recover(ctx context.Context, former string) error {
	if _, err := os.Lstat(former); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	kept, err := smallFile(former, 1<<16)
	if err != nil {
		return err
	}
	if w.opens(ctx, w.file, w.from) == nil || w.opens(ctx, w.file, w.to) == nil {
		return os.Remove(former)
	}
	if err := w.opens(ctx, &headed{kept, w.file}, w.from); err != nil {
		return fmt.Errorf("it does not open, and neither does it by the head that is kept in %s: %w", former, err)
	}
	if _, err := w.file.WriteAt(kept, 0); err != nil {
		return err
	}
	return errors.Join(w.file.Sync(), os.Remove(former))
}

// A headed file is one that begins otherwise.
type headed struct {
	head []byte
	rest io.ReaderAt
}

func (h *headed) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	if off < int64(len(h.head)) {
		if n = copy(b, h.head[off:]); n == len(b) {
			return n, nil
		}
	}
	k, err := h.rest.ReadAt(b[n:], off+int64(n))
	return n + k, err
}
