package mint

import (
	"crypto/elliptic"
	"crypto/x509"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/bailiwick-dev/bailiwick/internal/attest"
)

// Responder is who answers for the issuer of a certificate.
type Responder int

const (
	Itself    Responder = iota // the issuer
	Appointed                  // one whom the issuer certified for it
	Usurper                    // one whom the issuer certified for something else
)

// Answer is an OCSP answer about a certificate below NVIDIA's roots, as of a
// time.
func (n *NVIDIA) Answer(c *x509.Certificate, status int, at time.Time, by Responder) attest.Item {
	var issuer authority
	for _, a := range []authority{n.root, n.model, n.provisioner, n.rimRoot, n.rimCA} {
		if string(a.RawSubject) == string(c.RawIssuer) {
			issuer = a
		}
	}
	responder := issuer
	template := ocsp.Response{Status: status, SerialNumber: c.SerialNumber, ThisUpdate: at.Add(-ago), NextUpdate: at.Add(yet), RevokedAt: at.Add(-ago)}
	if by != Itself {
		who := certificate{name: "OCSP responder", algorithm: x509.ECDSAWithSHA384}
		if by == Appointed {
			who.usage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
		}
		responder = issue(&issuer, newKey(elliptic.P384()), who)
		template.Certificate = responder.Certificate
	}
	return attest.Item{Kind: attest.ItemOCSP, Data: must(ocsp.CreateResponse(issuer.Certificate, responder.Certificate, template, responder.key))}
}

// Revocable are the certificates that somebody can answer for when a GPU's
// report is judged with manifests.
func (n *NVIDIA) Revocable(g *GPU) []*x509.Certificate {
	return []*x509.Certificate{g.identity.Certificate, n.provisioner.Certificate, n.model.Certificate, n.rim.Certificate, n.rimCA.Certificate}
}
