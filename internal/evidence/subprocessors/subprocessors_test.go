package subprocessors_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/subprocessors"
)

// TestCSV: every recipient has a row, with what is known of it and nothing else.
func TestCSV(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), func(s string) string {
		return s + "  transfers:\n    - {from: triage, to: openai, tool: scc, module: 2, expires: 2027-05-01}\n" +
			"  answers:\n    - {question: openai/processing-contract, text: \"processor, DPA 3\", by: x, on: 2026-11-20}\n    - {question: openai/sub-processors, text: ended, by: x, on: 2026-11-20, expires: 2026-11-21}\n"
	})
	var b strings.Builder
	if err := subprocessors.Document.Exports["csv"](&b, c, "en"); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]string{}
	want := 0
	for _, system := range append(c.Systems(), "") {
		want += len(c.Recipients(system)) + len(c.Strays(system))
	}
	if len(all)-1 != want {
		t.Errorf("%d rows for %d recipients and strays", len(all)-1, want)
	}
	for _, line := range all[1:] {
		m := map[string]string{}
		for i, name := range all[0] {
			m[name] = line[i]
		}
		rows[m["system"]+" "+m["recipient"]] = m
	}
	for _, tc := range []struct{ row, column, value string }{
		{"triage OpenAI", "legal_entity", "OpenAI OpCo, LLC"},
		{"triage OpenAI", "tool", "scc"},
		{"triage OpenAI", "tool_until", "2027-05-01"},
		{"triage OpenAI", "first_seen", "2026-11-24"},
		{"triage OpenAI", "known_as", "declared; observed; planned"},
		{"triage OpenAI", "contract", "processor, DPA 3"},
		{"triage OpenAI", "sub_processors", ""},
		{"triage npm", "only_fetched", "yes"},
		{"triage npm", "personal_data", "no"},
		{"triage mcp.exa.ai", "legal_entity", ""},
		{"triage mcp.exa.ai", "places_unknown", "yes"},
		{" GitHub", "seat", "US"},
		{"triage New Relic", "entity_claimed", "yes"},
		{"triage Anthropic", "entity_claimed", "no"},
		{"triage OpenAI", "tool_holds", "yes"},
		{"triage Datadog", "tool_holds", "no"},
		{"triage inferenceservice/triage/embedder", "personal_data", "yes"},
		{"triage inferenceservice/triage/embedder", "places_unknown", "yes"},
	} {
		if got := rows[tc.row][tc.column]; got != tc.value {
			t.Errorf("%s, %s: %q, want %q", tc.row, tc.column, got, tc.value)
		}
	}
}

// TestOneSystem: the list of one system has its recipients and those of none.
func TestOneSystem(t *testing.T) {
	c := evidencetest.Case(t, evidencetest.Example("clinic-assistant", 3), func(s string) string {
		return strings.Replace(s, "  systems:\n", "  systems:\n    letters: {purpose: sorts letters}\n", 1)
	})
	c.Only = "triage"
	d, err := subprocessors.Document.Make(c, "en")
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]bool{}
	for _, b := range d.Blocks {
		if b.Heading != nil {
			met[b.Heading.Text] = true
		}
	}
	if !subprocessors.Document.BySystem || !met["Recipients of the system triage"] || met["Recipients of the system letters"] || !met["Recipients of what belongs to no system"] {
		t.Errorf("%v", met)
	}
}
