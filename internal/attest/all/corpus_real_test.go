//go:build real

package all_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/all"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
)

// corpus is a folder of a repository below CORPUS; docs/corpus.md names them.
func corpus(t *testing.T, elements ...string) string {
	t.Helper()
	dir := filepath.Join(append([]string{os.Getenv("CORPUS")}, elements...)...)
	if _, err := os.Stat(dir); os.Getenv("CORPUS") == "" || err != nil {
		t.Fatalf("CORPUS holds no %s: fetch the repositories that docs/corpus.md names", filepath.Join(elements...))
	}
	return dir
}

// TestEvidenceCorpus holds the evidence of real chips that Trustee's verifiers
// are tested with.
func TestEvidenceCorpus(t *testing.T) {
	verifier := corpus(t, "trustee", "deps", "verifier")
	data := filepath.Join(verifier, "test_data")
	options := func(at string, accept []attest.Exception, items ...attest.Item) attest.Options {
		o := attest.Options{Roots: attest.Pinned(), Now: day(at), Policy: attest.Policy{Accept: append(accept, lenient...)}}
		if len(items) > 0 {
			o.Collateral = mint.Collateral(items...)
		}
		return o
	}
	file := func(name string) attest.Evidence { return attest.Evidence{Report: read(t, data, name)} }

	along := func(name, certificate string) attest.Evidence {
		certs, err := attest.Certificates(read(t, data, certificate))
		if err != nil {
			t.Fatal(err)
		}
		return attest.Evidence{Report: read(t, data, name), Certificates: certs}
	}

	amd := []attest.Item{item(t, verifier, "src", "snp", "milan_ask_ark_asvk.pem"), item(t, verifier, "src", "snp", "genoa_ask_ark_asvk.pem"), item(t, verifier, "src", "snp", "turin_ask_ark_asvk.pem")}
	with := func(name string) []attest.Item { return append(slices.Clone(amd), item(t, data, name)) }

	// What Intel said of one model in October 2025. The certificate of the key
	// that signed it comes from go-tdx-guest, and is older.
	signer := attest.Item{Kind: attest.ItemCertificates, Data: tcbSigner(t)}
	intel := []attest.Item{item(t, data, "tcbInfo.json"), item(t, data, "enclaveIdentity.json"), signer}

	gpu := func(report, chain string) attest.Evidence {
		devices, err := all.Read(read(t, data, "nvidia", report))
		if err != nil {
			t.Fatal(err)
		}
		if devices[0].Certificates, err = attest.Certificates(read(t, data, "nvidia", chain)); err != nil {
			t.Fatal(err)
		}
		return devices[0]
	}
	norim := []attest.Exception{attest.AcceptNoManifest}
	asked := options("2026-11-01", norim)
	asked.ReportData = unhex(t, "931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb")
	replayed := options("2026-11-01", norim)
	replayed.ReportData = unhex(t, "000d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb")

	mint.Run(t, all.Verify, []mint.Case{
		mint.Pass("SNP, a chip's key", file("snp/test-report.bin"), options("2026-11-01", nil, with("snp/test-vcek.der")...)),
		mint.Refused("SNP, another chip's key", along("snp/test-report.bin", "snp/test-vcek-invalid-legacy.der"), options("2026-11-01", nil, amd...), attest.CheckSignature, "altered"),
		mint.Refused("SNP, a third chip's key", along("snp/test-report.bin", "snp/test-vcek-invalid-new.der"), options("2026-11-01", nil, amd...), attest.CheckSignature, "altered"),
		mint.Open("SNP, another chip's key, in the bundle", file("snp/test-report.bin"), options("2026-11-01", nil, with("snp/test-vcek-invalid-new.der")...), attest.CheckSignature, "this chip's VCEK"),
		mint.Pass("SNP, a cloud's key", file("snp/test-vlek-report.bin"), options("2025-06-01", nil, with("snp/test-vlek.der")...)),
		mint.Refused("SNP, a cloud's key that expired", file("snp/test-vlek-report.bin"), options("2026-11-01", nil, with("snp/test-vlek.der")...), attest.CheckChain, "expired"),

		mint.Refused("TDX 4, debug", file("tdx_quote_4.dat"), options("2026-11-01", nil), attest.CheckDebug, "debug is on"),
		mint.Open("TDX 5", file("tdx_quote_5.dat"), options("2026-11-01", nil), attest.CheckCollateral, "no QE identity"),
		mint.Open("TDX of Azure", file("az-tdx-vtpm/td-quote.bin"), options("2026-11-01", nil), attest.CheckCollateral, "no QE identity"),
		mint.Refused("TDX, a machine that was not yet certified", file("tdx_quote_6.dat"), options("2025-01-01", nil), attest.CheckChain, "only from"),
		mint.Refused("TDX, with statements whose signer's certificate expired", file("tdx_quote_6.dat"), options("2025-11-15", nil, intel...), attest.CheckCollateral, "expired on 2025-05-21"),
		mint.Refused("SGX 3, debug", file("occlum_quote.dat"), options("2026-11-01", nil), attest.CheckDebug, "debug is on"),
		mint.Open("SGX 3, debug accepted", file("occlum_quote.dat"), options("2026-11-01", []attest.Exception{attest.AcceptDebug}), attest.CheckCollateral, "no QE identity"),

		mint.Pass("H100", gpu("hopperAttestationReport.txt", "hopper_cert_chain_case1.txt"), asked),
		mint.Refused("H100, replayed", gpu("hopperAttestationReport.txt", "hopper_cert_chain_case1.txt"), replayed, attest.CheckNonce, "old report"),
		mint.Open("H100, no manifests", gpu("hopperAttestationReport.txt", "hopper_cert_chain_case1.txt"), options("2026-11-01", nil), attest.CheckMeasurement, "no manifest of driver \"550.90.07\""),
		mint.Pass("H100, with zeros behind the report", gpu("hopper_coco_report1.txt", "hopper_coco_certs1.txt"), options("2026-11-01", norim)),
		mint.Refused("H100, only the root's certificate", gpu("hopperAttestationReport.txt", "hopper_cert_chain_case2.txt"), options("2026-11-01", norim), attest.CheckSignature, "none of the certificates"),
		mint.Refused("H100, a chain with a gap", gpu("hopperAttestationReport.txt", "hopper_cert_chain_case3.txt"), options("2026-11-01", norim), attest.CheckChain, "no certificate of the issuer"),
		mint.Refused("H100, a chain without its leaf", gpu("hopperAttestationReport.txt", "hopper_cert_chain_case4.txt"), options("2026-11-01", norim), attest.CheckSignature, "none of the certificates"),
	})
}

// tcbSigner is the certificates that stand in the headers of Intel's answers,
// as go-tdx-guest writes them down.
func tcbSigner(t *testing.T) []byte {
	t.Helper()
	return headerChains(t, module(t, "github.com/google/go-tdx-guest"))
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestIntelCorpus holds quotes of real machines with all that Intel said of them
// at the time, as dcap-qvl keeps both.
func TestIntelCorpus(t *testing.T) {
	dir := corpus(t, "dcap-qvl", "sample")
	options := func(bundle, at string, statuses ...string) attest.Options {
		return attest.Options{
			Roots: attest.Pinned(), Now: day(at), Collateral: mint.Collateral(intelItems(t, filepath.Join(dir, bundle))...),
			Policy: attest.Policy{Accept: []attest.Exception{attest.AcceptReplay, attest.AcceptSoftware}, TCB: attest.TCBPolicy{Status: statuses}},
		}
	}
	file := func(name string) attest.Evidence { return attest.Evidence{Report: read(t, dir, name)} }
	mint.Run(t, all.Verify, []mint.Case{
		mint.Pass("TDX, up to date", file("tdx_quote"), options("tdx_quote_collateral.json", "2025-07-01")),
		mint.Refused("TDX, below all levels", file("tdx_quote_outdated"), options("tdx_quote_outdated_collateral.json", "2026-03-01"), attest.CheckTCB, "below every level"),
		mint.Refused("SGX, to be configured", file("sgx_quote"), options("sgx_quote_collateral.json", "2025-07-01"), attest.CheckTCB, `ConfigurationAndSWHardeningNeeded, and the policy takes ["UpToDate"]; advisories: ["INTEL-SA-00289" "INTEL-SA-00615"]`),
		mint.Pass("SGX, to be configured, allowed", file("sgx_quote"), options("sgx_quote_collateral.json", "2025-07-01", "UpToDate", "ConfigurationAndSWHardeningNeeded")),
	})
}

// intelItems takes apart a file of collateral as verifiers in Rust keep it.
func intelItems(t *testing.T, file string) []attest.Item {
	t.Helper()
	var c map[string]string
	if err := json.Unmarshal(read(t, file), &c); err != nil {
		t.Fatal(err)
	}
	signed := func(name, key string) []byte {
		return fmt.Appendf(nil, `{%q:%s,"signature":%q}`, key, c[name], c[name+"_signature"])
	}
	return []attest.Item{
		{Kind: attest.ItemTCBInfo, Data: signed("tcb_info", "tcbInfo")}, {Kind: attest.ItemQEIdentity, Data: signed("qe_identity", "enclaveIdentity")},
		{Kind: attest.ItemCRL, Data: unhex(t, c["root_ca_crl"])}, {Kind: attest.ItemCRL, Data: unhex(t, c["pck_crl"])},
		{Kind: attest.ItemCertificates, Data: []byte(c["pck_crl_issuer_chain"] + c["tcb_info_issuer_chain"] + c["qe_identity_issuer_chain"])},
	}
}

// TestNVIDIACorpus holds the evidence and the manifests that NVIDIA's own
// verifiers are tested with.
func TestNVIDIACorpus(t *testing.T) {
	dir := corpus(t, "attestation-sdk")
	var cases []mint.Case
	o := attest.Options{Roots: attest.Pinned(), Now: day("2026-11-01"), Policy: accepting(attest.AcceptNoManifest)}
	for file, judge := range map[string]func(string, attest.Evidence) mint.Case{
		"hopper_evidence_cert_hold.json": func(n string, e attest.Evidence) mint.Case { return mint.Pass(n, e, o) },
		"hopper_evidence.json":           func(n string, e attest.Evidence) mint.Case { return mint.Refused(n, e, o, attest.CheckMode, "NVLink") },
		"multi_gpu_hopper.json":          func(n string, e attest.Evidence) mint.Case { return mint.Refused(n, e, o, attest.CheckMode, "NVLink") },
		"switch_evidence_ls10.json": func(n string, e attest.Evidence) mint.Case {
			return mint.Refused(n, e, o, attest.CheckKind, "only Hopper")
		},
	} {
		devices, err := all.Read(read(t, dir, "common-test-data", "serialized_test_evidence", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range devices {
			cases = append(cases, judge(file, e))
		}
	}
	if len(cases) != 7 {
		t.Fatalf("%d devices", len(cases))
	}
	mint.Run(t, all.Verify, cases)
}
