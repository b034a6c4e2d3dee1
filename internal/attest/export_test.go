package attest

import "crypto/x509"

// Certificates are those of the bundle.
func (c *Collateral) Certificates() []*x509.Certificate { return c.certificates }

// Remembered is how many signatures were verified with evidence and are kept.
func (c *Collateral) Remembered() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.proved)
}
