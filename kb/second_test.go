package kb

import (
	"strings"
	"testing"
)

func TestOrigin(t *testing.T) {
	for _, c := range []struct {
		host            []string
		address, origin string
	}{
		{nil, "github.com/oracle/oci-go-sdk/v65@v65.129.0 common/regions.go", "github.com/oracle/oci-go-sdk"},
		{nil, "https://github.com/Oracle/oci-go-sdk/blob/main/README.md", "github.com/oracle/oci-go-sdk"},
		{nil, "https://raw.githubusercontent.com/oracle/oci-go-sdk/main/x", "github.com/oracle/oci-go-sdk"},
		{nil, "github.com/aws/aws-sdk-go-v2@v1.47.7 internal/x.json", "github.com/aws/aws-sdk-go-v2"},
		{nil, "https://docs.oracle.com/en-us/iaas/a.htm", "docs.oracle.com"},
		{nil, "https://docs.oracle.com/iaas/b.html?x=1#y", "docs.oracle.com"},
		{[]string{"docs", "rs"}, "/cloud-storage/0.10.1/x.html", "docs.rs/cloud-storage"},
		{[]string{"docs", "rs"}, "/other/1.0.0/x.html", "docs.rs/other"},
		{nil, "register of companies, HRB 1", "register"},
		{nil, "", ""},
	} {
		s := Source{Host: c.host, Address: c.address}
		if got := s.Origin(); got != c.origin {
			t.Errorf("%v %q: %q, want %q", c.host, c.address, got, c.origin)
		}
	}
}

// A text is kept for people to read, and proves nothing.
func TestSecondAsText(t *testing.T) {
	k, err := Load(with(t, "providers/acme/regions.yaml", "zone: europe,", `zone: europe, second: "a table says so",`))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := k.Region("acme", "north-1")
	if r.Second == nil || r.Second.Note != "a table says so" || r.Second.Cites() || r.Basis(nil) != OneSource {
		t.Errorf("%+v, basis %s", r.Second, r.Basis(nil))
	}
}

// What is written is found again: with its source, after compiling.
func TestSecondIsCited(t *testing.T) {
	k, err := Load(files(sound()))
	if err != nil {
		t.Fatal(err)
	}
	r, _ := k.Region("acme", "north-1")
	if r.Second == nil || r.Second.Cited == nil || r.Second.Cited.Address != "example.net/table.csv" || r.Second.Quote != "north-1,DE" || r.Second.Confidence != "documented" {
		t.Fatalf("%+v", r.Second)
	}
	if got := r.Basis(nil); got != TwoSources {
		t.Errorf("basis %s", got)
	}
}

func TestSecondRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"same source", "second: {source: table", "second: {source: sdk", "second names sdk, the source of the record itself"},
		{"no source", `second: {source: table, quote: "north-1,DE"}`, `second: {quote: "north-1,DE"}`, "second names sdk, the source of the record itself"},
		{"same origin", "example.net/table.csv", "https://example.org/other", "second and the record's source are both of example.org"},
		{"no quote", `second: {source: table, quote: "north-1,DE"}`, `second: {source: table}`, `source "table" without quote`},
		{"unlisted", "second: {source: table", "second: {source: tabel", `source "tabel" is not listed under sources:; did you mean table?`},
		{"unknown key", `quote: "north-1,DE"`, `qoute: "north-1,DE"`, `unknown key "qoute"; did you mean quote?`},
		{"no first", `quote: "north-1 Berlin"`, `confidence: claimed`, "has a second source but no first one"},
		{"licence", "example.net/table.csv, licence: MIT", "example.net/table.csv, licence: AGPL-3.0", "knowledge under AGPL-3.0 may not be taken over"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := sound()
			const file = "providers/acme/regions.yaml"
			if !strings.Contains(m[file], c.old) {
				t.Fatalf("the tree has no %q", c.old)
			}
			m[file] = strings.Replace(m[file], c.old, c.new, 1)
			if _, err := Load(files(m)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
