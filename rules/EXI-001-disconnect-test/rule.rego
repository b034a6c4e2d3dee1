# METADATA
# title: Each system was run with the outside cut off
# description: >-
#   Asked where the perimeter names C3A or EUCSF: a document shows a test, not older than a year, in which everything outside of the bloc was blocked (names, time, certificates, licences, registries, sign-in) and the service stayed healthy. What broke is a dependency that nobody declared.
# custom:
#   id: EXI-001
#   severity: high
#   basis: requirement
#   requirements: [C3A_SOV_4_09, C3A_SOV_4_10, EUCSF_SOV_1, EUCSF_SOV_4]
#   kinds: [system]
#   remedy: >-
#     Run the test and state its record under evidence: (fact: disconnect-test, about: the system, dated: the day, value: healthy, or what broke).
package bailiwick.rules.exi_001

asked if {
	some f in {"C3A", "EUCSF"}
	f in input.limits.frameworks
}

test := input.papers.documents["disconnect-test"]

healthy if {
	every v in test.value { v == "healthy" }
}

results contains {"status": "pass", "about": ["document:disconnect-test"]} if {
	asked
	healthy
	test.age <= 365
}

results contains {"status": "fail", "about": ["document:disconnect-test"], "message": sprintf("was last run with the outside cut off %d days ago, and a year is the most", [test.age])} if {
	asked
	test.age > 365
}

results contains {"status": "fail", "about": ["document:disconnect-test"], "message": sprintf("broke when the outside was cut off: %s", [concat(", ", [v | some v in test.value; v != "healthy"])])} if {
	asked
	test
	not healthy
	test.age <= 365
}

results contains {"status": "undecided", "message": "whether it runs with the outside cut off is not established: no document shows a test"} if {
	asked
	not test
}
