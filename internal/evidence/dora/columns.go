package dora

import (
	"fmt"
	"strings"

	"github.com/bailiwick-dev/bailiwick/internal/evidence"
)

// A template is one of those of the register, after Annex I to Commission
// Implementing Regulation (EU) 2024/2956. Columns are what stands in them, as the
// messages "column." name it; their numbers are 0010, 0020 and so on.
type template struct {
	code    string
	columns []string
}

// templates are all of them, in their order. Numbers and closed lists are those of
// version 4.0 of the EBA's reporting taxonomy (docs/spec/dora-csv.md says what was
// compared), and so B_06.01 is the one after the corrigendum of 19 September 2025 (OJ L,
// 2025/90725), which moved its columns from 0060 on down by ten.
//
// B_99.01 has a column for each option of a closed list, "definition/COLUMN/OPTION", in
// which the entity says what it understands by it.
var templates = []template{
	{"B_01.01", words("keeper_lei entity_name entity_country entity_type authority reporting_date")},
	{"B_01.02", words("entity_lei entity_name entity_country entity_type hierarchy parent_lei updated integrated deleted currency assets")},
	{"B_01.03", words("branch_code head_lei branch_name branch_country")},
	{"B_02.01", words("reference arrangement_type overarching currency expense")},
	{"B_02.02", words("reference user_lei provider_code provider_code_type function service_type start end end_reason notice_entity notice_provider law provision_country stores storage_country processing_country sensitivity reliance")},
	{"B_02.03", words("reference linked_reference")},
	{"B_03.01", words("reference signing_lei")},
	{"B_03.02", words("reference provider_code provider_code_type")},
	{"B_03.03", words("reference providing_lei")},
	{"B_04.01", words("reference user_lei nature branch_code")},
	{"B_05.01", words("provider_code provider_code_type other_code other_code_type legal_name latin_name person seat currency total_expense parent_code parent_code_type")},
	{"B_05.02", words("reference service_type provider_code provider_code_type rank recipient_code recipient_code_type")},
	{"B_06.01", words("function activity function_name entity_lei critical critical_why critical_date rto rpo function_impact")},
	{"B_07.01", words("reference provider_code provider_code_type service_type substitutability substitutability_why audit exit_plan reintegration service_impact alternatives alternative_names")},
	{"B_99.01", options("arrangement_type standalone overarching subsequent", "sensitivity low medium high", "function_impact low medium high",
		"substitutability not highly_complex medium_complex easily", "reintegration easy difficult highly_complex", "service_impact low medium high")},
}

func words(list string) []string { return strings.Fields(list) }

func options(lists ...string) []string {
	var out []string
	for _, l := range lists {
		w := words(l)
		for _, option := range w[1:] {
			out = append(out, "definition/"+w[0]+"/"+option)
		}
	}
	return out
}

// number is that of the column at i: 0010, 0020 …
func number(i int) string { return fmt.Sprintf("%04d", (i+1)*10) }

// label names a column.
func label(b *evidence.Builder, column string) string {
	if part := strings.Split(column, "/"); len(part) == 3 {
		return b.Word("column."+part[1]) + " (" + b.Word("option."+part[2]) + ")"
	}
	return b.Word("column." + column)
}

// reported is a value as the reporting taxonomy writes it: a member of a closed list by
// its code, all else as it is.
func reported(column, value string) string {
	switch column {
	case "seat", "storage_country", "processing_country":
		column = "country"
	case "parent_code_type":
		column = "provider_code_type"
	case "alternatives", "critical":
		column = "stores"
	}
	if prefix := prefixes[column]; prefix != "" && value != "" {
		return prefix + value
	}
	if code, ok := members[column][value]; ok {
		return code
	}
	return value
}

var prefixes = map[string]string{"country": "eba_GA:", "service_type": "eba_TA:"}

// members are the codes of the options that facts come to.
var members = map[string]map[string]string{
	"provider_code_type": {"LEI": "eba_qCO:qx2000", "EUID": "eba_qCO:qx2002"},
	"stores":             {"Yes": "eba_BT:x28", "No": "eba_BT:x29"},
	"person":             {legalPerson: "eba_CT:x212"},
	"sensitivity":        {"Low": "eba_ZZ:x791", "Medium": "eba_ZZ:x792", "High": "eba_ZZ:x793"},
}

const legalPerson = "Legal person, excluding individual acting in a business capacity"
