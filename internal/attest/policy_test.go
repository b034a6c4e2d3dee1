package attest_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

const whole = `
kinds: [snp, tdx]
measurements:
  snp: {measurement: ["c0de", "C0DF"]}
  tdx: {mrtd: ["00"], rtmr2: ["01"]}
tcb:
  status: [UpToDate, SWHardeningNeeded]
  since: 2026-01-31
  minimum: {snp: {snp: 20}}
facts: {nvidia: {driver: ["550.90.07"]}, snp: {vmpl: ["0"]}}
place: {grade: enrolled, countries: [DE, FR], operators: [clinic.example]}
accept: [no-revocation]
`

func TestParsePolicy(t *testing.T) {
	p, err := attest.ParsePolicy([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := attest.Policy{
		Kinds: []attest.Kind{attest.SNP, attest.TDX},
		Measurements: map[attest.Kind]map[string][]string{
			attest.SNP: {"measurement": {"c0de", "C0DF"}}, attest.TDX: {"mrtd": {"00"}, "rtmr2": {"01"}},
		},
		TCB:    attest.TCBPolicy{Status: []string{"UpToDate", "SWHardeningNeeded"}, Since: "2026-01-31", Minimum: map[attest.Kind]map[string]int{attest.SNP: {"snp": 20}}},
		Facts:  map[attest.Kind]map[string][]string{attest.NVIDIA: {"driver": {"550.90.07"}}, attest.SNP: {"vmpl": {"0"}}},
		Place:  &attest.PlacePolicy{Grade: attest.Enrolled, Countries: []string{"DE", "FR"}, Operators: []string{"clinic.example"}},
		Accept: []attest.Exception{attest.AcceptUnrevoked},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("%+v", p)
	}
	if empty, err := attest.ParsePolicy(nil); err != nil || !reflect.DeepEqual(empty, attest.Policy{}) {
		t.Errorf("the empty policy is %+v, %v", empty, err)
	}
	other := want
	other.Accept = nil
	if p.Digest() != want.Digest() || p.Digest() == other.Digest() {
		t.Error("the digest does not name the policy")
	}
}

// TestPolicyRefuses holds that a slip of the pen is an error that names the
// known words.
func TestPolicyRefuses(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"acept: [debug]", "acept"},
		{"accept: [Debug]", `"debug"`},
		{"kinds: [sev]", `"snp"`},
		{"measurements: {snp: {mrtd: [aa]}}", `"measurement"`},
		{"measurements: {sev: {measurement: [aa]}}", `"snp"`},
		{"measurements: {snp: {measurement: [xy]}}", "no hex"},
		{"measurements: {snp: {measurement: []}}", "no value"},
		{"measurements: {nvidia: {driver: [aa]}}", "not known"},
		{"facts: {snp: {driver: [x]}}", `"vmpl"`},
		{"facts: {snp: {vmpl: []}}", "no value"},
		{"tcb: {status: [uptodate]}", `"UpToDate"`},
		{"measurements: {tdx: {mrservicetd: ['']}}", "empty value"},
		{"facts: {nvidia: {feature: ['']}}", "empty value"},
		{"tcb: {status: [UpToDate, Revoked]}", "cannot be taken"},
		{"tcb: {since: tomorrow}", "YYYY-MM-DD"},
		{"tcb: {minimum: {amd: {snp: 1}}}", `"snp"`},
		{"tcb: {minimum: {snp: {snp: -1}}}", "less than nothing"},
		{"place: {countries: [DE]}", `"enrolled"`},
		{"place: {grade: enrolled, countries: [Germany]}", "two capital letters"},
		{"kinds: [snp]\n---\nkinds: [tdx]", "more than one document"},
		{"kinds: [snp]\nplace:\n# {grade: enrolled}", "line 2: place has no value"},
		{"tcb: {since: }", "since has no value"},
		{"measurements: {tdx: ~}", "tdx has no value"},
		{"kinds: [snp]\nkinds: [tdx]", "kinds"},
		{strings.Repeat("#", 2<<20), "at most"},
	} {
		if _, err := attest.ParsePolicy([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.60q: the error is %v, without %q", c.text, err, c.says)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("place: &a {grade: *a}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := attest.ParsePolicy(b)
		if err == nil && p.Check() != nil {
			t.Error("a policy is taken that does not hold")
		}
	})
}
