# METADATA
# title: The way out was tested
# description: >-
#   Asked of critical systems (DORA), and of all where the perimeter names the Data Act or C5: a document shows that data came back, or that the system was set up elsewhere, within the last year. Where DORA is named, a critical system without a documented test is a breach: article 28(8) asks for exit plans that are documented and tested.
# custom:
#   id: EXI-003
#   severity: medium
#   basis: requirement
#   requirements: [DORA_ART_28_8, DORA_ART_30_3_F, DORA_ART_30_2_D, DATAACT_ART_23, C5_PI]
#   kinds: [system]
#   remedy: >-
#     Restore or redeploy the system at a second provider and state the record under evidence: (fact: exit-test, about: the system, dated: the day).
package bailiwick.rules.exi_003

asked if input.critical

asked if {
	some f in {"DATAACT", "C5"}
	f in input.limits.frameworks
}

documented if {
	input.critical
	"DORA" in input.limits.frameworks
}

test := input.papers.documents["exit-test"]

results contains {"status": "pass", "about": ["document:exit-test"]} if {
	asked
	test.age <= 365
}

results contains {"status": "fail", "about": ["document:exit-test"], "message": sprintf("was last brought back or set up elsewhere %d days ago, and a year is the most", [test.age])} if {
	asked
	test.age > 365
}

results contains {"status": "fail", "message": "supports a critical function, and no document shows that its exit was tested"} if {
	asked
	not test
	documented
}

results contains {"status": "undecided", "message": "whether its data comes back is not established: no document shows a test of the exit"} if {
	asked
	not test
	not documented
}
