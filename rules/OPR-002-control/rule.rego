# METADATA
# title: The operator and who controls it are allowed for this data
# description: >-
#   A region in the EU of a company whose parent is elsewhere is inside by place and outside by operator: the law of the parent reaches the data. Not by itself a breach of GDPR art. 44 or 48; it is one of the perimeter.
# custom:
#   id: OPR-002
#   severity: critical
#   basis: perimeter
#   requirements: [GDPR_ART_28_1, GDPR_ART_32, GDPR_ART_5_2, SNC_19_6, C3A_SOV_1_03, EUCSF_SOV_2]
#   kinds: ["*"]
#   remedy: >-
#     Move the data to an operator that the perimeter allows, or hold the key where the operator cannot use it and tolerate the operator for that class (operators.tolerate).
package bailiwick.rules.opr_002

import data.bailiwick.lib

results contains {
	"status": "fail",
	"about": ["operator"],
	"message": sprintf("%s%s: {why}", [input.operator.name, exposure]),
} if {
	input.operator.answer == "outside"
	input.operator.entity != ""
}

# The partition is not known, and whoever runs it is outside.
results contains {
	"status": "fail",
	"about": ["operator"],
	"message": "is run by nobody whom the perimeter allows: {why}",
} if {
	input.operator.answer == "outside"
	input.operator.entity == ""
}

results contains {
	"status": "undecided",
	"about": ["operator"],
	"message": "whether the operator is allowed is not established: {why}",
} if {
	input.operator.answer == "unsure"
	input.operator.entity != ""
}

results contains {"status": "pass", "about": ["operator"]} if {
	input.operator.answer in {"inside", "tolerated"}
}

exposure := sprintf(" is reached by %s", [concat(", ", input.operator.laws)]) if {
	count(input.operator.laws) > 0
} else := " is not allowed"
