package cli

import (
	"github.com/spf13/cobra"

	"github.com/bailiwick-dev/bailiwick/internal/mmdb"
	"github.com/bailiwick-dev/bailiwick/internal/resolve"
)

// A locator is the table of addresses that --mmdb names.
type locator struct{ path string }

func (l *locator) flags(c *cobra.Command) {
	c.Flags().StringVar(&l.path, "mmdb", "", "table of countries by IP address (MaxMind format) for addresses that no provider publishes; what it says is a claim, nothing passes by it")
}

// An addressTable is that table, open; none when the flag is not written.
type addressTable struct{ table *mmdb.Table }

func (l *locator) open() (addressTable, error) {
	if l.path == "" {
		return addressTable{}, nil
	}
	t, err := mmdb.Open(l.path)
	return addressTable{t}, err
}

func (t addressTable) close() {
	if t.table != nil {
		t.table.Close()
	}
}

// locator is nil, and not an interface that holds nil, when there is no table.
func (t addressTable) locator() resolve.Locator {
	if t.table == nil {
		return nil
	}
	return t.table
}
