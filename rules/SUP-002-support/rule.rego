# METADATA
# title: Support reaches in from inside
# description: >-
#   From where staff of the operator can administer it. Asked where a bound class limits support. No file of the
#   infrastructure shows it: a cited document of the operator, or one that the perimeter names as evidence, does.
# custom:
#   id: SUP-002
#   severity: medium
#   basis: perimeter
#   requirements: [SNC_19_2, C3A_SOV_4_01]
#   kinds: ["*"]
#   remedy: >-
#     Choose a support regime that is bound to the perimeter, and record the contract under evidence in perimeter.yaml.
package bailiwick.rules.sup_002

import data.bailiwick.lib

asked if not input.kind in {"unknown", "module"}

results contains {
	"status": "fail",
	"about": ["support"],
	"message": sprintf("can be administered from %s, outside what the class allows", [lib.countries(input.support.outside)]),
} if {
	asked
	input.support.answer == "outside"
}

results contains {
	"status": "undecided",
	"about": ["support"],
	"message": "from where it can be administered is not established: {why}",
} if {
	asked
	input.support.answer == "unsure"
}

results contains {"status": "pass", "about": ["support"]} if {
	asked
	input.support.answer == "inside"
}
