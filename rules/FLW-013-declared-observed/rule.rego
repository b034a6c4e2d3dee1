# METADATA
# title: What is observed is declared
# description: >-
#   Every flow that traffic shows stands in the perimeter or follows from code and configuration. The other way round, a flow that is declared and was not seen is no finding.
# custom:
#   id: FLW-013
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_07, C3A_SOV_4_08, CADA_ANNEX3, GDPR_ART_5_2]
#   kinds: ["*"]
#   traffic: true
#   remedy: >-
#     Find out what opened it. If it is meant, declare it under spec.flows with its data classes; if not, close the way.
package bailiwick.rules.flw_013

observed if "observed" in input.flow.states

expected if input.flow.declared == "yes"

expected if input.flow.planned == "yes"

perhaps if input.flow.declared == "unsure"

perhaps if input.flow.planned == "unsure"

results contains {
	"status": "fail",
	"message": "was observed, and neither the perimeter declares it nor would code or configuration make it",
} if {
	observed
	input.flow.passed
	not expected
	not perhaps
}

results contains {
	"status": "undecided",
	"message": "was observed; the destination is declared or planned, and whether it is for this sender is not known",
	"remedy": "Bind the sender to a system: a binding in the perimeter that matches its address, or labels.",
} if {
	observed
	input.flow.passed
	not expected
	perhaps
}

results contains {
	"status": "undecided",
	"message": "its name was looked up, and neither the perimeter declares it nor would code or configuration make it; whether anything was sent is not seen",
} if {
	observed
	not input.flow.passed
	not input.flow.blocked
	not expected
	not perhaps
}

results contains {
	"status": "undecided",
	"message": "its name was looked up; it is declared or planned, whether for this sender is not known, and whether anything was sent is not seen",
	"remedy": "Bind the sender to a system: a binding in the perimeter that matches its address, or labels.",
} if {
	observed
	not input.flow.passed
	not input.flow.blocked
	not expected
	perhaps
}

results contains {"status": "pass"} if {
	observed
	expected
}

results contains {"status": "pass"} if {
	observed
	not expected
	not input.flow.passed
	input.flow.blocked
}
