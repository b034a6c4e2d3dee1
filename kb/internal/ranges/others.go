package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
)

// spelled are regions that Azure's service tags abbreviate. The other tags are
// named like the region.
var spelled = map[string]string{
	"brazilse": "brazilsoutheast", "centralfrance": "francecentral", "chilec": "chilecentral", "germanyn": "germanynorth",
	"germanywc": "germanywestcentral", "norwaye": "norwayeast", "norwayw": "norwaywest", "southfrance": "francesouth",
	"switzerlandn": "switzerlandnorth", "switzerlandw": "switzerlandwest",
}

// addAzure takes the tag AzureCloud.<region>, which holds all addresses of a
// region whatever the service, and those of Front Door, which are answered at
// the edge. Other tags repeat addresses of these.
func addAzure(b *builder, rows []published) error {
	frontDoor := map[netip.Prefix]bool{}
	for _, r := range rows {
		if strings.HasPrefix(r.service, "AZUREFRONTDOOR.") && !frontDoor[r.prefix] {
			frontDoor[r.prefix] = true
			b.add(r.prefix, addresses.Target{Provider: "azurerm", Anycast: true, Written: "AzureFrontDoor"})
		}
	}
	var regional []netip.Prefix
	for _, r := range rows {
		if frontDoor[r.prefix] || r.service != "AZURECLOUD."+strings.ToUpper(r.region) {
			continue
		}
		region := r.region
		if full, ok := spelled[region]; ok {
			region = full
		}
		b.add(r.prefix, addresses.Target{Provider: "azurerm", Region: region, Written: "AzureCloud." + r.region})
		regional = append(regional, r.prefix)
	}
	// What is in the tag of the whole cloud only has no place.
	slices.SortFunc(regional, addresses.Less)
	in := addresses.NewIndex(regional)
	for _, r := range rows {
		i := in.Lookup(r.prefix.Addr())
		covered := i >= 0 && regional[i].Bits() <= r.prefix.Bits()
		if r.service == "AZURECLOUD" && !frontDoor[r.prefix] && !covered {
			b.add(r.prefix, addresses.Target{Provider: "azurerm", Written: "AzureCloud"})
		}
	}
	return nil
}

func addGoogle(b *builder, rows []published) error {
	for _, r := range rows {
		switch r.region {
		case "":
			return fmt.Errorf("%s has no scope", r.prefix)
		case "global":
			b.add(r.prefix, addresses.Target{Provider: "google", Anycast: true, Written: "global"})
		default:
			b.add(r.prefix, addresses.Target{Provider: "google", Region: r.region, Written: r.region})
		}
	}
	return nil
}

func addOracle(b *builder, rows []published) error {
	for _, r := range rows {
		if r.region == "" {
			return fmt.Errorf("%s has no region", r.prefix)
		}
		b.add(r.prefix, addresses.Target{Provider: "oci", Region: r.region, Written: r.region})
	}
	return nil
}

// addDigitalOcean reads a geofeed (RFC 8805): the region is an ISO 3166-2 code,
// not one of the provider's.
func addDigitalOcean(b *builder, rows []published) error {
	for _, r := range rows {
		if len(r.region) < 2 {
			return fmt.Errorf("%s has the region %q", r.prefix, r.region)
		}
		b.add(r.prefix, addresses.Target{Provider: "digitalocean", Feed: true, Written: r.region})
	}
	return nil
}

func addCloudflare(b *builder, rows []published) error {
	for _, r := range rows {
		b.add(r.prefix, addresses.Target{Provider: "cloudflare", Anycast: true, Written: "cloudflare"})
	}
	return nil
}
