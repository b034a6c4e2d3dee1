package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

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
