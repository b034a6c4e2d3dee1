package kb

import (
	"strings"
	"testing"
	"testing/fstest"
)

// Each case breaks the small tree in one place and expects one error that
// names file, line and cause.
func TestLoadRefuses(t *testing.T) {
	const regions, endpoints, dialect = "providers/acme/regions.yaml", "providers/acme/endpoints.yaml", "providers/acme/terraform.yaml"
	for _, c := range []struct{ name, file, old, new, want string }{
		{"unknown key", regions, "zone: europe", "zoen: europe", `providers/acme/regions.yaml:6: unknown key "zoen"; did you mean zone?`},
		{"unknown key in header", regions, "fact:", "facts:", `providers/acme/regions.yaml:3: unknown key "facts"; did you mean fact?`},
		{"unknown key of a type", dialect, "kind: state", "kidn: state", `unknown key "kidn"; did you mean kind?`},
		{"duplicate key", regions, "partition: acme\n", "partition: acme\npartition: gov\n", "already defined"},
		{"wrong type", "operators/acme.yaml", "name: Acme US", "nexus: US", "cannot unmarshal"},
		{"not yaml", regions, "regions:", "regions: [", "providers/acme/regions.yaml"},
		{"unknown file", "providers/acme/extra/x.yaml", "", "a: 1", "no file of the knowledge base has this name"},
		{"wrong ending", "countries.yml", "", "a: 1", "name it .yaml"},
		{"empty file", "laws/xx.yaml", "", "# nothing", "the file is empty"},
		{"no records", "laws/xx.yaml", "", "fact: {confidence: claimed}", "expected a list of records under laws:"},
		{"iso code", regions, "countries: [DE]", "countries: [UK]", `regions.yaml:6: countries: "UK" is not an ISO 3166-1 alpha-2 code of countries.yaml; did you mean GB?`},
		{"small iso code", regions, "countries: [DE]", "countries: [de]", "write it in capitals"},
		{"no country", regions, ", note: nobody says where it is", "", "regions.yaml:9: region dark-1 has no country"},
		{"duplicate region", regions, "", "  - {code: west-1, kind: region, countries: [US], quote: x}\n", "region (provider/partition/code) acme/acme/west-1 is already at providers/acme/regions.yaml:7"},
		{"region kind", regions, "code: west-1, kind: region", "code: west-1, kind: regoin", `unknown kind "regoin"; did you mean region?`},
		{"pair", regions, "pair: west-1", "pair: west-2", `pair: acme has no region "west-2"; did you mean west-1?`},
		{"zone", regions, "zone: europe", "zone: erope", `zone "erope" is not a geography`},
		{"partition", regions, "partition: gov", "partition: gof", `partition "gof" is not in provider.yaml; did you mean gov?`},
		{"id and folder", "providers/acme/provider.yaml", "id: acme", "id: acne", `id is "acne", but the folder is "acme"`},
		{"no operator", "providers/acme/provider.yaml", "operator: acme\n", "", "operator is missing; if many run it, or nobody knows who does, say so in note:"},
		{"operator", "providers/acme/provider.yaml", "operator: acme\n", "operator: acne\n", `operator "acne" has no record under operators/; did you mean acme?`},
		{"form without group", "providers/acme/provider.yaml", "(?P<region>", "(?P<place>", "has no group"},
		{"no source, firm", regions, `quote: "west-1 Ohio"`, "confidence: documented", "regions.yaml:7: confidence documented without a source"},
		{"no quote", "operators/acme.yaml", `quote: "Acme GmbH, Berlin", `, "", `source "register" without quote`},
		{"no quote and no confidence", regions, `, quote: "west-1 Ohio"`, "", "regions.yaml:7: no source"},
		{"unlisted source", "operators/acme.yaml", "source: register", "source: regster", `source "regster" is not listed under sources:; did you mean register?`},
		{"quote without source", "laws/us.yaml", "country: US", "quote: x, country: US", "quote without source"},
		{"unknown licence", regions, "licence: MIT", "licence: MTI", `unknown licence "MTI"; did you mean MIT?`},
		{"barred licence", regions, "licence: MIT", "licence: AGPL-3.0", "knowledge under AGPL-3.0 may not be taken over"},
		{"retrieved", regions, "retrieved: 2026-01-02", "retrieved: yesterday", `retrieved "yesterday" is not a date`},
		{"review date", regions, "review_by: 2027-01-02", "review_by: 2027-13-02", `review_by "2027-13-02" is not a date`},
		{"review before", regions, "review_by: 2027-01-02", "review_by: 2025-01-02", "is not after as_of"},
		{"confidence", "laws/us.yaml", "confidence: claimed", "confidence: sure", `unknown confidence "sure"`},
		{"no example", endpoints, ", example: db.north-1.acme.example", "", "has no example"},
		{"wrong example", endpoints, "example: db.north-1", "example: db.north-x", "is not matched by its pattern"},
		{"example without region", endpoints, "example: db.north-1", "example: db.south-1", `gives region "south-1", which acme does not have`},
		{"unanchored", endpoints, `'^[a-z0-9.-]+`, `'[a-z0-9.-]+`, "must begin with ^"},
		{"two ways", endpoints, "{suffix: acme.example,", "{host: x.example, suffix: acme.example,", "exactly one of host, labels, suffix and pattern"},
		{"not a host", endpoints, "suffix: acme.example", "suffix: .acme.example", "is not a bare host"},
		{"role", endpoints, "role: processing", "role: procesing", `unknown role "procesing"; did you mean processing?`},
		{"kind", dialect, "kind: object-store", "kind: objectstore", `unknown kind "objectstore"; did you mean object-store?`},
		{"setting", dialect, "settings: {public:", "settings: {publik:", `terraform.yaml:5: type acme_bucket: unknown setting "publik"; did you mean public?`},
		{"setting default", dialect, "default: false", "default: 3", "default 3 is not a bool"},
		{"inert and typed", dialect, "inert: [", "inert: [acme_bucket, ", "terraform.yaml:5: type acme_bucket is both typed and inert"},
		{"inert all", dialect, "inert: [", "inert: ['*', ", "would silence every type"},
		{"reading", dialect, "from: [{attr: acl}]", "from: [{attr: acl, const: x}]", "exactly one of attr, provider, ref and const"},
		{"as", dialect, "{attr: acl}", "{attr: acl, as: urn}", `unknown as "urn"`},
		{"no kind", dialect, "{kind: state}", "{note: x}", "it has neither kind nor of"},
		{"value without by", dialect, "backend.acme: {kind: state}", "backend.acme: {kind: state}\n  acme_bucket Small@*: {kind: queue}", "terraform.yaml:5: type acme_bucket Small@*: write by: ATTRIBUTE in the type acme_bucket"},
		{"by without kind", dialect, "{kind: state}", "{of: bucket, by: type}", "by belongs to a type of the language, with the kind of all values"},
		{"value twice", dialect, "backend.acme: {kind: state}", "backend.acme: {kind: state}\n  acme_any: {kind: unknown, by: type}\n  acme_any A@*: {kind: queue}\n  acme_any a@*: {kind: stream}", "is also written as acme_any A@*; letter case does not tell values apart"},
		{"place purpose", dialect, "{kind: state}", "{kind: state, places: [{purpose: copy, from: [{attr: x}]}]}", `unknown purpose "copy"`},
		{"place scope", dialect, "{kind: state}", "{kind: state, places: [{purpose: replica, default: 'geo:asia', from: []}]}", "acme has no such geography; known are europe"},
		{"target purpose", dialect, "{kind: state}", "{kind: state, targets: [{purpose: log, to: [{attr: x}]}]}", `unknown target purpose "log"; did you mean logs?`},
		{"key default", dialect, "{kind: state}", "{kind: state, key: {default: mine}}", `unknown key.default "mine"`},
		{"status", "requirements/rule/art-1.yaml", "status: in-force", "status: inforce", `unknown status "inforce"; did you mean in-force?`},
		{"no date", "requirements/rule/art-1.yaml", "from: 2020-01-01\n", "", "status in-force needs from: a date"},
		{"proposed with date", "requirements/rule/art-1.yaml", "in-force", "proposed", "a proposed text has no date"},
		{"lapsed", "requirements/rule/art-1.yaml", "in-force", "lapsed", "status lapsed needs until"},
		{"addressee", "requirements/rule/art-1.yaml", "addressee: customer", "addressee: customers", `unknown addressee "customers"; did you mean customer?`},
		{"territory", "requirements/rule/art-1.yaml", "[EU]", "[EV]", `"EV" is neither a country nor a bloc; did you mean EU?`},
		{"instrument", "requirements/rule/art-1.yaml", "instrument: RULE", "instrument: ROLE", "does not begin with its instrument"},
		{"adequacy scope", "adequacy.yaml", "partial: true", "partial: false", "a scope other than full is partial"},
		{"bloc member", "blocs.yaml", "[DE, FR]", "[DE, FX]", `members: "FX" is not an ISO`},
		{"bloc named like a country", "blocs.yaml", "id: OK", "id: DE", "bloc DE has the code of a country"},
		{"adequacy twice", "adequacy.yaml", "country: GB, decision: two, scope: full, from: 2021-06-28", "country: CH, decision: two, scope: full, from: 2000-07-26", "is already at adequacy.yaml:3"},
		{"model match", "models/x.yaml", "'base-tuned'", "'(base'", "is not an expression"},
		{"model matches all", "models/x.yaml", "'base-tuned'", "'x*'", "matches everything"},
		{"operator control", "operators/acme.yaml", "country: US, confidence", "country: USA, confidence", `control of Big Inc.: "USA" is not an ISO`},
		{"independent", "operators/acme.yaml", "seat: DE,", "seat: DE, independent: true,", "independent and control contradict"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(with(t, c.file, c.old, c.new))
			if err == nil {
				t.Fatal("the tree was accepted")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// Nothing read is an error, not an empty knowledge base.
func TestLoadNothing(t *testing.T) {
	if _, err := Load(fstest.MapFS{"README.md": {}}); err == nil || !strings.Contains(err.Error(), "there is no .yaml file") {
		t.Errorf("got %v", err)
	}
}

// All errors come at once, by file and line, however the files are walked.
func TestLoadSortsErrors(t *testing.T) {
	m := files(small)
	m["adequacy.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(small["adequacy.yaml"], "CH", "XX", 1))}
	m["providers/acme/regions.yaml"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(small["providers/acme/regions.yaml"], "[US]", "[XY]"))}
	_, err := Load(m)
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "adequacy.yaml:3") || !strings.HasPrefix(lines[1], "providers/acme/regions.yaml:7") || !strings.HasPrefix(lines[2], "providers/acme/regions.yaml:8") {
		t.Errorf("got %q", lines)
	}
}

// Whatever the bytes are, the loader answers with an error or a knowledge base.
func FuzzLoad(f *testing.F) {
	for name := range small {
		f.Add(name, small[name])
	}
	f.Add("countries.yaml", "countries: &a [*a]")
	f.Add("providers/acme/terraform.yaml", "types: {x: }\n<<: {a: 1}")
	f.Fuzz(func(t *testing.T, name, text string) {
		m := files(small)
		m[name] = &fstest.MapFile{Data: []byte(text)}
		k, err := Load(m)
		if (k == nil) == (err == nil) {
			t.Fatalf("knowledge %v and error %v", k, err)
		}
	})
}
