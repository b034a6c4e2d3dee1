//go:build real

package all_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

// peers is Google's verifiers as a program, of bench/attest.
func peers(t *testing.T) func(args ...string) []string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "attest")
	build := exec.Command("go", "-C", filepath.Join("..", "..", "..", "bench", "attest"), "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build bench/attest: %v: %s", err, out)
	}
	return func(args ...string) []string {
		t.Helper()
		cmd := exec.Command(binary, args...)
		var talk bytes.Buffer
		cmd.Stderr = &talk
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("attest %v: %v: %.500s", args, err, talk.String())
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "WARN : ") })
	}
}

func write(t *testing.T, b []byte) string {
	t.Helper()
	f := filepath.Join(t.TempDir(), "evidence")
	if err := os.WriteFile(f, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

// genuine says whether chain and signature are good, which is all that the
// peers are asked.
func genuine(t *testing.T, e attest.Evidence, o attest.Options) bool {
	t.Helper()
	v, err := all.Verify(e, o)
	if err != nil {
		return false
	}
	signed := false
	for _, c := range v.Checks {
		if c.Name != attest.CheckSignature && c.Name != attest.CheckChain {
			continue
		}
		if c.Status != finding.VerdictPass {
			return false
		}
		signed = signed || c.Name == attest.CheckSignature
	}
	return signed
}

// TestRealPeers holds our word on who signed against that of go-sev-guest and
// go-tdx-guest, over real evidence with bits flipped in each field.
func TestRealPeers(t *testing.T) {
	ask := peers(t)
	sev, tdx := module(t, "github.com/google/go-sev-guest"), module(t, "github.com/google/go-tdx-guest")
	report := read(t, sev, "verify", "testdata", "attestation.bin")
	vcek := filepath.Join(sev, "verify", "testdata", "vcek.testcer")
	milan := mint.Collateral(item(t, sev, "verify", "trust", "ask_ark_milan.pem"), item(t, vcek))
	quote := read(t, tdx, "testing", "testdata", "tdx_prod_quote_SPR_E4.dat")
	n := 0
	compare := func(name string, theirs []string, ours bool) {
		t.Helper()
		n++
		if (theirs[0] == "ok") != ours {
			t.Errorf("%s: the peer says %q, we say %v", name, theirs[0], ours)
		}
	}
	for _, at := range []string{"2026-11-01", "2020-01-01", "2040-01-01"} {
		o := attest.Options{Roots: attest.Pinned(), Now: day(at), Collateral: milan}
		compare("SNP at "+at, ask("snp", write(t, report), vcek, at+"T00:00:00Z"), genuine(t, attest.Evidence{Report: report}, o))
		compare("TDX at "+at, ask("tdx", write(t, quote), at+"T00:00:00Z"), genuine(t, attest.Evidence{Report: quote}, o))
	}
	o := attest.Options{Roots: attest.Pinned(), Now: day("2026-11-01"), Collateral: milan}
	for _, bit := range []int{0x04, 0x10, 0x50, 0x90, 0xC0, 0x140, 0x1A0, 0x1E0, 0x1F0, 0x2A0, 0x2A0 + 72} {
		b := flipped(report, bit)
		compare("SNP with a bit flipped at "+strconv.Itoa(bit), ask("snp", write(t, b), vcek, "2026-11-01T00:00:00Z"), genuine(t, attest.Evidence{Report: b}, o))
	}
	auth := 48 + 584 + 4
	for _, bit := range []int{20, 48, 48 + 136, 48 + 520, auth, auth + 64, auth + 134 + 64, auth + 134 + 384, auth + 134 + 384 + 66, auth + 134 + 384 + 64 + 2 + 32 + 6 + 200} {
		b := flipped(quote, bit)
		compare("TDX with a bit flipped at "+strconv.Itoa(bit), ask("tdx", write(t, b), "2026-11-01T00:00:00Z"), genuine(t, attest.Evidence{Report: b}, o))
	}
	t.Logf("%d answers compared", n)
}

// TestRealFakes verifies what go-sev-guest's own fake chips sign.
func TestRealFakes(t *testing.T) {
	dir := t.TempDir()
	peers(t)("fake", dir, "2026-11-01T00:00:00Z")
	ark, err := attest.Certificates(read(t, dir, "ark.der"))
	if err != nil {
		t.Fatal(err)
	}
	var items []attest.Item
	for _, name := range []string{"ark", "ask", "asvk", "vcek", "vlek"} {
		items = append(items, item(t, dir, name+".der"))
	}
	o := attest.Options{Roots: attest.Roots{attest.RootOf(attest.AMDChips, "Milan", ark[0])}, Now: day("2026-11-02"), Collateral: mint.Collateral(items...), Policy: accepting(attest.AcceptDebug)}
	strict, pinned := o, o
	strict.Policy = accepting()
	pinned.Roots = attest.Pinned()
	file := func(n string) attest.Evidence { return attest.Evidence{Report: read(t, dir, "report-"+n+".bin")} }
	mint.Run(t, all.Verify, []mint.Case{
		mint.Pass("zeros", file("0"), o),
		mint.Pass("zeros and a one", file("1"), o),
		mint.Pass("a cloud's key", file("2"), o),
		mint.Pass("Milan, version 3", file("4"), o),
		mint.Refused("Genoa, version 3, with a certificate of Milan", file("5"), o, attest.CheckChain, "the report is of a Genoa"),
		mint.Refused("debug", file("0"), strict, attest.CheckDebug, "debug is on"),
		mint.Refused("AMD's own roots", file("0"), pinned, attest.CheckChain, "not pinned"),
	})
}

// TestRealCost measures one verification beside the peers', in turn, and asks
// that ours is not twice theirs; ours also parses and remembers nothing.
func TestRealCost(t *testing.T) {
	const times = 100
	ask := peers(t)
	sev, tdx := module(t, "github.com/google/go-sev-guest"), module(t, "github.com/google/go-tdx-guest")
	report, quote := filepath.Join(sev, "verify", "testdata", "attestation.bin"), filepath.Join(tdx, "testing", "testdata", "tdx_prod_quote_SPR_E4.dat")
	vcek := filepath.Join(sev, "verify", "testdata", "vcek.testcer")
	ours := func(file string, items ...attest.Item) time.Duration {
		e := attest.Evidence{Report: read(t, file)}
		bundle, err := attest.Pack(mint.Now, items...)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for range times {
			c, err := attest.OpenCollateral(bundle)
			if err != nil || !genuine(t, e, attest.Options{Roots: attest.Pinned(), Now: day("2026-11-01"), Collateral: c}) {
				t.Fatal("not genuine", err)
			}
		}
		return time.Since(start) / times
	}
	theirs := func(args ...string) time.Duration {
		said := ask(append(args, "2026-11-01T00:00:00Z", strconv.Itoa(times))...)
		nanoseconds, err := strconv.Atoi(said[len(said)-1])
		if err != nil {
			t.Fatal(said)
		}
		return time.Duration(nanoseconds)
	}
	for name, run := range map[string][2]func() time.Duration{
		"SNP": {func() time.Duration {
			return ours(report, item(t, sev, "verify", "trust", "ask_ark_milan.pem"), item(t, vcek))
		}, func() time.Duration { return theirs("snp", report, vcek) }},
		"TDX": {func() time.Duration { return ours(quote) }, func() time.Duration { return theirs("tdx", quote) }},
	} {
		best := [2]time.Duration{time.Hour, time.Hour}
		for range 5 {
			for i := range best {
				best[i] = min(best[i], run[i]())
			}
		}
		ratio := float64(best[0]) / float64(best[1])
		t.Logf("%s: ours %v, the peer's %v, ratio %.2f", name, best[0], best[1], ratio)
		if ratio > 2 {
			t.Errorf("%s: ours takes %.2f times the peer's", name, ratio)
		}
	}
}
