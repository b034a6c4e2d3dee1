package tdx_test

import (
	"bytes"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/mint"
	"github.com/bailiwick-dev/bailiwick/internal/attest/tdx"
	"github.com/bailiwick-dev/bailiwick/internal/finding"
)

var (
	code  = [48]byte{0xC0, 0xDE}
	nonce = [64]byte{0x40, 0x41}
	ppid  = [16]byte{7, 7, 7}
)

func policy() attest.Policy {
	return attest.Policy{Measurements: map[attest.Kind]map[string][]string{attest.TDX: {
		"mrtd": {hex.EncodeToString(code[:])}, "rtmr1": {hex.EncodeToString(make([]byte, 48))},
	}}}
}

func good() mint.Quote {
	return mint.Quote{Version: 4, TDX: true, Code: code, ReportData: nonce, PPID: ppid, SVN: 5, PCESVN: 5, QESVN: 5, TEESVN: svn(5, 1)}
}

// svn is a level of which all numbers are the same, but for the module's version.
func svn(n, version byte) (all [16]byte) {
	for i := range all {
		all[i] = n
	}
	all[1] = version
	return all
}

func TestVerify(t *testing.T) {
	intel := mint.NewIntel()
	plain := func(*mint.Quote) {}
	quote := func(change func(*mint.Quote)) attest.Evidence {
		q := good()
		change(&q)
		return intel.Quote(q)
	}
	options := func(change func(*attest.Options), items ...attest.Item) attest.Options {
		if items == nil {
			items = intel.Items(mint.Statements{})
		}
		o := attest.Options{Roots: attest.Roots{intel.Root()}, Now: mint.Now, Policy: policy(), ReportData: nonce[:], Collateral: mint.Collateral(items...)}
		if change != nil {
			change(&o)
		}
		return o
	}
	base := options(nil)
	says := func(s mint.Statements) attest.Options { return options(nil, intel.Items(s)...) }
	status := func(o attest.Options, words ...string) attest.Options {
		o.Policy.TCB.Status = words
		return o
	}
	accept := func(o attest.Options, words ...attest.Exception) attest.Options {
		o.Policy.Accept = words
		return o
	}
	altered := intel.Quote(good())
	altered.Report[48+136] ^= 1
	swapped := intel.Quote(good()) // the attestation key of another quote
	copy(swapped.Report[48+584+4:], intel.Quote(good()).Report[48+584+4:][:128])
	forger := [32]byte{6, 6, 6}
	other := *intel // another model of the same vendor
	other.FMSPC[0] ^= 1
	stranger := mint.NewIntel()
	stranger.FMSPC = intel.FMSPC
	machine := intel.Machine(good())
	rows := []mint.Level{{SVN: 9, Status: "UpToDate"}, {SVN: 5, Status: "SWHardeningNeeded", Date: "2025-02-12", Advisories: []string{"INTEL-SA-00615"}}, {SVN: 3, Status: "OutOfDate"}}

	mint.Run(t, tdx.Verify, []mint.Case{
		mint.Pass("version 4", quote(plain), base),
		mint.Pass("version 5, module 1.0", quote(func(q *mint.Quote) { q.Version = 5 }), base),
		mint.Pass("version 5, module 1.5", quote(func(q *mint.Quote) { q.Version, q.Extended = 5, true }), base),
		mint.Pass("a module of version 0", quote(func(q *mint.Quote) { q.TEESVN = svn(5, 0) }), base),

		mint.Refused("altered", altered, base, attest.CheckSignature, "attestation key did not sign"),
		mint.Refused("another's attestation key", swapped, base, attest.CheckSignature, "did not make the attestation key"),
		mint.Refused("a forged root", mint.NewIntel().Quote(good()), base, attest.CheckChain, "not pinned"),
		mint.Refused("Intel's own root only", quote(plain), options(func(o *attest.Options) { o.Roots = attest.Pinned() }), attest.CheckChain, "not pinned"),
		mint.Refused("an enclave that is not Intel's", quote(func(q *mint.Quote) { q.QESigner = &forger }), base, attest.CheckSignature, "could sign anything"),
		mint.Refused("replayed", quote(func(q *mint.Quote) { q.ReportData[1] ^= 1 }), base, attest.CheckNonce, ""),
		mint.Refused("debug", quote(func(q *mint.Quote) { q.Debug = true }), base, attest.CheckDebug, ""),
		mint.Pass("debug, accepted", quote(func(q *mint.Quote) { q.Debug = true }), accept(base, attest.AcceptDebug)),
		mint.Refused("other software", quote(func(q *mint.Quote) { q.Code[0] = 0 }), base, attest.CheckMeasurement, "mrtd"),
		mint.Refused("another boot", quote(func(q *mint.Quote) { q.RTMR[1][0] = 1 }), base, attest.CheckMeasurement, "rtmr1"),
		mint.Refused("a guest that can be moved, and so be read", quote(func(q *mint.Quote) { q.Migratable = true }), base, attest.CheckPlace, "move the guest"),
		mint.Pass("a guest that can be moved, accepted", quote(func(q *mint.Quote) { q.Migratable = true }), accept(base, attest.AcceptMigration)),

		mint.Refused("out of date", quote(func(q *mint.Quote) { q.SVN = 3 }), says(mint.Statements{Levels: rows}), attest.CheckTCB, "OutOfDate"),
		mint.Refused("below all levels", quote(func(q *mint.Quote) { q.SVN = 2 }), says(mint.Statements{Levels: rows}), attest.CheckTCB, "below every level"),
		mint.Refused("an old PCE", quote(func(q *mint.Quote) { q.PCESVN = 2 }), says(mint.Statements{Levels: rows}), attest.CheckTCB, "below every level"),
		mint.Refused("old TDX microcode", quote(func(q *mint.Quote) { q.TEESVN[2] = 2 }), says(mint.Statements{Levels: []mint.Level{{SVN: 0, Status: "OutOfDate"}}}), attest.CheckTCB, "OutOfDate"),
		mint.Refused("hardening needed", quote(plain), says(mint.Statements{Levels: []mint.Level{{SVN: 0, Status: "SWHardeningNeeded", Advisories: []string{"INTEL-SA-00615"}}}}), attest.CheckTCB, "INTEL-SA-00615"),
		mint.Pass("hardening needed, allowed", quote(plain), status(says(mint.Statements{Levels: []mint.Level{{SVN: 0, Status: "SWHardeningNeeded"}}}), "UpToDate", "SWHardeningNeeded")),
		mint.Refused("a quoting enclave out of date", quote(plain), says(mint.Statements{QELevels: []mint.Level{{SVN: 6, Status: "UpToDate"}, {SVN: 0, Status: "OutOfDate"}}}), attest.CheckTCB, "OutOfDate"),
		mint.Refused("an old enclave on a machine to be configured", quote(plain), status(says(mint.Statements{
			Levels: []mint.Level{{SVN: 0, Status: "ConfigurationNeeded"}}, QELevels: []mint.Level{{SVN: 0, Status: "OutOfDate"}},
		}), "ConfigurationNeeded", "OutOfDate"), attest.CheckTCB, "OutOfDateConfigurationNeeded"),
		mint.Refused("an old module", quote(plain), says(mint.Statements{Module: []mint.Level{{SVN: 6, Status: "UpToDate"}, {SVN: 0, Status: "OutOfDate"}}}), attest.CheckTCB, "OutOfDate"),
		mint.Refused("a module that Intel does not list", quote(func(q *mint.Quote) { q.TEESVN[1] = 4 }), base, attest.CheckTCB, "TDX_04"),
		mint.Refused("a status that nobody knows", quote(plain), says(mint.Statements{Levels: []mint.Level{{SVN: 0, Status: "Splendid"}}}), attest.CheckTCB, "Splendid"),
		mint.Refused("a level of before a date", quote(plain), options(func(o *attest.Options) { o.Policy.TCB.Since = "2026-06-01" }), attest.CheckTCB, "since 2026-06-01"),
		mint.Refused("a minimum of the module", quote(plain), options(func(o *attest.Options) {
			o.Policy.TCB.Minimum = map[attest.Kind]map[string]int{attest.TDX: {"module": 6}}
		}), attest.CheckTCB, "module is at 5"),

		mint.Open("no statements", quote(plain), options(nil, append(intel.Lists(mint.Now), intel.Certificates())...), attest.CheckCollateral, "no TCB info"),
		mint.Pass("no TCB info, accepted", quote(plain), accept(options(nil, without(intel, attest.ItemTCBInfo)...), attest.AcceptLevel)),
		mint.Refused("no TCB info, accepted, and an enclave that is not Intel's", quote(func(q *mint.Quote) { q.QESigner = &forger }), accept(options(nil, without(intel, attest.ItemTCBInfo)...), attest.AcceptLevel), attest.CheckSignature, "could sign anything"),
		mint.Refused("no TCB info, accepted, and a module that is not Intel's", quote(func(q *mint.Quote) { q.SEAMSigner[0] = 1 }), accept(options(nil, without(intel, attest.ItemTCBInfo)...), attest.AcceptLevel), attest.CheckSignature, "module is not Intel's"),
		mint.Refused("a module that is not Intel's", quote(func(q *mint.Quote) { q.SEAMSigner[0] = 1 }), base, attest.CheckTCB, "none of Intel's"),
		mint.Open("no QE identity, which cannot be accepted", quote(plain), accept(options(nil, without(intel, attest.ItemQEIdentity)...), attest.Exceptions()...), attest.CheckCollateral, "no QE identity"),
		mint.Open("statements of another model", quote(plain), options(nil, other.Items(mint.Statements{})...), attest.CheckCollateral, "no TCB info"),
		mint.Refused("stale statements", quote(plain), options(nil, slices.Concat(intel.Statements(mint.Statements{At: mint.Now.AddDate(0, -3, 0)}), intel.Lists(mint.Now), []attest.Item{intel.Certificates()})...), attest.CheckCollateral, "expired"),
		mint.Refused("statements of the future", quote(plain), options(nil, slices.Concat(intel.Statements(mint.Statements{At: mint.Now.AddDate(0, 3, 0)}), intel.Lists(mint.Now), []attest.Item{intel.Certificates()})...), attest.CheckCollateral, "clock"),
		mint.Refused("altered statements", quote(plain), options(nil, spoilt(intel)...), attest.CheckCollateral, "signed by none"),
		mint.Pass("a newer statement of a stranger beside Intel's", quote(plain), options(nil, append(stranger.Statements(mint.Statements{At: mint.Now.AddDate(0, 0, 1)}), intel.Items(mint.Statements{})...)...)),
		mint.Open("no revocation lists", quote(plain), options(nil, append(intel.Statements(mint.Statements{}), intel.Certificates())...), attest.CheckRevocation, "not checked"),
		mint.Pass("no revocation lists, accepted", quote(plain), accept(options(nil, append(intel.Statements(mint.Statements{}), intel.Certificates())...), attest.AcceptUnrevoked)),
		mint.Refused("a revoked machine", quote(func(q *mint.Quote) { q.Machine = machine }), options(nil, slices.Concat(intel.Statements(mint.Statements{}), intel.Lists(mint.Now, machine.Certificate), []attest.Item{intel.Certificates()})...), attest.CheckRevocation, "revoked"),
		mint.Refused("a revoked issuer", quote(plain), options(nil, slices.Concat(intel.Statements(mint.Statements{}), intel.Lists(mint.Now, intel.Platforms()), []attest.Item{intel.Certificates()})...), attest.CheckRevocation, "revoked"),
		mint.Refused("stale revocation lists", quote(plain), options(nil, slices.Concat(intel.Statements(mint.Statements{}), intel.Lists(mint.Now.AddDate(0, -3, 0)), []attest.Item{intel.Certificates()})...), attest.CheckRevocation, "expired"),
	})
}

// without is all items but those of a kind.
func without(i *mint.Intel, kind attest.ItemKind) []attest.Item {
	return slices.DeleteFunc(i.Items(mint.Statements{}), func(item attest.Item) bool { return item.Kind == kind })
}

// spoilt is statements in which one digit of each TCB info was changed.
func spoilt(i *mint.Intel) []attest.Item {
	items := i.Items(mint.Statements{})
	for n := range items {
		if items[n].Kind == attest.ItemTCBInfo {
			items[n].Data = bytes.Replace(items[n].Data, []byte("Number\":17"), []byte("Number\":18"), 1)
		}
	}
	return items
}

func TestClaims(t *testing.T) {
	intel := mint.NewIntel()
	q := good()
	q.Version, q.Extended = 5, true
	v, err := tdx.Verify(intel.Quote(q), attest.Options{Roots: attest.Roots{intel.Root()}, Now: mint.Now, Policy: policy(), ReportData: nonce[:], Collateral: mint.Collateral(intel.Items(mint.Statements{})...)})
	if err != nil {
		t.Fatal(err)
	}
	c := v.Claims
	if c.Chip.ID != hex.EncodeToString(ppid[:]) || c.Chip.Family != hex.EncodeToString(intel.FMSPC[:]) || c.Version != 5 ||
		c.Measurements["mrtd"] != hex.EncodeToString(code[:]) || c.TCB.Status != "UpToDate" || c.TCB.Date != "2026-05-01" || c.TCB.Parts["module"] != 5 {
		t.Errorf("%+v", c)
	}
}

func FuzzVerify(f *testing.F) {
	intel := mint.NewIntel()
	q := good()
	for _, version := range []int{4, 5} {
		q.Version = version
		f.Add(intel.Quote(q).Report)
	}
	f.Add(intel.Quote(q).Report[:700])
	o := attest.Options{Roots: attest.Roots{intel.Root()}, Now: mint.Now, ReportData: nonce[:], Collateral: mint.Collateral(intel.Items(mint.Statements{})...)}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := tdx.Verify(attest.Evidence{Kind: attest.TDX, Report: b}, o)
		if err == nil && v.Verdict == finding.VerdictPass {
			t.Error("a quote passes a policy that names no software")
		}
	})
}
