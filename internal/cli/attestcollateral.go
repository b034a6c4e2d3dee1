package cli

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	attestall "github.com/bailiwick-dev/bailiwick/internal/attest/all"
)

func attestCollateralCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "collateral",
		Short: "Collect what vendors publish of their chips in one file",
		Long: `collateral makes and shows bundles: files that hold what AMD, Intel and NVIDIA published of their chips. Each thing in it is signed by its
vendor, so it does not matter who made the bundle; each says until when it counts.`,
		Args: noCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	cmd.AddCommand(collateralFetchCommand(e), collateralAddCommand(e), collateralShowCommand(e))
	return cmd
}

// A collateralFetch is one call of the command.
type collateralFetch struct {
	*env
	bundle, format string
	proxy          string
	dry            bool
	tries          int
	timeout        time.Duration
}

func collateralFetchCommand(e *env) *cobra.Command {
	f := &collateralFetch{env: e}
	cmd := &cobra.Command{
		Use:   "fetch EVIDENCE ... -o BUNDLE",
		Short: "Get from the vendors what evidence is held against",
		Long: `fetch asks the services of AMD, Intel and NVIDIA for what the evidence is held against, and no one else: not even where they send on to
another host. A bundle that is there is extended: what it has and still counts is not asked for again, so a call that was
interrupted goes on where it ended. What is fetched is written at once.

A machine without a network takes --dry-run, which prints the questions as commands for a shell elsewhere; collateral add packs the answers.
The proxy is that of HTTPS_PROXY and HTTP_PROXY, or --proxy.

Exit codes: 0 the bundle has everything, 2 something could not be fetched; what could is in the bundle.`,
		Example: "  bailiwick attest collateral fetch evidence.bin -o bundle.json\n  bailiwick attest collateral fetch evidence.bin --dry-run > ask.sh",
		Args:    some("file of evidence"),
		RunE:    func(c *cobra.Command, args []string) error { return f.run(c.Context(), args) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.bundle, "output", "o", "", "file of the bundle, made or extended (required without --dry-run)")
	flags.BoolVar(&f.dry, "dry-run", false, "print what would be asked, as commands for a shell, and ask nobody")
	flags.StringVar(&f.format, "format", "text", "format of --dry-run: text, json")
	flags.StringVar(&f.proxy, "proxy", "", "address of a proxy (default: that of the environment)")
	flags.IntVar(&f.tries, "tries", 6, "how often a service is asked that is busy or fails")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "how long one answer may take")
	return cmd
}

// some asks for at least one argument; what says which.
func some(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return nil
		}
		return fmt.Errorf("%s takes at least one %s; as in: %s", c.CommandPath(), what, firstExample(c))
	}
}

// maxEvidence bounds a file of evidence, as the reader does.
const maxEvidence = 4 << 20

// readEvidence reads files of evidence.
func readEvidence(paths []string) ([]attest.Evidence, error) {
	var all []attest.Evidence
	for _, path := range paths {
		text, err := smallFile(path, maxEvidence)
		if err != nil {
			return nil, err
		}
		evidence, err := attestall.Read(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, evidence...)
	}
	return all, nil
}

// openBundle reads a bundle that may not be there yet.
func openBundle(path string) (attest.Bundle, *attest.Collateral, error) {
	if _, err := os.Stat(path); path == "" || errors.Is(err, fs.ErrNotExist) {
		return attest.Bundle{}, &attest.Collateral{}, nil
	}
	text, err := smallFile(path, attest.MaxBundle)
	if err != nil {
		return attest.Bundle{}, nil, err
	}
	b, err := attest.ParseBundle(text)
	if err != nil {
		return b, nil, fmt.Errorf("%s: %w", path, err)
	}
	c, err := attest.OpenCollateral(text)
	if err != nil {
		return b, nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, c, nil
}

func saveBundle(path string, made time.Time, items []attest.Item) error {
	text, err := attest.Pack(made, items...)
	if err != nil {
		return err
	}
	return toFile(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

func (f *collateralFetch) run(ctx context.Context, paths []string) error {
	if err := textOrJSON(f.format); err != nil {
		return err
	}
	if f.bundle == "" && !f.dry {
		return fmt.Errorf("-o BUNDLE is missing: the file that is made or extended; --dry-run prints only what would be asked")
	}
	if f.tries < 1 || f.timeout <= 0 {
		return fmt.Errorf("--tries and --timeout are more than zero")
	}
	evidence, err := readEvidence(paths)
	if err != nil {
		return err
	}
	b, opened, err := openBundle(f.bundle)
	if err != nil {
		return err
	}
	needs, err := f.missing(evidence, b, opened)
	if err != nil {
		return err
	}
	if f.dry {
		return f.print(needs)
	}
	asker, err := newAsker(f.env, f.proxy, f.tries, f.timeout)
	if err != nil {
		return err
	}
	if err := f.bring(&b, evidence); err != nil {
		return err
	}
	asked := map[string]bool{}
	var errs []error
	fetched := 0
	// A manifest shows who signed it, of whose certificates the status is
	// asked next.
	for len(needs) > 0 {
		for _, n := range needs {
			asked[n.Source()] = true
			items, err := asker.ask(ctx, n)
			if err != nil {
				if n.Maybe && errors.Is(err, errNotThere) {
					fmt.Fprintf(f.err, "bailiwick: %s: not there, so the chip is of another product\n", n.URL)
					continue
				}
				errs = append(errs, err)
				if ctx.Err() != nil {
					return errors.Join(errs...)
				}
				continue
			}
			fetched++
			b.Items = replaced(b.Items, n.Source(), items)
			if err := saveBundle(f.bundle, f.now(), b.Items); err != nil {
				return err
			}
			fmt.Fprintf(f.err, "bailiwick: %s: fetched\n", n.URL)
		}
		if b, opened, err = openBundle(f.bundle); err != nil {
			return err
		}
		if needs, err = f.missing(evidence, b, opened); err != nil {
			return err
		}
		needs = slices.DeleteFunc(needs, func(n attest.Need) bool { return asked[n.Source()] })
	}
	if len(errs) > 0 {
		return errors.Join(append(errs, fmt.Errorf("%d of %d could not be fetched; what could is in %s: call again for the rest", len(errs), len(asked), f.bundle))...)
	}
	fmt.Fprintf(f.err, "bailiwick: %s: %d fetched, %d items in all\n", f.bundle, fetched, len(b.Items))
	return nil
}

// bring puts into the bundle what the evidence brings of its vendor's own
// certificates: there they are verified once, and not with each chip.
func (f *collateralFetch) bring(b *attest.Bundle, evidence []attest.Evidence) error {
	before := len(b.Items)
	for _, e := range evidence {
		if i := attestall.Brought(e, f.roots, f.now()); i != nil {
			b.Items = extended(b.Items, []attest.Item{*i})
		}
	}
	if len(b.Items) == before {
		return nil
	}
	return saveBundle(f.bundle, f.now(), b.Items)
}

// missing is what the evidence is held against and the bundle does not have,
// or has no longer.
func (f *collateralFetch) missing(evidence []attest.Evidence, b attest.Bundle, opened *attest.Collateral) ([]attest.Need, error) {
	var all []attest.Need
	seen := map[string]bool{} // by source: whether all that it gave counts
	for _, i := range b.Items {
		if counts, known := seen[i.Source]; !known || counts {
			seen[i.Source] = f.counts(i)
		}
	}
	for _, e := range evidence {
		needs, err := attestall.Needs(e, opened)
		if err != nil {
			return nil, err
		}
		for _, n := range needs {
			if !seen[n.Source()] && !seen[answerName(n)] {
				seen[n.Source()] = true
				all = append(all, n)
			}
		}
	}
	return all, nil
}

// counts says whether everything in an item counts now, and what is issued
// often will for a while: it is fetched anew when half of its time is over.
func (f *collateralFetch) counts(i attest.Item) bool {
	contents, err := attestall.Show(i)
	for _, c := range contents {
		until := c.Until
		if i.Kind != attest.ItemCertificates && i.Kind != attest.ItemManifest {
			until = c.From.Add(c.Until.Sub(c.From) / 2)
		}
		if !f.now().Before(until) {
			return false
		}
	}
	return err == nil
}

// replaced is the items with those of one source exchanged.
func replaced(items []attest.Item, source string, by []attest.Item) []attest.Item {
	kept := slices.DeleteFunc(slices.Clone(items), func(i attest.Item) bool { return i.Source == source })
	return append(kept, by...)
}

// answerName is the file of an answer that is fetched by hand. It names the
// question, so that what was packed is not asked for again.
func answerName(n attest.Need) string {
	sum := sha256.Sum256([]byte(n.Source()))
	return fmt.Sprintf(answerPrefix+"%x-%s", sum[:4], n.Kind)
}

const answerPrefix = "answer-"

// print writes the questions so that another machine can ask them: what it
// saves has the heads of the answers, in which certificates may stand.
func (f *collateralFetch) print(needs []attest.Need) error {
	if f.format == "json" {
		return f.json(struct {
			Needs []attest.Need `json:"needs"`
		}{append([]attest.Need{}, needs...)})
	}
	if len(needs) == 0 {
		fmt.Fprintln(f.err, "the bundle has everything that the evidence needs")
		return nil
	}
	fmt.Fprintln(f.out, "#!/bin/sh\n# Run this where there is a network, bring the files answer-* back, and pack them:\n#   bailiwick attest collateral add BUNDLE answer-*")
	for _, need := range needs {
		ask := "curl -sSi --retry 6 --retry-delay 11 -o " + answerName(need)
		if need.Post != nil {
			ask = fmt.Sprintf("echo %s | base64 -d | %s -H 'Content-Type: application/ocsp-request' --data-binary @-", base64.StdEncoding.EncodeToString(need.Post), ask)
		}
		fmt.Fprintf(f.out, "%s %s\n", ask, quoted(need.URL))
	}
	return nil
}
