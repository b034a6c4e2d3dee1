package kb

import (
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/ecosystem"
	"github.com/bailiwick-dev/bailiwick/internal/graph"
)

// A package has the maker of its own record, else that of the longest beginning of
// its name that somebody has; a beginning ends at a separator.
func TestMade(t *testing.T) {
	k, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		entity     graph.EntityID
		capability string
	}{
		"npm:@azure/storage-blob":              {"microsoft", ""},
		"npm:@azure/identity":                  {"microsoft", "auth"},
		"npm:@azurelike/identity":              {"", ""},
		"go:golang.org/x/text":                 {"google", ""},
		"go:golang.org/x/crypto":               {"google", "crypto"},
		"maven:com.azure:azure-core":           {"microsoft", ""},
		"maven:com.azurelike:azure-core":       {"", ""},
		"pypi:Azure_Storage.Blob":              {"microsoft", ""},
		"pypi:transformers":                    {"huggingface", ""},
		"pypi:cryptography":                    {"", "crypto"},
		"nuget:Microsoft.Identity.Web":         {"microsoft", "auth"},
		"nuget:Microsoft.Extensions.AI.OpenAI": {"microsoft", ""},
	} {
		e, n, _ := strings.Cut(name, ":")
		p, _ := k.Made(ecosystem.Ecosystem(e), n)
		var entity graph.EntityID
		if p.Maker != nil {
			entity = p.Maker.Entity
		}
		if entity != want.entity || p.Capability != want.capability {
			t.Errorf("%s: %s, %q; want %s, %q", name, entity, p.Capability, want.entity, want.capability)
		}
	}
}

// Who makes a package, what rests on it, and a clause that withholds rights, can be
// taken away with a reason only.
func TestMakerAndTermsAreLoosened(t *testing.T) {
	old := &Package{Maker: &Maker{Name: "Acme", Country: "CN"}, Capability: "crypto"}
	for _, c := range []struct {
		new  Package
		want int
	}{
		{*old, 0},
		{Package{Maker: &Maker{Name: "Acme", Country: "DE"}, Capability: "crypto"}, 1},
		{Package{Capability: "crypto"}, 1},
		{Package{}, 2},
	} {
		if got := looserPackage(old, &c.new); len(got) != c.want {
			t.Errorf("%+v: %v", c.new, got)
		}
	}
	was := &Term{By: "place", Blocs: []string{"EU"}, Countries: []graph.Country{"GB"}, Match: "video"}
	for _, c := range []struct {
		is   Term
		want bool
	}{
		{*was, true},
		{Term{By: "place", Blocs: []string{"EU"}, Countries: []graph.Country{"GB", "KR"}}, true},
		{Term{By: "place", Blocs: []string{"EU"}, Match: "video"}, false},
		{Term{By: "seat", Blocs: []string{"EU"}, Countries: []graph.Country{"GB"}}, false},
		{Term{By: "place", Blocs: []string{"EU"}, Countries: []graph.Country{"GB"}, Match: "image"}, false},
	} {
		if got := c.is.withholds(was); got != c.want {
			t.Errorf("%+v: %v", c.is, got)
		}
	}
}
