// Package mmdb reads the table of countries that an operator brings: a file in
// the MaxMind format, as many publishers of address data write it. What such a
// table says is a guess of its publisher; callers treat it as a claim.
package mmdb

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"

	"github.com/oschwald/maxminddb-golang/v2"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Table is an open file. It is safe for concurrent use.
type Table struct {
	reader *maxminddb.Reader
	name   string
}

// paths are where publishers write the country of an address: MaxMind and DB-IP,
// the flat tables of sapics, IPinfo Lite before and after 2025.
var paths = [][]any{{"country", "iso_code"}, {"country_code"}, {"country"}}

var isoCode = regexp.MustCompile(`^[A-Z]{2}$`)

// Open opens a file. Close it when done.
func Open(path string) (*Table, error) {
	r, err := maxminddb.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the address table %s: %w", path, err)
	}
	return &Table{reader: r, name: fmt.Sprintf("%s (%s)", filepath.Base(path), r.Metadata.DatabaseType)}, nil
}

// Close gives the file back.
func (t *Table) Close() error { return t.reader.Close() }

// Country returns the country that the table gives an address, and the name of
// the table. What it writes in another way than as an ISO code is not known.
func (t *Table) Country(a netip.Addr) (c graph.Country, table string, ok bool) {
	res := t.reader.Lookup(a)
	if !res.Found() {
		return "", t.name, false
	}
	for _, p := range paths {
		var code string
		if err := res.DecodePath(&code, p...); err == nil && isoCode.MatchString(code) {
			return graph.Country(code), t.name, true
		}
	}
	return "", t.name, false
}
