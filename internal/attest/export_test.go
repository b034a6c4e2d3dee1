package attest

// Remembered is how many signatures were verified with evidence and are kept.
func (c *Collateral) Remembered() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.proved)
}
