# METADATA
# title: Personal data reaches a third country on a basis that holds today
# description: >-
#   Asked of places outside of the EEA that the perimeter allows; what it does not allow, other rules say. An adequacy decision covers everyone in the country, or, as in the US, those on a list: for these the perimeter records the tool adequacy, and says so of the recipient by name. Else a tool of article 46 or 49 is recorded for the recipient, for every class that goes there, and has not ended.
# custom:
#   id: FLW-007
#   severity: critical
#   basis: requirement
#   requirements: [GDPR_ART_44, GDPR_ART_46]
#   also: [GDPR_ART_45, GDPR_ART_47, GDPR_ART_49]
#   kinds: ["*"]
#   remedy: >-
#     Record the tool under transfers: in the perimeter (to: the operator or the host), with the day on which it ends, or keep the data in the EEA.
package bailiwick.rules.flw_007

import data.bailiwick.lib

adequate := [i | some i, p in input.places; allowed(p); p.transfer == "adequate"]

allowed(p) if {
	lib.personal
	p.answer != "outside"
}

# ground is the article that a tool stands on. That binding corporate rules were
# approved (article 47) a record of the tool does not show.
ground := {
	"adequacy": "GDPR_ART_45",
	"scc": "GDPR_ART_46",
	"bcr": "GDPR_ART_46",
	"code": "GDPR_ART_46",
	"certification": "GDPR_ART_46",
	"derogation": "GDPR_ART_49",
}

grounds contains ground[t.tool] if {
	some t in lib.tools
	t.valid
	t.covers
}

results contains {"status": "pass", "places": lib.third, "about": ["transfers"], "rests_on": grounds | {"GDPR_ART_44"}} if {
	count(lib.third) > 0
	lib.based
}

results contains {"status": "pass", "places": adequate, "rests_on": ["GDPR_ART_44", "GDPR_ART_45"]} if {
	count(lib.third) == 0
	count(adequate) > 0
	count(lib.open(adequate)) == 0
}

# A decision for where it is only said to be covers nobody.
results contains {
	"status": "undecided",
	"places": lib.open(adequate),
	"also": ["GDPR_ART_45"],
	"message": sprintf("whether an adequacy decision covers %s is not established: {why}", [lib.list_all(lib.open(adequate))]),
} if {
	count(lib.third) == 0
	count(lib.open(adequate)) > 0
}

results contains {
	"status": "fail",
	"places": lib.third,
	"message": sprintf("takes personal data to %s: %s", [lib.list_all(lib.third), why]),
} if {
	count(lib.third) > 0
	not lib.based
	firm
}

results contains {
	"status": "undecided",
	"places": lib.third,
	"message": sprintf("whether it takes personal data to %s without a basis is not established: {why}", [lib.list_all(lib.third)]),
} if {
	count(lib.third) > 0
	not lib.based
	not firm
}

# firm holds where some place is more than a claim.
firm if {
	some i in lib.third
	input.places[i].answer == "inside"
}

why := "the tool that is recorded has ended" if {
	some t in lib.tools
	not t.valid
} else := "the tool that is recorded is not for every class that goes there" if {
	some t in lib.tools
	not t.covers
} else := "no transfer tool is recorded for who receives it"
