package kb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// readUpstream tells by its contents whose file it is, and reads it.
func readUpstream(f Upstream) (*upstreamRegions, error) {
	var u *upstreamRegions
	if bytes.HasPrefix(bytes.TrimSpace(f.Data), []byte("{")) {
		var doc struct {
			Partitions []struct {
				ID        string         `json:"id"`
				Partition string         `json:"partition"`
				Regions   map[string]any `json:"regions"`
			} `json:"partitions"`
			Prefixes []struct {
				Service string `json:"service"`
				Scope   string `json:"scope"`
			} `json:"prefixes"`
			Locals map[string]struct {
				Value []azureLocation `json:"value"`
			} `json:"locals"`
		}
		if err := json.Unmarshal(f.Data, &doc); err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		}
		switch {
		case len(doc.Partitions) > 0:
			u = &upstreamRegions{provider: "aws", kinds: []string{"region"}}
			for _, p := range doc.Partitions {
				for code := range p.Regions {
					if !strings.HasSuffix(code, "-global") {
						u.add(p.ID+p.Partition, code)
					}
				}
			}
		case len(doc.Prefixes) > 0:
			// The file lists address ranges: a region without any is missing.
			u = &upstreamRegions{provider: "google", kinds: []string{"region"}, partial: true}
			for _, p := range doc.Prefixes {
				if p.Scope != "global" && p.Scope != "" {
					u.add("", p.Scope)
				}
			}
		default:
			u = &upstreamRegions{provider: "azurerm", kinds: []string{"region"}, partial: true}
			for _, l := range doc.Locals {
				for _, v := range l.Value {
					if v.Metadata.RegionType == "Physical" {
						u.add("", v.Name)
					}
				}
			}
		}
	} else if bytes.Contains(f.Data, []byte("package scw")) {
		u = &upstreamRegions{provider: "scaleway", kinds: []string{"region"}}
		for _, m := range scalewayRegion.FindAllSubmatch(f.Data, -1) {
			u.add("", string(m[1]))
		}
	} else if bytes.Contains(f.Data, []byte("package common")) {
		u = readOCI(f.Data)
	}
	if u == nil || len(u.partitions) == 0 {
		return nil, fmt.Errorf("read %s: no regions found; known are partitions.json and endpoints.json (AWS), regions.go (OCI), locality.go (Scaleway), locations.tf.json (Azure) and cloud.json (Google)", f.Name)
	}
	return u, nil
}

type azureLocation struct {
	Name     string `json:"name"`
	Metadata struct {
		RegionType string `json:"regionType"`
	} `json:"metadata"`
}

func (u *upstreamRegions) add(partition, code string) {
	if u.partitions == nil {
		u.partitions = map[string]map[string]bool{}
	}
	if u.partitions[partition] == nil {
		u.partitions[partition] = map[string]bool{}
	}
	u.partitions[partition][code] = true
}

var (
	scalewayRegion = regexp.MustCompile(`= Region\("([a-z0-9-]+)"\)`)
	ociRegion      = regexp.MustCompile(`(?m)^\s*(Region\w+)\s+Region = "([a-z0-9-]+)"`)
	ociRealm       = regexp.MustCompile(`(?m)^\s*(Region\w+):\s+"(oc\d+)"`)
)

// readOCI joins the constants of regions with the map of their realms, which
// are our partitions.
func readOCI(data []byte) *upstreamRegions {
	u := &upstreamRegions{provider: "oci", kinds: []string{"region"}}
	codes := map[string]string{}
	for _, m := range ociRegion.FindAllSubmatch(data, -1) {
		codes[string(m[1])] = string(m[2])
	}
	for _, m := range ociRealm.FindAllSubmatch(data, -1) {
		if code, ok := codes[string(m[1])]; ok {
			u.add(string(m[2]), code)
		}
	}
	return u
}
