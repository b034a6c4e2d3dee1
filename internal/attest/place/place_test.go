package place_test

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/place"
	"github.com/bailiwick-dev/bailiwick/internal/ledger/c2sp"
)

type key struct{ ed25519.PrivateKey }

func (k key) Public() ed25519.PublicKey           { return k.PrivateKey.Public().(ed25519.PublicKey) }
func (k key) Sign(message []byte) ([]byte, error) { return ed25519.Sign(k.PrivateKey, message), nil }

func signer(b byte) key {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = b
	return key{ed25519.NewKeyFromSeed(seed)}
}

var (
	dpo   = signer(1)
	cloud = signer(2)
)

func day(s string) time.Time {
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return at
}

const (
	amd   = "0102030405060708"
	intel = "07000000000000000000000000000000"
)

func list(country string) *place.List {
	return &place.List{
		Issued: day("2026-11-01"), Expires: day("2026-12-01"), Sites: []place.Site{{Name: "fra1", Country: country, Operator: "clinic.example"}},
		Chips: []place.Chip{{Kind: attest.SNP, ID: amd, Site: "fra1"}, {Kind: attest.TDX, ID: intel, Site: "fra1"}},
	}
}

// newer is a list of one other chip, which counts until the thirtieth.
func newer(site string) *place.List {
	return &place.List{
		Issued: day("2026-11-05"), Expires: day("2026-11-30"), Sites: []place.Site{{Name: site, Country: "DE", Operator: "clinic.example"}},
		Chips: []place.Chip{{Kind: attest.SNP, ID: "0909090909090909", Site: site}},
	}
}

func sign(t testing.TB, l *place.List, name string, k key) []byte {
	t.Helper()
	signed, err := place.Sign(l, c2sp.LogSigner(name, k))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

var authorities = []place.Authority{
	{Grade: attest.Enrolled, Key: c2sp.LogKey("clinic.example/dpo", dpo.Public())},
	{Grade: attest.Endorsed, Key: c2sp.LogKey("cloud.example", cloud.Public())},
}

func open(t testing.TB, signed []byte) *place.Opened {
	t.Helper()
	o, err := place.Open(signed, authorities)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestLocate holds what lists say of chips.
func TestLocate(t *testing.T) {
	enrolled := open(t, sign(t, list("DE"), "clinic.example/dpo", dpo))
	elsewhere := open(t, sign(t, list("FR"), "clinic.example/dpo", dpo))
	endorsed := open(t, sign(t, list("IE"), "cloud.example", cloud))
	declared := place.Declared{Site: place.Site{Name: "here", Country: "NL", Operator: "me.example"}, By: "a flag"}
	for _, c := range []struct {
		name  string
		who   attest.Locator
		chip  attest.Chip
		at    string
		grade attest.Grade
		where string
		says  string
	}{
		{"enrolled", enrolled, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Enrolled, "DE", "clinic.example/dpo signed"},
		{"a machine of Intel runs enclaves too", enrolled, attest.Chip{Kind: attest.SGX, ID: intel}, "2026-11-29", attest.Enrolled, "DE", ""},
		{"a chip of another kind with that id", enrolled, attest.Chip{Kind: attest.TDX, ID: amd}, "2026-11-29", attest.Unknown, "", "does not hold"},
		{"a chip that is not on it", enrolled, attest.Chip{Kind: attest.SNP, ID: "09"}, "2026-11-29", attest.Unknown, "", "does not hold"},
		{"a masked chip", enrolled, attest.Chip{Kind: attest.SNP}, "2026-11-29", attest.Unknown, "", "which chip"},
		{"before it is issued", enrolled, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-10-31", attest.Unknown, "", "issued only"},
		{"expired", enrolled, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-12-01", attest.Unknown, "", "expired on 2026-12-01"},
		{"endorsed", endorsed, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Endorsed, "IE", "cloud.example signed"},
		{"declared", declared, attest.Chip{Kind: attest.SNP, ID: "09"}, "2026-11-29", attest.Declared, "NL", "nobody signed"},
		{"the best of several", place.Several{declared, endorsed, enrolled}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Enrolled, "DE", ""},
		{"the best that still holds", place.Several{declared, endorsed, enrolled}, attest.Chip{Kind: attest.SNP, ID: "09"}, "2026-11-29", attest.Declared, "NL", ""},
		{"two that contradict each other", place.Several{enrolled, elsewhere, declared}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Unknown, "", "contradict"},
		{"worse ones that contradict do not count", place.Several{endorsed, open(t, sign(t, list("SE"), "cloud.example", cloud)), enrolled}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Enrolled, "DE", ""},
		{"a newer list, without the chip", place.Several{enrolled, open(t, sign(t, newer("fra1"), "clinic.example/dpo", dpo))}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Unknown, "", "a newer list"},
		{"a newer list, that has expired", place.Several{enrolled, open(t, sign(t, newer("fra1"), "clinic.example/dpo", dpo))}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-30", attest.Unknown, "", "a newer list"},
		{"a newer list, yet to come", place.Several{open(t, sign(t, newer("fra1"), "clinic.example/dpo", dpo)), enrolled}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-04", attest.Enrolled, "DE", ""},
		{"a newer list of another site", place.Several{enrolled, open(t, sign(t, newer("ber1"), "clinic.example/dpo", dpo))}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Enrolled, "DE", ""},
		{"a newer list of another key", place.Several{enrolled, open(t, sign(t, newer("fra1"), "cloud.example", cloud))}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Enrolled, "DE", ""},
		{"none", place.Several{}, attest.Chip{Kind: attest.SNP, ID: amd}, "2026-11-29", attest.Unknown, "", "no list"},
	} {
		p := c.who.Locate(c.chip, day(c.at))
		if p.Grade != c.grade || p.Country != c.where || !strings.Contains(p.Because, c.says) {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

// TestOpenRefuses holds that only what an authority signed is a list.
func TestOpenRefuses(t *testing.T) {
	good := sign(t, list("DE"), "clinic.example/dpo", dpo)
	for name, signed := range map[string][]byte{
		"of a stranger":                        sign(t, list("DE"), "clinic.example/dpo", signer(9)),
		"of a known key by another name":       sign(t, list("DE"), "stranger.example", dpo),
		"altered":                              []byte(strings.Replace(string(good), " DE ", " FR ", 1)),
		"without a signature":                  []byte(list("DE").Text()),
		"empty":                                nil,
		"with a key of a witness (time-bound)": good[:len(good)-8],
	} {
		if o, err := place.Open(signed, authorities); err == nil {
			t.Errorf("a list %s is taken: %+v", name, o)
		}
	}
	both, err := place.Sign(list("DE"), c2sp.LogSigner("cloud.example", cloud), c2sp.LogSigner("clinic.example/dpo", dpo))
	if err != nil {
		t.Fatal(err)
	}
	if o := open(t, both); o.Grade != attest.Enrolled {
		t.Errorf("signed by both, it is %s", o.Grade)
	}
}

// TestParseRefuses holds the form of a list, line by line.
func TestParseRefuses(t *testing.T) {
	head := "bailiwick/places/v1\nissued 2026-11-01\nexpires 2026-12-01\nsite fra1 DE clinic.example\n"
	for _, c := range []struct{ text, says string }{
		{"", "line 1"},
		{"bailiwick/places/v2\n", "line 1"},
		{strings.TrimSuffix(head, "\n"), "cut off"},
		{"bailiwick/places/v1\nissued 2026-11-01\n", "expires DATE"},
		{"bailiwick/places/v1\nissued 2026-11-01\nexpires 2026-11-01\n", "expires before"},
		{"bailiwick/places/v1\nissued 2026-11-01\nexpires 2036-11-01\n", "let it expire sooner"},
		{head + "issued 2026-11-02\n", "line 5"},
		{head + "site fra1 FR x\n", "stands on a line above"},
		{head + "site fra2 Germany x\n", "ISO 3166-1"},
		{head + "chip snp " + amd + " fra2\n", "no line above"},
		{head + "chip sev " + amd + " fra1\n", `"snp"`},
		{head + "chip snp " + strings.ToUpper("ab02030405060708") + " fra1\n", "lower-case"},
		{head + "chip snp 0000000000000000 fra1\n", "lower-case"},
		{head + "chip snp " + amd + " fra1\nchip snp " + amd + " fra1\n", "twice"},
		{head + "chip tdx " + intel + " fra1\nchip sgx " + intel + " fra1\n", "twice"},
		{head + "chip  snp " + amd + " fra1\n", "one space"},
		{head + "ship snp " + amd + " fra1\n", "chip KIND ID SITE"},
	} {
		if _, err := place.Parse(c.text); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: the error is %v, without %q", c.text, err, c.says)
		}
	}
}

func TestParseAuthorities(t *testing.T) {
	text := "# who may say where chips stand\nenrolled " + authorities[0].Key.String() + "\nendorsed " + authorities[1].Key.String() + "\n"
	got, err := place.ParseAuthorities([]byte(text))
	if err != nil || len(got) != 2 || got[0].Grade != attest.Enrolled || got[1].Key.Name() != "cloud.example" {
		t.Errorf("%+v, %v", got, err)
	}
	twice := text + "endorsed " + authorities[0].Key.String() + "\n"
	if _, err := place.ParseAuthorities([]byte(twice)); err == nil || !strings.Contains(err.Error(), "line 4") {
		t.Errorf("a key with two grades: %v", err)
	}
	for _, bad := range []string{"", "declared " + authorities[0].Key.String(), "enrolled x", "enrolled", "enrolled " + c2sp.WitnessKey("clinic.example/dpo", dpo.Public()).String()} {
		if _, err := place.ParseAuthorities([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestParseManySites: the longest lists there are take no time.
func TestParseManySites(t *testing.T) {
	var b strings.Builder
	b.WriteString("bailiwick/places/v1\nissued 2026-11-01\nexpires 2026-12-01\n")
	for i := range 30_000 {
		fmt.Fprintf(&b, "site s%d DE x\n", i)
	}
	for i := range 12_000 {
		fmt.Fprintf(&b, "chip tdx %016x s%d\n", i+1, 29_999-i)
	}
	if b.Len() > place.MaxList {
		t.Fatalf("%d bytes", b.Len())
	}
	began := time.Now()
	l, err := place.Parse(b.String())
	if err != nil || len(l.Sites) != 30_000 || len(l.Chips) != 12_000 {
		t.Fatal(err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestParseDraft(t *testing.T) {
	head := "apiVersion: bailiwick/v1\nkind: Places\nby: clinic.example/dpo\nexpires: 2026-12-31\n"
	for _, c := range []struct {
		text  string
		chips int
		says  string
	}{
		{head + "sites: {fra1: {country: DE, operator: clinic.example, chips: [snp " + amd + "]}}", 1, ""},
		{head + "sites: {fra1: {country: DE, operator: clinic.example, chips: []}}", 0, ""}, // the last chip has gone
		{head + "sites: {fra1: {country: DE, operator: clinic.example}}", 0, "no chip"},
		{head + "sites: {}", 0, "no chip"},
		{head + "sites: {fra1: {country: DE, operator: clinic.example, chip: [snp " + amd + "]}}", 0, "chip not found"},
		{head + "sites: {fra1: {country: DE, operator: clinic.example, chips: [" + amd + "]}}", 0, "its kind and its id"},
		{head + "sites: {fra1: {country: DE, operator: '', chips: []}}", 0, "in one word"},
		{strings.Replace(head, "by: clinic.example/dpo\n", "", 1) + "sites: {}", 0, "who signs"},
		{strings.Replace(head, "2026-12-31", "2028-12-31", 1) + "sites: {fra1: {country: DE, operator: x, chips: []}}", 0, "let it expire sooner"},
		{strings.Replace(head, "expires: 2026-12-31\n", "", 1) + "sites: {fra1: {country: DE, operator: x}}", 0, "expires"},
		{head + "sites: {}\n---\n", 0, "more than one document"},
	} {
		by, l, err := place.ParseDraft([]byte(c.text), day("2026-11-29"))
		switch {
		case c.says != "":
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q: the error is %v, without %q", c.text, err, c.says)
			}
		case err != nil || by != "clinic.example/dpo" || len(l.Chips) != c.chips || l.Issued != day("2026-11-29"):
			t.Errorf("%q: %s, %+v, %v", c.text, by, l, err)
		}
	}
}

// TestLastChip: a newer list that names a site and no chip empties it.
func TestLastChip(t *testing.T) {
	empty := newer("fra1")
	empty.Chips = nil
	both := place.Several{open(t, sign(t, list("DE"), "clinic.example/dpo", dpo)), open(t, sign(t, empty, "clinic.example/dpo", dpo))}
	if p := both.Locate(attest.Chip{Kind: attest.SNP, ID: amd}, day("2026-11-29")); p.Grade != attest.Unknown || !strings.Contains(p.Because, "a newer list") {
		t.Errorf("%+v", p)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(list("DE").Text())
	f.Add("bailiwick/places/v1\nissued 2026-11-01\nexpires 2026-12-01\n")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := place.Parse(text)
		if err != nil {
			return
		}
		again, err := place.Parse(l.Text())
		if err != nil || again.Text() != l.Text() {
			t.Errorf("%q comes back as %q, %v", l.Text(), again.Text(), err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add(sign(f, list("DE"), "clinic.example/dpo", dpo))
	f.Fuzz(func(t *testing.T, signed []byte) {
		if o, err := place.Open(signed, authorities); err == nil && o.Grade == attest.Unknown {
			t.Error("a list of nobody is taken")
		}
	})
}
