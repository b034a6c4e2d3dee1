package intel

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Where Intel publishes (Intel SGX and Intel TDX services API, version 4).
const (
	service  = "https://api.trustedservices.intel.com/"
	rootList = "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der"
)

// Needs is what a quote is held against.
func Needs(report []byte) ([]attest.Need, error) {
	q, err := Parse(report)
	if err != nil {
		return nil, err
	}
	chain, err := attest.Certificates(q.Chain)
	if err != nil {
		return nil, err
	}
	p, err := ParsePlatform(chain[0])
	if err != nil {
		return nil, err
	}
	tee := map[TEE]string{TEESGX: "sgx", TEETDX: "tdx"}[q.TEE]
	issuer := "platform"
	if strings.Contains(chain[0].Issuer.CommonName, "Processor") {
		issuer = "processor"
	}
	return []attest.Need{
		{Kind: attest.ItemTCBInfo, URL: fmt.Sprintf("%s%s/certification/v4/tcb?fmspc=%x", service, tee, p.FMSPC), Header: "TCB-Info-Issuer-Chain"},
		{Kind: attest.ItemQEIdentity, URL: service + tee + "/certification/v4/qe/identity", Header: "SGX-Enclave-Identity-Issuer-Chain"},
		{Kind: attest.ItemCRL, URL: service + "sgx/certification/v4/pckcrl?ca=" + issuer + "&encoding=der", Header: "SGX-PCK-CRL-Issuer-Chain"},
		{Kind: attest.ItemCRL, URL: rootList},
	}, nil
}
