package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// documents writes a perimeter with evidence: about, fact and value, three by three.
func documents(words ...string) string {
	var b strings.Builder
	b.WriteString(plain + "  evidence:\n")
	for i := 0; i+2 < len(words); i += 3 {
		fmt.Fprintf(&b, "    - {about: %q, fact: %s, value: [%s], document: \"sha256:%064d\", approved_by: x@y.example, expires: 2027-01-01}\n", words[i], words[i+1], words[i+2], i)
	}
	return b.String()
}

// A document fills what is unknown, for those too that take their place from
// the asset, and does not overrule what is written.
func TestStatedPlace(t *testing.T) {
	const machine, disk = "variable \"z\" {}\nresource \"nord_machine\" \"m\" { zone = var.z }\n", "resource \"nord_disk\" \"d\" { machine = nord_machine.m.id }\n"
	p := documents("nord_machine.m", "place", "FR, EU", "nord_log.l", "place", "SE")
	var said []string
	for _, text := range []string{machine + disk, disk + machine} {
		assets := resolved(t, p, text+"resource \"nord_log\" \"l\" { region = \"berlin-1\" }\n")
		m := get(t, assets, "nord_machine.m")
		if got := m.Places[0]; !slices.Equal(got.Countries, []graph.Country{"DE", "FR", "GP", "HU", "SE"}) || got.Confidence != graph.Documented || !strings.Contains(strings.Join(got.Because, " "), "x@y.example approved the document") {
			t.Errorf("the machine is in %v (%s) because %q", got.Countries, got.Confidence, got.Because)
		}
		said = append(said, fmt.Sprint(get(t, assets, "nord_disk.d").Places[0].Countries))
		if got := get(t, assets, "nord_log.l").Places[0].Countries; !slices.Equal(got, []graph.Country{"DE"}) {
			t.Errorf("a document overrules what is written: the log is in %v", got)
		}
		for _, a := range assets {
			for _, f := range sound(a) {
				t.Error(f)
			}
		}
	}
	if said[0] != said[1] {
		t.Errorf("the disk is in %s when it comes after its machine, and in %s when it comes before", said[0], said[1])
	}
}

// The operator that a document names holds the keys of a key manager that
// nobody knows; a bloc is nobody's seat.
func TestStatedOperator(t *testing.T) {
	const tf = `
resource "nord_key" "a" {
  region     = "berlin-1"
  protection = "OUTSIDE"
  manager    = "https://known.nobody.example"
}
resource "nord_key" "b" {
  region     = "berlin-1"
  protection = "OUTSIDE"
  manager    = "https://known.nobody.example"
}
resource "nord_key" "country" {
  region     = "berlin-1"
  protection = "OUTSIDE"
  manager    = "https://country.nobody.example"
}
resource "nord_key" "bloc" {
  region     = "berlin-1"
  protection = "OUTSIDE"
  manager    = "https://bloc.nobody.example"
}
resource "nord_key" "silent" {
  region     = "berlin-1"
  protection = "OUTSIDE"
  manager    = "https://silent.nobody.example"
}
resource "nord_log" "l" { region = "berlin-1" }
`
	assets := resolved(t, documents("known.nobody.example", "operator", "nord", "country.nobody.example", "operator", "FR", "bloc.nobody.example", "operator", "EU"), tf)
	for n, want := range map[graph.Address]struct {
		entity graph.EntityID
		seat   graph.Country
	}{
		"nord_key.a": {"nord", "DE"}, "nord_key.b": {"nord", "DE"}, "nord_key.country": {"country.nobody.example", "FR"}, "nord_key.bloc": {}, "nord_key.silent": {},
	} {
		a := get(t, assets, n)
		var seat graph.Country
		if a.KeyHolder != nil {
			seat = a.KeyHolder.Seat
		}
		if a.Custody.Entity != want.entity || seat != want.seat || (a.Custody.Unknown == "") != (want.entity != "") {
			t.Errorf("%s is held by %q in %q (%q), want %+v", n, a.Custody.Entity, seat, a.Custody.Unknown, want)
		}
	}
	if one, two := get(t, assets, "nord_key.a").Custody, get(t, assets, "nord_key.b").Custody; len(one.Because) != len(two.Because) {
		t.Errorf("the same document gives different reasons: %q and %q", one.Because, two.Because)
	}
	if o := get(t, assets, "nord_log.l").Operator; strings.Contains(strings.Join(o.Because, " "), "document") {
		t.Errorf("what a document says of one host is said of all that the operator runs: %q", o.Because)
	}
}

// A document says that the operator sees no clear text; nothing else changes.
func TestStatedClearText(t *testing.T) {
	const tf = "resource \"nord_bucket\" \"a\" {\n  name = \"a\"\n  region = \"berlin-1\"\n}\n"
	before := get(t, resolved(t, plain, tf), "nord_bucket.a").Custody
	after := get(t, resolved(t, documents("nord_bucket.a", "cleartext", "never"), tf), "nord_bucket.a").Custody
	other := get(t, resolved(t, documents("nord_bucket.b", "cleartext", "never"), tf), "nord_bucket.a").Custody
	if !before.ClearText || after.ClearText || !other.ClearText {
		t.Errorf("clear text at the operator: %v without a document, %v with one, %v with one about another bucket", before.ClearText, after.ClearText, other.ClearText)
	}
	if after.Holder != before.Holder || after.Grade != before.Grade || after.Entity != before.Entity {
		t.Errorf("a document about clear text changes the key: %+v, was %+v", after, before)
	}
}
