package kb

import (
	"net/netip"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
)

// publishedFile is the table of ranges that providers publish. It is written
// by kb/internal/ranges and read only when an address is asked for.
const publishedFile = "ranges/published.bin"

// ranges is all that is known of addresses: the records, a user's own apart,
// and the table of published ranges.
type ranges struct {
	records   []Range // sorted by prefix
	recorded  *addresses.Index
	own       []Range
	owned     *addresses.Index
	table     *addresses.Table
	published *addresses.Index
}

func (k *KB) getRanges() *ranges {
	return k.ranges.get(func() *ranges {
		r := &ranges{table: &addresses.Table{}}
		if raw, ok := k.files[publishedFile]; ok {
			t, err := addresses.Decode(raw)
			if err != nil { // Compile has decoded it, and Open has checked its digest
				panic("kb: " + err.Error())
			}
			r.table = t
		}
		if _, ok := k.index.Files[rangesFile]; ok {
			doc := decode[rangesDoc](k, rangesFile)
			for i := range doc.Ranges {
				cite(doc.Sources, doc.Ranges[i].facts)
			}
			for _, rec := range doc.Ranges {
				if rec.Own {
					r.own = append(r.own, rec)
				} else {
					r.records = append(r.records, rec)
				}
			}
		}
		r.recorded, r.owned = indexed(r.records), indexed(r.own)
		ps := make([]netip.Prefix, len(r.table.Entries))
		for i, e := range r.table.Entries {
			ps[i] = e.Prefix
		}
		r.published = addresses.NewIndex(ps)
		return r
	})
}

// indexed sorts records by prefix and makes their index.
func indexed(recs []Range) *addresses.Index {
	slices.SortStableFunc(recs, func(a, b Range) int {
		p, _ := a.Prefix()
		q, _ := b.Prefix()
		return addresses.Less(p, q)
	})
	ps := make([]netip.Prefix, len(recs))
	for i := range recs {
		ps[i], _ = recs[i].Prefix()
	}
	return addresses.NewIndex(ps)
}

// Ranges returns the records of ranges/, without those that providers publish
// as whole lists.
func (k *KB) Ranges() []Range {
	r := k.getRanges()
	return slices.Concat(r.records, r.own)
}

// A PublishedList is a provider's list of its own ranges, as embedded.
type PublishedList struct {
	Name   string
	Ranges int
	Fact
}

// PublishedLists returns the embedded lists, in a fixed order.
func (k *KB) PublishedLists() []PublishedList {
	t := k.getRanges().table
	out := make([]PublishedList, len(t.Sources))
	for i, s := range t.Sources {
		out[i] = PublishedList{Name: s.Name, Fact: listFact(&s, s.Name)}
	}
	for _, e := range t.Entries {
		out[t.Targets[e.Target].Source].Ranges++
	}
	return out
}

// listFact is the standing of what a published list says: a cited copy of the
// provider's own words.
func listFact(s *addresses.Source, quote string) Fact {
	return Fact{Source: s.Name, Quote: quote, Confidence: graph.Documented, AsOf: s.AsOf, ReviewBy: s.ReviewBy,
		Cited: &Source{Address: s.Address, Licence: s.Licence, Retrieved: s.Retrieved}}
}

// Address returns the ranges that hold an address most closely: one, or
// several that contradict each other; none when nothing is known. A record of
// a user's overlay wins, then the longest prefix, then a record over a list.
func (k *KB) Address(a netip.Addr) []Range {
	if !a.IsValid() {
		return nil
	}
	a = a.Unmap().WithZone("")
	r := k.getRanges()
	if i := r.owned.Lookup(a); i >= 0 {
		return r.own[i : i+1]
	}
	i, j := r.recorded.Lookup(a), r.published.Lookup(a)
	if i >= 0 {
		if p, _ := r.records[i].Prefix(); j < 0 || p.Bits() >= r.table.Entries[j].Prefix.Bits() {
			return r.records[i : i+1]
		}
	}
	if j < 0 {
		return nil
	}
	var out []Range
	for p := r.table.Entries[j].Prefix; j < len(r.table.Entries) && r.table.Entries[j].Prefix == p; j++ {
		out = append(out, r.listed(j))
	}
	return out
}

// listed makes a record of a row of the table.
func (r *ranges) listed(i int) Range {
	e := r.table.Entries[i]
	g := &r.table.Targets[e.Target]
	s := &r.table.Sources[g.Source]
	out := Range{CIDR: e.Prefix.String(), Provider: graph.ProviderID(g.Provider), Partition: g.Partition, Region: g.Region,
		Operator: graph.EntityID(g.Operator), Anycast: g.Anycast, List: s.Name, Fact: listFact(s, g.Written)}
	out.Note = g.Note
	if g.Feed {
		// A geofeed (RFC 8805) writes the country, then the subdivision. It says
		// what the operator wants others to believe of the addresses.
		out.Countries = []graph.Country{graph.Country(g.Written[:2])}
		out.Confidence = graph.Inferred
	}
	return out
}

// Network cuts a range of addresses where what is known of them changes and
// calls f with each piece, in order, until f returns false. Pieces that are not
// known come with no range.
func (k *KB) Network(p netip.Prefix, f func(from netip.Addr, known []Range) bool) {
	p = p.Masked()
	r := k.getRanges()
	at := []netip.Addr{p.Addr()}
	for _, x := range []*addresses.Index{r.owned, r.recorded, r.published} {
		at = append(at, x.Cuts(p)...)
	}
	slices.SortFunc(at, netip.Addr.Compare)
	for _, a := range slices.Compact(at) {
		if !f(a, k.Address(a)) {
			return
		}
	}
}
