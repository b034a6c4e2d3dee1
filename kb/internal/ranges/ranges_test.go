package main

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
)

func TestUnpack(t *testing.T) {
	v, err := unpack([]byte("\x84\xa7version\xaa2026-10-26\xaabuild_time\xd3\x00\x00\x00\x00\x6a\xde\x00\x00\xa9providers\x92\xa3aws\xd9\x03gcp\xa6ranges\xdc\x00\x01\x83\xa4cidr\xac192.0.2.0/24\xa1p\x01\xa1r\xa6global"))
	if err != nil {
		t.Fatal(err)
	}
	db, err := databaseOf(v)
	if err != nil {
		t.Fatal(err)
	}
	want := published{netip.MustParsePrefix("192.0.2.0/24"), "gcp", "global", ""}
	if db.Version != "2026-10-26" || len(db.ranges) != 1 || db.ranges[0] != want {
		t.Errorf("%+v", db)
	}
	for _, bad := range []string{"", "\x81", "\x81\x01\x01", "\xc1", "\xdd\xff\xff\xff\xff", "\x01\x01", strings.Repeat("\x91", 20) + "\x01"} {
		if v, err := unpack([]byte(bad)); err == nil {
			t.Errorf("%q was read as %v", bad, v)
		}
	}
}

func rowsOf(t *testing.T, texts ...string) []published {
	t.Helper()
	var out []published
	for _, s := range texts {
		f := strings.Fields(s)
		for len(f) < 3 {
			f = append(f, "")
		}
		out = append(out, published{prefix: netip.MustParsePrefix(f[0]), region: strings.Trim(f[1], "-"), service: f[2]})
	}
	return out
}

// written shows the ranges of a table as "prefix region", with * for anycast
// and - for no place.
func written(b *builder) []string {
	b.table.Sort()
	var out []string
	for _, e := range b.table.Entries {
		g := b.table.Targets[e.Target]
		place := g.Region
		switch {
		case g.Anycast:
			place = "*"
		case place == "":
			place = "-"
		}
		out = append(out, e.Prefix.String()+" "+place)
	}
	return out
}

func TestLists(t *testing.T) {
	unread := map[netip.Prefix]bool{netip.MustParsePrefix("10.4.0.0/16"): true}
	for name, c := range map[string]struct {
		add  func(*builder, []published) error
		rows []string
		want []string
	}{
		"amazon": {func(b *builder, rs []published) error { return addAWS(b, rs, unread) },
			[]string{"10.1.0.0/16 eu-central-1 AMAZON", "10.1.0.0/16 eu-central-1 EC2", "10.2.0.0/16 GLOBAL AMAZON", "10.3.0.0/16 us-west-2 GLOBALACCELERATOR", "10.4.0.0/16 eu-central-1 EC2", "10.5.0.0/16 a AMAZON", "10.5.0.0/16 b AMAZON"},
			[]string{"10.1.0.0/16 eu-central-1", "10.2.0.0/16 *", "10.3.0.0/16 *", "10.4.0.0/16 -", "10.5.0.0/16 a", "10.5.0.0/16 b"}},
		"azure": {addAzure,
			[]string{"10.1.0.0/16 centralfrance AZURECLOUD.CENTRALFRANCE", "10.1.0.0/16 - AZURECLOUD", "10.1.7.0/24 - AZURECLOUD", "10.1.8.0/24 - AZUREFRONTDOOR.FRONTEND", "10.1.8.0/24 centralfrance AZURECLOUD.CENTRALFRANCE", "10.2.0.0/16 - AZURECLOUD", "10.3.0.0/16 westeurope STORAGE"},
			[]string{"10.1.0.0/16 francecentral", "10.1.8.0/24 *", "10.2.0.0/16 -"}},
		"google": {addGoogle, []string{"10.1.0.0/16 global X", "10.2.0.0/16 europe-west3 X"}, []string{"10.1.0.0/16 *", "10.2.0.0/16 europe-west3"}},
	} {
		b := &builder{targets: map[addresses.Target]int{}}
		b.begin(name)
		if err := c.add(b, rowsOf(t, c.rows...)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := written(b); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for name, add := range map[string]func(*builder, []published) error{"google": addGoogle, "oracle": addOracle, "digitalocean": addDigitalOcean} {
		b := &builder{targets: map[addresses.Target]int{}}
		b.begin(name)
		if err := add(b, rowsOf(t, "10.1.0.0/16 -")); err == nil {
			t.Errorf("%s: a range without region was taken", name)
		}
	}
}
