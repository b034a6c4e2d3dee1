// Package all verifies evidence of every kind.
package all

import (
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/intel"
	"github.com/bailiwick-dev/bailiwick/internal/attest/nvidia"
	"github.com/bailiwick-dev/bailiwick/internal/attest/sgx"
	"github.com/bailiwick-dev/bailiwick/internal/attest/snp"
	"github.com/bailiwick-dev/bailiwick/internal/attest/tdx"
)

var verifiers = map[attest.Kind]func(attest.Evidence, attest.Options) (*attest.Verdict, error){
	attest.SNP: snp.Verify, attest.TDX: tdx.Verify, attest.SGX: sgx.Verify, attest.NVIDIA: nvidia.Verify,
}

// Verify judges evidence; without a kind, of the kind that [Detect] sees. An
// error says that it cannot be read as that kind: there is no verdict then,
// and whoever releases something must refuse.
func Verify(e attest.Evidence, o attest.Options) (*attest.Verdict, error) {
	if len(e.Report) > attest.MaxReport {
		return nil, fmt.Errorf("the evidence has %d bytes; at most %d are read", len(e.Report), attest.MaxReport)
	}
	if e.Kind == "" {
		kind, err := Detect(e.Report)
		if err != nil {
			return nil, err
		}
		e.Kind = kind
	}
	verify, ok := verifiers[e.Kind]
	if !ok {
		return nil, unknown(e.Kind)
	}
	return verify(e, o)
}

// Prepare verifies what a bundle says of itself, for a server that will verify
// much evidence by it; see [attest.Collateral.Prove].
func Prepare(c *attest.Collateral) {
	var certs []*x509.Certificate
	for _, document := range c.Documents(attest.ItemManifest) {
		if m, err := attest.Parsed(c, document, nvidia.ParseManifest); err == nil {
			certs = append(certs, m.Chain...)
		}
	}
	c.Prove(certs...)
}

func unknown(kind attest.Kind) error {
	return fmt.Errorf("kind %q of evidence is not known; there are %q", kind, attest.Kinds())
}

// Needs is what the vendors publish that the evidence is held against, for
// whoever makes a bundle. What the bundle has already may show further needs.
func Needs(e attest.Evidence, have *attest.Collateral) ([]attest.Need, error) {
	if e.Kind == "" {
		kind, err := Detect(e.Report)
		if err != nil {
			return nil, err
		}
		e.Kind = kind
	}
	switch e.Kind {
	case attest.SNP:
		return snp.Needs(e.Report)
	case attest.TDX, attest.SGX:
		return intel.Needs(e.Report)
	case attest.NVIDIA:
		return nvidia.Needs(e, have)
	}
	return nil, unknown(e.Kind)
}

// Brought is what evidence brings of its vendor's own certificates, for whoever
// makes a bundle; nil when it brings none. Those that do not lead to a root are
// left out: whoever sent the evidence chose them.
func Brought(e attest.Evidence, roots attest.Roots, now time.Time) *attest.Item {
	if e.Kind != attest.NVIDIA {
		return nil
	}
	x := attest.Examine(e, attest.Options{Roots: roots, Now: now})
	var der []byte
	for _, c := range nvidia.Issuers(e) {
		if _, err := x.Chain(attest.NVIDIADevices, c); err == nil {
			der = append(der, c.Raw...)
		}
	}
	if der == nil {
		return nil
	}
	return &attest.Item{Kind: attest.ItemCertificates, Source: "came with a GPU's report", Data: der}
}

// Detect says by its first bytes which kind a report is.
func Detect(report []byte) (attest.Kind, error) {
	if len(report) < 8 {
		return "", fmt.Errorf("the evidence has only %d bytes", len(report))
	}
	version, tee := binary.LittleEndian.Uint16(report), binary.LittleEndian.Uint32(report[4:])
	switch {
	case report[0] == 0x11 && report[1] == 0xE0:
		return attest.NVIDIA, nil
	case binary.LittleEndian.Uint16(report[2:]) == 2 && version == 3, binary.LittleEndian.Uint16(report[2:]) == 2 && version > 3 && tee == 0:
		return attest.SGX, nil
	case binary.LittleEndian.Uint16(report[2:]) == 2 && version > 3 && tee == 0x81:
		return attest.TDX, nil
	case len(report) >= snp.ReportLength && binary.LittleEndian.Uint32(report) <= 5:
		return attest.SNP, nil
	}
	return "", fmt.Errorf("the evidence is no SNP report, no quote of TDX or SGX and no GPU report: say which kind it is")
}
