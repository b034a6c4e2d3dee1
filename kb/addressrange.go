package kb

import (
	"net/netip"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A Range is a set of addresses and where they are. Its country follows from
// the provider's region; only where a provider has none it is written here.
type Range struct {
	Fact     `yaml:",inline"`
	CIDR     string           `yaml:"cidr" json:"cidr"` // 192.0.2.0/24, 2001:db8::/32 or one address
	Provider graph.ProviderID `yaml:"provider,omitempty" json:"provider,omitempty"`
	// Partition is written where Region is not.
	Partition string         `yaml:"partition,omitempty" json:"partition,omitempty"`
	Region    string         `yaml:"region,omitempty" json:"region,omitempty"`
	Operator  graph.EntityID `yaml:"operator,omitempty" json:"operator,omitempty"` // where it is not the provider's
	// Countries holds every country in which the addresses may be.
	Countries []graph.Country `yaml:"countries,omitempty" json:"countries,omitempty"`
	// Anycast: they are answered in many places at once, so that none says where.
	Anycast bool   `yaml:"anycast,omitempty" json:"anycast,omitempty"`
	Service string `yaml:"service,omitempty" json:"service,omitempty"`
	// List is the published list that the range was taken from, when it is not a
	// record of its own. Own marks records of a user's overlay.
	List string `yaml:"-" json:"list,omitempty"`
	Own  bool   `yaml:"-" json:"own,omitempty"`
}

func (r *Range) facts(f func(fact *Fact, nested bool)) { f(&r.Fact, false) }

// Prefix is the range as a masked prefix; false when CIDR is no range.
func (r *Range) Prefix() (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(r.CIDR); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(r.CIDR)
	if err != nil || p.Addr().Is4In6() {
		return netip.Prefix{}, false
	}
	return p.Masked(), true
}

// key is the prefix, however it is written.
func (r *Range) key() string {
	if p, ok := r.Prefix(); ok {
		return p.String()
	}
	return r.CIDR
}

// addressRange checks one record.
func (c *checker) addressRange(v *Range, errorf complain) {
	p, ok := v.Prefix()
	switch {
	case !ok:
		errorf("cidr %q is neither an address nor a range such as 192.0.2.0/24 or 2001:db8::/32", v.CIDR)
	case p.Bits() == 0:
		errorf("cidr %s is every address there is", v.CIDR)
	case v.CIDR != p.String() && v.CIDR != p.Addr().String():
		errorf("cidr %s has bits behind its prefix; write %s", v.CIDR, p)
	}
	c.isCountry(errorf, "countries", v.Countries...)
	if v.Operator != "" {
		c.isOperator(errorf, v.Operator)
	}
	prov := c.providers[v.Provider]
	switch {
	case v.Provider != "" && prov == nil:
		errorf("provider %q has no folder under providers/%s", v.Provider, didYouMean(string(v.Provider), sortedKeys(c.providers)))
	case v.Provider == "" && v.Region != "":
		errorf("region %q without provider: whose region is it?", v.Region)
	case v.Region != "":
		c.hasRegions(errorf, v.Provider, "region", v.Region)
	}
	if v.Partition != "" {
		if v.Region != "" || prov == nil {
			errorf("partition is for ranges of a provider whose region is not known: the region tells it")
		} else if _, ok := prov.Partitions[v.Partition]; !ok {
			errorf("partition %q is not in provider.yaml%s", v.Partition, didYouMean(v.Partition, sortedKeys(prov.Partitions)))
		}
	}
	switch said := many(v.Region != "", len(v.Countries) > 0, v.Anycast); {
	case said > 1:
		errorf("region, countries and anycast exclude each other: write one of them")
	case said == 0 && v.Note == "":
		errorf("neither region, countries nor anycast: say in note: why nobody knows where the addresses are")
	}
}
