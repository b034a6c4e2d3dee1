package block

import (
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/bounds"
)

// pairs are the regions between which Azure copies the contents of key vaults
// (Microsoft Learn, "Azure cross-region replication"); "" is a region without a
// pair. What is in neither is not offered: where its copies are is not known here.
var pairs = map[string]string{
	"austriaeast": "", "belgiumcentral": "", "chilecentral": "", "denmarkeast": "", "israelcentral": "", "italynorth": "", "mexicocentral": "",
	"newzealandnorth": "", "polandcentral": "", "qatarcentral": "", "spaincentral": "", "westus3": "",
	"northeurope": "westeurope", "westeurope": "northeurope",
	"francecentral": "francesouth", "francesouth": "francecentral",
	"germanywestcentral": "germanynorth", "germanynorth": "germanywestcentral",
	"norwayeast": "norwaywest", "norwaywest": "norwayeast",
	"swedencentral": "swedensouth", "swedensouth": "swedencentral",
	"switzerlandnorth": "switzerlandwest", "switzerlandwest": "switzerlandnorth",
	"uksouth": "ukwest", "ukwest": "uksouth",
	"eastus": "westus", "westus": "eastus", "eastus2": "centralus", "centralus": "eastus2",
}

// pairInside reports whether what is copied from a region stays inside.
func pairInside(c *bounds.Cloud, code string) bool {
	pair, known := pairs[code]
	return known && (pair == "" || slices.Contains(c.Codes(), pair))
}
