// Package attest judges what confidential machines say about themselves. It
// holds the words that all kinds of evidence share: the [Evidence] itself, the
// [Collateral] of the vendors that it is held against, the [Policy] of whoever
// asks, and the [Verdict]. The kinds stand in folders below: snp, tdx, sgx and
// nvidia, and place, which knows where a chip stands.
//
// Nothing here opens a connection: roots, clock and collateral are parameters,
// so the same bytes give the same verdict in any year and without a network.
package attest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
)

// Kind is who made the evidence, and in what form.
type Kind string

const (
	SNP    Kind = "snp"    // AMD SEV-SNP attestation report
	TDX    Kind = "tdx"    // Intel TDX quote
	SGX    Kind = "sgx"    // Intel SGX quote (DCAP)
	NVIDIA Kind = "nvidia" // measurements of an NVIDIA GPU (SPDM)
)

// Kinds are the known ones.
func Kinds() []Kind { return []Kind{SNP, TDX, SGX, NVIDIA} }

// MaxReport bounds a report or quote in bytes; the longest seen have 8 KiB.
const MaxReport = 64 << 10

// Evidence is one signed statement of one device.
type Evidence struct {
	Kind Kind
	// Report is what the device signed, with the signature: an attestation
	// report, a quote, or the request and the response of SPDM.
	Report []byte
	// Certificates came along with it, in any order. They are not believed:
	// they only help to find a way to a pinned root.
	Certificates []*x509.Certificate
	// Mode is what the software in the guest says of its GPU, which the GPU's
	// own report does not: see [Mode].
	Mode Mode
}

// Mode is the confidential mode of a GPU, read by software in the guest. No
// GPU signs it, so it is worth what the evidence of that guest is worth.
type Mode string

const (
	ModeOn       Mode = "on"
	ModeOff      Mode = "off"
	ModeDevTools Mode = "devtools" // confidential in name: memory can be read by tools
)

// Digest names the evidence in a ledger: the SHA-256 of the report.
func (e Evidence) Digest() string { return digest(e.Report) }

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// maxCertificates bounds what one file may hold; chains have up to six.
const maxCertificates = 64

// Certificates reads certificates in PEM, or one or more in DER.
func Certificates(b []byte) ([]*x509.Certificate, error) {
	if bytes.Contains(b, []byte("-----BEGIN")) {
		b = der(b)
	}
	certs, err := x509.ParseCertificates(b)
	switch {
	case err != nil:
		return nil, fmt.Errorf("certificates: neither PEM nor DER: %w", err)
	case len(certs) == 0:
		return nil, fmt.Errorf("certificates: there is none in the file")
	case len(certs) > maxCertificates:
		return nil, fmt.Errorf("certificates: %d in one file; at most %d are read: no chain is that long", len(certs), maxCertificates)
	}
	return certs, nil
}

// der is the certificates of a PEM file, one behind the other.
func der(b []byte) []byte {
	var all []byte
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			all = append(all, block.Bytes...)
		}
	}
	return all
}

func known[T ~string](what string, value T, all []T) error {
	if slices.Contains(all, value) {
		return nil
	}
	return fmt.Errorf("%s %q is not known; there are %q", what, value, all)
}
