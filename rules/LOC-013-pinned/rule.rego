# METADATA
# title: Pods and volumes with classified data are pinned to places inside
# description: >-
#   A cluster may get nodes in another region at any time. What holds data of a class says itself in which regions
#   it may run or lie, or all nodes that were read are inside.
# custom:
#   id: LOC-013
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_25_1, C3A_SOV_3_01, EUCSF_SOV_3]
#   also: [GDPR_ART_44]
#   kinds: [compute, function, training, notebook, model-endpoint, block-store]
#   owned: true
#   remedy: >-
#     Require topology.kubernetes.io/region by nodeSelector or nodeAffinity, and allowedTopologies in the storage
#     class; an admission policy keeps it so.
package bailiwick.rules.loc_013

import data.bailiwick.lib

asked if {
	input.bound
	input.settings.pinned_place
}

results contains r if {
	asked
	input.settings.pinned_place.value == true
	r := lib.judge(lib.own, "asks for")
}

# Whether it asks for one is not known, and not all nodes are inside.
results contains {
	"status": "undecided",
	"about": ["setting:pinned_place"],
	"message": "in which regions it may run or lie is not established: {why}",
} if {
	asked
	input.settings.pinned_place.known == false
	not inside
}

# Not pinned, and yet inside: all nodes are.
results contains {"status": "pass", "places": lib.own} if {
	asked
	not input.settings.pinned_place.value == true
	inside
}

results contains {
	"status": "fail",
	"about": ["setting:pinned_place"],
	"message": "names no region in which it may run or lie, and not all nodes are known to be inside",
} if {
	asked
	input.settings.pinned_place.value == false
	not inside
}

inside if {
	count(lib.own) > 0
	every i in lib.own { input.places[i].answer == "inside" }
}
