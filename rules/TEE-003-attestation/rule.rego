# METADATA
# title: Attestation is verified inside, and fresh
# description: >-
#   Asked for classes with in_use: encrypted, of machines that are not known to be without protection (TEE-001): a document, not older than a day, shows that a verifier inside of the perimeter, not the operator's own, accepted the reports. A day is the finest that a document can tell.
# custom:
#   id: TEE-003
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_02, GDPR_ART_32]
#   kinds: [compute, cluster, training, notebook, model-endpoint]
#   owned: true
#   remedy: >-
#     Let your own verifier judge the reports each day, and state its record under evidence: (fact: attestation, about: the asset or folder, value: where the verifier is, dated: the day).
package bailiwick.rules.tee_003

asked if {
	input.limits.in_use
	input.provider != "kubernetes" # the machines beneath are asked
	not unprotected
}

unprotected if {
	input.settings.confidential.known
	input.settings.confidential.value == false
}

record := input.papers.documents.attestation

results contains {"status": "pass", "about": ["document:attestation"]} if {
	asked
	record.age <= 1
	record.inside
}

results contains {"status": "fail", "about": ["document:attestation"], "message": sprintf("was last attested %d days ago, and a day is the most", [record.age])} if {
	asked
	record.age > 1
}

results contains {"status": "fail", "about": ["document:attestation"], "message": sprintf("is attested by a verifier in %s, outside %s", [concat(", ", record.value), input.limits.places])} if {
	asked
	record.age <= 1
	not record.inside
}

results contains {"status": "undecided", "message": "whether its attestation is verified and fresh is not established: no document shows it"} if {
	asked
	not record
}
