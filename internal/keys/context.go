package keys

import "encoding/binary"

// A Context is what something is encrypted for. It is not part of what is
// encrypted: who opens it must know it, so a file that was carried into another
// tenant's, purpose's or jurisdiction's context does not open there.
type Context struct {
	Tenant       string
	Purpose      string
	Jurisdiction string
}

// AAD spells the context so that no two contexts have one spelling: each part
// behind its length.
func (c Context) AAD() []byte {
	b := []byte("bailiwick/context/v1")
	for _, part := range []string{c.Tenant, c.Purpose, c.Jurisdiction} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}
