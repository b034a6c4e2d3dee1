# METADATA
# title: Ownership meets the regime that is chosen, by a fresh record
# description: >-
#   Asked once of each operator. Where the perimeter names SNC: seat in the EU, holders outside of it have at most 24 percent each and 39 together, and no veto (SecNumCloud 19.6). Where it names C3A or GAIAX: seat and everyone who controls it are in the EU, whatever the shares. What a pass rests on is not older than 90 days, which is our measure; of shares that nobody knows the worst is taken.
# custom:
#   id: OPR-003
#   severity: medium
#   basis: requirement
#   requirements: [SNC_19_6, C3A_SOV_1_03, C3A_SOV_1_04, GAIAX_P5_1]
#   kinds: [party]
#   remedy: >-
#     Ask the operator for its holders outside of the EU and state the answer under evidence: (fact: ownership, value: ["largest N%", "together N%", no veto], dated: the day), or choose another operator.
package bailiwick.rules.opr_003

shares_asked if "SNC" in input.limits.frameworks

control_asked if {
	some f in {"C3A", "GAIAX"}
	f in input.limits.frameworks
}

o := input.papers.ownership

# abroad is what both regimes refuse.
abroad := "is seated outside of the EU" if o.seat == "outside"

else := "is controlled from outside of the EU" if o.control == "outside"

# unclear is what neither can pass.
unclear := "where it is seated is not established" if o.seat == "unsure"

else := "who controls it is not established" if o.control == "unsure"

excess := abroad if abroad

else := sprintf("has a holder outside of the EU with %v percent, and 24 are the most", [o.largest]) if {
	o.firm
	o.largest > 24
} else := sprintf("belongs to holders outside of the EU with %v percent, and 39 are the most", [o.together]) if {
	o.firm
	o.together > 39
} else := "has a holder outside of the EU with a veto" if o.veto == "outside"

open := unclear if unclear

else := "no register or document says who holds its shares" if not o.shares

else := "its shares are only claimed" if not o.firm

else := sprintf("nobody says who holds %v percent of its shares", [round(o.rest * 100) / 100]) if o.rest > 24

else := sprintf("holders outside of the EU may have more than 39 percent, as nobody says who holds %v", [round(o.rest * 100) / 100]) if o.together + o.rest > 39

else := "no register or document says whether somebody outside of the EU has a veto" if o.veto == "unsure"

else := stale(o.age)

stale(age) := sprintf("its record is %d days old, and 90 are the most", [age]) if age > 90

else := "its record has no day" if age < 0

results contains {"status": "fail", "about": ["operator", "papers"], "message": sprintf("%s (SecNumCloud 19.6)", [excess])} if shares_asked

results contains {"status": "undecided", "about": ["operator", "papers"], "message": sprintf("whether its owners meet SecNumCloud 19.6 is not established: %s", [open])} if {
	shares_asked
	not excess
}

results contains {"status": "pass", "about": ["operator", "papers"]} if {
	shares_asked
	not excess
	not open
}

results contains {"status": "fail", "about": ["operator"], "message": sprintf("%s, and effective control is asked to be in it", [abroad])} if control_asked

vague := unclear if unclear

else := stale(o.control_age)

results contains {"status": "undecided", "about": ["operator"], "message": sprintf("whether it is under effective control of the EU is not established: %s", [vague])} if {
	control_asked
	not abroad
}

results contains {"status": "pass", "about": ["operator"]} if {
	control_asked
	not abroad
	not vague
}
