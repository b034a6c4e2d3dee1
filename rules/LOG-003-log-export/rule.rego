# METADATA
# title: Logs and data are not exported to foreign services
# description: >-
#   Destinations that configuration names for logs, metrics and data: the operator and the place of each are held against the perimeter.
# custom:
#   id: LOG-003
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_4_04, GDPR_ART_28_2]
#   kinds: ["*"]
#   remedy: >-
#     Send logs to a collector inside the perimeter, run by an operator that it allows.
package bailiwick.rules.log_003

import data.bailiwick.lib

exports contains i if {
	some i, t in input.targets
	t.purpose in {"logs", "data"}
}

results contains {
	"status": "fail",
	"target": i,
	"message": sprintf("exports %s to %s: {why}", [input.targets[i].purpose, name(input.targets[i])]),
} if {
	some i in exports
	input.targets[i].operator.answer == "outside"
}

results contains {
	"status": "fail",
	"target": i,
	"places": out,
	"message": sprintf("exports %s to %s, which is in %s, outside %s", [input.targets[i].purpose, name(input.targets[i]), lib.where(input.targets[i].places[out[0]]), input.limits.places]),
} if {
	some i in exports
	out := [p | some p, x in input.targets[i].places; x.answer == "outside"]
	count(out) > 0
}

results contains {
	"status": "undecided",
	"target": i,
	"places": [p | some p, x in input.targets[i].places; x.answer == "unsure"],
	"message": sprintf("exports %s to %s, which is not established: {why}", [input.targets[i].purpose, name(input.targets[i])]),
} if {
	some i in exports
	not decided(input.targets[i])
}

decided(t) if t.operator.answer == "outside"

decided(t) if {
	some p in t.places
	p.answer == "outside"
}

decided(t) if inside(t)

inside(t) if {
	t.operator.answer in {"inside", "tolerated"}
	count(t.places) > 0
	every p in t.places { p.answer == "inside" }
}

results contains {"status": "pass", "target": i} if {
	some i in exports
	inside(input.targets[i])
}

name(t) := t.name if t.name != ""

else := "a destination"
