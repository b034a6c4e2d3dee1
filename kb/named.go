package kb

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// otherNames are the ways documents name countries besides countries.yaml, and
// the names of other things that have a country's name in them.
var otherNames = map[string]graph.Country{
	"United States": "US", "USA": "US", "New Mexico": "US", "New Jersey": "US", "West Jordan": "US",
	"United Kingdom": "GB", "Great Britain": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB", "New South Wales": "AU",
	"Czech Republic": "CZ", "Turkey": "TR", "UAE": "AE", "Korea": "KR", "Viet Nam": "VN", "Russian Federation": "RU", "México": "MX", "Brasil": "BR",
}

// unclear are names that mean something else as often: the state of Georgia,
// and New Jersey once more.
var unclear = []graph.Country{"GE", "JE"}

// codeInText is a country written as a code, as tables of regions do it.
var codeInText = regexp.MustCompile(`(?i:country(?:_?id|_?code)?)["']?\s*[:=]\s*["']?([A-Za-z]{2})(?:["'\s,}]|$)`)

// A namer finds the countries that a quote names.
type namer struct {
	codes map[graph.Country]bool
	words []string // longest first, so that New Mexico is not Mexico
	means map[string]graph.Country
}

func newNamer(countries []row[Country]) *namer {
	n := &namer{codes: map[graph.Country]bool{}, means: maps.Clone(otherNames)}
	for _, c := range countries {
		n.codes[c.V.Code] = true
		if !slices.Contains(unclear, c.V.Code) {
			n.means[c.V.Name] = c.V.Code
		}
	}
	n.words = slices.SortedFunc(maps.Keys(n.means), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return n
}

// named returns the countries that a text names, sorted; none where it names
// cities only, which this does not guess at.
func (n *namer) named(text string) []graph.Country {
	set := map[graph.Country]bool{}
	for _, m := range codeInText.FindAllStringSubmatch(text, -1) {
		if c := graph.Country(strings.ToUpper(m[1])); n.codes[c] {
			set[c] = true
		}
	}
	for _, w := range n.words {
		for at := 0; ; {
			i := strings.Index(text[at:], w)
			if i < 0 {
				break
			}
			from, to := at+i, at+i+len(w)
			if wordEdge(text[:from], false) && wordEdge(text[to:], true) {
				set[n.means[w]] = true
				text = text[:from] + strings.Repeat(".", len(w)) + text[to:]
			}
			at = to
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// wordEdge reports whether no letter or digit touches the end of a text.
func wordEdge(text string, front bool) bool {
	if text == "" {
		return true
	}
	c := text[len(text)-1]
	if front {
		c = text[0]
	}
	return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80)
}
