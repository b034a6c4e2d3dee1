package kb

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func overlay(name, text string) fstest.MapFS {
	return fstest.MapFS{name: {Data: []byte(text)}}
}

// Adding and tightening is free; loosening needs a reason and is listed.
func TestOverlay(t *testing.T) {
	const claimed = "fact: {confidence: claimed}\n"
	for _, c := range []struct {
		name, file, text string
		want             string // part of the record that is listed as loose; "" when free
	}{
		{"add a region", "providers/acme/regions.yaml", claimed + "regions:\n  - {code: ours-1, kind: region, countries: [DE]}\n", ""},
		{"more countries", "providers/acme/regions.yaml", claimed + "partition: acme\nregions:\n  - {code: west-1, kind: region, countries: [US, DE]}\n", ""},
		{"unknown country", "providers/acme/regions.yaml", claimed + "partition: acme\nregions:\n  - {code: west-1, kind: region, countries: [], note: not sure}\n", ""},
		{"other country", "providers/acme/regions.yaml", claimed + "partition: acme\nregions:\n  - {code: west-1, kind: region, countries: [DE]}\n", "region acme/acme/west-1"},
		{"country for unknown", "providers/acme/regions.yaml", claimed + "partition: acme\nregions:\n  - {code: dark-1, kind: region, countries: [DE]}\n", "region acme/acme/dark-1"},
		{"no pair", "providers/acme/regions.yaml", claimed + "partition: acme\nregions:\n  - {code: north-1, kind: region, countries: [DE], zone: europe}\n", "region acme/acme/north-1"},
		{"a bloc of ours", "blocs.yaml", claimed + "blocs:\n  - {id: DACH, title: ours, members: [DE, CH]}\n", ""},
		{"smaller bloc", "blocs.yaml", claimed + "blocs:\n  - {id: EU, title: ours, members: [DE]}\n", ""},
		{"larger bloc", "blocs.yaml", claimed + "blocs:\n  - {id: EU, title: ours, members: [DE, FR, GB]}\n", "bloc EU"},
		{"adequacy", "adequacy.yaml", claimed + "adequacy:\n  - {country: DE, decision: ours, scope: full, from: 2020-01-01}\n", "adequacy DE"},
		{"shorter adequacy", "adequacy.yaml", claimed + "adequacy:\n  - {country: GB, decision: two, scope: full, from: 2021-06-28, until: 2027-01-01}\n", ""},
		{"a law more", "laws/de.yaml", claimed + "laws:\n  - {id: DE_ACT, title: x, citation: x, country: DE, compels: x}\n", ""},
		{"a law less", "laws/us.yaml", claimed + "laws:\n  - {id: US_ACT, title: Act, citation: s. 1, country: US, compels: all, from: 2018-03-23, until: 2019-01-01}\n", "law US_ACT"},
		{"controller more", "operators/x.yaml", claimed + "operators:\n  - {id: acme, name: Acme, seat: DE, control: [{entity: big, name: Big, country: US}, {entity: huge, name: Huge, country: CH}]}\n", ""},
		{"controller less", "operators/x.yaml", claimed + "operators:\n  - {id: acme, name: Acme, seat: DE}\n", "operator acme"},
		{"support known", "operators/x.yaml", claimed + "operators:\n  - {id: acme-us, name: Acme US, seat: US, support: {countries: [DE]}}\n", "operator acme-us"},
		{"confidence", "operators/x.yaml", "sources: {s: {address: x, licence: MIT, retrieved: 2026-01-01}}\noperators:\n  - {id: acme-us, name: Acme US, seat: US, source: s, quote: q, confidence: documented}\n", "operator acme-us"},
		{"requirement dropped", "requirements/rule/art-1.yaml", "id: RULE_ART_1\ninstrument: RULE\ncitation: x\ntitle: x\nterritory: [EU]\nstatus: lapsed\nuntil: 2020-01-01\naddressee: customer\nobligation: x\nconfidence: claimed\n", "requirement RULE_ART_1"},
		{"model from elsewhere", "models/x.yaml", claimed + "models:\n  - {id: tuned, name: Tuned, developer: acme, country: DE, match: ['base-tuned']}\n", "model tuned"},
		{"a model of ours", "models/x.yaml", claimed + "models:\n  - {id: ours, name: Ours, developer: acme, country: DE, match: ['triage']}\n", ""},
		{"a model that shadows", "models/x.yaml", claimed + "models:\n  - {id: ours, name: Ours, developer: acme, country: DE, match: ['(^|/)base-tuned-v2']}\n", "model ours"},
		{"a model without its base", "models/x.yaml", claimed + "models:\n  - {id: derived, name: Derived, developer: acme, country: DE, match: ['derived']}\n", "model derived"},
		{"a model with a base more", "models/x.yaml", claimed + "models:\n  - {id: base, name: Base, developer: acme, country: DE, match: ['base'], base: [{family: tuned}]}\n", ""},
		{"a package of ours", "packages/x.yaml", claimed + "packages:\n  - {ecosystem: pypi, name: ours, does: [{kind: telemetry, default: 'on', hosts: [status.acme.example]}]}\n", ""},
		{"telemetry gone", "packages/x.yaml", claimed + "packages:\n  - {ecosystem: npm, name: acme-lib, does: [{kind: telemetry, default: 'on', hosts: [status.acme.example]}]}\n", "package npm:acme-lib"},
		{"fewer versions", "packages/x.yaml", claimed + "packages:\n  - {ecosystem: npm, name: acme-lib, does: [{kind: asset, default: 'off', versions: '<2', note: x, on: [{arg: --fonts}]}]}\n", "package npm:acme-lib"},
		{"a host more", "packages/x.yaml", claimed + "packages:\n  - {ecosystem: npm, name: acme-lib, does: [{kind: asset, default: 'on', hosts: [fonts.example]}]}\n", ""},
		{"a code that shadows", "providers/acme/regions.yaml", claimed + "regions:\n  - {code: west-1, kind: region, countries: [DE]}\n", "region acme/west-1"},
		{"a zone elsewhere", "providers/acme/regions.yaml", claimed + "partition: acme\nregions:\n  - {code: north-1c, kind: zone, countries: [FR]}\n", "region acme/acme/north-1c"},
		{"a host of ours", "endpoints/x.yaml", claimed + "endpoints:\n  - {host: api.ours.example, operator: acme, places: [{role: storage, countries: [DE]}]}\n", ""},
		{"a host that shadows", "endpoints/x.yaml", claimed + "endpoints:\n  - {host: new.acme.example, operator: acme, provider: acme, places: [{role: storage, countries: [DE]}]}\n", "endpoint host new.acme.example"},
		{"a host pinned", "endpoints/x.yaml", claimed + "endpoints:\n  - {host: status.acme.example, provider: acme, places: [{role: processing, countries: [DE]}]}\n", "endpoint host status.acme.example"},
		{"a type more", "providers/acme/terraform.yaml", "types: {acme_queue: {kind: queue}}\n", ""},
		{"the same type", "providers/acme/terraform.yaml", "types: {backend.acme: {kind: state}}\n", ""},
		{"a type by value", "providers/acme/terraform.yaml", "types: {acme_any: {kind: unknown, by: type}, acme_any Bucket@*: {kind: object-store}}\n", ""},
		{"another type", "providers/acme/terraform.yaml", "types: {acme_bucket: {kind: inert}}\n", "dialect acme/terraform type acme_bucket"},
		{"a type out of a prefix", "providers/acme/terraform.yaml", "types: {acme_bucket_copy: {kind: network}}\n", "dialect acme/terraform type acme_bucket_copy"},
		{"a type that was inert", "providers/acme/terraform.yaml", "types: {acme_iam_user: {kind: identity}}\n", ""},
		{"inert", "providers/acme/terraform.yaml", "sources: [acme/acme]\ninert: [acme_queue]\n", "dialect acme/terraform"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := loadSmall(t)
			k, loose, err := base.Overlay(overlay(c.file, c.text), "ours")
			if c.want == "" {
				if err != nil || len(loose) != 0 {
					t.Fatalf("should be free: %v %v", err, loose)
				}
				if k.Digest() == base.Digest() != (c.name == "the same type") {
					t.Errorf("digest of the overlay: %v", k.Digest() == base.Digest())
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), "loosens") || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("without a reason: %v", err)
			}
			// The reason stands with the record; what was refused is now listed.
			text := strings.Replace(c.text, "\n  - {", "\n  - {loosens: checked with them, ", 1)
			switch {
			case strings.HasPrefix(c.file, "requirements/"):
				text += "loosens: checked with them\n"
			case strings.HasPrefix(c.text, "types:"):
				text = strings.Replace(text, "{kind: ", "{loosens: checked with them, kind: ", 1)
			case c.name == "inert":
				text += "loosens: checked with them\n"
			}
			k, loose, err = base.Overlay(overlay(c.file, text), "ours")
			if err != nil {
				t.Fatal(err)
			}
			if len(loose) != 1 || loose[0].Record != c.want || loose[0].Reason != "checked with them" || loose[0].Overlay != "ours" || len(loose[0].Changes) == 0 || loose[0].File != c.file {
				t.Errorf("listed: %+v", loose)
			}
			if k.Digest() == base.Digest() {
				t.Error("the digest does not tell the overlay")
			}
		})
	}
}

// Every field of a dialect that an overlay writes reaches the merged one: a
// field that is added to the type must be added to the merge.
func TestOverlayMergesEveryField(t *testing.T) {
	text := `loosens: checked with them
sources: [ours/ours]
place: [{attr: ours}]
partition: [{attr: ours}]
tags: [ours]
local: [ours]
provider_tags: [ours]
detached: unknown
types: {acme_ours: {kind: queue}}
inert: [acme_ours_*]
data: {acme_ours: {name: region}}
computed: {acme_ours: {text: self.name}}
like: [{language: ours, form: "^(?P<name>.+)$"}]
`
	k, _, err := loadSmall(t).Overlay(overlay("providers/acme/terraform.yaml", text), "ours")
	if err != nil {
		t.Fatal(err)
	}
	m, ok := k.Type("terraform", "ours/ours", "acme_ours")
	if !ok {
		t.Fatal("the type is not known by the added source")
	}
	written := func(x any) string { b, _ := json.Marshal(x); return string(b) }
	v := reflect.ValueOf(*m.Dialect)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if got := written(v.Field(i).Interface()); name != "Loosens" && name != "Same" && !strings.Contains(got, "ours") && !(name == "Detached" && got == `"unknown"`) {
			t.Errorf("%s was lost: %s", name, got)
		}
	}
}

// An overlay is checked like the base, also against it.
func TestOverlayIsChecked(t *testing.T) {
	base := loadSmall(t)
	for text, want := range map[string]string{
		"regions:\n  - {code: x-1, kind: region, countries: [XX], confidence: claimed}\n":                  `overlay ours: providers/acme/regions.yaml:2: countries: "XX"`,
		"regions:\n  - {code: x-1, kind: region, cuntries: [DE], confidence: claimed}\n":                   "did you mean countries?",
		"regions:\n  - {code: x-1, kind: region, countries: [DE], confidence: documented}\n":               "without a source",
		"regions:\n  - {code: x-1, kind: region, parent: north-7, countries: [DE], confidence: claimed}\n": "did you mean north-1?",
	} {
		if _, _, err := base.Overlay(overlay("providers/acme/regions.yaml", text), "ours"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	before := base.Digest()
	k, _, err := base.Overlay(overlay("providers/acme/terraform.yaml", "types: {acme_queue: {kind: queue}}\n"), "ours")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := k.Type("terraform", "acme/acme", "acme_queue"); !ok {
		t.Error("the added type is not known")
	}
	if _, ok := k.Type("terraform", "acme/acme", "acme_bucket"); !ok {
		t.Error("the base's types are gone")
	}
	if _, ok := base.Type("terraform", "acme/acme", "acme_queue"); ok || base.Digest() != before {
		t.Error("the overlay changed the base")
	}
}
