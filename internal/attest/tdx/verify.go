package tdx

import (
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/intel"
)

// Verify judges a quote. An error says that the evidence is no quote of TDX.
func Verify(e attest.Evidence, o attest.Options) (*attest.Verdict, error) {
	q, err := intel.Parse(e.Report)
	if err != nil {
		return nil, err
	}
	if q.TEE != intel.TEETDX {
		return nil, fmt.Errorf("the quote is of an SGX enclave, not of a trust domain: verify it as sgx")
	}
	r, err := ParseReport(q.Body)
	if err != nil {
		return nil, err
	}
	x := attest.Examine(e, o)
	x.Claims = r.claims(q.Version)
	if platform := intel.Verify(x, q); platform != nil {
		x.Claims.Chip = platform.Chip(attest.TDX)
		x.Claims.TCB.Parts["pce"] = platform.PCESVN
		intel.Judge(x, intel.Subject{Quote: q, Platform: platform, TD: &intel.TD{SVN: r.TCBSVN, MRSigner: r.MRSignerSeam[:], Attributes: r.SeamAttributes[:]}})
	}
	if r.Migratable() {
		x.Movable("start it without the attribute MIGRATABLE")
	}
	return x.Finish(), nil
}
