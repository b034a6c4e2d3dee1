package attest

import (
	"crypto/x509"
	"slices"
)

// maxIssuers bounds the certificates of one name that are tried: anybody may
// have put more into the bundle.
const maxIssuers = 8

// Prove verifies, ahead of any evidence, what the certificates of a bundle and
// more of its documents signed: each other, lists and answers. A server that
// calls it when it reads a bundle verifies with evidence only what is the
// evidence's own. It decides nothing: what does not hold is asked again then.
// It is called before others use the bundle.
func (c *Collateral) Prove(more ...*x509.Certificate) {
	certs := slices.Concat(c.certificates, more)
	issuers := issuersOf(certs)
	for _, child := range certs {
		for _, issuer := range issuers[string(child.RawIssuer)] {
			_ = c.signed(child, issuer)
		}
	}
	for _, l := range c.lists {
		for _, issuer := range issuers[string(l.RawIssuer)] {
			_ = c.signedList(l, issuer)
		}
	}
	for _, r := range c.answers {
		if d := r.Certificate; d != nil {
			for _, issuer := range issuers[string(d.RawIssuer)] {
				_ = c.signed(d, issuer)
			}
			continue
		}
		for _, issuer := range issuers[string(r.RawResponderName)] {
			_ = c.signedAnswer(r, issuer)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own, c.proved = c.proved, nil
}

// issuersOf are those that may sign certificates, by name, each once.
func issuersOf(certs []*x509.Certificate) map[string][]*x509.Certificate {
	all, seen := map[string][]*x509.Certificate{}, map[string]bool{}
	for _, i := range certs {
		name := string(i.RawSubject)
		if i.IsCA && !seen[string(i.Raw)] && len(all[name]) < maxIssuers {
			seen[string(i.Raw)] = true
			all[name] = append(all[name], i)
		}
	}
	return all
}
