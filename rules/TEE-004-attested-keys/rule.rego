# METADATA
# title: Keys are released to attested environments
# description: >-
#   Asked for classes with in_use: encrypted: the policy of the key asks for an attestation.
# custom:
#   id: TEE-004
#   severity: high
#   basis: perimeter
#   requirements: [C3A_SOV_3_02, EUCSF_SOV_3]
#   kinds: [key]
#   remedy: >-
#     Bind the key to measurements (kms:RecipientAttestation:ImageSha384 or PCRs, a secure key release policy, attribute conditions).
package bailiwick.rules.tee_004

import data.bailiwick.lib

results contains r if {
	input.limits.in_use
	r := lib.required("attested", "is released without an attestation", "whether it is released to attested environments only")
}
