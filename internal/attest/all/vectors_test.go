package all_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
)

// module is the folder of a module at the version that bench/attest pins. Its
// test data is read there, in place.
func module(t testing.TB, path string) string {
	t.Helper()
	cmd := exec.Command("go", "-C", filepath.Join("..", "..", "..", "bench", "attest"), "mod", "download", "-json", path)
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("find the module %s: %v", path, err)
	}
	var m struct{ Dir string }
	if err := json.Unmarshal(out, &m); err != nil || m.Dir == "" {
		t.Fatalf("find the module %s: %v: %s", path, err, out)
	}
	return m.Dir
}

func read(t testing.TB, elements ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func item(t testing.TB, elements ...string) attest.Item {
	t.Helper()
	i, err := attest.ItemOf(filepath.Join(elements...), read(t, elements...))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func day(s string) time.Time {
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return at
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// lenient accepts what vectors by others cannot have: our nonce, our software,
// a level that we know.
var lenient = []attest.Exception{attest.AcceptReplay, attest.AcceptSoftware, attest.AcceptLevel, attest.AcceptUnrevoked, attest.AcceptUnknownMode}

func accepting(more ...attest.Exception) attest.Policy {
	return attest.Policy{Accept: append(more, lenient...)}
}

// TestSNPVectors holds the report of a real Milan that go-sev-guest carries.
func TestSNPVectors(t *testing.T) {
	dir := module(t, "github.com/google/go-sev-guest")
	report := read(t, dir, "verify", "testdata", "attestation.bin")
	vcek := item(t, dir, "verify", "testdata", "vcek.testcer")
	milan := mint.Collateral(item(t, dir, "verify", "trust", "ask_ark_milan.pem"), vcek)
	options := func(p attest.Policy, at string, c *attest.Collateral) attest.Options {
		return attest.Options{Roots: attest.Pinned(), Now: day(at), Collateral: c, Policy: p}
	}
	evidence := func(b []byte) attest.Evidence { return attest.Evidence{Report: b} }
	fake := options(accepting(attest.AcceptDebug), "2026-11-01", milan)
	fake.Roots = attest.Roots{mint.NewAMD("Milan").Root()}
	replayed := options(accepting(attest.AcceptDebug), "2026-11-01", milan)
	replayed.ReportData = []byte("a nonce of today")
	asked := options(accepting(attest.AcceptDebug), "2026-11-01", milan)
	asked.ReportData = append(make([]byte, 63), 1)

	mint.Run(t, all.Verify, []mint.Case{
		mint.Pass("with all that it lacks accepted", evidence(report), options(accepting(attest.AcceptDebug), "2026-11-01", milan)),
		mint.Pass("in the week that it was made", evidence(report), options(accepting(attest.AcceptDebug), "2022-10-01", milan)),
		mint.Refused("debug is set", evidence(report), options(accepting(), "2026-11-01", milan), attest.CheckDebug, "debug is on"),
		mint.Refused("tampered", evidence(flipped(report, 0x91)), options(accepting(attest.AcceptDebug), "2026-11-01", milan), attest.CheckSignature, "altered"),
		mint.Refused("tampered in the signature", evidence(flipped(report, 0x2A0)), options(accepting(attest.AcceptDebug), "2026-11-01", milan), attest.CheckSignature, "altered"),
		mint.Refused("the root is a fake one", evidence(report), fake, attest.CheckChain, "not pinned"),
		mint.Refused("replayed", evidence(report), replayed, attest.CheckNonce, "old report"),
		mint.Refused("not yet certified", evidence(report), options(accepting(attest.AcceptDebug), "2020-01-01", milan), attest.CheckChain, "only from"),
		mint.Refused("expired", evidence(report), options(accepting(attest.AcceptDebug), "2040-01-01", milan), attest.CheckChain, "expired"),
		mint.Refused("the chain of another product", evidence(report), options(accepting(attest.AcceptDebug), "2026-11-01", mint.Collateral(item(t, dir, "verify", "trust", "ask_ark_genoa.pem"), vcek)), attest.CheckChain, "no certificate of the issuer"),
		mint.Open("a level since a day", evidence(report), options(attest.Policy{Accept: accepting(attest.AcceptDebug).Accept, TCB: attest.TCBPolicy{Since: "2026-01-01"}}, "2026-11-01", milan), attest.CheckTCB, "no dates of levels"),
		mint.Open("no certificate", evidence(report), options(accepting(attest.AcceptDebug), "2026-11-01", nil), attest.CheckSignature, "no certificate of this chip's VCEK"),
		mint.Open("revocation", evidence(report), options(attest.Policy{Accept: []attest.Exception{attest.AcceptDebug, attest.AcceptReplay, attest.AcceptSoftware, attest.AcceptLevel}}, "2026-11-01", milan), attest.CheckRevocation, "not checked"),
	})
}

// TestAMDRoots holds the pinned keys against the certificates that Google
// ships, for all product lines and both kinds of keys.
func TestAMDRoots(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(module(t, "github.com/google/go-sev-guest"), "verify", "trust", "*.pem"))
	if err != nil || len(files) != 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	roots := attest.Pinned()
	for _, f := range files {
		certs, err := attest.Certificates(read(t, f))
		if err != nil {
			t.Fatal(err)
		}
		ark := certs[len(certs)-1]
		found := false
		for _, r := range roots {
			found = found || r == attest.RootOf(attest.AMDChips, r.Name, ark) && ark.Subject.CommonName == "ARK-"+r.Name
		}
		if !found {
			t.Errorf("%s: %s is not pinned", filepath.Base(f), ark.Subject.CommonName)
		}
	}
}

var headerChain = regexp.MustCompile(`"(-----BEGIN%20CERTIFICATE-----[^"]+)"`)

// headerChains are the certificates that stood in the headers of Intel's
// answers, which the source of go-tdx-guest writes down.
func headerChains(t testing.TB, dir string) []byte {
	t.Helper()
	var chains []byte
	for _, m := range headerChain.FindAllStringSubmatch(string(read(t, dir, "testing", "test_cases.go")), -1) {
		chain, err := url.QueryUnescape(m[1])
		if err != nil {
			t.Fatal(err)
		}
		chains = append(chains, chain...)
	}
	return chains
}

// tdxBundle is Intel's answers of June 2023, which go-tdx-guest carries.
func tdxBundle(t testing.TB, dir string, lists ...string) *attest.Collateral {
	t.Helper()
	data := filepath.Join(dir, "testing", "testdata")
	items := []attest.Item{{Kind: attest.ItemCertificates, Data: headerChains(t, dir)}, item(t, data, "sample_tcbInfo_response"), item(t, data, "sample_qeIdentity_response")}
	for _, name := range lists {
		items = append(items, item(t, data, name))
	}
	return mint.Collateral(items...)
}

// TestTDXVectors holds the quote of a real Sapphire Rapids that go-tdx-guest
// carries. Its collateral is of the same model, but of another level: Intel
// lists none that this machine, made before production, reaches.
func TestTDXVectors(t *testing.T) {
	dir := module(t, "github.com/google/go-tdx-guest")
	quote := read(t, dir, "testing", "testdata", "tdx_prod_quote_SPR_E4.dat")
	bundle := tdxBundle(t, dir, "pckcrl", "rootcrl.der")
	options := func(at string, c *attest.Collateral) attest.Options {
		return attest.Options{Roots: attest.Pinned(), Now: day(at), Collateral: c, Policy: accepting()}
	}
	evidence := func(b []byte) attest.Evidence { return attest.Evidence{Report: b} }
	fake := options("2023-07-01", bundle)
	fake.Roots = attest.Roots{mint.NewIntel().Root()}

	mint.Run(t, all.Verify, []mint.Case{
		mint.Refused("of a level that Intel does not list", evidence(quote), options("2023-07-01", bundle), attest.CheckTCB, "below every level"),
		mint.Refused("stale statements", evidence(quote), options("2023-07-10", tdxBundle(t, dir)), attest.CheckCollateral, "expired"),
		mint.Refused("stale revocation lists", evidence(quote), options("2023-07-10", mint.Collateral(item(t, dir, "testing", "testdata", "pckcrl"), item(t, dir, "testing", "testdata", "rootcrl.der"))), attest.CheckRevocation, "expired"),
		mint.Refused("tampered", evidence(flipped(quote, 48+136)), options("2023-07-01", bundle), attest.CheckSignature, "did not sign the quote"),
		mint.Refused("the root is a fake one", evidence(quote), fake, attest.CheckChain, "not pinned"),
		mint.Open("without collateral", evidence(quote), options("2026-11-01", nil), attest.CheckCollateral, "no QE identity"),
	})
}
