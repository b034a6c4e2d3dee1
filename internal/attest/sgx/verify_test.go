package sgx_test

import (
	"encoding/hex"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/sgx"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

var (
	code   = [48]byte{0xC0, 0xDE}
	signer = [32]byte{0x51, 0x9E}
	nonce  = [64]byte{0x40}
)

func policy(name string, value []byte) attest.Policy {
	return attest.Policy{Measurements: map[attest.Kind]map[string][]string{attest.SGX: {name: {hex.EncodeToString(value)}}}}
}

func good() mint.Quote {
	return mint.Quote{Version: 3, Code: code, Signer: signer, ReportData: nonce, PPID: [16]byte{7}, SVN: 5, PCESVN: 5, QESVN: 5}
}

func TestVerify(t *testing.T) {
	intel := mint.NewIntel()
	quote := func(change func(*mint.Quote)) attest.Evidence {
		q := good()
		change(&q)
		return intel.Quote(q)
	}
	plain := func(*mint.Quote) {}
	base := attest.Options{Roots: attest.Roots{intel.Root()}, Now: mint.Now, Policy: policy("mrenclave", code[:32]), ReportData: nonce[:], Collateral: mint.Collateral(intel.Items(mint.Statements{})...)}
	with := func(p attest.Policy) attest.Options { o := base; o.Policy = p; return o }
	says := func(s mint.Statements) attest.Options {
		o := base
		o.Collateral = mint.Collateral(intel.Items(s)...)
		return o
	}
	bySigner := policy("mrsigner", signer[:])
	bySigner.Measurements[attest.SGX]["isvprodid"] = []string{"0000"}
	altered := intel.Quote(good())
	altered.Report[48+64] ^= 1
	forger := [32]byte{6}

	mint.Run(t, sgx.Verify, []mint.Case{
		mint.Pass("version 3", quote(plain), base),
		mint.Pass("version 4", quote(func(q *mint.Quote) { q.Version = 4 }), base),
		mint.Pass("version 5", quote(func(q *mint.Quote) { q.Version = 5 }), base),
		mint.Pass("by its signer and product", quote(plain), with(bySigner)),
		mint.Open("by its signer, any of his products", quote(plain), with(policy("mrsigner", signer[:])), attest.CheckMeasurement, "isvprodid"),
		mint.Refused("another enclave", quote(func(q *mint.Quote) { q.Code[1] = 0 }), base, attest.CheckMeasurement, "mrenclave"),
		mint.Refused("another product", quote(plain), with(policy("isvprodid", []byte{0, 1})), attest.CheckMeasurement, "isvprodid"),
		mint.Open("a policy of the product only", quote(plain), with(policy("isvprodid", []byte{0, 0})), attest.CheckMeasurement, "mrenclave or mrsigner"),
		mint.Refused("debug", quote(func(q *mint.Quote) { q.Debug = true }), base, attest.CheckDebug, ""),
		mint.Refused("replayed", quote(func(q *mint.Quote) { q.ReportData[0] = 0 }), base, attest.CheckNonce, ""),
		mint.Refused("altered", altered, base, attest.CheckSignature, ""),
		mint.Refused("a forged root", mint.NewIntel().Quote(good()), base, attest.CheckChain, "not pinned"),
		mint.Refused("a quoting enclave that is not Intel's", quote(func(q *mint.Quote) { q.QESigner = &forger }), base, attest.CheckSignature, "could sign anything"),
		mint.Refused("out of date", quote(plain), says(mint.Statements{Levels: []mint.Level{{SVN: 6, Status: "UpToDate"}, {SVN: 0, Status: "OutOfDate"}}}), attest.CheckTCB, "OutOfDate"),
		mint.Refused("stale collateral", quote(plain), says(mint.Statements{At: mint.Now.AddDate(0, -3, 0)}), attest.CheckCollateral, "expired"),
	})
	if _, err := sgx.Verify(intel.Quote(mint.Quote{Version: 4, TDX: true}), base); err == nil {
		t.Error("a quote of a trust domain is taken for one of an enclave")
	}
}

func FuzzVerify(f *testing.F) {
	intel := mint.NewIntel()
	f.Add(intel.Quote(good()).Report)
	f.Add(intel.Quote(good()).Report[:500])
	o := attest.Options{Roots: attest.Roots{intel.Root()}, Now: mint.Now, ReportData: nonce[:], Collateral: mint.Collateral(intel.Items(mint.Statements{})...)}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := sgx.Verify(attest.Evidence{Kind: attest.SGX, Report: b}, o)
		if err == nil && v.Verdict == finding.VerdictPass {
			t.Error("a quote passes a policy that names no software")
		}
	})
}
