// Package sgx verifies quotes of Intel SGX enclaves (DCAP), version 3, and
// enclaves in versions 4 and 5.
package sgx

import (
	"encoding/hex"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/intel"
)

// Verify judges a quote. An error says that the evidence is no quote of SGX.
func Verify(e attest.Evidence, o attest.Options) (*attest.Verdict, error) {
	q, err := intel.Parse(e.Report)
	if err != nil {
		return nil, err
	}
	if q.TEE != intel.TEESGX {
		return nil, fmt.Errorf("the quote is of a trust domain, not of an enclave: verify it as tdx")
	}
	enclave, err := intel.ParseEnclave(q.Body)
	if err != nil {
		return nil, err
	}
	x := attest.Examine(e, o)
	x.Claims = claims(enclave, q.Version)
	if platform := intel.Verify(x, q); platform != nil {
		x.Claims.Chip = platform.Chip(attest.SGX)
		x.Claims.TCB.Parts["pce"] = platform.PCESVN
		intel.Judge(x, intel.Subject{Quote: q, Platform: platform})
	}
	return x.Finish(), nil
}

func claims(e *intel.Enclave, version int) attest.Claims {
	return attest.Claims{
		Product: "SGX", Version: version, ReportData: hex.EncodeToString(e.ReportData[:]), Debug: e.Debug(),
		Measurements: map[string]string{
			"mrenclave": hex.EncodeToString(e.MREnclave[:]), "mrsigner": hex.EncodeToString(e.MRSigner[:]), "isvprodid": fmt.Sprintf("%04x", e.ProdID),
		},
		TCB:   attest.TCB{Parts: map[string]int{"enclave": int(e.SVN)}},
		Facts: map[string]string{"attributes": hex.EncodeToString(e.Attributes[:])},
	}
}
