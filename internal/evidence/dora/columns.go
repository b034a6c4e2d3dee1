package dora

import (
	"fmt"
	"strings"
)

// A template is one of those of the register, after Annex I to Commission
// Implementing Regulation (EU) 2024/2956. Columns are what stands in them, as the
// messages "column." name it; their numbers are 0010, 0020 and so on.
type template struct {
	code    string
	columns []string
}

// templates are all of them, in their order. The codes of B_06.01 are those after
// the corrigendum of 19 September 2025 (OJ L, 2025/90725), which moved the columns
// from 0060 on down by ten. Codes and corrigendum were read second-hand; the document
// asks for them to be held against the consolidated text.
//
// B_99.01 has a column for each option of a closed list, in which the entity defines
// what it understands by it.
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
	{"B_99.01", words(strings.Repeat("definition ", 19))},
}

func words(list string) []string { return strings.Fields(list) }

// number is that of the column at i: 0010, 0020 …
func number(i int) string { return fmt.Sprintf("%04d", (i+1)*10) }

// reported is the number of a column in the reporting taxonomy of the EBA, where it
// is another than in the regulation: the taxonomy leaves three columns of B_05.01 out,
// and counts on. "" is a column that is not reported.
var reported = map[string]string{
	"B_05.01.0030": "", "B_05.01.0040": "", "B_05.01.0060": "",
	"B_05.01.0050": "0030", "B_05.01.0070": "0040", "B_05.01.0080": "0050", "B_05.01.0090": "0060",
	"B_05.01.0100": "0070", "B_05.01.0110": "0080", "B_05.01.0120": "0090",
}
