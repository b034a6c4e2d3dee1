# METADATA
# title: Who receives personal data is on the list of recipients
# description: >-
#   The list is what the perimeter, or a description beside it, declares under flows: who sends, to which host, and what. Asked of flows of personal data that code, configuration or traffic shows, to a host outside of the own tree. What only fetches packages, images or models sends none.
# custom:
#   id: OPR-006
#   severity: high
#   basis: requirement
#   requirements: [GDPR_ART_28_2, GDPR_ART_30]
#   also: [C3A_SOV_5_03]
#   kinds: ["*"]
#   remedy: >-
#     Declare the flow in the perimeter (flows: from the system, to the host, with its data) once the recipient is approved, or do not send there.
package bailiwick.rules.opr_006

import data.bailiwick.lib

asked if {
	lib.personal
	some s in input.flow.states
	s in {"planned", "observed"}
}

results contains {"status": "fail", "about": ["operator"], "message": "receives personal data and is on no list of recipients: no flow that is declared leads there for this sender and this data"} if {
	asked
	input.flow.known
	input.flow.declared == "no"
}

results contains {"status": "undecided", "about": ["operator"], "message": "whether the recipient is declared is not established: a flow to it is, and this sender belongs to no system of the perimeter"} if {
	asked
	input.flow.known
	input.flow.declared == "unsure"
}

results contains {"status": "undecided", "about": ["operator"], "message": "whether the recipient is declared is not established: {why}"} if {
	asked
	not input.flow.known
}

results contains {"status": "pass", "about": ["operator"]} if {
	asked
	input.flow.declared == "yes"
}
