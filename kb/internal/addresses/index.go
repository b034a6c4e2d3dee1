// Package addresses finds the range that an IP address is in, and writes and
// reads the compact table of ranges that cloud providers publish.
package addresses

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
)

// An Index finds the most specific of many prefixes that holds an address. It
// is read-only and safe for concurrent use.
//
// The prefixes are cut into stretches that do not overlap, each of which
// belongs to the most specific prefix there, so that a look-up is one binary
// search however deep the prefixes nest.
type Index struct{ stretches []stretch }

// A stretch reaches to where the next one begins.
type stretch struct {
	from   number
	prefix int32 // -1: no prefix holds it
}

// A number is an address as an integer. IPv4 addresses are the IPv6 addresses
// that they are mapped to.
type number struct{ hi, lo uint64 }

func numberOf(a netip.Addr) number {
	b := a.As16()
	return number{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (n number) addr() netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], n.hi)
	binary.BigEndian.PutUint64(b[8:], n.lo)
	return netip.AddrFrom16(b).Unmap()
}

func (n number) compare(o number) int {
	return cmp.Or(cmp.Compare(n.hi, o.hi), cmp.Compare(n.lo, o.lo))
}

// after is the first address behind a prefix; false when there is none.
func after(p netip.Prefix) (number, bool) {
	n, host := numberOf(p.Addr()), p.Addr().BitLen()-p.Bits() // the prefix is masked: its host bits are 0
	switch {
	case host == 128:
		return number{}, false
	case host >= 64:
		n.hi += 1 << (host - 64)
		return n, n.hi != 0
	}
	lo := n.lo + 1<<host
	if lo < n.lo {
		n.hi++
	}
	n.lo = lo
	return n, n.hi != 0 || n.lo != 0
}

// Less orders prefixes by address, the wider ones first.
func Less(a, b netip.Prefix) int {
	return cmp.Or(numberOf(a.Addr()).compare(numberOf(b.Addr())), cmp.Compare(a.Bits(), b.Bits()))
}

// NewIndex makes an index of masked prefixes that are sorted by [Less]. Of
// equal prefixes the first answers.
func NewIndex(prefixes []netip.Prefix) *Index {
	x := &Index{stretches: []stretch{{prefix: -1}}}
	type open struct {
		prefix int32
		end    number
		ends   bool
	}
	var nest []open
	begin := func(at number, prefix int32) {
		if last := &x.stretches[len(x.stretches)-1]; last.from == at {
			last.prefix = prefix
		} else if last.prefix != prefix {
			x.stretches = append(x.stretches, stretch{at, prefix})
		}
	}
	leave := func() {
		top := nest[len(nest)-1]
		nest = nest[:len(nest)-1]
		if !top.ends {
			return
		}
		outer := int32(-1)
		if len(nest) > 0 {
			outer = nest[len(nest)-1].prefix
		}
		begin(top.end, outer)
	}
	for i, p := range prefixes {
		if i > 0 && p == prefixes[i-1] {
			continue
		}
		from := numberOf(p.Addr())
		for len(nest) > 0 && nest[len(nest)-1].ends && nest[len(nest)-1].end.compare(from) <= 0 {
			leave()
		}
		end, ends := after(p)
		begin(from, int32(i))
		nest = append(nest, open{int32(i), end, ends})
	}
	for len(nest) > 0 {
		leave()
	}
	x.stretches = slices.Clip(x.stretches)
	return x
}

// Lookup returns which of the prefixes holds an address most closely, or -1.
func (x *Index) Lookup(a netip.Addr) int {
	return int(x.stretches[x.at(numberOf(a))].prefix)
}

// at is the stretch in which an address lies.
func (x *Index) at(n number) int {
	i, exact := slices.BinarySearchFunc(x.stretches, n, func(s stretch, n number) int { return s.from.compare(n) })
	if !exact {
		i--
	}
	return i
}

// Cuts returns the addresses inside a prefix at which the answer changes. The
// prefix's own first address is not among them.
func (x *Index) Cuts(p netip.Prefix) []netip.Addr {
	p = p.Masked()
	end, ends := after(p)
	var out []netip.Addr
	for i := x.at(numberOf(p.Addr())) + 1; i < len(x.stretches); i++ {
		if ends && x.stretches[i].from.compare(end) >= 0 {
			break
		}
		out = append(out, x.stretches[i].from.addr())
	}
	return out
}
