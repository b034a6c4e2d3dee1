# METADATA
# title: Names are resolved inside
# description: >-
#   Who resolves names learns whom every workload talks to. Resolvers that are asked, by configuration or as traffic shows, are inside and run by somebody who is.
# custom:
#   id: EGR-005
#   severity: medium
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, GDPR_ART_5_1_F]
#   also: [GDPR_ART_44]
#   kinds: ["*"]
#   traffic: true
#   remedy: >-
#     Ask a resolver of your own, or one of an operator inside the perimeter; close ports 53 and 853 to everybody else.
package bailiwick.rules.egr_005

import data.bailiwick.lib

asked if "dns" in input.flow.purposes

tried if {
	not input.flow.passed
	input.flow.blocked
}

results contains {"status": "pass"} if {
	asked
	tried
}

results contains {
	"status": "fail",
	"about": ["operator"],
	"message": "resolves names at somebody whom the perimeter does not allow: {why}",
} if {
	asked
	not tried
	input.operator.answer == "outside"
}

results contains r if {
	asked
	not tried
	not input.operator.answer == "outside"
	r := lib.judge(lib.own, "resolves names in")
	r.status == "fail"
}

results contains {
	"status": "undecided",
	"about": ["operator"],
	"places": lib.open(lib.own),
	"message": "resolves names at somebody who is not established: {why}",
} if {
	asked
	not tried
	not input.operator.answer == "outside"
	count(lib.outside(lib.own)) == 0
	unsure
}

unsure if count(lib.open(lib.own)) > 0

unsure if not input.operator.answer in {"inside", "outside", "tolerated"}

results contains {"status": "pass", "places": lib.own} if {
	asked
	not tried
	not input.operator.answer == "outside"
	count(lib.outside(lib.own)) == 0
	not unsure
}

# The resolvers that a cluster or a pod is told to ask.
results contains lib.destination(i, "asks for names at") if {
	some i, t in input.targets
	t.purpose == "dns"
}
