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
		want += len(c.Recipients(system))
	}
	if len(all)-1 != want {
		t.Errorf("%d rows for %d recipients", len(all)-1, want)
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
	} {
		if got := rows[tc.row][tc.column]; got != tc.value {
			t.Errorf("%s, %s: %q, want %q", tc.row, tc.column, got, tc.value)
		}
	}
}
