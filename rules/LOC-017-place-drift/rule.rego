# METADATA
# title: What answered is where the name says
# description: >-
#   A service was called by a name that tells a place, and an address answered whose published range tells another: one of the two is wrong, or the operator has moved it. Both proofs stand in the finding. Asked of traffic that shows name and address; an anycast address, or one of no published range, tells nothing.
# custom:
#   id: LOC-017
#   severity: high
#   basis: perimeter
#   requirements: [GDPR_ART_5_2, C3A_SOV_3_01]
#   kinds: ["*"]
#   advisory: true
#   remedy: >-
#     Find out where the service runs now; if it moved, the perimeter, the contract and the transfer tools have to follow.
package bailiwick.rules.loc_017

import data.bailiwick.lib

answered := lib.at({"address"})

said := [i | some i in lib.own; input.places[i].role == "processing"]

seen_in := {c | some i in answered; some c in input.places[i].countries}

said_in := {c | some i in said; some c in input.places[i].countries}

known(places) if {
	count(places) > 0
	every i in places { input.places[i].known }
}

everywhere if "*" in said_in

results contains {
	"status": "fail",
	"places": array.concat(answered, said),
	"message": sprintf("was answered from %s, and its name says %s", [concat(", ", sort(seen_in)), concat(", ", sort(said_in))]),
} if {
	known(answered)
	known(said)
	not everywhere
	count(seen_in & said_in) == 0
}

results contains {
	"status": "undecided",
	"places": answered,
	"message": "whether it was answered from where its name says is not established: {why}",
} if {
	count(answered) > 0
	not known(answered)
	known(said)
	not everywhere
}

results contains {"status": "pass", "places": array.concat(answered, said)} if {
	known(answered)
	known(said)
	not everywhere
	count(seen_in & said_in) > 0
}
