# METADATA
# title: Images, packages and models come from registries inside
# description: >-
#   Registries that configuration names as a place to fetch from, or that a guard lets images come from: approved by name where the perimeter lists
#   registries, and inside by place and operator.
# custom:
#   id: MDL-004
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_01, C3A_SOV_5_03]
#   kinds: ["*", upstream, artifact, step, guard]
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
	"message": sprintf("fetches from %s, which is not an approved registry", [lib.destination_name(i)]),
} if {
	some i in registries
	input.targets[i].listed == "outside"
}

# A registry that the perimeter lists by name is the team's own word for it.
results contains {"status": "pass", "target": i} if {
	some i in registries
	input.targets[i].listed == "inside"
}

results contains lib.destination(i, "fetches from") if {
	some i in registries
	input.targets[i].listed == "not-asked"
}
