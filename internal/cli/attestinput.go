package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/place"
)

// An attestInput is the files that evidence is held against.
type attestInput struct {
	collateral  string
	places      []string
	authorities string
}

func (i *attestInput) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&i.collateral, "collateral", "", "bundle of what the vendors publish")
	f.StringArrayVar(&i.places, "places", nil, "signed list of where chips stand (repeatable)")
	f.StringVar(&i.authorities, "authorities", "", "whose lists count: a file with a line `enrolled KEY` or `endorsed KEY` each")
}

// files are their paths.
func (i *attestInput) files() []string {
	var out []string
	for _, f := range append([]string{i.collateral, i.authorities}, i.places...) {
		if f != "" {
			out = append(out, f)
		}
	}
	return out
}

// maxAuthorities bounds the file of those whose lists count.
const maxAuthorities = 1 << 20

// open reads them all.
func (i *attestInput) open() (c *attest.Collateral, l attest.Locator, err error) {
	if i.collateral != "" {
		text, err := smallFile(i.collateral, attest.MaxBundle)
		if err != nil {
			return nil, nil, err
		}
		if c, err = attest.OpenCollateral(text); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", i.collateral, err)
		}
	}
	if (len(i.places) > 0) != (i.authorities != "") {
		return nil, nil, fmt.Errorf("--places names lists and --authorities who may have signed them: give both")
	}
	if len(i.places) == 0 {
		return c, nil, nil
	}
	text, err := smallFile(i.authorities, maxAuthorities)
	if err != nil {
		return nil, nil, err
	}
	who, err := place.ParseAuthorities(text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", i.authorities, err)
	}
	var all place.Several
	for _, path := range i.places {
		signed, err := smallFile(path, place.MaxList)
		if err != nil {
			return nil, nil, err
		}
		list, err := place.Open(signed, who)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, list)
	}
	return c, all, nil
}
