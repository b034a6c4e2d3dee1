# METADATA
# title: A canary shows that what is denied is refused
# description: >-
#   Asked where the perimeter names NIS2 or C3A: a document, not older than 90 days, shows that a synthetic flow to a denied country, one to a denied operator and one to a bare address were refused. The age is ours, no clause has one, so an old canary leaves the answer open.
# custom:
#   id: EGR-010
#   severity: high
#   basis: requirement
#   requirements: [NIS2_ART_21_2_F, C3A_SOV_4_09]
#   kinds: [system]
#   advisory: true
#   never_fails: true
#   remedy: >-
#     Send the three flows from where the system runs, and state the record of the refusals under evidence: (fact: canary, value: [country, operator, address], dated: the day).
package bailiwick.rules.egr_010

asked if {
	some f in {"NIS2", "C3A"}
	f in input.limits.frameworks
}

canary := input.papers.documents.canary

missing := {"country", "operator", "address"} - {v | some v in canary.value}

results contains {"status": "pass", "about": ["document:canary"]} if {
	asked
	canary.age <= 90
	count(missing) == 0
}

results contains {"status": "undecided", "about": ["document:canary"], "message": sprintf("whether what is denied is refused is not established: the canary is %d days old, and 90 are the most", [canary.age])} if {
	asked
	canary.age > 90
}

results contains {"status": "undecided", "about": ["document:canary"], "message": sprintf("whether what is denied is refused is not established: the canary tried no denied %s", [concat(", ", sort(missing))])} if {
	asked
	canary.age <= 90
	count(missing) > 0
}

results contains {"status": "undecided", "message": "whether what is denied is refused is not established: no document shows a canary"} if {
	asked
	not canary
}
