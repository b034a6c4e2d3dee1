package snp

import (
	"encoding/hex"
	"fmt"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// service is where AMD publishes (AMD 57230, chapter 3). It answers about one
// certificate of a chip in ten seconds: keep what it gave.
const service = "https://kdsintf.amd.com/"

// Needs is what a report is held against. A report of version 2 does not say
// its product line: it may be either of two, and so are the needs.
func Needs(report []byte) ([]attest.Need, error) {
	r, err := ParseReport(report)
	if err != nil {
		return nil, err
	}
	products := []string{r.product()}
	if products[0] == "" {
		products = []string{"Milan", "Genoa"}
	}
	key := map[int]string{signerVCEK: "vcek", signerVLEK: "vlek"}[r.signer()]
	if key == "" {
		return nil, fmt.Errorf("the report is not signed")
	}
	var needs []attest.Need
	maybe := len(products) > 1
	for _, p := range products {
		at := service + key + "/v1/" + p + "/"
		if key == "vcek" && !r.Masked() { // a cloud's key comes from the cloud
			needs = append(needs, attest.Need{Kind: attest.ItemCertificates, URL: at + r.certificateOf(p), Maybe: maybe})
		}
		needs = append(needs, attest.Need{Kind: attest.ItemCertificates, URL: at + "cert_chain"}, attest.Need{Kind: attest.ItemCRL, URL: at + "crl"})
	}
	return needs, nil
}

// certificateOf names the certificate of a chip at a level.
func (r *Report) certificateOf(product string) string {
	t := parts(r.ReportedTCB, product)
	level := fmt.Sprintf("blSPL=%02d&teeSPL=%02d&snpSPL=%02d&ucodeSPL=%02d", t["bootloader"], t["tee"], t["snp"], t["microcode"])
	if product == "Turin" {
		return fmt.Sprintf("%s?fmcSPL=%02d&%s", hex.EncodeToString(r.ChipID[:8]), t["fmc"], level)
	}
	return hex.EncodeToString(r.ChipID[:]) + "?" + level
}
