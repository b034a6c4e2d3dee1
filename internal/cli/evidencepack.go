package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/contents"
	"github.com/bailiwick-dev/bailiwick/internal/pack"
	"github.com/bailiwick-dev/bailiwick/internal/tree"
)

// A packing is one run of evidence pack.
type packing struct {
	proof
	key, secret string
	include     []string
}

func evidencePackCommand(e *env) *cobra.Command {
	p := &packing{proof: proof{check: check{env: e, all: true}}}
	cmd := &cobra.Command{
		Use:   "pack [PATH ...] -o FILE --key ADDRESS",
		Short: "Write all evidence as one signed file",
		Long: `pack works out the same as check and writes a zip archive: every document, the result, the perimeter, the digest of every file that was
read, maps, what the ledger proves about this perimeter, and attestations of others. It is laid out by the paragraphs of annex II of the
proposed Cloud and AI Development Act, each with a page that says what is there and what is not. A statement (in-toto, DSSE), signed by
--key, names every file of it. The same inputs, key and --at give the same bytes.

Exit codes: 0 the pack was made, 2 error, 3 nothing was looked at. The verdict does not count here: it is in the pack.`,
		Example: `  bailiwick evidence pack -o pack.zip --key file:evidence.key
  bailiwick evidence pack infra app -o pack.zip --key file:evidence.key --ledger /var/lib/ledger --include attestations`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.name(args); err != nil {
				return err
			}
			return p.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&p.output, "output", "o", "", "file to write (required)")
	f.StringVar(&p.key, "key", "", "address of the key that signs, as in file:evidence.key (required)")
	secretFlag(cmd, &p.secret)
	f.StringVar(&p.ledger, "ledger", "", "folder of the ledger whose entries about this perimeter are proven, and which knows earlier crossings")
	f.StringArrayVar(&p.include, "include", nil, "folder with attestations that are copied; what lies below A to K in it goes to that paragraph (repeatable)")
	f.StringVar(&p.language, "language", "en", "language of the documents: "+strings.Join(evidence.Languages(), ", "))
	p.ownFlag(cmd)
	p.subject.flags(cmd)
	p.locator.flags(cmd)
	p.knowledge.flags(cmd)
	return cmd
}

func (p *packing) run(ctx context.Context) error {
	if p.output == "" || p.key == "" {
		return errors.New("pack needs -o FILE and --key ADDRESS; as in: bailiwick evidence pack -o pack.zip --key file:evidence.key (bailiwick keys create makes one)")
	}
	if err := evidence.CheckLanguage(p.language); err != nil {
		return err
	}
	for _, f := range p.secrets() {
		if isSame(f.path, p.output) {
			return fmt.Errorf("-o %s is %s: name another file", p.output, f.what)
		}
	}
	included, err := p.included()
	if err != nil {
		return err
	}
	key, err := p.signingKey(ctx, p.key, p.secret)
	if err != nil {
		return err
	}
	defer key.key.Close()
	begun := time.Now()
	c, err := p.caseOf(ctx)
	if err != nil {
		return err
	}
	if c.Result.Summary.Files == 0 {
		return p.nothing()
	}
	o := contents.Options{Case: c, Language: p.language, Version: Version(), Included: included}
	if o.Rules, err = p.policies(); err != nil {
		return err
	}
	if o.Inputs, err = inputDigests(p.facts.Files, begun); err != nil {
		return err
	}
	if o.Perimeter, err = perimeterText(c); err != nil {
		return err
	}
	if p.ledger != "" {
		o.Ledger = &contents.Ledger{Dir: p.ledger, Policy: func(shard string) ([]byte, error) { return p.startingPolicy(p.ledger, shard) }}
	}
	var notes []string
	err = toFileUntil(ctx, p.output, 0o644, func(w io.Writer) error {
		notes, err = contents.Write(w, o, key)
		return err
	})
	for _, n := range notes {
		fmt.Fprintf(p.err, "bailiwick: %s\n", n)
	}
	if err == nil {
		fmt.Fprintf(p.err, "bailiwick: %s: the verdict in it is %s\n", p.output, c.Result.Verdict)
	}
	return err
}

// perimeterText are the bytes of the perimeter that was judged by.
func perimeterText(c *evidence.Case) ([]byte, error) {
	file := c.Perimeter.File
	src, err := tree.Load(file, tree.MaxBytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if sum := sha256.Sum256(src); "sha256:"+hex.EncodeToString(sum[:]) != c.Perimeter.Digest {
		return nil, fmt.Errorf("%s changed while it was read: try again", file)
	}
	return src, nil
}

// inputDigests are the SHA-256 of the files that were read. One that was written to since
// is another file than the one that was judged.
func inputDigests(files []string, begun time.Time) ([]pack.Digest, error) {
	out := make([]pack.Digest, 0, len(files))
	for _, name := range files {
		sum, err := digestOf(name, begun)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, tree.Plain(err))
		}
		out = append(out, pack.Digest{Name: filepath.ToSlash(name), Digest: pack.Set{SHA256: sum}})
	}
	return out, nil
}

func digestOf(name string, begun time.Time) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.ModTime().After(time.Now()):
		err = fmt.Errorf("it says that it was written to at %s, which has not come, so that nobody knows whether it changed: touch it", info.ModTime().UTC().Format(time.RFC3339))
	case info.ModTime().After(begun):
		err = errors.New("it was written to while it was read: try again when it is at rest")
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// included lists the files below the folders that were named.
func (p *packing) included() ([]contents.Included, error) {
	var out []contents.Included
	for _, dir := range p.include {
		if err := isFolder(dir); err != nil {
			return nil, fmt.Errorf("--include %s: %w", dir, err)
		}
		err := filepath.WalkDir(dir+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if !d.Type().IsRegular() {
				return fmt.Errorf("%s is no regular file: copy what it leads to", path)
			}
			if what := p.own(path); what != "" {
				return fmt.Errorf("%s is %s, which must not be copied into the pack: keep it elsewhere", path, what)
			}
			name, err := filepath.Rel(dir, path)
			out = append(out, contents.Included{Name: filepath.ToSlash(name), Path: path})
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("--include %s: %w", dir, tree.Plain(err))
		}
	}
	slices.SortStableFunc(out, func(a, b contents.Included) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// own says which file of this run a path is, if any: a pack is handed to others.
func (p *packing) own(path string) string {
	for _, f := range append(p.secrets(), ownFile{p.output, "the pack itself"}) {
		if isSame(f.path, path) {
			return f.what
		}
	}
	return ""
}

// An ownFile is a file that a run needs, and what it is.
type ownFile struct{ path, what string }

// secrets are the files that nobody else must get.
func (p *packing) secrets() []ownFile {
	return []ownFile{
		{strings.TrimPrefix(p.key, "file:"), "the key that signs"},
		{strings.TrimPrefix(p.secret, "file:"), "its passphrase"},
	}
}

// isSame reports whether two paths lead to one file that is there.
func isSame(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
