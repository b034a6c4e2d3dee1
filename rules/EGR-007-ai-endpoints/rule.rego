# METADATA
# title: AI endpoints outside the perimeter are not reached
# description: >-
#   Traffic to services that run models: a call to one outside is refused on the way, and one that got through is a finding whatever was declared.
# custom:
#   id: EGR-007
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_32, CADA_ANNEX2_F]
#   also: [GDPR_ART_44]
#   kinds: [model-endpoint, ai-service]
#   traffic: true
#   remedy: >-
#     Let calls to models go through a gateway that knows which endpoints are allowed, and close every other way to them.
package bailiwick.rules.egr_007

import data.bailiwick.lib

observed if "observed" in input.flow.states

abroad := lib.outside(lib.own)

outside if count(abroad) > 0

outside if input.operator.answer == "outside"

outside if input.maker.answer == "outside"

settled if {
	count(lib.own) > 0
	count(lib.open(lib.own)) == 0
	input.operator.answer in {"inside", "tolerated"}
}

results contains {
	"status": "fail",
	"places": abroad,
	"about": ["operator", "maker"],
	"message": "an AI endpoint outside the perimeter was reached: nothing stopped it on the way",
	"also": lib.transfer_duties(abroad),
} if {
	observed
	input.flow.passed
	outside
}

results contains {
	"status": "undecided",
	"places": lib.own,
	"about": ["operator"],
	"message": "the name of an AI endpoint outside the perimeter was looked up; whether it was reached is not seen",
} if {
	observed
	not input.flow.passed
	not input.flow.blocked
	outside
}

results contains {
	"status": "undecided",
	"places": lib.open(lib.own),
	"about": ["operator"],
	"message": "an AI endpoint was reached of which is not established where it is or who runs it: {why}",
} if {
	observed
	input.flow.passed
	not outside
	not settled
}

results contains {"status": "pass", "places": lib.own} if {
	observed
	not input.flow.passed
	input.flow.blocked
}

results contains {"status": "pass", "places": lib.own} if {
	observed
	input.flow.passed
	not outside
	settled
}
