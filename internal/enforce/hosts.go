package enforce

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
)

// A Destination is a host that may be reached.
type Destination struct {
	Name string // lower case, ASCII, without a trailing dot; of a wildcard what follows the star
	// Any means that every name below Name is meant, and not Name itself.
	Any  bool
	From []string // who declares to send there, sorted
}

var hostname = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+$`)

// Hostname is a name of a host as connections carry it, or of all below one (*.x).
func Hostname(text string) (Destination, bool) {
	d := Destination{Name: strings.ToLower(strings.TrimSuffix(text, "."))}
	d.Name, d.Any = strings.CutPrefix(d.Name, "*.")
	_, err := netip.ParseAddr(d.Name)
	return d, err != nil && hostname.MatchString(d.Name) && len(d.Name) <= 253
}

// Destinations are the hosts that may be reached, by name. A name decides for the
// target that asks: an address, or a text that is no name of a host, is a clause
// that it cannot hold.
func Destinations(b *bounds.Bounds) ([]Destination, error) {
	var out []Destination
	for i := range b.Hosts {
		h := &b.Hosts[i]
		d, ok := Hostname(h.Name)
		clause := fmt.Sprintf("spec.flows (from %s, to %s)", h.From, h.Name)
		if _, err := netip.ParseAddr(d.Name); err == nil {
			return nil, &Unmet{Clause: clause, Why: "it is let through by its name, and an address has none; declare the name of the host"}
		}
		if !ok {
			return nil, &Unmet{Clause: clause, Why: "it is not the name of a host as connections carry it; write an internationalised name in its ASCII form (xn--…)"}
		}
		at := slices.IndexFunc(out, func(o Destination) bool { return o.Name == d.Name && o.Any == d.Any })
		if at < 0 {
			at, out = len(out), append(out, d)
		}
		if !slices.Contains(out[at].From, h.From) {
			out[at].From = append(out[at].From, h.From)
		}
	}
	slices.SortFunc(out, func(a, b Destination) int { return strings.Compare(a.String(), b.String()) })
	for i := range out {
		slices.Sort(out[i].From)
	}
	return out, nil
}

// String is the name as perimeters write it.
func (d Destination) String() string {
	if d.Any {
		return "*." + d.Name
	}
	return d.Name
}
