package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
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

// missing is what the evidence is held against and the bundle does not have,
// or has no longer.
func (f *collateralFetch) missing(evidence []attest.Evidence, b attest.Bundle, opened *attest.Collateral) ([]attest.Need, error) {
	var all []attest.Need
	seen := map[string]bool{}
	for _, i := range b.Items {
		seen[i.Source] = seen[i.Source] || f.counts(i)
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

func collateralAddCommand(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "add BUNDLE FILE ...",
		Short: "Pack files that were fetched elsewhere into a bundle",
		Long: `add packs files of vendors into a bundle, which it makes when it is not there. It knows them by their content: answers with
their heads, as the commands of collateral fetch --dry-run save them, and certificates, revocation lists, OCSP answers, Intel's statements and
NVIDIA's manifests as they are. A file that is none of these is an error, and nothing is packed then.`,
		Example: "  bailiwick attest collateral add bundle.json answer-*",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 2 {
				return fmt.Errorf("%s takes a bundle and at least one file; as in: %s", c.CommandPath(), firstExample(c))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return collateralAdd(e, args[0], args[1:]) },
	}
}

func collateralAdd(e *env, bundle string, files []string) error {
	b, _, err := openBundle(bundle)
	if err != nil {
		return err
	}
	before := len(b.Items)
	var errs []error
	for _, path := range files {
		text, err := smallFile(path, maxAnswer)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		items, err := broughtItems(filepath.Base(path), text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
			continue
		}
		b.Items = extended(b.Items, items)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := saveBundle(bundle, e.now(), b.Items); err != nil {
		return err
	}
	fmt.Fprintf(e.err, "bailiwick: %s: %d added, %d items in all\n", bundle, max(0, len(b.Items)-before), len(b.Items))
	return nil
}

// extended is the items with those of a file, each once. A newer answer to the
// same question takes the place of the older one.
func extended(all, brought []attest.Item) []attest.Item {
	known := func(i attest.Item) bool {
		return slices.ContainsFunc(all, func(o attest.Item) bool { return o.Kind == i.Kind && slices.Equal(o.Data, i.Data) })
	}
	if name := brought[0].Source; strings.HasPrefix(name, answerPrefix) && !known(brought[0]) {
		all = replaced(all, name, nil)
	}
	for _, i := range brought {
		if !known(i) {
			all = append(all, i)
		}
	}
	return all
}

func collateralShowCommand(e *env) *cobra.Command {
	var format string
	var within time.Duration
	cmd := &cobra.Command{
		Use:   "show BUNDLE",
		Short: "List what is in a bundle, and until when it counts",
		Long: `show lists what is in a bundle, what ends first on top, as each thing says of itself: whether its vendor signed it is verified with evidence.

Exit codes: 0 everything counts, 1 something has expired, or will within the time of --within, 2 the bundle cannot be read.`,
		Example: "  bailiwick attest collateral show bundle.json\n  bailiwick attest collateral show bundle.json --within 72h",
		Args:    one("bundle"),
		RunE:    func(_ *cobra.Command, args []string) error { return collateralShow(e, args[0], format, within) },
	}
	cmd.Flags().StringVar(&format, "format", "text", "output format: text, json")
	cmd.Flags().DurationVar(&within, "within", 0, "count what expires within this time as expired")
	return cmd
}

func collateralShow(e *env, path, format string, within time.Duration) error {
	if err := textOrJSON(format); err != nil {
		return err
	}
	if within < 0 {
		return fmt.Errorf("--within is a time from now, such as 72h")
	}
	if err := exist([]string{path}); err != nil {
		return err
	}
	b, opened, err := openBundle(path)
	if err != nil {
		return err
	}
	var all []attestall.Content
	for n, i := range b.Items {
		contents, err := attestall.Show(i)
		if err != nil {
			return fmt.Errorf("%s: item %d: %w", path, n+1, err)
		}
		all = append(all, contents...)
	}
	slices.SortStableFunc(all, func(a, b attestall.Content) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.What, b.What))
	})
	limit := e.now().Add(within)
	old := slices.ContainsFunc(all, func(c attestall.Content) bool { return !limit.Before(c.Until) })
	if format == "json" {
		err = e.json(struct {
			Digest   string              `json:"digest"`
			Made     time.Time           `json:"made"`
			Contents []attestall.Content `json:"contents"`
		}{opened.Digest, opened.Made, append([]attestall.Content{}, all...)})
	} else {
		fmt.Fprintf(e.out, "%s, made on %s\n", opened.Digest, opened.Made.Format(time.DateOnly))
		for _, c := range all {
			mark := "until"
			if !limit.Before(c.Until) {
				mark = "ENDED"
				if e.now().Before(c.Until) {
					mark = "ENDS "
				}
			}
			fmt.Fprintf(e.out, "  %s %s  %-12s  %s\n", mark, c.Until.UTC().Format("2006-01-02 15:04"), c.Kind, c.What)
		}
	}
	if err == nil && old {
		return exit(exitViolation)
	}
	return err
}
