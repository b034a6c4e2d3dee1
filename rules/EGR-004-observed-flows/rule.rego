# METADATA
# title: Observed flows match the jurisdiction policy
# description: >-
#   What traffic shows: every destination that something was sent to is inside, and run by somebody who is. What was refused on the way is how it should be; a name that was only looked up, a destination that nobody knows and an address that says something else than the name are undecided.
# custom:
#   id: EGR-004
#   severity: critical
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, C3A_SOV_4_07, SNC_15_1]
#   also: [GDPR_ART_44]
#   kinds: ["*"]
#   traffic: true
#   remedy: >-
#     Close the way out (a network policy, the mesh's outbound policy, the gateway), or move what is called into the perimeter; a transfer that is meant is declared in the perimeter.
package bailiwick.rules.egr_004

import data.bailiwick.lib

observed if "observed" in input.flow.states

# tried says that all that was seen was refused.
tried if {
	not input.flow.passed
	input.flow.blocked
}

abroad := lib.outside(lib.own)

foreign if input.operator.answer == "outside"

outside if count(abroad) > 0

outside if foreign

open := lib.open(lib.own)

unsure if count(open) > 0

unsure if count(lib.own) == 0

unsure if not input.operator.answer in {"inside", "outside", "tolerated"}

# elsewhere are the addresses that answered and that are not where the name says.
elsewhere := lib.outside(lib.at({"address"}))

went := "was sent to" if input.flow.passed

else := "was looked up and may be sent to"

results contains {
	"status": "fail",
	"places": abroad,
	"about": ["operator"],
	"message": sprintf("traffic %s %s, outside %s%s", [went, lib.list(abroad), input.limits.places, lib.transfer_words(abroad)]),
	"also": lib.transfer_duties(abroad),
} if {
	observed
	input.flow.passed
	count(abroad) > 0
}

results contains {
	"status": "fail",
	"about": ["operator"],
	"message": "traffic was sent to somebody whom the perimeter does not allow: {why}",
} if {
	observed
	input.flow.passed
	count(abroad) == 0
	foreign
}

results contains {
	"status": "undecided",
	"places": abroad,
	"about": ["operator"],
	"message": "the name was looked up, and the destination is outside; whether anything was sent is not seen",
	"remedy": "Add what shows connections: an access log, a flow log, metrics of the mesh.",
} if {
	observed
	outside
	not input.flow.passed
	not input.flow.blocked
}

results contains {
	"status": "undecided",
	"places": open,
	"about": ["operator"],
	"message": "traffic goes to a destination that is not established: {why}",
	"remedy": "Tell Bailiwick about the destination with a record under --kb, or close the way to it.",
} if {
	observed
	not tried
	not outside
	unsure
}

results contains {
	"status": "undecided",
	"places": elsewhere,
	"message": sprintf("the name that was called is inside, and the other end answered from %s, outside %s", [lib.list(elsewhere), input.limits.places]),
	"remedy": "Find out which of the two is true: a name in a request is the caller's word.",
} if {
	observed
	not tried
	not outside
	not unsure
	count(elsewhere) > 0
}

results contains {"status": "pass", "places": lib.own} if {
	observed
	tried
}

results contains {"status": "pass", "places": lib.own} if {
	observed
	not tried
	not outside
	not unsure
	count(elsewhere) == 0
}
