package kb

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A checker holds the names of a tree, to which its records refer.
type checker struct {
	countries map[graph.Country]bool
	blocs     map[string]bool
	operators map[graph.EntityID]bool
	providers map[graph.ProviderID]*Provider
	regions   map[graph.ProviderID]map[string]bool
	tenants   map[string]bool // regions that are in another cloud, as PROVIDER/CODE
	named     map[string]bool // types of Terraform dialects, as PROVIDER/TYPE
	models    map[string]*Model
	missing   map[graph.ProviderID]bool // providers whose provider.yaml has been asked for
	errs      []error
}

// validate checks records against each other and the closed lists. Facts have
// been checked when they were read.
func (t *tree) validate() error {
	c := &checker{
		countries: map[graph.Country]bool{}, blocs: map[string]bool{}, operators: map[graph.EntityID]bool{},
		providers: map[graph.ProviderID]*Provider{}, regions: map[graph.ProviderID]map[string]bool{},
		missing: map[graph.ProviderID]bool{}, models: map[string]*Model{}, tenants: map[string]bool{}, named: map[string]bool{},
	}
	for _, r := range t.countries {
		c.countries[r.V.Code] = true
	}
	for _, r := range t.blocs {
		c.blocs[r.V.ID] = true
	}
	for _, r := range t.operators {
		c.operators[r.V.ID] = true
	}
	for i := range t.providers {
		c.providers[t.providers[i].V.ID] = &t.providers[i].V
	}
	for _, r := range t.regions {
		if c.regions[r.V.Provider] == nil {
			c.regions[r.V.Provider] = map[string]bool{}
		}
		c.regions[r.V.Provider][r.V.Code] = true
		if len(r.V.In) > 0 {
			c.tenants[string(r.V.Provider)+"/"+r.V.Code] = true
		}
	}
	for i := range t.dialects {
		if d := &t.dialects[i].V; d.Language == "terraform" {
			for typ := range d.Dialect.Types {
				c.named[string(d.Provider)+"/"+typ] = true
			}
		}
	}
	for i := range t.models {
		c.models[t.models[i].V.ID] = &t.models[i].V
	}
	unique(c, t.countries, "country", func(v *Country) string { return string(v.Code) })
	unique(c, t.blocs, "bloc", func(v *Bloc) string { return v.ID })
	unique(c, t.adequacy, "adequacy decision", func(v *Adequacy) string { return string(v.Country) + v.Organisation + " from " + v.From })
	unique(c, t.laws, "law", func(v *Law) string { return string(v.ID) })
	unique(c, t.requirements, "requirement", func(v *Requirement) string { return string(v.ID) })
	unique(c, t.operators, "operator", func(v *Operator) string { return string(v.ID) })
	unique(c, t.models, "model family", func(v *Model) string { return v.ID })
	unique(c, t.providers, "provider", func(v *Provider) string { return string(v.ID) })
	unique(c, t.regions, "region (provider/partition/code)", (*Region).key)
	unique(c, t.endpoints, "endpoint", (*Endpoint).key)
	c.defaults(t)
	unique(c, t.ranges, "range", (*Range).key)
	unique(c, t.packages, "package", (*Package).key)
	check(c, t.countries, c.country)
	check(c, t.blocs, c.bloc)
	check(c, t.adequacy, c.adequacy)
	check(c, t.laws, c.law)
	check(c, t.requirements, c.requirement)
	check(c, t.operators, c.operator)
	check(c, t.models, c.model)
	check(c, t.providers, c.provider)
	check(c, t.regions, c.region)
	check(c, t.endpoints, c.endpoint)
	check(c, t.ranges, c.addressRange)
	check(c, t.packages, c.pack)
	for i := range t.dialects {
		c.dialect(&t.dialects[i])
	}
	return errors.Join(c.errs...)
}

func check[T any](c *checker, rows []row[T], one func(v *T, errorf func(format string, args ...any))) {
	for i := range rows {
		one(&rows[i].V, func(format string, args ...any) { c.errs = append(c.errs, rows[i].errorf(format, args...)) })
	}
}

func unique[T any](c *checker, rows []row[T], kind string, key func(*T) string) {
	first := map[string]row[T]{}
	for _, r := range rows {
		k := key(&r.V)
		if old, ok := first[k]; ok {
			c.errs = append(c.errs, r.errorf("%s %s is already at %s:%d; keep one", kind, k, old.File, old.Line))
		} else {
			first[k] = r
		}
	}
}

func (c *checker) isCountry(errorf func(string, ...any), what string, codes ...graph.Country) {
	for _, code := range codes {
		if !c.countries[code] {
			errorf("%s: %q is not an ISO 3166-1 alpha-2 code of countries.yaml%s", what, code, hintCode(code))
		}
	}
}

// hintCode names the two codes that people get wrong.
func hintCode(code graph.Country) string {
	switch strings.ToUpper(string(code)) {
	case "UK":
		return "; did you mean GB?"
	case "EL":
		return "; did you mean GR?"
	case "":
		return ""
	}
	if up := strings.ToUpper(string(code)); up != string(code) {
		return "; write it in capitals"
	}
	return ""
}

func (c *checker) isBloc(errorf func(string, ...any), names ...string) {
	for _, n := range names {
		if !c.blocs[n] {
			errorf("bloc %q is not in blocs.yaml%s", n, didYouMean(n, sortedKeys(c.blocs)))
		}
	}
}

func (c *checker) isTerritory(errorf func(string, ...any), names ...string) {
	for _, n := range names {
		if !c.blocs[n] && !c.countries[graph.Country(n)] {
			errorf("%q is neither a country nor a bloc%s", n, didYouMean(n, sortedKeys(c.blocs)))
		}
	}
}

func (c *checker) isOperator(errorf func(string, ...any), id graph.EntityID) {
	if !c.operators[id] {
		errorf("operator %q has no record under operators/%s", id, didYouMean(string(id), sortedKeys(c.operators)))
	}
}

func oneOf(errorf func(string, ...any), what, got string, known ...string) {
	if !slices.Contains(known, got) {
		errorf("unknown %s %q%s", what, got, didYouMean(got, known))
	}
}

func required(errorf func(string, ...any), fields ...string) {
	for i := 0; i+1 < len(fields); i += 2 {
		if strings.TrimSpace(fields[i+1]) == "" {
			errorf("%s is missing", fields[i])
		}
	}
}

// many is how many of the conditions hold.
func many(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}

func dates(errorf func(string, ...any), from, until string) {
	for _, d := range []string{from, until} {
		if d != "" && !isDate(d) {
			errorf("%q is not a date; write it as 2026-11-23", d)
		}
	}
	if from != "" && until != "" && until < from {
		errorf("until %s is before from %s", until, from)
	}
}

func expression(expr string) (*regexp.Regexp, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, fmt.Errorf("%q is not an expression (RE2): %w", expr, err)
	}
	return re, nil
}

func sortedKeys[K ~string, V any](m map[K]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, string(k))
	}
	slices.Sort(keys)
	return keys
}
