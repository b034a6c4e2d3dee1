# METADATA
# title: The sovereign partition is used where there is one
# description: >-
#   A provider may run an instance of its cloud, or a set of controls, for the perimeter, with an entity of its own. Whether that entity is controlled from elsewhere is for OPR-002.
# custom:
#   id: OPR-004
#   severity: medium
#   basis: perimeter
#   requirements: [SNC_19_6, C3A_SOV_1_03, EUCSF_SOV_2]
#   kinds: ["*", guard]
#   remedy: >-
#     Use the partition or endpoint whose operator the perimeter allows, or switch the provider's sovereign controls on.
package bailiwick.rules.opr_004

import data.bailiwick.lib

allowed := sort({p.name | some p in input.partitions; p.answer == "inside"})

results contains {
	"status": "fail",
	"about": ["operator"],
	"message": sprintf("is run by %s, although %s runs an instance of the same cloud inside the perimeter", [input.operator.name, concat(" or ", allowed)]),
} if {
	count(allowed) > 0
	input.bearing != "nothing"
	not input.settings.sovereign # controls decide
}

results contains {"status": "pass", "about": ["operator"]} if {
	input.operator.answer in {"inside", "tolerated"}
}

results contains r if {
	r := lib.wanted("sovereign", true, "leaves the provider's controls for sovereignty off", "whether the provider's controls for sovereignty are on")
}
