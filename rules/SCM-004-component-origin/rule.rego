# METADATA
# title: Nothing critical comes from a denied origin
# description: >-
#   Who makes the packages of a manifest, an image or a bill of materials, and where that is. Asked where the perimeter denies countries or entities, or a bound class limits makers. Critical are those that encrypt, decide who may log in, or carry what is sent; the others are counted, and while nobody knows who makes one of them, or somebody only claims it, the answer stays open. One answer a list.
# custom:
#   id: SCM-004
#   severity: high
#   basis: perimeter
#   requirements: [EUCSF_SOV_5, C3A_SOV_5_01, CADA_ANNEX2_G, CADA_ANNEX2_I, CSA2_COM_2026_11, NIS2_ART_21_3]
#   kinds: ["*", artifact, step]
#   advisory: true
#   owned: true
#   remedy: >-
#     Replace the package, or pin and review a copy of your own and waive this; who makes a package that is not known goes with a source under --kb (packages, maker).
package bailiwick.rules.scm_004

import data.bailiwick.lib

denied contains c if {
	some c in input.components.denied
	c.capability != ""
}

others := count(input.components.denied) - count(denied)

name(c) := sprintf("%s (%s, of %s, %s)", [c.name, c.capability, c.maker, c.country]) if c.country != ""

else := sprintf("%s (%s, of %s)", [c.name, c.capability, c.maker])

# few names at most four.
few(names) := concat(", ", sort(names)) if {
	count(names) <= 4
} else := sprintf("%s and %d more", [concat(", ", array.slice(sort(names), 0, 4)), count(names) - 4])

and_others := sprintf("; %d more components of a denied origin are not critical", [others]) if others > 0

else := ""

results contains {"status": "fail", "message": sprintf("holds critical components whose origin the perimeter denies: %s%s", [few({name(c) | some c in denied}), and_others])} if {
	count(denied) > 0
}

results contains {"status": "undecided", "message": sprintf("the origin of %s is not established: %s", [critical, share])} if {
	count(denied) == 0
	count(input.components.open) > 0
}

# What nobody knows may be critical, and of a denied origin.
results contains {"status": "undecided", "message": sprintf("whether all that is critical in it comes from elsewhere is not established: %s", [share])} if {
	count(denied) == 0
	count(input.components.open) == 0
	unsettled > 0
}

unsettled := input.components.unmade + input.components.claimed

share := sprintf("of %d components nobody knows who makes %d%s, and of %d that is only claimed%s", [input.components.count, input.components.unmade, unknown, input.components.claimed, and_others])

critical := few({sprintf("%s (%s)", [c.name, c.capability]) | some c in input.components.open})

unknown := sprintf(" (%s …)", [concat(", ", input.components.unknown)]) if count(input.components.unknown) > 0

else := ""

results contains {"status": "pass"} if {
	input.components
	count(denied) == 0
	unsettled == 0
}
