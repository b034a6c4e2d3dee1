package perimeter

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Every change makes the full perimeter looser in exactly one way.
// loosenings compares as far as the text tells: it does not say that DE is
// inside EU.
func loosenings(base, head *Perimeter) []Loosening {
	return Loosenings(base, head, func(name string, list []string) bool { return slices.Contains(list, name) })
}

func TestLoosenings(t *testing.T) {
	for _, r := range []struct{ old, new, want string }{
		{"allow: [EU, CH]", "allow: [EU, CH, US]", "spec.jurisdictions.allow[2]: US is now allowed"},
		{", deny: [HU]", "", "spec.jurisdictions.deny: HU is no longer denied"},
		{"    allow: [EU]\n", "    allow: [EU, GB]\n", "spec.operators.allow[1]: GB is now allowed"},
		{"    deny: [ionos]\n", "", "spec.operators.deny: ionos is no longer denied"},
		{"key_holder: EU", "key_holder: [EU, US]", "aws is tolerated for backups"},
		{"cleartext: never", "cleartext: in-use", "aws is tolerated for backups"},
		{"data: [backups]", "data: [backups, prompts]", "aws is tolerated for backups, prompts"},
		{"[GDPR, AIA]", "[GDPR]", "spec.frameworks: AIA no longer counts"},
		{"  frameworks: [GDPR, AIA]\n", "", "no longer asked for by name"},
		{"gdpr: special", "gdpr: personal", "patient-records.gdpr: special is now personal"},
		{"gdpr: special", "gdpr: criminal", "patient-records.gdpr: special is now criminal"},
		{"confidentiality: secret", "confidentiality: internal", "secret is now internal"},
		{"jurisdictions: [DE]", "jurisdictions: [DE, FR]", "FR is now allowed"},
		{"operators: [DE], ", "", "the limit is gone; EU is now allowed"},
		{"support: [EU], ", "", "patient-records.support: the limit to EU is gone"},
		{"makers: [EU]", "makers: [EU, US]", "patient-records.makers[1]: US is now allowed"},
		{"holder: [EU, customer]", "holder: [EU, customer, aws]", "keys.holder[2]: aws is now allowed"},
		{"min_grade: 2, ", "", "2 is now 0"},
		{", cleartext_at_operator: [EU]", "", "the limit to EU is gone"},
		{"retention: 10y", "retention: 11y", "10y is now 11y"},
		{" retention: 10y,", "", "the limit of 10y is gone"},
		{"unknown: block", "unknown: report", "block is now report"},
		{"unbound: strictest", "unbound: prompts", "was strictest and is now prompts"},
		{"data: [patient-records], system: triage", "data: [prompts], system: triage", "no longer bound to the class patient-records"},
		{", system: triage}", "}", "no longer belongs to the system triage"},
		{"    - {match: \"*\", data: [prompts]}\n", "", "* is no longer bound to the class prompts"},
		{"  unbound: strictest\n  bindings:\n", "  bindings:\n    - {match: \"a.*\", data: [prompts]}\n", "a.* was strictest where nothing bound it, and is now prompts"},
		{"ai_act: high-risk", "ai_act: minimal", "high-risk is now minimal"},
		{" ai_act: high-risk,", "", "high-risk is now not stated"},
		{"to: api.eu.mistral.ai", "to: api.openai.com", "the flow from triage to api.openai.com is declared"},
		{"to: api.eu.mistral.ai, data: [prompts]", "to: api.eu.mistral.ai", "declared for every class"},
		{"tool: scc, module: 2", "tool: derogation", "rests on derogation until 2027-05-01"},
		{", expires: 2027-05-01", "", "without end"},
		{"expires: 2027-05-01", "expires: 2028-05-01", "until 2028-05-01"},
		{"value: [FR]", "value: [FR, IN]", "support of scaleway is taken from a document"},
		{"expires: 2027-06-30", "expires: 2029-06-30", "until 2029-06-30"},
		{"dated: 2026-05-02", "dated: 2026-06-02", "exit-test of triage is taken from a document"},
		{"[\"scaleway_* fr-par\"]", "[\"* fr-par\"]", "certificate of scaleway is taken from a document"},
		{"collected_in: [RU, US]", "collected_in: [US]", "spec.data.letters.collected_in: it is no longer said to be from RU"},
		{"handling: [bulk, important]", "handling: [bulk]", "spec.data.letters.handling: it is no longer important"},
		{"handling: [bulk, important]", "handling: [important]", "it is no longer bulk"},
		{"limit: 50MB", "limit: 1GB", "spec.budgets.abroad: 50MB per 30d is now 1GB per 30d"},
		{"per: 30d", "per: 1d", "50MB per 30d is now 50MB per 1d"},
		{"to: [US], limit", "limit", "it is about other flows than before"},
		{"  budgets:\n    abroad: {from: triage, data: [prompts], to: [US], limit: 50MB, per: 30d}\n", "", "the budget abroad is gone"},
		{"models: [mistral, self-hosted], ", "", "spec.stack.models: the limit to mistral, self-hosted is gone"},
		{"packages: []", "packages: [torch]", "torch is now allowed"},
		{"fail_on: medium", "fail_on: high", "medium is now high"},
		{", unwaivable: [GDPR_ART_44]", "", "GDPR_ART_44 can now be waived"},
		{"expires: 2027-03-01", "expires: 2027-03-02", "LOC-001 is waived for aws_cloudfront_distribution.site until 2027-03-02"},
		{"rule: LOC-001", "rule: LOC-002", "LOC-002 is waived"},
	} {
		src := strings.Replace(full, r.old, r.new, 1)
		if src == full {
			t.Fatalf("the change %q changes nothing", r.old)
		}
		base, head := parse(t, full), parse(t, src)
		got := loosenings(base, head)
		if len(got) != 1 || !strings.Contains(got[0].What, r.want) {
			t.Errorf("%q to %q: %v; want %q", r.old, r.new, got, r.want)
			continue
		}
		if got[0].Origin.Line == 0 || strings.Contains(got[0].What, "\n") {
			t.Errorf("%q to %q: no line: %+v", r.old, r.new, got[0])
		}
	}
}

// Changes that make the perimeter stricter are none.
func TestTightenings(t *testing.T) {
	for _, r := range [][2]string{
		{"allow: [EU, CH]", "allow: [EU]"},
		{"deny: [HU]", "deny: [HU, BG]"},
		{"    tolerate: [{operator: aws, data: [backups], when: {key_holder: EU, cleartext: never}}]\n", ""},
		{"gdpr: personal", "gdpr: special"},
		{"unknown: report", "unknown: block"},
		{"prompts: {", "prompts: {jurisdictions: [EU], "},
		{"backups: {}", "backups: {keys: {holder: [customer]}, retention: 1y}"},
		{"retention: 10y", "retention: 120m"},
		{"min_grade: 2", "min_grade: 4"},
		{"data: [prompts]}\n  systems", "data: [prompts, patient-records]}\n  systems"},
		{"fail_on: medium", "fail_on: low"},
		{"expires: 2027-03-01", "expires: 2027-02-01"},
		{"[mistral, self-hosted]", "[self-hosted]"},
		{"[GDPR, AIA]", "[GDPR, AIA, NIS2]"},
		{"to: api.eu.mistral.ai, data: [prompts]", "to: api.eu.mistral.ai, data: [prompts]"},
	} {
		head := parse(t, strings.Replace(full, r[0], r[1], 1))
		if got := loosenings(parse(t, full), head); len(got) > 0 {
			t.Errorf("%q to %q: %v", r[0], r[1], got)
		}
	}
}

func TestLooseningsByKnowledge(t *testing.T) {
	base := parse(t, full)
	head := parse(t, strings.Replace(full, "allow: [EU, CH]", "allow: [DE]", 1))
	if got := loosenings(base, head); len(got) != 1 {
		t.Errorf("text alone: %v, want one", got)
	}
	inside := func(name string, list []string) bool {
		return slices.Contains(list, name) || name == "DE" && slices.Contains(list, "EU")
	}
	if got := Loosenings(base, head, inside); len(got) > 0 {
		t.Errorf("DE is inside EU: %v", got)
	}
}

// The first class takes the place of the implied one.
func TestFirstClass(t *testing.T) {
	const head = "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n"
	base := parse(t, head)
	if got := loosenings(base, parse(t, head+"  data: {a: {gdpr: special}, b: {gdpr: none, unknown: report}}\n")); len(got) > 0 {
		t.Errorf("a stricter class: %v", got)
	}
	if got := loosenings(base, parse(t, head+"  data: {b: {gdpr: none, unknown: report}}\n")); len(got) != 2 {
		t.Errorf("a laxer class: %v, want gdpr and unknown", got)
	}
}

// Removing any subset of allowed names, anywhere, never loosens; adding the
// removed ones back does, once for each.
func TestAllowProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	names := []string{"EU", "EEA", "CH", "GB", "IS", "NO", "CA", "JP"}
	for range 200 {
		all := slices.Clone(names)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:1+r.IntN(len(all))]
		some := all[:1+r.IntN(len(all))]
		write := func(list []string) *Perimeter {
			return parse(t, strings.Replace(full, "[EU, CH]", "["+strings.Join(list, ", ")+"]", 1))
		}
		if got := loosenings(write(all), write(some)); len(got) > 0 {
			t.Fatalf("%v to %v: %v", all, some, got)
		}
		if got := loosenings(write(some), write(all)); len(got) != len(all)-len(some) {
			t.Fatalf("%v to %v: %v", some, all, got)
		}
	}
}

func TestPresetsLoosenNothingAgainstThemselves(t *testing.T) {
	for _, name := range Presets() {
		src, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := loosenings(parse(t, string(src)), parse(t, string(src))); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestNames(t *testing.T) {
	got := map[What][]string{}
	for _, n := range parse(t, full).Names() {
		got[n.What] = append(got[n.What], n.Name)
	}
	want := map[What]string{
		Framework: "GDPR AIA", Jurisdiction: "EU CH HU RU US DE EU EU FR US", Operator: "EU ionos DE", Entity: "aws", Holder: "EU EU customer",
		Maker: "EU", Requirement: "GDPR_ART_6 GDPR_ART_9 GDPR_ART_44", Rule: "LOC-001", Model: "mistral self-hosted",
	}
	if len(got) != len(want) {
		t.Errorf("kinds of names: %v", got)
	}
	for w, names := range want {
		if strings.Join(got[w], " ") != names {
			t.Errorf("%s: %v, want %s", w, got[w], names)
		}
	}
	for _, n := range parse(t, "apiVersion: bailiwick/v1\nkind: Perimeter\nspec:\n  jurisdictions: {allow: [EU]}\n").Names() {
		if n.What == Operator {
			t.Errorf("the default for operators is reported as written: %+v", n)
		}
	}
}
