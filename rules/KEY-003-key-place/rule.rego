# METADATA
# title: Keys are inside
# description: >-
#   The place of a key, of its ring or vault, the region in the id of a key that the configuration names, and an external key manager that is known. A multi-region key can be copied to any region.
# custom:
#   id: KEY-003
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_02, EUCSF_SOV_3]
#   also: [GDPR_ART_44]
#   kinds: ["*"]
#   owned: true
#   remedy: >-
#     Create the key in a region inside the perimeter, single-region, and point the resource at it.
package bailiwick.rules.key_003

import data.bailiwick.lib

results contains r if {
	input.kind == "key"
	r := lib.judge(lib.own, "is kept in")
}

results contains r if {
	r := lib.judge(lib.at({"key"}), "uses a key in")
}

# An external key manager is asked at every use of the key. Who runs one that nobody
# knows is for KEY-002.
results contains r if {
	some i, t in input.targets
	t.purpose == "key"
	r := lib.fetched(i, "is held by a key manager at")
	r.status == "fail"
}

results contains {
	"status": "fail",
	"about": ["setting:multi_region"],
	"message": "is a multi-region key: it can be copied to any region of the provider",
} if {
	input.kind == "key"
	input.settings.multi_region.value == true
}

results contains {
	"status": "undecided",
	"about": ["setting:multi_region"],
	"message": "whether it is a multi-region key is not established: {why}",
} if {
	input.kind == "key"
	input.settings.multi_region.known == false
}
