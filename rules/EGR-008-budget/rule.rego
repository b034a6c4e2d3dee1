# METADATA
# title: What leaves stays within the budget
# description: >-
#   Asked of each budget of the perimeter where traffic was read. No law sets a number of bytes: a budget is the team's own, and shows an export that nobody planned.
# custom:
#   id: EGR-008
#   severity: medium
#   basis: perimeter
#   requirements: [GDPR_ART_5_1_C, GDPR_ART_32]
#   kinds: [budget]
#   traffic: true
#   remedy: >-
#     Find out what sent so much (bailiwick check --all lists the flows with their bytes), stop it, or decide on another budget.
package bailiwick.rules.egr_008

v := input.papers.volume

# windows is into how many times of the budget the records are cut.
windows := max([1, ceil(v.days / v.per)]) if v.days >= 0

over if v.sent > v.limit * windows

# within holds where all that may have been sent is less than one time allows.
within if {
	v.sent + v.perhaps <= v.limit
	v.unmeasured == 0
	not v.incomplete
}

span := sprintf("from %s to %s", [v.from, v.to]) if v.days >= 0

else := "in all"

results contains {"status": "pass", "about": ["papers"]} if within

results contains {"status": "fail", "about": ["papers"], "message": sprintf("is exceeded: %d bytes were sent %s, and %s are allowed", [v.sent, span, v.words])} if over

results contains {"status": "undecided", "about": ["papers"], "message": sprintf("whether %s were kept is not established: %s", [v.words, why])} if {
	not within
	not over
}

why := sprintf("%d bytes were sent %s, and how many in which time is not seen", [v.sent, span]) if v.sent > v.limit

else := sprintf("of %d flows no bytes are known", [v.unmeasured]) if v.unmeasured > 0

else := "records of the traffic are missing" if v.incomplete

else := sprintf("%d bytes were sent, and of %d more nobody knows where to, or by whom", [v.sent, v.perhaps])
