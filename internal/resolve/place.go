package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// own returns the asset's own places, one for each role.
func (n *node) own() []graph.Place {
	switch n.ownState {
	case 2:
		return n.ownMemo
	case 1:
		return n.unknownPlace("its place is taken from itself, in a circle")
	}
	n.ownState = 1
	n.ownMemo = n.findOwn()
	n.ownState = 2
	return n.ownMemo
}

func (n *node) findOwn() []graph.Place {
	switch {
	case n.kind == graph.Inert:
		return nil
	case n.kind == graph.Module && n.typ == nil:
		return n.unknownPlace("the module could not be read: " + n.fact.Partial)
	case n.typ == nil:
		return n.unknownPlace("no dialect knows the type " + n.fact.Type)
	case n.kind == graph.UnknownKind && len(n.typ.Where) == 0, n.kind == graph.Module:
		return n.unknownPlace(fmt.Sprintf("what %s builds cannot be known: %s", n.fact.Type, n.typ.Note))
	case n.typ.Placeless:
		return nil
	case n.typ.Global != "":
		return n.inRoles([]graph.Place{{Countries: []graph.Country{graph.Anywhere}, Provider: n.provider, Binding: graph.Unbound,
			Confidence: graph.Documented, Origin: n.fact.Origin, Because: []string{fmt.Sprintf("%s is a global service: %s", n.fact.Type, n.typ.Global)}}})
	}
	reads := n.ownReads()
	vs, found := n.values(reads)
	if !found {
		return n.unknownPlace(n.nothingWritten(reads))
	}
	var out []graph.Place
	for i := range vs {
		out = append(out, n.placesOf(&vs[i])...)
	}
	if len(vs) == 1 && vs[0].node != nil {
		n.within = vs[0].node.main()
	}
	return n.inRoles(out)
}

// ownReads is where the own place of a type that has one is read.
func (n *node) ownReads() []kb.Read {
	switch {
	case len(n.typ.Where) > 0:
		return n.typ.Where
	case n.typ.Of != "" && n.dialect != nil && n.dialect.Detached == "unknown":
		return n.detached()
	case n.dialect != nil:
		return n.dialect.Place
	}
	return nil
}

// detached is where the place of an attachment is read whose asset is not in
// the tree: its own attributes, then the id of that asset.
func (n *node) detached() []kb.Read {
	var reads []kb.Read
	for _, rd := range n.dialect.Place {
		if rd.Attr != "" {
			reads = append(reads, rd)
		}
	}
	for attr := range strings.SplitSeq(n.typ.Of, "|") {
		reads = append(reads, kb.Read{Ref: attr})
	}
	return reads
}

// nothingWritten says where a place was looked for in vain.
func (n *node) nothingWritten(reads []kb.Read) string {
	var where []string
	for i := range reads {
		switch rd := &reads[i]; {
		case rd.Known: // a refinement, which hardly anybody writes
		case rd.Attr != "":
			where = append(where, rd.Attr)
		case rd.Ref != "":
			where = append(where, rd.Ref)
		case rd.Provider != "" && n.fact.Provider != nil:
			where = append(where, n.providerName()+" "+rd.Provider)
		}
	}
	if len(where) == 0 {
		return "nothing in the configuration says where it is"
	}
	return "nothing says where it is: " + strings.Join(where, " and ") + " not written here, an environment variable may decide"
}

func (n *node) unknownPlace(why string) []graph.Place {
	return n.inRoles([]graph.Place{{Provider: n.provider, Confidence: graph.NotKnown, Unknown: why, Origin: n.fact.Origin}})
}

// inRoles gives each place the roles of the asset.
func (n *node) inRoles(ps []graph.Place) []graph.Place {
	roles := n.kind.Roles()
	if n.typ != nil && len(n.typ.Roles) > 0 {
		roles = n.typ.Roles
	}
	if len(roles) == 1 {
		for i := range ps {
			ps[i].Role, ps[i].Purpose = roles[0], ""
		}
		return ps
	}
	out := make([]graph.Place, 0, len(ps)*len(roles))
	for _, role := range roles {
		for _, p := range ps {
			p.Role, p.Purpose = role, ""
			out = append(out, p)
		}
	}
	return out
}

// placesOf turns one value into places without role: one, unless the value
// names an asset that has several.
func (n *node) placesOf(v *value) []graph.Place {
	if v.node != nil && (v.text == "" || v.as == "arn") {
		return n.takenFrom(v, "")
	}
	p := graph.Place{Provider: n.provider, Origin: n.line(v)}
	switch {
	case v.unknown != "":
		p.Confidence, p.Unknown = graph.NotKnown, v.unknown
		return []graph.Place{p}
	case v.as == "country":
		n.inNames(&p, v, v.text)
	case v.as == "url", v.as == "host":
		return n.g.r.hostPlaces(v)
	case v.as == "arn":
		n.byARN(&p, v)
	case v.as == "cloud":
		n.inCloud(&p, v)
	default:
		p.Provider = cmp.Or(v.at, p.Provider)
		n.byRegion(&p, v, v.text)
	}
	return []graph.Place{p}
}

// line is where a person mends it: the attribute of the asset that decides,
// else the asset. That a provider block decides is said in the reasons.
func (n *node) line(v *value) graph.Origin {
	if v.own {
		return v.origin
	}
	return n.fact.Origin
}

// takenFrom takes over the places of the asset that the value names: its own,
// and those with the same purpose (a vault's copies are copies of what it backs
// up). An agent that names an inference profile computes where the profile
// does, and not where its record lies.
func (n *node) takenFrom(v *value, purpose string) []graph.Place {
	from := v.node.main()
	from.taking++
	defer func() { from.taking-- }()
	var places []graph.Place
	if purpose != "" && from.taking == 1 {
		for _, p := range from.further() {
			if p.Purpose == purpose {
				places = append(places, p)
			}
		}
	}
	if len(places) == 0 || purpose != "inference" {
		places = append(slices.Clone(from.own()), places...)
	}
	seen := map[string]bool{}
	var out []graph.Place
	for _, p := range places {
		key := fmt.Sprint(p.Provider, p.Partition, p.Region, p.Countries, p.Unknown)
		if seen[key] {
			continue
		}
		seen[key] = true
		p.Because = append([]string{fmt.Sprintf("%s names %s", v.path, from.fact.Address)}, p.Because...)
		p.Origin = n.line(v)
		if p.Unknown != "" {
			p.Unknown = fmt.Sprintf("%s: %s", from.fact.Address, p.Unknown)
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		why := v.unknown
		if why == "" {
			why = fmt.Sprintf("%s names %s, which has no place of its own", v.path, from.fact.Address)
		}
		out = []graph.Place{{Provider: n.provider, Confidence: graph.NotKnown, Unknown: why, Origin: n.line(v)}}
	}
	return out
}

// byRegion reads a region code of the provider.
func (n *node) byRegion(p *graph.Place, v *value, code string) {
	info := n.g.r.region(p.Provider, code)
	p.Because = append([]string{written(v)}, info.because...)
	p.Region, p.Partition, p.Countries, p.Confidence, p.Unknown = info.code, info.partition, info.countries, info.confidence, info.unknown
	p.Binding = info.binding
}

// written words what was read.
func written(v *value) string {
	if v.origin.File == "" {
		return fmt.Sprintf("%s is %q", v.path, shown(v.text))
	}
	return fmt.Sprintf("%s:%d: %s is %q", v.origin.File, v.origin.Line, v.path, shown(v.text))
}

// byARN takes the region field of an ARN.
func (n *node) byARN(p *graph.Place, v *value) {
	parts := strings.SplitN(v.text, ":", 6)
	switch {
	case len(parts) < 6 || parts[0] != "arn":
		n.byRegion(p, v, v.text)
	case parts[3] == "":
		p.Confidence = graph.NotKnown
		p.Unknown = fmt.Sprintf("%s is %s, which carries no region, and it is not in this tree", v.path, shown(v.text))
	default:
		n.byRegion(p, v, parts[3])
	}
}

// arnPlace is the place in an ARN that a destination is written as.
func (n *node) arnPlace(side *node, v *value) graph.Place {
	p := graph.Place{Provider: n.provider, Origin: side.line(v)}
	n.byARN(&p, v)
	return p
}

// inNames places into a bloc or country by name.
func (n *node) inNames(p *graph.Place, v *value, name string) {
	p.Because = []string{written(v)}
	cs, err := n.g.r.kb.Expand(name, n.g.r.at)
	if err != nil {
		p.Confidence, p.Unknown = graph.NotKnown, strings.ReplaceAll(err.Error(), name, shown(name))
		return
	}
	p.Countries, p.Confidence, p.Binding = cs, graph.Authoritative, graph.Guaranteed
}
