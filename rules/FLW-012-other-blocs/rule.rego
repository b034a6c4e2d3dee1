# METADATA
# title: Data leaves the country that it is from as that country allows
# description: >-
#   Asked of classes that say where they were collected (collected_in), each by the rules of that country. US: bulk sensitive data reaches no country of concern and nobody seated there or controlled from there. China: important data, and that of critical operators, stays. Russia: stores of personal data are there; whether copies may follow is disputed. India, from 2027-05-13: what the government specified stays. Saudi Arabia: personal data leaves for a listed purpose, with safeguards. A document (fact outbound) that meets the rules of a country for the class makes it pass.
# custom:
#   id: FLW-012
#   severity: medium
#   basis: requirement
#   requirements: []
#   also: [US_DSP_28CFR202, CN_DSL_31, CN_CSL_37, RU_152FZ_18_5, IN_DPDP_RULES_2025, KSA_PDPL_29]
#   kinds: ["*"]
#   remedy: >-
#     Keep it where it is from; or say under data: (handling:) that it is none of what the rules turn on; or state the assessment, filing or purpose under evidence: (fact: outbound, about: the class).
package bailiwick.rules.flw_012

import data.bailiwick.lib

# regimes are the rules of each country: what they turn on (of none they hold for
# all personal data), and what a place or a person abroad breaks.
regimes := {
	"US": {"name": "the United States", "cites": ["US_DSP_28CFR202"], "mark": "bulk", "words": "bulk sensitive data", "personal": true},
	"CN": {"name": "China", "cites": ["CN_DSL_31", "CN_CSL_37"], "mark": "important", "words": "important data, or that of a critical operator", "personal": false},
	"IN": {"name": "India", "cites": ["IN_DPDP_RULES_2025"], "mark": "localised", "words": "data that the government specified", "personal": true},
	"RU": {"name": "Russia", "cites": ["RU_152FZ_18_5"], "mark": "", "words": "", "personal": true},
	"SA": {"name": "Saudi Arabia", "cites": ["KSA_PDPL_29"], "mark": "", "words": "", "personal": true},
}

# The countries of concern of 28 CFR 202.601.
concern := {"CN", "HK", "MO", "RU", "IR", "KP", "CU", "VE"}

stores := {"object-store", "block-store", "file-store", "database", "warehouse", "cache", "search-index", "queue", "stream", "log-store", "backup"}

# asked are the countries whose rules reach this data here.
asked[c] := o if {
	some o in input.papers.outbound
	c := o.country
	regimes[c]
	personal(c, o)
	in_scope(c)
}

personal(c, _) if not regimes[c].personal

personal(_, o) if o.personal

# Russia asks of databases.
in_scope(c) if c != "RU"

in_scope("RU") if input.kind in stores

# free holds where the rules do not bind: a document meets them, or the
# perimeter says that the data is none of what they turn on.
free(_, o) if o.cleared

free(c, o) if {
	regimes[c].mark != ""
	o.said
	not regimes[c].mark in o.handling
}

# bound holds where it is said that they do.
bound(c, _) if regimes[c].mark == ""

bound(c, o) if regimes[c].mark in o.handling

# gone are the places that the rules of a country refuse.
gone(c) := [i | some i, p in input.places; p.known; some k in p.countries; refused(c, k)]

refused("US", k) if k in concern

refused(c, k) if {
	c != "US"
	k != c
}

# hands are the countries of concern from which the operator is run or controlled.
hands := {k | some k in held; k in concern}

held contains input.operator.seat

held contains x.country if some x in input.operator.control

reached(c) if count(gone(c)) > 0

reached("US") if count(hands) > 0

# copies holds where nothing but copies is abroad: whether they may follow what
# stays is disputed.
copies("RU") if input.kind == "backup"

copies("RU") if every i in gone("RU") { input.places[i].purpose != "" }

# unseen are the places that nobody knows, or that are only claimed.
unseen := [i | some i, p in input.places; p.answer == "unsure"]

# unseen_hands holds where nobody knows who runs it, or who controls that.
unseen_hands("US") if not input.operator.entity

unseen_hands("US") if input.operator.entity == ""

unseen_hands("US") if input.operator.answer == "unsure"

# Anywhere is a country like others to the rules that keep data, and none of
# concern for certain.
wherever("US") if {
	some p in input.places
	"*" in p.countries
}

blind(_) if count(unseen) > 0

blind(_) if count(input.places) == 0

blind(c) if unseen_hands(c)

blind(c) if wherever(c)

to(c) := lib.list_all(gone(c)) if count(gone(c)) > 0

else := sprintf("an operator of %s", [concat(", ", sort(hands))])

results contains {"status": "pass", "also": regimes[c].cites, "about": ["papers"]} if {
	some c, o in asked
	free(c, o)
}

results contains {"status": "pass", "also": regimes[c].cites} if {
	some c, o in asked
	not free(c, o)
	not reached(c)
	not blind(c)
}

results contains {"status": "fail", "places": gone(c), "about": ["operator"], "also": regimes[c].cites, "message": sprintf("takes data from %s to %s: %s", [regimes[c].name, to(c), broken(c)])} if {
	some c, o in asked
	not free(c, o)
	bound(c, o)
	reached(c)
	not copies(c)
}

broken("SA") := "no document shows a purpose that the law lists, and safeguards"

broken("RU") := "a database abroad records it"

broken("US") := "it is bulk sensitive data, and that is a country of concern"

broken(c) := sprintf("it is %s, and no document shows that it may leave", [regimes[c].words]) if c in {"CN", "IN"}

results contains {"status": "undecided", "places": gone(c), "also": regimes[c].cites, "message": sprintf("takes data from %s to %s, and whether it is %s the perimeter does not say (handling)", [regimes[c].name, to(c), regimes[c].words])} if {
	some c, o in asked
	not free(c, o)
	not bound(c, o)
	reached(c)
}

results contains {"status": "undecided", "places": gone(c), "also": regimes[c].cites, "message": sprintf("copies data from %s to %s, and whether that may be is disputed", [regimes[c].name, to(c)])} if {
	some c, o in asked
	not free(c, o)
	reached(c)
	copies(c)
}

results contains {"status": "undecided", "places": unseen, "about": ["operator"], "also": regimes[c].cites, "message": sprintf("whether data from %s stays where it may be is not established: {why}", [regimes[c].name])} if {
	some c, o in asked
	not free(c, o)
	not reached(c)
	blind(c)
}
