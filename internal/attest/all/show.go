package all

import (
	"encoding/pem"
	"fmt"
	"time"

	"crypto/x509"

	"golang.org/x/crypto/ocsp"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
	"github.com/bailiwick-dev/bailiwick/internal/attest/intel"
	"github.com/bailiwick-dev/bailiwick/internal/attest/nvidia"
)

// A Content is one thing in a bundle, as it speaks of itself. Whether it is
// true is verified with evidence.
type Content struct {
	Kind   attest.ItemKind `json:"kind"`
	What   string          `json:"what"`
	Source string          `json:"source,omitempty"`
	From   time.Time       `json:"from,omitzero"`
	Until  time.Time       `json:"until,omitzero"` // it counts before this
}

// Show lists what an item holds.
func Show(i attest.Item) ([]Content, error) {
	one := func(what string, from, until time.Time) []Content {
		return []Content{{i.Kind, what, i.Source, from, until}}
	}
	switch i.Kind {
	case attest.ItemCertificates:
		certs, err := attest.Certificates(i.Data)
		var all []Content
		for _, c := range certs {
			all = append(all, one("certificate of "+named(c.Subject.CommonName, c.Subject.String()), c.NotBefore, c.NotAfter)...)
		}
		return all, err
	case attest.ItemCRL:
		der := i.Data
		if block, _ := pem.Decode(der); block != nil {
			der = block.Bytes
		}
		l, err := x509.ParseRevocationList(der)
		if err != nil {
			return nil, err
		}
		return one(fmt.Sprintf("revocation list of %s, %d revoked", named(l.Issuer.CommonName, l.Issuer.String()), len(l.RevokedCertificateEntries)), l.ThisUpdate, l.NextUpdate), nil
	case attest.ItemOCSP:
		r, err := ocsp.ParseResponse(i.Data, nil)
		if err != nil {
			return nil, err
		}
		return one(fmt.Sprintf("OCSP answer, %s, on the certificate of number %x", statuses[r.Status], r.SerialNumber), r.ThisUpdate, r.NextUpdate), nil
	case attest.ItemManifest:
		m, err := nvidia.ParseManifest(i.Data)
		if err != nil {
			return nil, err
		}
		return one(fmt.Sprintf("reference values of %s, version %s", m.Product, m.Version), m.Signer.NotBefore, m.Signer.NotAfter), nil
	}
	what, dates, err := intel.Show(i)
	return one(what, dates.IssueDate, dates.NextUpdate), err
}

var statuses = map[int]string{ocsp.Good: "good", ocsp.Revoked: "REVOKED", ocsp.Unknown: "unknown"}

func named(common, whole string) string {
	if common != "" {
		return common
	}
	return whole
}
