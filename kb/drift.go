package kb

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// An Upstream is a file in which a provider lists its regions, as somebody
// downloaded it. Its contents tell whose it is.
type Upstream struct {
	Name string // for messages
	Data []byte
}

// A Difference is a region that only one side has. It never says in which
// country a region is: that is for a person to find and to cite.
type Difference struct {
	File      string           `json:"file"`
	Provider  graph.ProviderID `json:"provider"`
	Partition string           `json:"partition,omitempty"`
	Code      string           `json:"code"`
	Change    string           `json:"change"` // "added": the knowledge base lacks it; "removed": upstream no longer lists it
}

func (d Difference) String() string {
	at := string(d.Provider)
	if d.Partition != "" {
		at += "/" + d.Partition
	}
	if d.Change == "added" {
		return fmt.Sprintf("%s: + %s %s: add it to providers/%s/regions.yaml with its country and where that is written", d.File, at, d.Code, d.Provider)
	}
	return fmt.Sprintf("%s: - %s %s: upstream no longer lists it; look whether it was closed or renamed", d.File, at, d.Code)
}

// Drift compares the regions of the knowledge base with upstream files,
// offline, and returns what differs, sorted. Files that it can read are
// partitions.json and endpoints.json of the AWS SDKs, regions.go of the OCI
// SDK, locality.go of the Scaleway SDK, locations.tf.json of the Azure
// verified modules and cloud.json of Google. Any other file is an error, as is
// one in which no region is found: no difference would then mean nothing.
func Drift(k *KB, files ...Upstream) ([]Difference, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("compare regions: no upstream file was given")
	}
	var diffs []Difference
	for _, f := range files {
		listed, err := readUpstream(f)
		if err != nil {
			return nil, err
		}
		diffs = append(diffs, k.compare(f.Name, listed)...)
	}
	slices.SortFunc(diffs, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Code, b.Code), cmp.Compare(a.File, b.File))
	})
	return diffs, nil
}

// upstreamRegions is what one file lists: partition → codes. Partition "" means
// that the file does not tell partitions.
type upstreamRegions struct {
	provider   graph.ProviderID
	partitions map[string]map[string]bool
	kinds      []string // the kinds of records that the file would list
	partial    bool     // the file lists only regions in use: absence says nothing
}

func (k *KB) compare(file string, u *upstreamRegions) []Difference {
	known := map[string]bool{}
	var diffs []Difference
	for _, r := range k.Regions(u.provider) {
		known[r.Partition+"/"+r.Code], known["/"+r.Code] = true, true
		codes, listed := u.partitions[r.Partition]
		if !listed {
			codes, listed = u.partitions[""]
		}
		if listed && !u.partial && r.Parent == "" && slices.Contains(u.kinds, r.Kind) && !codes[r.Code] {
			diffs = append(diffs, Difference{file, u.provider, r.Partition, r.Code, "removed"})
		}
	}
	for partition, codes := range u.partitions {
		for code := range codes {
			if !known[partition+"/"+code] {
				diffs = append(diffs, Difference{file, u.provider, partition, code, "added"})
			}
		}
	}
	return diffs
}
