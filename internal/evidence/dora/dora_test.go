package dora_test

import (
	"encoding/csv"
	"regexp"
	"strings"
	"testing"

	"github.com/bailiwick-dev/bailiwick/internal/evidence/dora"
	"github.com/bailiwick-dev/bailiwick/internal/evidence/evidencetest"
)

// cells reads the export of an example, by template column and record.
func cells(t *testing.T, example string, edit func(string) string) []map[string]string {
	t.Helper()
	c := evidencetest.Case(t, evidencetest.Example(example, 3), edit)
	var b strings.Builder
	if err := dora.Document.Exports["csv"](&b, c, "en"); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range all[1:] {
		m := map[string]string{}
		for i, name := range all[0] {
			m[name] = line[i]
		}
		out = append(out, m)
	}
	return out
}

func find(t *testing.T, all []map[string]string, column, record string) map[string]string {
	t.Helper()
	for _, m := range all {
		if m["column"] == column && m["record"] == record {
			return m
		}
	}
	t.Fatalf("there is no cell %s of %q", column, record)
	return nil
}

// TestNoBlankWithoutAReason: a cell without a value says why, or asks; a value that
// facts give names its source.
func TestNoBlankWithoutAReason(t *testing.T) {
	code := regexp.MustCompile(`^B_\d\d\.\d\d\.\d\d\d0$`)
	for _, m := range cells(t, "clinic-assistant", nil) {
		switch {
		case m["template"] == "" && m["column"] == "": // without a provider that is known
		case !code.MatchString(m["column"]) || m["name"] == "":
			t.Errorf("a column without code or name: %v", m)
		case m["text"] == "":
			t.Errorf("a blank: %v", m)
		case m["status"] == "asked" && (m["question"] == "" || m["value"] != ""):
			t.Errorf("a question without id, or with a value: %v", m)
		case m["status"] == "stated" && m["sources"] == "":
			t.Errorf("a statement without source: %v", m)
		}
	}
}

// TestFacts are cells that facts fill, as the regulation and as the taxonomy write them.
func TestFacts(t *testing.T) {
	all := cells(t, "clinic-assistant", nil)
	for _, tc := range []struct{ column, record, value, report string }{
		{"B_01.01.0020", "", "University Clinic Example", "University Clinic Example"},
		{"B_02.02.0050", "F1 Datadog", "F1", "F1"},
		{"B_02.02.0060", "F1 Amazon Web Services", "S17", "eba_TA:S17"},
		{"B_02.02.0140", "F1 Microsoft", "Yes", "eba_BT:x28"},
		{"B_02.02.0150", "F1 Microsoft", "SE", "eba_GA:SE"},
		{"B_02.02.0160", "F1 OpenAI", "", ""},    // any country: no value
		{"B_02.02.0140", "F1 New Relic", "", ""}, // only claimed
		{"B_02.02.0150", "F1 New Relic", "", ""},
		{"B_02.02.0170", "F1 Amazon Web Services", "High", "eba_ZZ:x793"},
		{"B_02.02.0170", "F1 OpenAI", "Medium", "eba_ZZ:x792"},
		{"B_05.01.0050", "Anthropic", "Anthropic, PBC", "Anthropic, PBC"},
		{"B_05.01.0050", "New Relic", "", ""}, // only claimed
		{"B_05.01.0070", "Anthropic", "Legal person, excluding individual acting in a business capacity", "eba_CT:x212"},
		{"B_05.01.0080", "Mistral AI", "FR", "eba_GA:FR"},
		{"B_05.01.0060", "Mistral AI", "Mistral AI SAS", "Mistral AI SAS"},
		{"B_05.02.0050", "F1 OpenAI", "1", "1"},
	} {
		if m := find(t, all, tc.column, tc.record); m["value"] != tc.value || m["report"] != tc.report {
			t.Errorf("%s of %s: %v", tc.column, tc.record, m)
		}
	}
	for _, m := range all {
		if strings.Contains(m["record"], "npm") {
			t.Errorf("who is only fetched from has a row: %v", m)
		}
	}
	if m := find(t, all, "B_99.01.0160", ""); m["name"] != "Possibility of reintegration of the contracted ICT service (highly complex)" {
		t.Errorf("the definition of which option: %v", m)
	}
}

// TestOneValueACell: several countries are several rows, each with one of them, and no
// row is there twice.
func TestOneValueACell(t *testing.T) {
	stored, rows := map[string]bool{}, map[string]map[string]string{}
	for _, m := range cells(t, "clinic-assistant", nil) {
		if (m["column"] == "B_02.02.0150" || m["column"] == "B_02.02.0160") && len(m["value"]) > 2 {
			t.Errorf("several countries in a cell: %v", m)
		}
		if m["template"] != "B_02.02" || m["record"] != "F1 Amazon Web Services" {
			continue
		}
		if rows[m["row"]] == nil {
			rows[m["row"]] = map[string]string{}
		}
		rows[m["row"]][m["column"]] = m["text"]
		if m["column"] == "B_02.02.0150" {
			stored[m["value"]] = true
		}
	}
	if !stored["DE"] || !stored["GB"] || !stored["US"] {
		t.Errorf("countries of storage: %v", stored)
	}
	met := map[string]bool{}
	for _, r := range rows {
		k := r["B_02.02.0060"] + r["B_02.02.0150"] + "/" + r["B_02.02.0160"]
		if met[k] {
			t.Errorf("a row twice: %s", k)
		}
		met[k] = true
	}
}

// TestNobodyVanishes: what has no provider that is known is in the export.
func TestNobodyVanishes(t *testing.T) {
	met := map[string]string{}
	for _, m := range cells(t, "clinic-assistant", nil) {
		if m["template"] == "" {
			met[m["record"]] = m["text"]
		}
	}
	if !strings.Contains(met["inferenceservice/triage/embedder"], "nothing says where it is") || !strings.Contains(met["nightly.py#copy_records → ?"], "AIRFLOW_CONN_AWS_RECORDS") {
		t.Errorf("%v", met)
	}
}

// TestCodes: the type of a code that is answered follows from its form.
func TestCodes(t *testing.T) {
	for answer, want := range map[string]string{"5493001KJTIIGC8Y1R12": "LEI", "FR7501.552032534": "EUID", "a letter": ""} {
		all := cells(t, "clinic-assistant", func(s string) string {
			return s + "  answers:\n    - {question: openai/lei, text: \"" + answer + "\", by: x, on: 2026-11-20}\n"
		})
		if m := find(t, all, "B_05.01.0020", "OpenAI"); m["value"] != want {
			t.Errorf("%s: %v", answer, m)
		}
	}
}

// TestAnswersBecomeValues: the answer to a question about one cell is its value; that
// to a question about several is told beside each.
func TestAnswersBecomeValues(t *testing.T) {
	all := cells(t, "clinic-assistant", func(s string) string {
		return s + "  answers:\n    - {question: openai/contract-reference, text: C-17, by: x, on: 2026-11-20}\n    - {question: openai/contract-terms, text: standalone, by: x, on: 2026-11-20}\n"
	})
	for _, column := range []string{"B_02.01.0010", "B_03.02.0010", "B_04.01.0010"} {
		if m := find(t, all, column, "OpenAI"); m["value"] != "C-17" || m["status"] != "answered" {
			t.Errorf("%s: %v", column, m)
		}
	}
	if m := find(t, all, "B_02.01.0020", "OpenAI"); m["value"] != "" || m["status"] != "answered" || !strings.HasPrefix(m["text"], "standalone") {
		t.Errorf("%v", m)
	}
}

// TestCriticalFunctionsAreAssessed: B_07.01 is there where the perimeter says that a
// system is critical, with what the check of substitutes found.
func TestCriticalFunctionsAreAssessed(t *testing.T) {
	plain := cells(t, "clinic-assistant-sovereign", nil)
	for _, m := range plain {
		if m["template"] == "B_07.01" {
			t.Fatalf("an assessment that nobody requires: %v", m)
		}
	}
	all := cells(t, "clinic-assistant-sovereign", func(s string) string {
		return strings.Replace(s, "      ai_act: high-risk\n", "      ai_act: high-risk\n      critical: true\n", 1)
	})
	if m := find(t, all, "B_06.01.0050", "F1"); m["value"] != "Yes" {
		t.Errorf("%v", m)
	}
	if m := find(t, all, "B_07.01.0050", "F1 Scaleway"); m["value"] != "" || !strings.HasPrefix(m["text"], "Whether others can take over: ") {
		t.Errorf("%v", m)
	}
	if m := find(t, all, "B_02.02.0180", "F1 Scaleway"); m["question"] != "scaleway/service-assessment" {
		t.Errorf("%v", m)
	}
	no := cells(t, "clinic-assistant-sovereign", func(s string) string {
		return strings.Replace(s, "      ai_act: high-risk\n", "      ai_act: high-risk\n      critical: false\n", 1)
	})
	if m := find(t, no, "B_06.01.0050", "F1"); m["value"] != "No" || m["report"] != "eba_BT:x29" || m["status"] == "asked" {
		t.Errorf("what the perimeter denies is asked: %v", m)
	}
	for _, m := range no {
		if m["column"] == "B_05.02.0050" && strings.HasPrefix(m["record"], "F1 ") && m["value"] != "1" {
			t.Errorf("subcontractors are asked for a function that is not critical: %v", m)
		}
	}
}
