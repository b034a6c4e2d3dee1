# METADATA
# title: Special categories leave the EEA only with their condition, a transfer basis and an impact assessment
# description: >-
#   The GDPR does not forbid that special categories of data go to a third country. It asks for three things at once: a condition of article 9(2) (the system's basis names GDPR_ART_9), a basis of chapter V (FLW-007), and an impact assessment that a document shows. Asked of places that the perimeter allows.
# custom:
#   id: FLW-009
#   severity: critical
#   basis: requirement
#   requirements: [GDPR_ART_9, GDPR_ART_35]
#   also: [GDPR_ART_44]
#   kinds: ["*"]
#   remedy: >-
#     Name the condition in the system's basis, record the transfer tool, and the impact assessment under evidence: (fact: dpia, about: the system); or keep the data in the EEA.
package bailiwick.rules.flw_009

import data.bailiwick.lib

abroad := [i |
	input.limits.gdpr == "special"
	some i, p in input.places
	p.answer != "outside"
	p.transfer in {"third", "partly", "adequate"}
]

missing contains "a condition of article 9(2) in the basis of its system" if not "GDPR_ART_9" in input.system.basis

missing contains "an impact assessment that a document shows" if not input.system.dpia

missing contains "a transfer basis that holds" if {
	some i in abroad
	input.places[i].transfer != "adequate"
	not lib.based
}

# claimed are places of which somebody only says that they are where an adequacy
# decision would do.
claimed := [i |
	some i in lib.open(abroad)
	input.places[i].transfer == "adequate"
	not lib.based
]

results contains {
	"status": "fail",
	"places": abroad,
	"message": sprintf("takes special categories of personal data to %s without %s", [lib.list_all(abroad), concat(", and without ", sort(missing))]),
} if {
	count(abroad) > 0
	input.system.named
	count(missing) > 0
}

results contains {
	"status": "undecided",
	"places": abroad,
	"message": "whether it may take special categories of personal data there is not established: it belongs to no system of the perimeter",
} if {
	count(abroad) > 0
	not input.system.named
}

results contains {
	"status": "undecided",
	"places": claimed,
	"message": sprintf("whether an adequacy decision covers %s, to which it takes special categories of personal data, is not established: {why}", [lib.list_all(claimed)]),
} if {
	input.system.named
	count(missing) == 0
	count(claimed) > 0
}

# The condition, the assessment and the tool are what people recorded.
results contains {"status": "pass", "places": abroad, "about": ["transfers"]} if {
	count(abroad) > 0
	input.system.named
	count(missing) == 0
	count(claimed) == 0
}
