package cases_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/graph"
	"github.com/bailiwick-dev/bailiwick/kb"
)

// purposesOf finds the purposes of the places that a rule holds against the
// perimeter: lib.at({"replica", "failover"}).
var purposesOf = regexp.MustCompile(`lib\.at\(\{([^}]*)\}\)`)

// unjudged are places that no rule judges on purpose.
var unjudged = map[string]string{
	"backup peer":  "where a copy was made from is judged at the original",
	"network peer": "networks bear no data; their links are judged",
}

// TestEveryPlaceIsJudged holds the dialects against the rules: a place that a
// dialect reads and no rule judges would be a silent pass.
func TestEveryPlaceIsJudged(t *testing.T) {
	k, set := open(t)
	judged := map[string]bool{}
	for _, r := range set.Rules {
		src, err := os.ReadFile(filepath.Join("..", "..", r.File))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range purposesOf.FindAllStringSubmatch(string(src), -1) {
			for _, p := range strings.Split(m[1], ",") {
				for _, kind := range r.Kinds {
					judged[string(kind)+" "+strings.Trim(strings.TrimSpace(p), `"`)] = true
				}
			}
		}
	}
	seen := 0
	for _, provider := range k.Providers() {
		for kind, purposes := range placesRead(t, k, provider) {
			for _, p := range purposes {
				seen++
				if key := string(kind) + " " + p; !judged[key] && unjudged[key] == "" {
					t.Errorf("%s: no rule judges a %s place of a %s", provider, p, kind)
				}
			}
		}
	}
	if seen < 30 {
		t.Fatalf("only %d kinds of places were found in the dialects", seen)
	}
}

// placesRead are the purposes that the dialect of a provider reads, by kind.
// An attachment's places count for its host, whose kind the attachment names
// itself or leaves to others.
func placesRead(t *testing.T, k *kb.KB, provider graph.ProviderID) map[graph.Kind][]string {
	t.Helper()
	out := map[graph.Kind][]string{}
	for _, language := range k.Languages() {
		d, ok := k.Dialect(provider, language)
		if !ok {
			continue
		}
		for _, typ := range d.Types {
			if typ.Kind == "" || typ.Of != "" {
				continue
			}
			for _, p := range typ.Places {
				if !slices.Contains(out[typ.Kind], p.Purpose) {
					out[typ.Kind] = append(out[typ.Kind], p.Purpose)
				}
			}
		}
	}
	return out
}
