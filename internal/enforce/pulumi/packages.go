package pulumi

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
	"github.com/bailiwick-dev/bailiwick/internal/enforce"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// neutral are packages that compute values, consist of resources of other
// packages, or make objects within a cluster, which other targets hold.
var neutral = []string{"awsx", "eks", "kubernetes", "pulumi", "random", "std", "time", "tls"}

// A cloud is how the packages of one provider say places.
type cloud struct {
	provider   graph.ProviderID
	packages   []string
	zone       string // form of a zone, which has the region in it
	places     []string
	references []string
	regional   bool // its provider has the region of what says none
}

const uuid = `[0-9a-f]{8}-[0-9a-f-]{27}`

var clouds = []cloud{
	{"aws", []string{"aws", "aws-native"}, `^(.+-\d)[a-z]$`,
		[]string{"region", "regionName", "regions", "availabilityZone", "availabilityZones", "locationConstraint", "sourceRegion", "destinationRegion"},
		[]string{`\barn:(?<partition>[^:]*):[^:]*:(?<region>[^:]*):`}, true},
	{"azurerm", []string{"azure", "azure-native"}, "", []string{"location", "locations", "locationName", "secondaryLocation"}, nil, false},
	{"google", []string{"gcp", "google-native"}, `^(.+\d)-[a-z]$`,
		[]string{"region", "location", "zone", "zones", "locations", "nodeLocations", "replicaLocations", "preferredZone", "secondaryZone"},
		[]string{`/(?:locations|regions|zones)/(?<region>[^/]+)`}, false},
	{"hcloud", []string{"hcloud"}, "", []string{"location", "datacenter", "networkZone", "homeLocation"}, nil, false},
	{"ionoscloud", []string{"ionoscloud"}, "", []string{"location", "region"}, nil, false},
	{"ovh", []string{"ovh"}, `^([a-z]+)\d+$`, []string{"region", "regions", "regionName", "backupRegions", "datacenter"}, nil, false},
	{"scaleway", []string{"scaleway"}, `^([a-z]+-[a-z]+)-\d$`, []string{"region", "regions", "zone"}, []string{`^(?<region>[a-z]{2}-[a-z]{3}(?:-\d)?)/` + uuid}, false},
	{"stackit", []string{"stackit"}, "", []string{"region", "defaultRegion"}, nil, false},
}

// compile writes the bounds as data.
func compile(b *bounds.Bounds) *Perimeter {
	p := &Perimeter{
		Header: enforce.Header(b, "What the policies of index.js hold resources against", holds...),
		Inside: b.Limits.Places.String(), Neutral: neutral, Packages: map[string]*Package{}, Placed: named(placed), Rules: []Rule{}, Cites: map[graph.RuleID]string{},
	}
	for _, id := range holds {
		p.Cites[id] = enforce.Cite(b, id)
	}
	for i := range clouds {
		k := &clouds[i]
		c := b.Main(k.provider)
		one := &Package{Why: block.Shut(c), Zone: k.zone, Places: k.places, References: k.references, Provider: k.regional, Regions: []string{}}
		if k.references == nil {
			one.References = []string{}
		}
		if one.Why == "" {
			one.Partition, one.Regions = c.Partition, codes(c)
			if len(one.Regions) == 0 {
				one.Why = "no region of " + c.Name + " is inside " + p.Inside
			}
		}
		for _, name := range k.packages {
			p.Packages[name] = one
		}
	}
	p.Rules = rules(b, p)
	return p
}

// codes are those of every place inside, also zones and spellings, as index.js
// compares them.
func codes(c *bounds.Cloud) []string {
	out := []string{}
	for i := range c.Regions {
		if r := &c.Regions[i]; r.Inside {
			out = append(out, strings.ToLower(strings.ReplaceAll(r.Code, " ", "")))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
