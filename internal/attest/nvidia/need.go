package nvidia

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/crypto/ocsp"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Where NVIDIA publishes, as its own verifier (nvtrust) asks.
const (
	manifestService = "https://rim.attestation.nvidia.com/v1/rim/"
	statusService   = "http://ocsp.ndis.nvidia.com"
)

// plainWord is what versions and numbers of boards are made of.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9._-]{1,40}$`)

// ofNVIDIA says whether an address is of NVIDIA. Whoever sends evidence chooses
// its certificates, and must not choose whom the fetcher asks.
func ofNVIDIA(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host == u.Hostname() && strings.HasSuffix(u.Host, ".nvidia.com") &&
		u.User == nil && !strings.ContainsAny(address, "'\"` \\")
}

// Needs is what a report is held against. The signers of manifests can be
// revoked, too: ask again when the bundle has the manifests.
func Needs(e attest.Evidence, have *attest.Collateral) ([]attest.Need, error) {
	r, err := ParseReport(e.Report)
	if err != nil {
		return nil, err
	}
	for _, said := range []string{r.Driver(), r.VBIOS(), r.text(FieldProject), r.text(FieldSKU), r.text(FieldChipSKU)} {
		if !plainWord.MatchString(said) { // it becomes a part of an address, and nothing is verified yet
			return nil, fmt.Errorf("GPU report: %.60q is no version or number of a board: ask the GPU for a new report", said)
		}
	}
	board := strings.ToUpper(strings.Join([]string{r.text(FieldProject), r.text(FieldSKU), r.text(FieldChipSKU), strings.ReplaceAll(r.VBIOS(), ".", "")}, "_"))
	needs := []attest.Need{
		{Kind: attest.ItemManifest, URL: manifestService + "NV_GPU_DRIVER_" + strings.TrimSpace(hopper) + "_" + r.Driver()},
		{Kind: attest.ItemManifest, URL: manifestService + "NV_GPU_VBIOS_" + board},
	}
	certs := slices.Clone(e.Certificates)
	if have != nil {
		for _, document := range have.Documents(attest.ItemManifest) {
			if m, err := attest.Parsed(have, document, ParseManifest); err == nil {
				certs = append(certs, m.Chain...)
			}
		}
	}
	asked := map[string]bool{}
	for _, c := range certs {
		n, err := status(c, certs)
		if err != nil {
			return nil, err
		}
		if n.URL != "" && !asked[string(c.Raw)] {
			asked[string(c.Raw)] = true
			needs = append(needs, n)
		}
	}
	return needs, nil
}

// Issuers are the certificates that came with a report and are of NVIDIA's
// own authorities, not of the device, whose identity certified its leaf alone.
// In a bundle they are verified once for all devices.
func Issuers(e attest.Evidence) []*x509.Certificate {
	return slices.DeleteFunc(slices.Clone(e.Certificates), func(c *x509.Certificate) bool {
		return !slices.ContainsFunc(e.Certificates, func(o *x509.Certificate) bool { return o.IsCA && bytes.Equal(o.RawIssuer, c.RawSubject) })
	})
}

// status asks whether a certificate is revoked. A GPU certifies its own leaf,
// and nobody answers for that; nor for a root.
func status(c *x509.Certificate, all []*x509.Certificate) (attest.Need, error) {
	i := slices.IndexFunc(all, func(o *x509.Certificate) bool { return bytes.Equal(o.RawSubject, c.RawIssuer) })
	if i < 0 || bytes.Equal(c.RawIssuer, c.RawSubject) || strings.HasSuffix(c.Issuer.CommonName, " BROM") {
		return attest.Need{}, nil
	}
	request, err := ocsp.CreateRequest(c, all[i], &ocsp.RequestOptions{Hash: crypto.SHA384})
	if err != nil {
		return attest.Need{}, fmt.Errorf("ask for the status of %q: %w", c.Subject.CommonName, err)
	}
	at := statusService
	if len(c.OCSPServer) > 0 && ofNVIDIA(c.OCSPServer[0]) {
		at = c.OCSPServer[0]
	}
	return attest.Need{Kind: attest.ItemOCSP, URL: at, Post: request}, nil
}
