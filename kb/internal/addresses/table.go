package addresses

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
)

// A Table is the ranges that providers publish. A range points to a target, a
// place in the words of the provider; in which country that is, the knowledge
// base says elsewhere.
type Table struct {
	Sources []Source `json:"sources"`
	Targets []Target `json:"targets"`
	Entries []Entry  `json:"-"` // sorted by [Less]; one prefix may have several targets, which contradict each other
}

// A Source is a document from which ranges were taken.
type Source struct {
	Name      string `json:"name"`    // what the provider calls its list: "AWS ip-ranges.json"
	Address   string `json:"address"` // package@version and the file in it that was read
	Licence   string `json:"licence"` // SPDX id
	AsOf      string `json:"as_of"`   // the day of the list, YYYY-MM-DD
	ReviewBy  string `json:"review_by"`
	Retrieved string `json:"retrieved"`
}

// A Target is what ranges of one place point to.
type Target struct {
	Source    int    `json:"source"`
	Provider  string `json:"provider,omitempty"`
	Partition string `json:"partition,omitempty"`
	Operator  string `json:"operator,omitempty"` // where no provider has a folder
	// Region is the provider's code as the knowledge base spells it; empty when
	// the list names none.
	Region  string `json:"region,omitempty"`
	Written string `json:"written"` // the value in the list that says so
	// Anycast: the addresses are answered in many places at once.
	Anycast bool `json:"anycast,omitempty"`
	// Feed: Written is the region of a geofeed (RFC 8805), which begins with a
	// country: NL-NH.
	Feed bool   `json:"feed,omitempty"`
	Note string `json:"note,omitempty"`
}

// An Entry is one range.
type Entry struct {
	Prefix netip.Prefix
	Target int
}

// magic begins a table; its last digit is the version of the format.
const magic = "BWRANGE1"

// Encode writes a table: magic, then deflated: the length of the JSON header,
// the header, the number of entries, and for each entry its family (4 or 6),
// the distance of its address from that of the entry before (for IPv6 of the
// upper half, then the lower half), the length of its prefix, its target. All
// numbers are unsigned varints.
func (t *Table) Encode() ([]byte, error) {
	head, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode the table of ranges: %w", err)
	}
	b := binary.AppendUvarint(nil, uint64(len(head)))
	b = append(b, head...)
	b = binary.AppendUvarint(b, uint64(len(t.Entries)))
	var last number
	for _, e := range t.Entries {
		n := numberOf(e.Prefix.Addr())
		if e.Prefix.Addr().Is4() {
			b = append(b, 4)
			if last.hi != 0 || last.lo < mapped {
				last = number{0, mapped}
			}
			b = binary.AppendUvarint(b, n.lo-last.lo)
		} else {
			b = append(b, 6)
			b = binary.AppendUvarint(b, n.hi-last.hi)
			b = binary.AppendUvarint(b, n.lo)
		}
		last = n
		b = binary.AppendUvarint(b, uint64(e.Prefix.Bits()))
		b = binary.AppendUvarint(b, uint64(e.Target))
	}
	out := bytes.NewBufferString(magic)
	w, err := flate.NewWriter(out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("encode the table of ranges: %w", err)
	}
	if _, err = w.Write(b); err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encode the table of ranges: %w", err)
	}
	return out.Bytes(), nil
}

// mapped is the lower half of 0.0.0.0 as an IPv6 address.
const mapped = 0xffff << 32

// most bounds what a table may unpack to, in bytes.
const most = 64 << 20

var errDamaged = errors.New("the table of published ranges is damaged: write it anew with go run ./kb/internal/ranges")

// Decode reads what [Table.Encode] wrote.
func Decode(data []byte) (*Table, error) {
	packed, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin with %s", errDamaged, magic)
	}
	b, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), most))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	r := &reader{b: b}
	t := &Table{}
	if err := json.Unmarshal(r.take(r.number()), t); err != nil {
		return nil, fmt.Errorf("%w: its header: %w", errDamaged, err)
	}
	count := r.number()
	if count > uint64(len(b)) {
		return nil, errDamaged
	}
	t.Entries = make([]Entry, 0, count)
	var last number
	for range count {
		e, n := r.entry(last)
		if r.bad || e.Target >= len(t.Targets) || len(t.Entries) > 0 && Less(t.Entries[len(t.Entries)-1].Prefix, e.Prefix) > 0 {
			return nil, errDamaged
		}
		t.Entries, last = append(t.Entries, e), n
	}
	for _, g := range t.Targets {
		if g.Source < 0 || g.Source >= len(t.Sources) {
			return nil, errDamaged
		}
	}
	return t, nil
}

// A reader reads numbers; bad says that the bytes were not enough.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) entry(last number) (Entry, number) {
	family := r.number()
	n := last
	switch family {
	case 4:
		if last.hi != 0 || last.lo < mapped {
			n = number{0, mapped}
		}
		n.lo += r.number()
	case 6:
		n.hi += r.number()
		n.lo = r.number()
	default:
		r.bad = true
	}
	bits, target := r.number(), r.number()
	a := n.addr()
	if a.Is4() != (family == 4) || bits > uint64(a.BitLen()) || target > 1<<20 {
		r.bad = true
		return Entry{}, n
	}
	p := netip.PrefixFrom(a, int(bits))
	r.bad = r.bad || p != p.Masked()
	return Entry{p, int(target)}, n
}

// Sort brings the entries into the order that [Table.Encode] needs, and drops
// those that say again what a wider range says already.
func (t *Table) Sort() {
	slices.SortStableFunc(t.Entries, func(a, b Entry) int {
		if c := Less(a.Prefix, b.Prefix); c != 0 {
			return c
		}
		return a.Target - b.Target
	})
	t.Entries = slices.Compact(t.Entries)
	t.Entries = t.withoutRepeats()
}

// withoutRepeats drops entries inside a wider one with the same target, when
// no other entry of the same prefix contradicts.
func (t *Table) withoutRepeats() []Entry {
	var out []Entry
	var nest []Entry // the ranges around the current one
	for i := 0; i < len(t.Entries); {
		j := i + 1
		for j < len(t.Entries) && t.Entries[j].Prefix == t.Entries[i].Prefix {
			j++
		}
		e := t.Entries[i]
		for len(nest) > 0 && !nest[len(nest)-1].Prefix.Contains(e.Prefix.Addr()) {
			nest = nest[:len(nest)-1]
		}
		if j-i > 1 {
			out = append(out, t.Entries[i:j]...)
			nest = append(nest, Entry{e.Prefix, -1})
		} else if len(nest) == 0 || nest[len(nest)-1].Target != e.Target {
			out = append(out, e)
			nest = append(nest, e)
		}
		i = j
	}
	return out
}
