package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/keys"
	"github.com/bailiwick-dev/bailiwick/internal/keys/seal"
)

// A keysOpen is one call of the command.
type keysOpen struct {
	*env
	sealedFor
	output, part string
}

func keysOpenCommand(e *env) *cobra.Command {
	o := &keysOpen{env: e}
	cmd := &cobra.Command{
		Use:   "open IN",
		Short: "Decrypt a sealed file, or a part of it",
		Long: `open decrypts a sealed file for the tenant, purpose and jurisdiction that it was sealed for. A file that was cut, extended or changed
by one bit is an error, and nothing of it is given out: to standard output it is written after all of it was found good.

--range A-B gives the bytes A to B, both included and counted from 0; A- is all from A on. Only what stands there is read.
- is standard input, which needs -o: it can be read once, so that it is whole is known after the last byte.

Exit codes: 0 opened, 2 error, and the file that -o names is as it was.`,
		Example: `  bailiwick keys open scan.sealed -o scan.dcm --key file:records.key --tenant clinic --purpose care --jurisdiction DE
  bailiwick keys open scan.sealed --range 0-131 --key file:records.key --tenant clinic --purpose care --jurisdiction DE | xxd`,
		Args: one("sealed file"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			return o.explained(o.run(c.Context(), args[0]))
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.output, "output", "o", "", "file to write, for its owner only (default: stdout)")
	f.StringVar(&o.part, "range", "", "bytes to give: A-B or A- (default: all)")
	o.flags(cmd)
	return cmd
}

func (o *keysOpen) run(ctx context.Context, path string) error {
	part, err := parseSpan(o.part)
	if err != nil {
		return err
	}
	if path == "-" {
		return o.stream(ctx)
	}
	in, err := regular(path, o.output)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	k, err := o.openKey(ctx, o.key, o.secret)
	if err != nil {
		return err
	}
	defer k.Close()
	r, err := seal.NewReaderAt(ctx, in, info.Size(), k, o.Context)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return o.give(ctx, path, r, part)
}

// give writes a part. What cannot be taken back is written after it was read
// once and found good.
func (o *keysOpen) give(ctx context.Context, path string, r *seal.ReaderAt, part span) error {
	from, n, err := part.in(r.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	write := func(w io.Writer) error {
		if _, err := io.Copy(w, patient{ctx, io.NewSectionReader(r, from, n)}); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	}
	if !replaceable(o.output) {
		if err := write(io.Discard); err != nil {
			return err
		}
	}
	if o.output == "" {
		return write(o.out)
	}
	return lasting(o.output, 0o600, write)
}

// replaceable reports whether toFile can write the file whole or not at all.
func replaceable(path string) bool {
	if path == "" {
		return false
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// stream opens standard input.
func (o *keysOpen) stream(ctx context.Context) error {
	switch {
	case o.part != "":
		return errors.New("--range needs a file: standard input can only be read from its beginning")
	case !replaceable(o.output):
		return errors.New("name a file with -o: that standard input is whole is known after its last byte, and what was written to a pipe cannot be taken back")
	}
	k, err := o.openKey(ctx, o.key, o.secret)
	if err != nil {
		return err
	}
	defer k.Close()
	return lasting(o.output, 0o600, func(w io.Writer) error { return streamed(ctx, w, o.in, k, o.Context) })
}

func streamed(ctx context.Context, w io.Writer, in io.Reader, k keys.Key, c keys.Context) error {
	r, err := seal.NewReader(ctx, patient{ctx, in}, k, c)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return err
}
