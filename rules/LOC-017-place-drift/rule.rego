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

said_in := {c | some i in said; some c in input.places[i].countries}

countries(i) := {c | some c in input.places[i].countries}

known(places) if {
	count(places) > 0
	every i in places { input.places[i].known }
}

everywhere if "*" in said_in

told if {
	known(said)
	not everywhere
}

# elsewhere are the addresses that can be in no place that the name says; one is enough.
elsewhere := [i | some i in answered; input.places[i].known; count(countries(i) & said_in) == 0]

# there are those that can be nowhere else.
there := [i | some i in answered; input.places[i].known; count(countries(i) - said_in) == 0]

results contains {
	"status": "fail",
	"places": array.concat(elsewhere, said),
	"message": sprintf("was answered from %s, and its name says %s", [concat(", ", sort({c | some i in elsewhere; some c in countries(i)})), concat(", ", sort(said_in))]),
} if {
	told
	count(elsewhere) > 0
}

results contains {
	"status": "undecided",
	"places": [i | some i in answered; not i in there],
	"message": "whether it was answered from where its name says is not established: {why}",
} if {
	told
	count(elsewhere) == 0
	count(there) < count(answered)
}

results contains {"status": "pass", "places": array.concat(answered, said)} if {
	told
	count(answered) > 0
	count(there) == count(answered)
}
