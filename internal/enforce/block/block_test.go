package block_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/enforce/block"
	"github.com/bailiwick-dev/bailiwick/internal/enforce/enforcetest"
)

// TestOffers: which blocks a perimeter lets be, and why not the others.
func TestOffers(t *testing.T) {
	for _, c := range []struct{ name, old, with, id, why string }{
		{"all", "", "", "aws/database", ""},
		{"operator outside", "EU, aws, google, microsoft]}\n", "EU, google, microsoft]}\n", "aws", "seated in US"},
		{"key of the cloud", "holder: [customer, EU, aws, google, microsoft]", "holder: [customer, EU]", "google/database", "its key is held by"},
		{"grade", "microsoft]}}}", "microsoft], min_grade: 2}}}", "scaleway/key", "the perimeter asks for 2"},
		{"grade that is reached", "microsoft]}}}", "microsoft], min_grade: 2}}}", "stackit/key", ""},
		{"unknown encryption", "", "", "stackit/object-store", "is not known"},
		{"protection in use", "gdpr: special,", "gdpr: special, in_use: encrypted,", "aws/cluster", "protection in use"},
		{"any model", "  data:", "  stack: {models: [mistral]}\n  data:", "aws/model-endpoint", "approves models"},
		{"models of the catalogue", "  data:", "  stack: {models: [mistral]}\n  data:", "scaleway/model-endpoint", ""},
		{"tolerated", "EU, aws, google, microsoft]}\n", "EU], tolerate: [{operator: aws, data: [records], when: {key_holder: EU, cleartext: never}}]}\n", "aws", "tolerates"},
	} {
		text := strings.Replace(enforcetest.Whole, c.old, c.with, 1)
		if c.old != "" && text == enforcetest.Whole {
			t.Fatalf("%s: %q is not in the perimeter", c.name, c.old)
		}
		offers, withheld := block.Offers(enforcetest.Bounds(t, text))
		offered := slices.ContainsFunc(offers, func(o block.Offer) bool { return o.ID() == c.id && len(o.Codes) > 0 })
		i := slices.IndexFunc(withheld, func(w block.Withheld) bool { return w.What == c.id })
		switch {
		case offered != (c.why == "") || offered == (i >= 0):
			t.Errorf("%s: %s is offered: %t, withheld: %v", c.name, c.id, offered, withheld)
		case i >= 0 && !strings.Contains(withheld[i].Why, c.why):
			t.Errorf("%s: %s is withheld, and not because %q: %s", c.name, c.id, c.why, withheld[i].Why)
		}
	}
}

// TestPair: keys of Azure are copied to the pair of their region, which must be
// inside too.
func TestPair(t *testing.T) {
	offers, _ := block.Offers(enforcetest.Bounds(t, strings.Replace(enforcetest.Whole, "allow: [EU]", "allow: [NL]", 1)))
	for _, o := range offers {
		if o.ID() == "azure/key" {
			t.Errorf("the pair of westeurope is in Ireland, and a vault may be in %v", o.Codes)
		}
		if o.ID() == "azure/object-store" && !slices.Contains(o.Codes, "westeurope") {
			t.Errorf("stores may be in %v only", o.Codes)
		}
	}
}
