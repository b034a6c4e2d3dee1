package kb

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A tenant is a region of a service that runs in another cloud: what Atlas calls
// EU_CENTRAL_1 is eu-central-1 of AWS. That it is, is one fact, which its record
// cites; where eu-central-1 lies is another, which the record of AWS cites. So the
// country is written once. It is filled in here when a tree is read, that looking
// it up costs nothing, and counts for no more than the weaker of the two.

// InCloud splits an entry of [Region.In], which is PROVIDER/CODE.
func InCloud(entry string) (graph.ProviderID, string) {
	id, code, _ := strings.Cut(entry, "/")
	return graph.ProviderID(id), code
}

// fillTenants gives the tenants among regions the countries of the regions that
// they are in, which are among known. One that is in a place which is not known
// is left without a country.
func fillTenants(regions []row[Region], known ...[]row[Region]) {
	if !slices.ContainsFunc(regions, func(r row[Region]) bool { return len(r.V.In) > 0 }) {
		return
	}
	clouds := regionIndex(known...)
	for i := range regions {
		regions[i].V.fill(clouds)
	}
}

func (r *Region) fill(clouds map[string]*Region) {
	if len(r.In) == 0 {
		return
	}
	r.Countries, r.Global = nil, false
	var countries []graph.Country
	global := false
	for _, name := range r.In {
		in := clouds[name]
		if in == nil || len(in.In) > 0 || len(in.Countries) == 0 && !in.Global {
			return
		}
		countries = append(countries, in.Countries...)
		global = global || in.Global
		r.Confidence = graph.Weakest(r.Confidence, in.Confidence)
		if r.ReviewBy = cmp.Or(r.ReviewBy, in.ReviewBy); in.ReviewBy != "" {
			r.ReviewBy = min(r.ReviewBy, in.ReviewBy)
		}
		if len(r.In) == 1 {
			r.City = cmp.Or(r.City, in.City)
		}
	}
	if r.Global = global; !global {
		slices.Sort(countries)
		r.Countries = slices.Compact(countries)
	}
}

// regionIndex finds regions by PROVIDER/CODE; of a code that several partitions
// have, the one that a configuration means.
func regionIndex(lists ...[]row[Region]) map[string]*Region {
	at := map[string]*Region{}
	for _, list := range lists {
		for i := range list {
			r := &list[i].V
			key := string(r.Provider) + "/" + r.Code
			if old := at[key]; old == nil || defaultPartition(r.Provider, r.Partition) && !defaultPartition(r.Provider, old.Partition) {
				at[key] = r
			}
		}
	}
	return at
}

// tenantOnly complains about a tenant whose file says itself where it is.
func (r *Region) tenantOnly(errorf errorfFunc) error {
	if len(r.In) == 0 || len(r.Countries) == 0 && !r.Global && r.Second == nil {
		return nil
	}
	return errorf("region %s is in %s, whose record says where that is: leave out countries, global and second", r.Code, strings.Join(r.In, ", "))
}

// tenant checks the regions that a record is in.
func (c *checker) tenant(v *Region, errorf complain) {
	for _, name := range v.In {
		id, code := InCloud(name)
		switch {
		case code == "":
			errorf("in: %q is not PROVIDER/CODE, such as aws/eu-central-1", name)
		case c.providers[id] == nil:
			errorf("in: provider %q has no folder under providers/%s", id, didYouMean(string(id), sortedKeys(c.providers)))
		case id == v.Provider:
			errorf("in: %s is a region of the same provider; write parent: %s", name, code)
		case c.tenants[name]:
			errorf("in: %s is itself in another cloud; name that one", name)
		default:
			c.hasRegions(errorf, id, "in", code)
		}
	}
}
