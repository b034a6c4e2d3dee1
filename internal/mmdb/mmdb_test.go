package mmdb

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// The fixture is written by testdata's own words, see [writeTable].
func TestCountry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.mmdb")
	rows := []row{
		{netip.MustParsePrefix("198.51.100.0/24"), map[string]any{"country": map[string]any{"iso_code": "DE"}}},
		{netip.MustParsePrefix("203.0.113.0/25"), map[string]any{"country_code": "FR"}},
		{netip.MustParsePrefix("203.0.113.128/25"), map[string]any{"country": "CH"}},
		{netip.MustParsePrefix("192.0.2.0/24"), map[string]any{"country": "Germany", "as": "x"}},
	}
	if err := os.WriteFile(path, writeTable(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	tab, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	for addr, want := range map[string]graph.Country{
		"198.51.100.9": "DE", "203.0.113.1": "FR", "203.0.113.200": "CH",
		"192.0.2.1": "", "8.8.8.8": "", "2001:db8::1": "",
	} {
		got, name, ok := tab.Country(netip.MustParseAddr(addr))
		if got != want || ok != (want != "") || !strings.HasPrefix(name, "own.mmdb") {
			t.Errorf("%s is in %q by %s (%v), want %q", addr, got, name, ok, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no.mmdb")
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte("country,DE\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); err == nil {
		t.Error("a text file was opened as a table")
	}
}
