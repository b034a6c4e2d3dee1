# METADATA
# title: Images, packages and models come from registries inside
# description: >-
#   Registries that configuration names as a place to fetch from: approved by name where the perimeter lists
#   registries, and inside by place and operator.
# custom:
#   id: MDL-004
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_01, C3A_SOV_5_03]
#   kinds: ["*"]
#   remedy: >-
#     Mirror it into a registry inside the perimeter and fetch from there.
package bailiwick.rules.mdl_004

import data.bailiwick.lib

registries contains i if {
	some i, t in input.targets
	t.purpose == "registry"
}

results contains {
	"status": "fail",
	"target": i,
	"message": sprintf("fetches from %s, which is not an approved registry", [name(input.targets[i])]),
} if {
	some i in registries
	input.targets[i].listed == "outside"
}

results contains {
	"status": "fail",
	"target": i,
	"message": sprintf("fetches from %s: {why}", [name(input.targets[i])]),
} if {
	some i in registries
	not input.targets[i].listed == "outside"
	input.targets[i].operator.answer == "outside"
}

results contains {
	"status": "fail",
	"target": i,
	"places": out,
	"message": sprintf("fetches from %s, which is in %s, outside %s", [name(input.targets[i]), lib.where(input.targets[i].places[out[0]]), input.limits.places]),
} if {
	some i in registries
	not input.targets[i].listed == "outside"
	out := [p | some p, x in input.targets[i].places; x.answer == "outside"]
	count(out) > 0
}

results contains {
	"status": "undecided",
	"target": i,
	"places": [p | some p, x in input.targets[i].places; x.answer == "unsure"],
	"message": sprintf("fetches from %s, which is not established: {why}", [name(input.targets[i])]),
} if {
	some i in registries
	not decided(input.targets[i])
}

decided(t) if t.listed == "outside"

decided(t) if t.operator.answer == "outside"

decided(t) if {
	some p in t.places
	p.answer == "outside"
}

decided(t) if inside(t)

inside(t) if {
	t.listed != "outside"
	t.operator.answer in {"inside", "tolerated"}
	count(t.places) > 0
	every p in t.places { p.answer == "inside" }
}

# A registry that the perimeter lists by name is the team's own word for it.
inside(t) if t.listed == "inside"

results contains {"status": "pass", "target": i} if {
	some i in registries
	inside(input.targets[i])
}

name(t) := t.name if t.name != ""

else := "a registry"
