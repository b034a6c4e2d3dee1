# METADATA
# title: Nothing phones home that was not asked to
# description: >-
#   What packages, images and tools do by themselves: they report their use or their errors, ask for newer versions, or fetch what nobody named. Switched off, it is no flow, and nothing is asked. Where it goes on, whoever it goes to is inside by place and operator.
# custom:
#   id: SCM-007
#   severity: high
#   basis: perimeter
#   requirements: [CADA_ANNEX2_C, CADA_ANNEX2_J, GDPR_ART_25_2]
#   also: [GDPR_ART_44]
#   kinds: ["*", upstream]
#   remedy: >-
#     Switch it off where the software runs; bailiwick where PACKAGE names the switches.
package bailiwick.rules.scm_007

import data.bailiwick.lib

asked if {
	some s in input.flow.states
	s == "planned"
	some p in input.flow.purposes
	p in {"telemetry", "update"}
}

does := "reports to" if "telemetry" in input.flow.purposes

else := "asks by itself for versions or files at"

results contains {
	"status": "fail",
	"about": ["operator"],
	"message": sprintf("a component %s somebody whom the perimeter does not allow: {why}", [does]),
} if {
	asked
	input.operator.answer == "outside"
}

results contains r if {
	asked
	not input.operator.answer == "outside"
	r := lib.judge(lib.own, sprintf("a component %s what", [does]))
	r.status == "fail"
}

results contains {
	"status": "undecided",
	"about": ["operator"],
	"message": sprintf("whether a component %s somebody outside is not established: {why}", [does]),
} if {
	asked
	count(lib.outside(lib.own)) == 0
	unsure
}

unsure if input.operator.answer == "unsure"

unsure if {
	input.operator.answer in {"inside", "tolerated"}
	count(lib.open(lib.own)) > 0
}

results contains {"status": "pass", "about": ["operator"]} if {
	asked
	input.operator.answer in {"inside", "tolerated"}
	count(lib.outside(lib.own)) == 0
	count(lib.open(lib.own)) == 0
}
