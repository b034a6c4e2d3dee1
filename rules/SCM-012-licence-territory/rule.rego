# METADATA
# title: Licences of weights give rights where they are used
# description: >-
#   Some licences of weights give no rights in a country, or to whoever is seated there: nobody may then use them, whoever runs them. Where the user is seated no file says; a perimeter that allows only countries without rights leaves no seat that has them. Export control of chips and of libraries is not asked.
# custom:
#   id: SCM-012
#   severity: low
#   basis: perimeter
#   requirements: [C3A_SOV_5_04, EUCSF_SOV_1]
#   kinds: [model-endpoint, ai-service, training, notebook, function, cluster, compute, artifact, exporter]
#   remedy: >-
#     Use weights whose licence gives rights in your countries, or have the maker give you other terms in writing and waive this with them.
package bailiwick.rules.scm_012

import data.bailiwick.lib

terms contains t if some t in input.maker.terms

terms contains t if some t in input.maker.others[_].terms

# Whoever calls a service of somebody else is an end user, whom a clause about the
# seat of a licensee does not bind.
asked contains t if {
	some t in terms
	not t.by_seat
}

asked contains t if {
	some t in terms
	t.by_seat
	not input.flow
}

withheld contains t if {
	some t in asked
	t.answer == "outside"
	not t.claimed
}

open contains t if {
	some t in asked
	t.answer == "unsure"
}

open contains t if {
	some t in asked
	t.answer == "outside"
	t.claimed
}

to_whom(t) := sprintf("to whoever is seated in %s", [concat(", ", t.names)]) if t.by_seat

else := sprintf("in %s", [concat(", ", t.names)])

words(ts) := concat("; ", sort({sprintf("the licence of %s gives no rights %s (%s)", [t.family, to_whom(t), t.clause]) | some t in ts}))

results contains {"status": "fail", "about": ["maker"], "message": sprintf("uses weights for which there are no rights: %s", [words(withheld)])} if {
	count(withheld) > 0
}

results contains {"status": "undecided", "about": ["maker"], "message": sprintf("whether its weights may be used is not established: %s", [words(open)])} if {
	count(withheld) == 0
	count(open) > 0
}

# A pass says that the clauses, or the whole licence, were read.
results contains {"status": "pass", "about": ["maker"]} if {
	count(withheld) + count(open) == 0
	settled
}

settled if count(asked) > 0

settled if {
	input.maker.licence != ""
	every a in input.maker.lineage { a.licence != "" }
	every o in input.maker.others { o.licence != "" }
}
