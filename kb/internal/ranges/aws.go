package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
	"github.com/bailiwick-dev/bailiwick/kb/internal/addresses"
)

// everywhere are services of Amazon whose addresses are answered at the edge,
// whatever region the list gives them.
var everywhere = []string{"CLOUDFRONT", "CLOUDFRONT_ORIGIN_FACING", "GLOBALACCELERATOR", "ROUTE53"}

// An offer is all that Amazon's list says of one prefix.
type offer struct {
	prefix   netip.Prefix
	regions  []string
	services []string
}

// offers joins the rows of each prefix, in the order of the list.
func offers(rows []published) []offer {
	at := map[netip.Prefix]int{}
	var out []offer
	for _, r := range rows {
		i, ok := at[r.prefix]
		if !ok {
			i = len(out)
			at[r.prefix] = i
			out = append(out, offer{prefix: r.prefix})
		}
		if !slices.Contains(out[i].regions, r.region) {
			out[i].regions = append(out[i].regions, r.region)
		}
		out[i].services = append(out[i].services, r.service)
	}
	return out
}

func addAWS(b *builder, rows []published, unread map[netip.Prefix]bool) error {
	for _, o := range offers(rows) {
		edge := slices.IndexFunc(o.services, func(s string) bool { return slices.Contains(everywhere, s) })
		switch {
		case edge >= 0:
			b.add(o.prefix, addresses.Target{Provider: "aws", Anycast: true, Written: o.services[edge]})
		case slices.Contains(o.regions, "GLOBAL"):
			b.add(o.prefix, addresses.Target{Provider: "aws", Anycast: true, Written: "GLOBAL"})
		case unread[o.prefix]:
			b.add(o.prefix, addresses.Target{Provider: "aws", Written: o.regions[0],
				Note: "zones of " + o.regions[0] + " lie in other countries too, and whether the range is of such a zone was not read"})
		default:
			for _, region := range o.regions {
				if region == "" {
					return fmt.Errorf("%s has no region", o.prefix)
				}
				b.add(o.prefix, addresses.Target{Provider: "aws", Region: region, Written: region})
			}
		}
	}
	return nil
}

// zonedAbroad are the regions of which a zone lies in another country.
func zonedAbroad(k *kb.KB) map[string]bool {
	home := map[string][]graph.Country{}
	for _, r := range k.Regions("aws") {
		home[r.Code] = r.Countries
	}
	out := map[string]bool{}
	for _, r := range k.Regions("aws") {
		if r.Parent != "" && !slices.Equal(r.Countries, home[r.Parent]) {
			out[r.Parent] = true
		}
	}
	return out
}

// writeUnread lists the prefixes that may belong to a zone abroad, and that
// Amazon's list does not have: of regions with such zones, for machines and
// nothing else, as the ranges of zones are.
func writeUnread(name, list string, db *database, abroad map[string]bool) error {
	read, day, err := readAmazon(list)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Ranges of Amazon that may be those of a zone in another country than its region: border\n"+
		"# groups were read in its list of %s, which does not have them. Written by go run ./internal/ranges -aws.\n", day)
	for _, o := range offers(db.of("aws")) {
		machines := slices.Contains(o.services, "EC2") && !slices.ContainsFunc(o.services, func(s string) bool { return s != "EC2" && s != "AMAZON" })
		if machines && abroad[o.regions[0]] && !read[o.prefix.String()] {
			fmt.Fprintln(&b, o.prefix)
		}
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

// readPrefixes reads one prefix a line; # begins a comment.
func readPrefixes(name string) (map[netip.Prefix]bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[netip.Prefix]bool{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		out[p] = true
	}
	return out, lines.Err()
}

// An amazonList is the part of ip-ranges.json that is needed.
type amazonList struct {
	CreateDate string `json:"createDate"`
	Prefixes   []struct {
		Prefix string `json:"ip_prefix"`
	} `json:"prefixes"`
	Prefixes6 []struct {
		Prefix string `json:"ipv6_prefix"`
	} `json:"ipv6_prefixes"`
}

func readAmazon(name string) (map[string]bool, string, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, "", err
	}
	var l amazonList
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, "", fmt.Errorf("%s: %w", name, err)
	}
	out := map[string]bool{}
	for _, p := range l.Prefixes {
		out[p.Prefix] = true
	}
	for _, p := range l.Prefixes6 {
		out[p.Prefix] = true
	}
	if len(out) < 1000 {
		return nil, "", fmt.Errorf("%s has %d prefixes: it is not ip-ranges.json", name, len(out))
	}
	return out, l.CreateDate, nil
}
