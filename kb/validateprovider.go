package kb

import (
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

var regionKinds = []string{"region", "zone", "local-zone", "multi", "logical"}

func (c *checker) provider(v *Provider, errorf complain) {
	required(errorf, "id", string(v.ID), "name", v.Name)
	switch {
	case v.Operator != "":
		c.isOperator(errorf, v.Operator)
	case v.Note == "":
		errorf("operator is missing; if many run it, or nobody knows who does, say so in note:")
	}
	for _, name := range sortedKeys(v.Partitions) {
		c.isOperator(errorf, v.Partitions[name].Operator)
	}
	oneOf(errorf, "codes.fold", v.Codes.Fold, "", "lower", "upper")
	for _, f := range v.Codes.Forms {
		re, err := expression(f)
		switch {
		case err != nil:
			errorf("codes.forms: %v", err)
		case re.SubexpIndex("region") < 0:
			errorf("codes.forms: %q has no group (?P<region>…)", f)
		}
	}
	for _, name := range sortedKeys(v.Geographies) {
		g := v.Geographies[name]
		c.isCountry(errorf, "geography "+name, g.Countries...)
		c.isBloc(errorf, g.Blocs...)
		c.hasRegions(errorf, v.ID, "geography "+name, g.Regions...)
		if len(g.Countries)+len(g.Blocs)+len(g.Regions) == 0 && g.Note == "" {
			errorf("geography %s: no countries, blocs or regions; if nobody knows, say so in note:", name)
		}
	}
	c.hasRegions(errorf, v.ID, "alternatives", v.Alternatives...)
	if len(c.regions[v.ID]) == 0 && len(v.Codes.Forms) > 0 {
		errorf("codes.forms without a regions.yaml")
	}
}

func (c *checker) hasRegions(errorf complain, id graph.ProviderID, what string, codes ...string) {
	for _, code := range codes {
		if !c.regions[id][code] {
			errorf("%s: %s has no region %q%s", what, id, code, didYouMean(code, sortedKeys(c.regions[id])))
		}
	}
}

func (c *checker) region(v *Region, errorf complain) {
	required(errorf, "code", v.Code)
	oneOf(errorf, "kind", v.Kind, regionKinds...)
	p := c.providers[v.Provider]
	if p == nil {
		if !c.missing[v.Provider] {
			c.missing[v.Provider] = true
			errorf("providers/%s has no provider.yaml", v.Provider)
		}
		return
	}
	if v.Partition != "" {
		if _, ok := p.Partitions[v.Partition]; !ok {
			errorf("partition %q is not in provider.yaml%s", v.Partition, didYouMean(v.Partition, sortedKeys(p.Partitions)))
		}
	}
	if v.Parent != "" {
		c.hasRegions(errorf, v.Provider, "parent", v.Parent)
	}
	if v.Pair != "" {
		c.hasRegions(errorf, v.Provider, "pair", v.Pair)
	}
	if v.Zone != "" {
		if _, ok := p.Geographies[v.Zone]; !ok {
			errorf("zone %q is not a geography of provider.yaml%s", v.Zone, didYouMean(v.Zone, sortedKeys(p.Geographies)))
		}
	}
	c.second(v, errorf)
	c.tenant(v, errorf)
	c.isCountry(errorf, "countries", v.Countries...)
	switch {
	case v.Global && len(v.Countries) > 0:
		errorf("region %s is global and has countries; keep one", v.Code)
	case !v.Global && len(v.Countries) == 0 && len(v.In) == 0 && v.Note == "":
		errorf("region %s has no country; if nobody knows it, write countries: [] and say why in note:", v.Code)
	}
	if len(v.Countries) > 0 && v.Confidence == graph.NotKnown {
		errorf("region %s has countries and confidence unknown; say claimed, or cite", v.Code)
	}
}

func (c *checker) endpoint(v *Endpoint, errorf complain) {
	if many(v.Host != "", len(v.Labels) > 0, v.Suffix != "", v.Pattern != "") != 1 {
		errorf("an endpoint has exactly one of host, labels, suffix and pattern")
		return
	}
	if n := v.Name() + v.Suffix; v.Pattern == "" && (n != hostname(n) || strings.HasPrefix(n, ".")) {
		errorf("%q is not a bare host in lower case; write %q", n, strings.TrimPrefix(hostname(n), "."))
	}
	if v.Pattern != "" {
		c.pattern(v, errorf)
	}
	if v.Provider != "" && c.providers[v.Provider] == nil {
		errorf("provider %q has no folder under providers/%s", v.Provider, didYouMean(string(v.Provider), sortedKeys(c.providers)))
	}
	if v.Operator != "" {
		c.isOperator(errorf, v.Operator)
	}
	if v.Provider == "" && v.Operator == "" && v.Note == "" {
		errorf("neither provider nor operator; if nobody knows who runs it, say so in note:")
	}
	if v.Kind != "" && !v.Kind.Valid() {
		errorf("unknown kind %q%s", v.Kind, didYouMean(string(v.Kind), kindNames()))
	}
	if typ, attr, ok := strings.Cut(v.Asks, " "); v.Asks != "" && (!ok || attr == "" || !c.named[string(v.Provider)+"/"+typ]) {
		errorf("asks: %q is not TYPE ATTRIBUTE with a type of the provider's Terraform dialect", v.Asks)
	}
	for _, p := range v.Places {
		oneOf(errorf, "role", string(p.Role), roles...)
		oneOf(errorf, "binding", string(p.Binding), bindings...)
		if !slices.Equal(p.Countries, []graph.Country{graph.Anywhere}) {
			c.isCountry(errorf, "countries", p.Countries...)
		}
		c.isBloc(errorf, p.Blocs...)
	}
}

// pattern runs an expression on its own example.
func (c *checker) pattern(v *Endpoint, errorf complain) {
	re, err := expression(v.Pattern)
	switch {
	case err != nil:
		errorf("pattern: %v", err)
		return
	case !strings.HasPrefix(v.Pattern, "^") || !strings.HasSuffix(v.Pattern, "$"):
		errorf("pattern %q must begin with ^ and end with $: hosts are matched whole", v.Pattern)
	case v.Example == "":
		errorf("pattern %q has no example: a host that it matches", v.Pattern)
		return
	}
	m := re.FindStringSubmatch(v.Example)
	if m == nil {
		errorf("example %q is not matched by its pattern %q", v.Example, v.Pattern)
		return
	}
	if i := re.SubexpIndex("region"); i >= 0 && v.Provider != "" {
		if m[i] == "" {
			errorf("example %q shows no region; take one in which the group region is filled", v.Example)
		} else if !c.knowsRegion(v.Provider, m[i]) {
			errorf("example %q gives region %q, which %s does not have%s", v.Example, m[i], v.Provider, didYouMean(m[i], sortedKeys(c.regions[v.Provider])))
		}
	}
}

// knowsRegion looks a code up as the provider's configuration is read.
func (c *checker) knowsRegion(id graph.ProviderID, text string) bool {
	p := &provider{doc: &providerDoc{}, regions: map[string]*Region{}}
	if r := c.providers[id]; r != nil {
		p.doc.Provider = *r
	}
	for code := range c.regions[id] {
		p.regions[code] = &Region{}
	}
	for _, f := range p.doc.Provider.Codes.Forms {
		if re, err := expression(f); err == nil && re.SubexpIndex("region") >= 0 {
			p.forms = append(p.forms, re)
		}
	}
	return p.region(text) != nil
}

func kindNames() []string {
	var names []string
	for _, k := range graph.Kinds() {
		if k != graph.Party && k != graph.AISystem && k != graph.Budget { // no word of a language means these
			names = append(names, string(k))
		}
	}
	return names
}

var (
	roles    = []string{string(graph.Storage), string(graph.Processing), string(graph.Backup), string(graph.Metadata)}
	bindings = []string{"", string(graph.Guaranteed), string(graph.Preferred), string(graph.Unbound)}
)
