# METADATA
# title: The operator resolves to a legal entity
# description: >-
#   Every provider, service and host resolves to a legal entity with a seat. A type that no dialect knows is for LOC-002.
# custom:
#   id: OPR-001
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_28_1, DORA_ART_28_3, DATAACT_ART_28, C3A_SOV_5_03, EUCSF_SOV_2, NIS2_ART_21_2_D]
#   kinds: ["*"]
#   never_fails: true
#   remedy: >-
#     Tell Bailiwick who runs it: a record under --kb with a source, or another service whose operator is known.
package bailiwick.rules.opr_001

import data.bailiwick.lib

results contains {
	"status": "undecided",
	"about": ["operator"],
	"message": "who runs it is not known: {why}",
} if {
	not input.kind in {"unknown", "module"}
	input.operator.entity == ""
}

results contains {"status": "pass", "about": ["operator"]} if {
	input.operator.entity != ""
}
