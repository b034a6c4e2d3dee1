# METADATA
# title: Tools of agents are inside, and known
# description: >-
#   What an agent may call by itself (servers of the Model Context Protocol): where it is and who runs it. A server that is a program on the own machine is judged by whom that program calls.
# custom:
#   id: MDL-014
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_28_2, CADA_ANNEX2_F, C3A_SOV_5_03]
#   also: [GDPR_ART_44]
#   kinds: ["*"]
#   remedy: >-
#     Take the tool out of the agent's configuration, run one inside of the perimeter, or tell Bailiwick with a record under --kb whom the tool calls.
package bailiwick.rules.mdl_014

import data.bailiwick.lib

tool if {
	"planned" in input.flow.states
	"tool" in input.flow.purposes
}

abroad := lib.outside(lib.own)

outside if count(abroad) > 0

outside if input.operator.answer == "outside"

open := lib.open(lib.own)

unsure if count(open) > 0

unsure if count(lib.own) == 0

unsure if not input.operator.answer in {"inside", "outside", "tolerated"}

results contains {
	"status": "fail",
	"places": abroad,
	"about": ["operator"],
	"message": "an agent may call a tool outside of the perimeter: {why}",
	"also": lib.transfer_duties(abroad),
} if {
	tool
	outside
}

results contains {
	"status": "undecided",
	"places": open,
	"about": ["operator"],
	"message": "an agent may call a tool of which is not established where it is or whom it calls: {why}",
} if {
	tool
	not outside
	unsure
}

results contains {"status": "pass", "places": lib.own} if {
	tool
	not outside
	not unsure
}
