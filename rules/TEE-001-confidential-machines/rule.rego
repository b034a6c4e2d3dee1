# METADATA
# title: Machines protect data in use
# description: >-
#   Asked for classes with in_use: encrypted.
# custom:
#   id: TEE-001
#   severity: medium
#   basis: perimeter
#   requirements: [EUCSF_SOV_3, GDPR_ART_32]
#   also: [DATAACT_ART_32]
#   kinds: [compute, cluster, training, notebook, model-endpoint]
#   owned: true
#   remedy: >-
#     Use a confidential machine type with its switches (SEV-SNP, TDX, a DC or EC size with vTPM and secure boot, an enclave).
package bailiwick.rules.tee_001

import data.bailiwick.lib

results contains r if {
	input.provider != "kubernetes" # TEE-002 judges containers
	input.limits.in_use
	r := lib.required("confidential", "computes on data that the operator can read in memory", "whether data is protected in memory")
}
