package intel

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
)

func TestParseRefuses(t *testing.T) {
	quote := mint.NewIntel().Quote(mint.Quote{Version: 5, TDX: true}).Report
	set := func(at int, b byte) []byte {
		q := bytes.Clone(quote)
		q[at] = b
		return q
	}
	for name, c := range map[string]struct {
		quote []byte
		says  string
	}{
		"empty":                    {nil, "cut off in the header"},
		"version 6":                {set(0, 6), "version 6"},
		"another algorithm":        {set(2, 3), "attestation key of type 3"},
		"another TEE":              {set(4, 0x82), "no such body"},
		"another body":             {set(48, 9), "type 9"},
		"a body of another length": {set(50, 0), "no such body"},
		"cut in the body":          {quote[:100], "cut off in the body"},
		"cut in the certificates":  {quote[:len(quote)-1], "cut off in the signature data"},
		"a huge signature":         {set(54+584+3, 0xff), "claims to have"},
		"another certification":    {set(54+584+4+128, 1), "kind 1"},
	} {
		if _, err := Parse(c.quote); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: the error is %v, without %q", name, err, c.says)
		}
	}
	if _, err := Parse(append(bytes.Clone(quote), make([]byte, 500)...)); err != nil {
		t.Errorf("a quote in a larger buffer: %v", err)
	}
}

// TestOldTCBInfo reads the form of version 2, in which components are fields.
func TestOldTCBInfo(t *testing.T) {
	var fields []string
	for _, n := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16"} {
		fields = append(fields, `"sgxtcbcomp`+n+`svn":`+strings.TrimLeft(n, "0"))
	}
	document := func(fields []string) []byte {
		return []byte(`{"tcbInfo":{"version":2,"fmspc":"00","pceId":"0000","tcbLevels":[{"tcb":{` + strings.Join(fields, ",") + `,"pcesvn":7},"tcbStatus":"UpToDate"}]},"signature":"` + strings.Repeat("00", 64) + `"}`)
	}
	s, err := parseTCBInfo(document(fields))
	if err != nil {
		t.Fatal(err)
	}
	if l := s.Body.Levels[0]; s.Body.ID != "SGX" || l.TCB.PCESVN != 7 || l.TCB.SGX[0].SVN != 1 || l.TCB.SGX[15].SVN != 16 {
		t.Errorf("%+v", s.Body)
	}
	if _, err := parseTCBInfo(document(fields[:15])); err == nil {
		t.Error("a level without its sixteenth component is taken")
	}
}

// TestStatementsOfTheFuture holds that a form that is not known is not read as
// one that is.
func TestStatementsOfTheFuture(t *testing.T) {
	for _, body := range []string{`"version":4`, `"version":1`, `"version":3,"tcbType":1`} {
		if _, err := parseTCBInfo([]byte(`{"tcbInfo":{"id":"SGX",` + body + `},"signature":"` + strings.Repeat("00", 64) + `"}`)); err == nil || !strings.Contains(err.Error(), "are read") {
			t.Errorf("TCB info of %s: %v", body, err)
		}
	}
	if _, err := parseQEIdentity([]byte(`{"enclaveIdentity":{"id":"QE","version":3},"signature":"` + strings.Repeat("00", 64) + `"}`)); err == nil {
		t.Error("a QE identity of version 3 is taken")
	}
	if _, err := (&TD{SVN: [16]byte{5, 1}}).module(&TCBInfo{Modules: []Module{{ID: "TDX_01"}}}); err == nil {
		t.Error("a module of which Intel lists no level is up to date")
	}
}

// TestModuleForDebugging holds that a module with attributes is none, whatever bits
// the statement lets differ: Intel's own verifier asks for zeros, too.
func TestModuleForDebugging(t *testing.T) {
	zeros := make([]byte, 48)
	info := &TCBInfo{Module: &Module{MRSigner: zeros, Attributes: zeros[:8], Mask: zeros[:8]}}
	for attributes, good := range map[byte]bool{0: true, 1: false} {
		td := &TD{MRSigner: zeros, Attributes: []byte{attributes, 0, 0, 0, 0, 0, 0, 0}}
		if _, err := td.module(info); (err == nil) != good {
			t.Errorf("attributes %d: %v", attributes, err)
		}
	}
}

// TestWorse holds how statuses are merged: the order of Intel's own verifier.
func TestWorse(t *testing.T) {
	for _, c := range [][3]string{
		{"UpToDate", "UpToDate", "UpToDate"},
		{"UpToDate", "OutOfDate", "OutOfDate"},
		{"SWHardeningNeeded", "OutOfDate", "OutOfDate"},
		{"ConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"},
		{"ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"},
		{"OutOfDateConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"},
		{"OutOfDate", "Revoked", "Revoked"},
		{"UpToDate", "Splendid", "Splendid"},
	} {
		if got := worse(c[0], c[1]); got != c[2] {
			t.Errorf("%s and %s are %s, want %s", c[0], c[1], got, c[2])
		}
		if got := worse(c[1], c[0]); got != c[2] {
			t.Errorf("%s and %s are %s, want %s", c[1], c[0], got, c[2])
		}
	}
}

func TestNeeds(t *testing.T) {
	i := mint.NewIntel()
	i.FMSPC = [6]byte{0x50, 0x80, 0x6f}
	needs, err := Needs(i.Quote(mint.Quote{Version: 4, TDX: true}).Report)
	if err != nil {
		t.Fatal(err)
	}
	var urls []string
	for _, n := range needs {
		urls = append(urls, n.URL)
	}
	want := `https://api.trustedservices.intel.com/tdx/certification/v4/tcb?fmspc=50806f000000
https://api.trustedservices.intel.com/tdx/certification/v4/qe/identity
https://api.trustedservices.intel.com/sgx/certification/v4/pckcrl?ca=platform&encoding=der
https://certificates.trustedservices.intel.com/IntelSGXRootCA.der`
	if got := strings.Join(urls, "\n"); got != want {
		t.Errorf("%s", got)
	}
}

func FuzzStatements(f *testing.F) {
	for _, i := range mint.NewIntel().Statements(mint.Statements{}) {
		f.Add(i.Data)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := parseTCBInfo(b); err == nil {
			for _, l := range s.Body.Levels {
				Subject{Platform: &Platform{}, TD: nil}.reaches(l)
			}
			_, _ = (&TD{}).module(&s.Body)
		}
		_, _ = parseQEIdentity(b)
	})
}

func FuzzExtension(f *testing.F) {
	m := mint.NewIntel().Machine(mint.Quote{SVN: 5})
	for _, e := range m.Certificate.Extensions {
		if e.Id.Equal(sgxExtension) {
			f.Add(e.Value)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := parseExtension(b)
		if err == nil && (len(p.PPID) != 16 || len(p.FMSPC) != 6 || len(p.PCEID) != 2) {
			t.Errorf("%+v", p)
		}
	})
}
