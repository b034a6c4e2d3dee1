package kb

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// small is a whole knowledge base of an invented cloud.
var small = map[string]string{
	"countries.yaml": `sources:
  list: {address: example.org/list, licence: CC0-1.0, retrieved: 2026-01-02}
fact: {source: list, confidence: documented, review_by: 2028-01-02}
countries:
  - {code: DE, name: Germany, quote: DE}
  - {code: FR, name: France, quote: FR}
  - {code: GP, name: Guadeloupe, part_of: FR, quote: GP}
  - {code: CH, name: Switzerland, quote: CH}
  - {code: US, name: United States, quote: US}
  - {code: GB, name: United Kingdom, quote: GB}
`,
	"blocs.yaml": `sources:
  list: {address: example.org/blocs, licence: CC0-1.0, retrieved: 2026-01-02}
fact: {source: list, confidence: documented}
blocs:
  - {id: EU, title: Union, members: [DE, FR], quote: two}
  - {id: OK, title: Adequate, derived: adequacy, quote: derived}
`,
	"adequacy.yaml": `fact: {confidence: claimed}
adequacy:
  - {country: CH, decision: one, scope: full, from: 2000-07-26}
  - {country: GB, decision: two, scope: full, from: 2021-06-28, until: 2031-12-27}
  - {country: US, decision: three, scope: listed, partial: true, from: 2023-07-10}
`,
	"laws/us.yaml": `fact: {confidence: claimed}
laws:
  - {id: US_ACT, title: Act, citation: s. 1, country: US, compels: all, from: 2018-03-23}
  - {id: US_OLD, title: Old, citation: s. 2, country: US, compels: some, from: 2001-01-01, until: 2015-01-01}
`,
	"operators/acme.yaml": `sources:
  register: {address: example.org/register, licence: quotation, retrieved: 2026-01-02}
operators:
  - {id: acme, name: Acme, seat: DE, source: register, quote: "Acme GmbH, Berlin", confidence: documented,
     control: [{entity: big, name: Big Inc., country: US, confidence: claimed}]}
  - {id: acme-us, name: Acme US, seat: US, confidence: claimed}
`,
	"providers/acme/provider.yaml": `id: acme
name: Acme Cloud
operator: acme
partitions:
  acme: {operator: acme}
  gov: {operator: acme-us}
codes: {fold: lower, strip: " ", forms: ["^(?P<region>[a-z]+-[0-9]+)[a-c]$"]}
geographies:
  europe: {countries: [DE, FR]}
confidence: claimed
`,
	"providers/acme/regions.yaml": `sources:
  sdk: {address: example.org/sdk@v1, licence: MIT, retrieved: 2026-01-02}
fact: {source: sdk, confidence: authoritative, as_of: 2026-01-02, review_by: 2027-01-02}
partition: acme
regions:
  - {code: north-1, kind: region, countries: [DE], zone: europe, pair: west-1, quote: "north-1 Berlin"}
  - {code: west-1, kind: region, countries: [US], quote: "west-1 Ohio"}
  - {code: north-1, partition: gov, kind: region, countries: [US], quote: "north-1 gov"}
  - {code: dark-1, kind: region, countries: [], confidence: claimed, note: nobody says where it is}
`,
	"providers/acme/endpoints.yaml": `fact: {confidence: claimed}
endpoints:
  - {suffix: acme.example, kind: api-gateway}
  - {host: status.acme.example, note: global, places: [{role: processing, countries: ["*"]}]}
  - {pattern: '^[a-z0-9.-]+\.(?P<region>[a-z]+-[0-9])\.acme\.example$', example: db.north-1.acme.example}
  - {suffix: deep.north-1.acme.example, service: deep}
  - {labels: [registry, acme, example], kind: registry}
`,
	"providers/acme/terraform.yaml": `sources: [acme/acme]
place: [{attr: region}, {provider: region}]
types:
  backend.acme: {kind: state}
  acme_bucket: {kind: object-store, settings: {public: {from: [{attr: acl}], default: false}}}
  acme_bucket_*: {kind: inert}
inert: [acme_iam_*, acme_iam_policy]
`,
	"models/x.yaml": `models:
  - {id: base, name: Base, developer: acme, country: DE, match: ['base'], confidence: claimed}
  - {id: tuned, name: Tuned, developer: acme-us, country: US, match: ['base-tuned'], confidence: claimed}
  - {id: derived, name: Derived, developer: acme, country: DE, match: ['derived'], confidence: claimed, base: [{one_of: [tuned, base]}]}
`,
	"packages/x.yaml": `sources:
  wheel: {address: example.org/lib@1.9, licence: MIT, retrieved: 2026-01-02}
packages:
  - ecosystem: pypi
    name: Acme_Lib
    confidence: claimed
    does:
      - {kind: telemetry, versions: "<1.5.4", hosts: [status.acme.example], default: "on", off: [{env: ACME_QUIET, value: "1"}], source: wheel, quote: "ACME_QUIET", confidence: documented}
      - {kind: update-check, labels: [[registry, acme, example]], default: "on"}
  - {ecosystem: npm, name: acme-lib, confidence: claimed, does: [{kind: asset, default: "off", note: nobody says where, on: [{arg: --fonts}]}]}
`,
	"requirements/rule/art-1.yaml": `id: RULE_ART_1
instrument: RULE
citation: Rule, Art. 1
title: First
territory: [EU]
status: in-force
from: 2020-01-01
addressee: customer
obligation: Do it.
confidence: claimed
`,
}

func files(m map[string]string) fstest.MapFS {
	fs := fstest.MapFS{}
	for name, text := range m {
		fs[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fs
}

// with returns the small tree with one text replaced in one file.
func with(t *testing.T, file, old, new string) fstest.MapFS {
	t.Helper()
	m := maps.Clone(small)
	if old != "" && !strings.Contains(m[file], old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	if old == "" {
		m[file] += new
	} else {
		m[file] = strings.Replace(m[file], old, new, 1)
	}
	return files(m)
}

func loadSmall(t testing.TB) *KB {
	t.Helper()
	k, err := Load(files(small))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func open(t testing.TB) *KB {
	t.Helper()
	k, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func day(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
