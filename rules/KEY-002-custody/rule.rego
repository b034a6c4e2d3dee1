# METADATA
# title: Nobody outside can use the key
# description: >-
#   A key that stays with the provider (grades 0 to 3, imported keys included) can be used under an order; a key held outside counts only while the operator does not see clear text (EDPB Recommendations 01/2020, use case 6).
# custom:
#   id: KEY-002
#   severity: critical
#   basis: perimeter
#   requirements: [EDPB_01_2020_STEP_4, EDPB_01_2020_UC6, GDPR_ART_32, C3A_SOV_3_02, EUCSF_SOV_3, SNC_10_5]
#   kinds: [object-store, block-store, file-store, database, warehouse, cache, search-index, queue, stream, secret-store, registry, model-registry, backup, log-store, state, model-endpoint, ai-service, notebook, training, analytics, compute]
#   owned: true
#   remedy: >-
#     Hold the key outside the reach of the operator (external key manager, client-side encryption) with a holder that the perimeter names, or store the data with an operator that may hold it.
package bailiwick.rules.key_002

import data.bailiwick.lib

asked if {
	input.limits.keys
	input.custody
}

results contains {
	"status": "fail",
	"about": ["custody", "operator"],
	"message": sprintf("the key (%s) can be used by a holder outside: {why}", [input.custody.protection]),
} if {
	asked
	input.custody.answer == "outside"
	input.custody.protection != "none"
}

results contains {
	"status": "fail",
	"about": ["custody", "operator"],
	"message": "is not encrypted: whoever operates it can read it",
} if {
	asked
	input.custody.answer == "outside"
	input.custody.protection == "none"
}

results contains {
	"status": "fail",
	"about": ["custody"],
	"message": sprintf("custody is grade %d (%s), the perimeter asks for at least %d", [input.custody.grade, input.custody.protection, input.limits.min_grade]),
} if {
	asked
	input.custody.answer != "outside"
	input.custody.grade >= 0
	input.custody.grade < input.limits.min_grade
}

results contains {
	"status": "fail",
	"about": ["cleartext", "operator"],
	"message": "the operator sees clear text: {why}",
} if {
	asked
	input.custody.clear_answer == "outside"
}

results contains {
	"status": "undecided",
	"about": ["custody"],
	"message": "who can use the key is not established: {why}",
} if {
	asked
	input.custody.answer == "unsure"
}

results contains {
	"status": "undecided",
	"about": ["cleartext"],
	"message": "whether the operator may see clear text is not established: {why}",
} if {
	asked
	input.custody.clear_answer == "unsure"
}

results contains {"status": "pass", "about": ["custody"]} if {
	asked
	input.custody.answer == "inside"
	not input.custody.clear_answer in {"outside", "unsure"}
	input.custody.grade >= input.limits.min_grade
}
