package attest

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Leaf is a certificate with its way to a pinned root.
type Leaf struct {
	Chain []*x509.Certificate // from the leaf to the root
	Root  Root
}

// Certificate is the leaf itself.
func (l *Leaf) Certificate() *x509.Certificate { return l.Chain[0] }

func (l *Leaf) String() string {
	names := make([]string, len(l.Chain))
	for i, c := range l.Chain {
		names[i] = nameOf(c)
	}
	return "signed by " + strings.Join(names, ", which is certified by ") + ", whose key is pinned"
}

func nameOf(c *x509.Certificate) string {
	if c.Subject.CommonName != "" {
		return c.Subject.CommonName
	}
	return c.Subject.String()
}

// Bounds of the search for a chain. Whoever sends evidence chooses its
// certificates, and could choose a thousand that all seem to sign each other.
// AMD's keys have 4,096 bits; others' are of elliptic curves.
const (
	maxDepth  = 6
	maxTries  = 128
	maxRSABit = 4096
)

// Chain finds the way from a certificate to a pinned root, through those of
// the evidence and of the collateral, all of them valid at the exam's time.
func (x *Exam) Chain(use Use, leaf *x509.Certificate) (*Leaf, error) {
	tries := 0
	seen := map[string]bool{}
	var climb func(chain []*x509.Certificate) (*Leaf, error)
	climb = func(chain []*x509.Certificate) (*Leaf, error) {
		c := chain[len(chain)-1]
		if err := counts(c, x.Now); err != nil {
			return nil, err
		}
		// A root must have signed itself. The evidence brings certificates, too, and
		// one that somebody made around the pinned key could say that the key may
		// sign no revocation lists.
		if root, ok := x.Roots.of(use, c); ok && x.Collateral.signed(c, c) == nil {
			l := &Leaf{slices.Clone(chain), root}
			return l, l.short()
		}
		seen[string(c.Raw)] = true
		if bytes.Equal(c.RawIssuer, c.RawSubject) {
			return nil, fmt.Errorf("the chain ends at %q, whose key is not pinned as a root of %s: the evidence is of no genuine device, or the root is new and must be added", nameOf(c), use)
		}
		if len(chain) == maxDepth {
			return nil, fmt.Errorf("the chain of %q is longer than %d certificates", nameOf(leaf), maxDepth)
		}
		fault, climbed := fmt.Errorf("no certificate of the issuer of %q (%q) was given: add it to the collateral bundle", nameOf(c), c.Issuer.CommonName), false
		for _, issuer := range x.Certificates() {
			if !bytes.Equal(issuer.RawSubject, c.RawIssuer) || seen[string(issuer.Raw)] {
				continue
			}
			if tries++; tries > maxTries {
				return nil, fmt.Errorf("too many certificates claim to be issuers of each other: give only those of the chain")
			}
			if err := x.Collateral.signed(c, issuer); err != nil {
				if !climbed {
					fault = fmt.Errorf("%q did not sign %q: %w", nameOf(issuer), nameOf(c), err)
				}
				continue
			}
			l, err := climb(append(chain, issuer))
			if err == nil || tries > maxTries {
				return l, err
			}
			climbed, fault = true, err
		}
		return nil, fault
	}
	return climb([]*x509.Certificate{leaf})
}

// Brought are the certificates of the evidence alone.
func (x *Exam) Brought() []*x509.Certificate { return x.evidence.Certificates }

// Certificates are those of the evidence and of the collateral.
func (x *Exam) Certificates() []*x509.Certificate {
	return slices.Concat(x.evidence.Certificates, x.Collateral.certificates)
}

// Bring adds certificates that the report itself holds to the evidence.
func (x *Exam) Bring(certs ...*x509.Certificate) {
	x.evidence.Certificates = slices.Concat(x.evidence.Certificates, certs)
}

// counts says whether a certificate is valid at that time, and understood.
func counts(c *x509.Certificate, now time.Time) error {
	switch {
	case now.Before(c.NotBefore):
		return fmt.Errorf("the certificate of %q is valid only from %s", nameOf(c), day(c.NotBefore))
	case now.After(c.NotAfter):
		return fmt.Errorf("the certificate of %q expired on %s: get a newer one", nameOf(c), day(c.NotAfter))
	case len(c.UnhandledCriticalExtensions) > 0:
		return fmt.Errorf("the certificate of %q has the critical extension %v, which is not known here", nameOf(c), c.UnhandledCriticalExtensions[0])
	}
	return nil
}

// short says whether the chain is no longer than its certificates allow.
func (l *Leaf) short() error {
	for i, c := range l.Chain {
		if i > 1 && (c.MaxPathLen > 0 || c.MaxPathLenZero) && i-1 > c.MaxPathLen {
			return fmt.Errorf("the certificate of %q allows a chain of %d below it; there are %d", nameOf(c), c.MaxPathLen, i-1)
		}
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// signed says whether one certificate issued another.
func (c *Collateral) signed(child, issuer *x509.Certificate) error {
	if key, ok := issuer.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxRSABit {
		return fmt.Errorf("its RSA key is longer than %d bits", maxRSABit)
	}
	if !issuer.IsCA { // the library lets the first version of certificates pass
		return fmt.Errorf("it may not certify others")
	}
	return c.once(func() error { return child.CheckSignatureFrom(issuer) }, child.Raw, issuer.Raw)
}
